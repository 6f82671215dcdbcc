// SPDX-License-Identifier: GPL-3.0-or-later
//
// What may be written beside the one process that writes a project, and files of the version that
// had no queue.
#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/store/RunQueueOrder.h"
#include "core/store/Schema.h"
#include "core/store/Splits.h"
#include "core/store/WriterLock.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <functional>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::TemporaryProject;

/// Runs `work` in another process; whether it ended well.
bool elsewhere(const std::function<void()>& work)
{
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work();
        } catch (const std::exception& error) {
            static_cast<void>(::write(2, error.what(), std::string{error.what()}.size()) < 0);
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    return status == 0;
}

TEST(LedgerMode, ChangesRunsWhileAnotherProcessWritesTheProject)
{
    TemporaryProject temporary;
    temporary.import(histories(10, 12));
    const SplitId split = Splits{*temporary.project}.newestOrCreate().id;
    const auto file = temporary.file();
    EXPECT_TRUE(elsewhere([&] {
        const auto project = Project::open(file, OpenMode::Ledger);
        RunLedger ledger{*project};
        const RunId run = ledger.add("a", {}).id;
        RunQueueOrder{*project}.enqueue(run);
        ledger.setSummary(run, {{"loss", 1}});
        ledger.remove(ledger.add("gone", {}).id);
        Splits{*project}.freeze(split);
    }));
    EXPECT_EQ(RunLedger{*temporary.project}.all().size(), 1U);
    EXPECT_TRUE(Splits{*temporary.project}.find("default")->frozen);
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
}

TEST(LedgerMode, WritesNothingElse)
{
    TemporaryProject temporary;
    temporary.import(histories(3, 6));
    const auto project = Project::open(temporary.file(), OpenMode::Ledger);
    const std::function<void()> changes[] = {
        [&] { Histories{*project}.setExcluded({ReviewId{1}}, true, "x"); },
        [&] { Results{*project}.put("kind", "key", {}); },
        [&] { RunLedger{*project}.addModel({.name = "m", .path = "/m", .kind = "gguf"}); },
        [&] { static_cast<void>(Splits{*project}.create({.name = "s"})); },
        [&] { project->connection().execute("UPDATE splits SET name = 'x'"); },
        [&] { project->connection().execute("DELETE FROM runs; DELETE FROM users"); },
        [&] { project->connection().execute("CREATE TABLE t (a)"); }};
    for (const auto& change : changes) {
        EXPECT_THROW(change(), Error);
    }
    EXPECT_EQ(Histories{*temporary.project}.counts().excluded, 0);
}

/// A project as the first version made it, with a run of each kind that matters.
std::filesystem::path oldProject(const testing::TemporaryFolder& folder)
{
    const auto file = folder.write("old.nextquill", "");
    Connection connection{file, Access::Create};
    migrate(connection, {resource("schema/0001.sql")});
    for (const char* run :
         {"'w-1', 'waiting'", "'d-1', 'done'", "'r-1', 'running'", "'w-2', 'waiting'"}) {
        connection.execute(
            std::string{"INSERT INTO runs (name, state, objective, model, split, "
                        "data_digest, folder, settings, summary, created) VALUES ("} +
            run + ", 'sft', 'demo', 's', 'd', 'runs/x', '{}', '{}', 7)");
    }
    return file;
}

TEST(LedgerMode, BringsAFileOfTheFirstVersionUpToDateWhateverOpensIt)
{
    for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly, OpenMode::Ledger}) {
        const testing::TemporaryFolder folder;
        const auto file = oldProject(folder);
        const auto project = Project::open(file, mode);
        EXPECT_TRUE(std::filesystem::exists(file.string() + ".before-v1"));
        RunLedger ledger{*project};
        EXPECT_EQ(ledger.all().size(), 4U);
        const auto waiting = RunQueueOrder{*project}.waiting();
        ASSERT_EQ(waiting.size(), 2U);
        EXPECT_EQ(waiting[0].name, "w-1");
        EXPECT_EQ(waiting[1].name, "w-2");
        EXPECT_EQ(ledger.get("d-1").place, 0);
        if (mode != OpenMode::ReadOnly) {
            EXPECT_EQ(ledger.recoverInterrupted().size(), 1U);
            EXPECT_EQ(ledger.get("r-1").state, RunState::Paused);
        }
        EXPECT_FALSE(WriterLock::isHeldHere(file) && mode != OpenMode::ReadWrite);
        Connection old{file.string() + ".before-v1", Access::Read};
        EXPECT_EQ(schemaVersion(old), 1);
    }
}

TEST(LedgerMode, LeavesAnOldFileAloneThatAnotherProcessWrites)
{
    const testing::TemporaryFolder folder;
    const auto file = oldProject(folder);
    // As another process has it: this one's own lock would be shared.
    const int lock = ::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_EQ(::flock(lock, LOCK_EX), 0);
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::Ledger}) {
        EXPECT_THROW(static_cast<void>(Project::open(file, mode)), Error);
    }
    ::close(lock);
    Connection connection{file, Access::Read};
    EXPECT_EQ(schemaVersion(connection), 1);
}

} // namespace
} // namespace nextquill::store
