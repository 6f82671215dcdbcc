// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Project.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/RunLedger.h"
#include "core/store/Schema.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <atomic>
#include <gmock/gmock.h>
#include <set>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

/// Kind and text of the error that opening gives; an empty text when there is none.
std::pair<ErrorKind, std::string> openError(const std::filesystem::path& file,
                                            OpenMode mode = OpenMode::ReadWrite)
{
    try {
        static_cast<void>(Project::open(file, mode));
    } catch (const Error& error) {
        return {error.kind(), error.what()};
    }
    return {ErrorKind::Internal, ""};
}

/// Changes a closed project as another program would.
void tamper(const TemporaryProject& temporary, const std::string& statements)
{
    SQLite::Database{temporary.file().string(), SQLite::OPEN_READWRITE}.exec(statements);
}

int modeOf(const std::filesystem::path& file)
{
    struct stat status{};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return static_cast<int>(status.st_mode & 0777U);
}

TEST(Project, IsPrivateAndSoundWhenItIsNew)
{
    TemporaryProject temporary;
    EXPECT_EQ(modeOf(temporary.file()), 0600);
    EXPECT_EQ(modeOf(temporary.project->folder()), 0700);
    EXPECT_EQ(temporary.project->folder().filename(), "p.nextquill.d");
    EXPECT_EQ(modeOf(temporary.file().string() + ".lock"), 0600);
    EXPECT_TRUE(temporary.project->check(false, {}).empty());
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
    EXPECT_FALSE(temporary.project->isReadOnly());
    const std::string header = readFile(temporary.file()).substr(0, 100);
    EXPECT_EQ(header.substr(68, 4), "NxQl");
    Query synchronous{temporary.project->connection(), "PRAGMA synchronous"};
    ASSERT_TRUE(synchronous.next());
    EXPECT_EQ(synchronous.integer(0), 2);
    Query journal{temporary.project->connection(), "PRAGMA journal_mode"};
    ASSERT_TRUE(journal.next());
    EXPECT_EQ(journal.text(0), "wal");
}

TEST(Project, IsNeverMadeOverAnotherFile)
{
    testing::TemporaryFolder folder;
    const auto file = folder.write("p.nextquill", "mine");
    EXPECT_THROW(static_cast<void>(Project::create(file)), Error);
    EXPECT_EQ(readFile(file), "mine");
    EXPECT_THROW(static_cast<void>(Project::create(folder / "no" / "p.nextquill")), Error);
}

std::set<std::string> filesOf(const testing::TemporaryFolder& folder)
{
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()}) {
        names.insert(entry.path().filename().string());
    }
    return names;
}

TEST(Project, IsMadeInTheStepsThatLeaveNothingBehind)
{
    const testing::TemporaryFolder folder;
    // What programs left that were ended in the middle of it, by this way of making it and the
    // older one.
    static_cast<void>(folder.write(".p.nextquill.new", std::string(3'000, 'x')));
    static_cast<void>(folder.write(".p.nextquill.new-journal", std::string(600, 'j')));
    static_cast<void>(folder.write("p.nextquill", ""));
    static_cast<void>(folder.write("p.nextquill-journal", std::string(600, 'j')));
    const auto file = folder / "p.nextquill";
    {
        const auto project = Project::create(file);
        EXPECT_TRUE(project->check(true, {}).empty());
    }
    EXPECT_EQ(filesOf(folder), (std::set<std::string>{"p.nextquill", "p.nextquill.lock"}));
    EXPECT_EQ(modeOf(file), 0600);
    EXPECT_NO_THROW(static_cast<void>(Project::open(file, OpenMode::ReadWrite)));
    EXPECT_THROW(static_cast<void>(Project::create(file)), Error);
    EXPECT_NO_THROW(static_cast<void>(Project::open(file, OpenMode::ReadWrite)));
}

TEST(Project, SaysThatAnEmptyFileIsNone)
{
    const testing::TemporaryFolder folder;
    const auto file = folder.write("p.nextquill", "");
    for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly}) {
        const auto [kind, text] = openError(file, mode);
        EXPECT_EQ(kind, ErrorKind::BadInput);
        EXPECT_THAT(text, ::testing::HasSubstr("the file is empty"));
        EXPECT_THAT(text, ::testing::HasSubstr("make a new project of that name"));
    }
    EXPECT_EQ(filesOf(folder), std::set<std::string>{"p.nextquill"});
}

TEST(Project, IsNotMadeBesideTheLogOfOneThatIsGone)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 2));
    const std::string log = readFile(temporary.file().string() + "-wal");
    ASSERT_FALSE(log.empty());
    temporary.project.reset();
    std::filesystem::remove(temporary.file());
    static_cast<void>(temporary.folder.write("p.nextquill-wal", log));
    EXPECT_THROW(static_cast<void>(Project::create(temporary.file())), Error);
    EXPECT_EQ(readFile(temporary.file().string() + "-wal"), log);
}

