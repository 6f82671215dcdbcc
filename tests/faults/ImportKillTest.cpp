// SPDX-License-Identifier: GPL-3.0-or-later
//
// An import whose process is killed before any change of a file, and whose resumption is killed in
// the same manner, ends as one that was left alone: the same rows in all tables. Or it is taken
// back, and the project is as it was before.
#include "core/store/Project.h"
#include "core/store/import/ImportJournal.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/ProjectTables.h"
#include "tests/faults/FileRecord.h"
#include "tests/faults/TrainingProgram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <gmock/gmock.h>
#include <iostream>
#include <random>

namespace nextquill::faults {

namespace {

namespace fs = std::filesystem;
using app::testing::Child;
using app::testing::Ended;
using nextquill::testing::expectSoundProject;
using nextquill::testing::tablesOf;

/// Three batches with duplicates, rejects and metadata, into a project that has reviews.
class ImportKill : public ::testing::Test
{
protected:
    void SetUp() override
    {
        m_folder.write("first.jsonl", nextquill::testing::histories(20, 20));
        std::string lines;
        for (int i = 0; i < 12'000; ++i) {
            lines += nextquill::testing::reviewLine(
                "user" + std::to_string(i % 61), "item" + std::to_string(i % 43), 1'000 + i,
                "text " + std::to_string(i % 11'700) + " of some more words");
            lines += i % 1'500 == 3 ? "no JSON\n" : "";
        }
        m_folder.write("r.jsonl", lines);
        m_folder.write("m.jsonl", "{\"asin\": \"item3\", \"title\": \"Three\"}\n");
        const Ended made = ended({"import", "before.nextquill", "first.jsonl"});
        ASSERT_EQ(made.status, 0) << made.err;
        m_before = tables("before.nextquill");
        startAnew();
        const fs::path record = m_folder / "record";
        const Ended whole = ended(importing(), {"FILE_RECORDER_LOG=" + record.string()});
        ASSERT_EQ(whole.status, 0) << whole.err;
        m_after = tables("p/p.nextquill");
        const std::vector<FileChange> changes = readRecord(record);
        m_changes = static_cast<long>(
            std::ranges::count_if(changes, [](const FileChange& c) { return c.canFail(); }));
        ASSERT_GT(m_changes, 500);
    }

    [[nodiscard]] static std::vector<std::string> importing()
    {
        return {"import", "p/p.nextquill", "r.jsonl", "--items", "m.jsonl"};
    }

    void startAnew() const
    {
        fs::remove_all(m_folder / "p");
        fs::create_directory(m_folder / "p");
        fs::copy_file(m_folder / "before.nextquill", m_folder / "p/p.nextquill");
    }

    [[nodiscard]] Ended ended(const std::vector<std::string>& arguments,
                              std::vector<std::string> variables = {}) const
    {
        variables.emplace_back("LD_PRELOAD=" FILE_RECORDER);
        variables.push_back("FILE_RECORDER_BELOW=" + fs::canonical(m_folder.path()).string() +
                            "/p/");
        return Child{m_folder.path(), arguments, {}, variables}.wait();
    }

    [[nodiscard]] Ended killedAt(long change, const std::vector<std::string>& arguments) const
    {
        return ended(arguments, {"FILE_FAULT=KILL", "FILE_FAULT_AT=" + std::to_string(change)});
    }

    [[nodiscard]] std::vector<std::string> tables(const char* name) const
    {
        const auto project = store::Project::open(m_folder / name, store::OpenMode::ReadWrite);
        expectSoundProject(*project);
        return tablesOf(*project);
    }

    [[nodiscard]] bool isInterrupted() const
    {
        const auto project =
            store::Project::open(m_folder / "p/p.nextquill", store::OpenMode::ReadWrite);
        return !store::interruptedImports(*project).empty();
    }

    /// Goes on until it is done, killed once more at this change. True where it was.
    bool resumed(long change) const
    {
        const Ended again = killedAt(change, {"import", "p/p.nextquill", "--resume"});
        if (again.status == 0) {
            return false;
        }
        EXPECT_EQ(again.status, 128 + SIGKILL) << again.err;
        if (isInterrupted()) {
            const Ended last = ended({"import", "p/p.nextquill", "--resume"});
            EXPECT_EQ(last.status, 0) << last.err;
        }
        return true;
    }

    nextquill::testing::TemporaryFolder m_folder;
    std::vector<std::string> m_before;
    std::vector<std::string> m_after;
    long m_changes = 0;
};

/// Says the rows that differ, not all of them.
void expectSameRows(const std::vector<std::string>& found, const std::vector<std::string>& wanted)
{
    std::vector<std::string> more;
    std::vector<std::string> missing;
    std::ranges::set_difference(found, wanted, std::back_inserter(more));
    std::ranges::set_difference(wanted, found, std::back_inserter(missing));
    EXPECT_THAT(more, ::testing::IsEmpty());
    EXPECT_THAT(missing, ::testing::IsEmpty());
}

TEST_F(ImportKill, LosesNothingAndDoublesNothing)
{
    const int kills = allFaults() ? 100 : 6;
    std::mt19937_64 random{5};
    int interrupted = 0;
    int twice = 0;
    for (int kill = 0; kill < kills; ++kill) {
        const long at = m_changes * (2 * kill + 1) / (2 * kills);
        SCOPED_TRACE("killed at change " + std::to_string(at) + " of " + std::to_string(m_changes));
        startAnew();
        EXPECT_EQ(killedAt(at, importing()).status, 128 + SIGKILL);
        if (isInterrupted()) {
            ++interrupted;
            twice += resumed(static_cast<long>(random() % static_cast<unsigned long>(m_changes)));
        } else if (tables("p/p.nextquill") == m_before) { // it had not begun
            EXPECT_EQ(ended(importing()).status, 0);
        }
        expectSameRows(tables("p/p.nextquill"), m_after);
    }
    EXPECT_GT(interrupted, kills / 2);
    std::cout << kills << " kills over " << m_changes << " changes of files, " << interrupted
              << " in the middle, " << twice << " of the resumptions were killed, too\n";
}

TEST_F(ImportKill, CanBeTakenBackWhereverItWasKilled)
{
    // Of an item that this import brings: titles that older items got stay (ImportJournal.h).
    m_folder.write("m.jsonl", "{\"asin\": \"item30\", \"title\": \"Thirty\"}\n");
    const int kills = allFaults() ? 50 : 4;
    int taken = 0;
    for (int kill = 0; kill < kills; ++kill) {
        const long at = m_changes * (2 * kill + 1) / (2 * kills);
        SCOPED_TRACE("killed at change " + std::to_string(at) + " of " + std::to_string(m_changes));
        startAnew();
        EXPECT_EQ(killedAt(at, importing()).status, 128 + SIGKILL);
        if (!isInterrupted()) {
            continue;
        }
        // The first attempt is killed as well: it is done, or nothing of it is.
        static_cast<void>(killedAt(kill * 7L, {"import", "p/p.nextquill", "--roll-back"}));
        if (isInterrupted()) {
            const Ended back = ended({"import", "p/p.nextquill", "--roll-back"});
            EXPECT_EQ(back.status, 0) << back.err;
        }
        expectSameRows(tables("p/p.nextquill"), m_before);
        ++taken;
    }
    EXPECT_GT(taken, kills / 2);
    std::cout << taken << " of " << kills << " killed imports were taken back\n";
}

} // namespace

} // namespace nextquill::faults