TEST(Project, IsMadeOnceWhenThreadsMakeItAtTheSameTime)
{
    const testing::TemporaryFolder folder;
    std::atomic<int> made = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                try {
                    static_cast<void>(Project::create(folder / "p.nextquill"));
                    ++made;
                } catch (const Error& error) {
                    EXPECT_EQ(error.kind(), ErrorKind::BadInput) << error.what();
                }
            });
        }
    }
    EXPECT_EQ(made, 1);
    EXPECT_EQ(filesOf(folder), (std::set<std::string>{"p.nextquill", "p.nextquill.lock"}));
}

TEST(Project, IsNeverMadeOverALink)
{
    const testing::TemporaryFolder folder;
    std::filesystem::create_symlink(folder / "elsewhere", folder / "p.nextquill");
    EXPECT_THROW(static_cast<void>(Project::create(folder / "p.nextquill")), Error);
    EXPECT_FALSE(std::filesystem::exists(folder / "elsewhere"));
}

TEST(Project, IsNotWrittenWhenItIsDamaged)
{
    TemporaryProject temporary;
    temporary.import(histories(20, 20));
    temporary.project.reset();
    std::string bytes = readFile(temporary.file());
    constexpr std::size_t page = 4'096;
    ASSERT_GT(bytes.size(), 30 * page);
    // The number of cells in a page that holds rows: more than there is room for.
    int refused = 0;
    for (std::size_t at = page; at + page <= bytes.size(); at += page) {
        if (bytes[at] != '\x0D') {
            continue;
        }
        std::string damaged = bytes;
        damaged[at + 3] = '\x7F';
        const auto file = temporary.folder.write("damaged.nextquill", damaged);
        const auto [kind, text] = openError(file);
        EXPECT_EQ(kind, ErrorKind::Storage) << at / page << ' ' << text;
        EXPECT_THAT(text, ::testing::HasSubstr("is damaged")) << at / page;
        ++refused;
    }
    EXPECT_GT(refused, 5);
}

TEST(Project, RefusesVirtualTablesOfOtherModules)
{
    for (const std::string& name : {std::string{"boxes"}, std::string{"\"b USING fts5\""}}) {
        for (const std::string& version : {std::string{"1"}, std::string{"99"}}) {
            TemporaryProject temporary;
            temporary.project.reset();
            tamper(temporary, "CREATE VIRTUAL TABLE " + name +
                                  " USING rtree (id, a, b); PRAGMA user_version = " + version);
            EXPECT_EQ(openError(temporary.file(), OpenMode::ReadOnly).first, ErrorKind::BadInput);
        }
    }
}

TEST(Project, RefusesFilesThatAreNotProjects)
{
    testing::TemporaryFolder folder;
    EXPECT_EQ(openError(folder / "none").first, ErrorKind::BadInput);
    EXPECT_EQ(openError(folder.path()).first, ErrorKind::BadInput);
    EXPECT_EQ(openError(folder.write("empty", "")).first, ErrorKind::BadInput);
    EXPECT_EQ(openError(folder.write("text", std::string(5'000, 'x'))).first, ErrorKind::BadInput);
    SQLite::Database{(folder / "other").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}
        .exec("CREATE TABLE t (a)");
    EXPECT_EQ(openError(folder / "other").first, ErrorKind::BadInput);
    EXPECT_EQ(openError(folder / "other", OpenMode::ReadOnly).first, ErrorKind::BadInput);
}

TEST(Project, RefusesTriggersViewsAndChangedTables)
{
    for (const char* statement :
         {"CREATE TRIGGER t AFTER INSERT ON users BEGIN DELETE FROM reviews; END",
          "CREATE VIEW v AS SELECT * FROM users", "CREATE TABLE more (a)",
          "DROP INDEX reviews_by_item", "ALTER TABLE users ADD COLUMN extra TEXT",
          "CREATE INDEX i ON users (name)"}) {
        TemporaryProject temporary;
        temporary.project.reset();
        tamper(temporary, statement);
        for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly}) {
            EXPECT_EQ(openError(temporary.file(), mode).first, ErrorKind::BadInput) << statement;
        }
    }
}

TEST(Project, OfANewerVersionIsOnlyRead)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 2));
    temporary.project.reset();
    tamper(temporary, "CREATE TABLE of_the_future (a); PRAGMA user_version = 99");
    EXPECT_EQ(openError(temporary.file()).first, ErrorKind::Unsupported);
    const auto reader = Project::open(temporary.file(), OpenMode::ReadOnly);
    EXPECT_TRUE(reader->isReadOnly());
    EXPECT_EQ(Histories{*reader}.counts().reviews, 4);
}

TEST(Project, SurvivesEveryCutOfItsFile)
{
    TemporaryProject temporary;
    temporary.import(histories(5, 5));
    temporary.project.reset();
    const std::string whole = readFile(temporary.file());
    for (std::size_t size = 0; size < whole.size(); size += 997) {
        const auto file = temporary.folder.write("cut.nextquill", whole.substr(0, size));
        try {
            const auto project = Project::open(file, OpenMode::ReadOnly);
            const auto faults = project->check(true, {});
            // A page that nothing uses may be missing.
            EXPECT_TRUE(!faults.empty() || Histories{*project}.reviews({}).size() == 25) << size;
        } catch (const Error& error) {
            EXPECT_NE(error.kind(), ErrorKind::Internal);
        }
    }
}

TEST(Project, MigratesAfterABackup)
{
    testing::TemporaryFolder folder;
    const auto file = folder.write("p.nextquill", "");
    Connection connection{file, Access::Create};
    migrate(connection, {"CREATE TABLE a (x);"});
    connection.execute("INSERT INTO a VALUES (7)");
    const std::string backup = backUp(connection, 1);
    EXPECT_EQ(modeOf(backup), 0600);
    const std::vector<std::string_view> steps{"CREATE TABLE a (x);", "ALTER TABLE a ADD COLUMN y;"};
    EXPECT_THROW(requireSchema(connection, steps), Error);
    migrate(connection, steps);
    EXPECT_EQ(schemaVersion(connection), 2);
    EXPECT_NO_THROW(requireSchema(connection, {"CREATE TABLE a (x, y);"}));
    Connection old{backup, Access::Read};
    EXPECT_EQ(schemaVersion(old), 1);
    Query query{old, "SELECT x FROM a"};
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), 7);
    // A step that fails changes nothing.
    const std::vector<std::string_view> bad{steps[0], steps[1],
                                            "CREATE TABLE b (x); CREATE TABLE a (x);"};
    EXPECT_THROW(migrate(connection, bad), Error);
    EXPECT_EQ(schemaVersion(connection), 2);
    EXPECT_NO_THROW(requireSchema(connection, {"CREATE TABLE a (x, y);"}));
}

TEST(Project, HasOneWritingProcessAndItsDeathLetsGo)
{
    TemporaryProject temporary;
    temporary.project.reset();
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto project = Project::open(temporary.file(), OpenMode::ReadWrite);
        static_cast<void>(::write(ready[1], "x", 1) < 0);
        for (;;) {
            ::pause();
        }
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    const auto [kind, text] = openError(temporary.file());
    EXPECT_EQ(kind, ErrorKind::Storage);
    EXPECT_THAT(text, ::testing::HasSubstr("process " + std::to_string(child) + " on "));
    EXPECT_EQ(Histories{*Project::open(temporary.file(), OpenMode::ReadOnly)}.counts().users, 0);
    ::kill(child, SIGKILL);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_NO_THROW(static_cast<void>(Project::open(temporary.file(), OpenMode::ReadWrite)));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(Project, MayBeWrittenBySeveralThreadsOfOneProcess)
{
    TemporaryProject temporary;
    temporary.import(histories(4, 4));
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
        threads.emplace_back([&temporary, thread] {
            const auto project = Project::open(temporary.file(), OpenMode::ReadWrite);
            for (int run = 0; run < 5; ++run) {
                static_cast<void>(RunLedger{*project}.add("t", {}));
                Histories{*project}.setExcluded({ReviewId{thread + 1}}, run % 2 == 0, "x");
            }
        });
    }
    threads.clear();
    std::set<std::string> names;
    for (const RunRow& row : RunLedger{*temporary.project}.all()) {
        names.insert(row.name);
    }
    EXPECT_EQ(names.size(), 15U);
    EXPECT_EQ(Histories{*temporary.project}.counts().excluded, 3);
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
}

TEST(Project, HoldsAllInItsFileOnceItsWriterIsClosedThoughItIsBeingRead)
{
    TemporaryProject temporary;
    const std::filesystem::path file = temporary.project->file();
    const auto reader = Project::open(file, OpenMode::ReadOnly);
    EXPECT_EQ(RunLedger{*reader}.models().size(), 0U);
    RunLedger{*temporary.project}.addModel({.name = "m", .path = "/m", .kind = "gguf"});
    temporary.project.reset();
    const std::filesystem::path copy = file.parent_path() / "copy.nextquill";
    std::filesystem::copy_file(file, copy); // without the files beside it
    const auto copied = Project::open(copy, OpenMode::ReadOnly);
    EXPECT_EQ(RunLedger{*copied}.models().size(), 1U);
}

TEST(Project, CheckFindsNumbersThatAreNotTrue)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 2));
    temporary.project.reset();
    tamper(temporary, "UPDATE totals SET reviews = 99; UPDATE users SET reviews = 5 WHERE id = 1;"
                      "UPDATE reviews SET item_id = 777 WHERE id = 1");
    temporary.reopen();
    EXPECT_GE(temporary.project->check(true, {}).size(), 3U);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(temporary.project->check(true, source.get_token())), Stopped);
}

TEST(Project, CanBeInterruptedFromAnotherThread)
{
    TemporaryProject temporary;
    std::jthread interrupter{[&temporary](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            temporary.project->interrupt();
            std::this_thread::yield();
        }
    }};
    const auto runEndlessly = [&temporary] { // also the preparation may be interrupted
        Query query{temporary.project->connection(),
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    "SELECT count(*) FROM n"};
        static_cast<void>(query.next());
    };
    EXPECT_THROW(runEndlessly(), Stopped);
}

} // namespace
} // namespace nextquill::store
