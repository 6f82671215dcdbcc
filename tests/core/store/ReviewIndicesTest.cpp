// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/ReviewIndices.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Recipe.h"
#include "core/store/Schema.h"
#include "core/store/import/ImportJournal.h"
#include "core/store/table/TableIndices.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/DyingProcess.h"
#include "tests/core/store/import/ProjectTables.h"
#include "tests/support/SmallDisk.h"

#include <gtest/gtest.h>

#include <functional>
#include <gmock/gmock.h>
#include <unistd.h>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using nextquill::testing::expectSoundProject;
using nextquill::testing::histories;
using nextquill::testing::reviewLine;
using nextquill::testing::tablesOf;
using nextquill::testing::TemporaryProject;

/// Which indices are there: c, u, i.
std::string indicesOf(Connection& connection)
{
    std::string there;
    for (const char* name : {"reviews_by_content", "reviews_by_user", "reviews_by_item"}) {
        there += hasIndex(connection, name) ? std::string{name}.substr(11, 1) : "";
    }
    return there;
}

/// Calls something at each report.
class AtReports final : public Progress
{
public:
    explicit AtReports(std::function<void(const ProgressReport&)> work)
        : m_work{std::move(work)}
    {
    }
    void report(const ProgressReport& report) noexcept override { m_work(report); }

private:
    std::function<void(const ProgressReport&)> m_work;
};

class ReviewIndices : public ::testing::Test
{
protected:
    Connection& connection() { return m_temporary.project->connection(); }

    /// What was there while reviews were read, each state once.
    std::string importWatching(const std::string& lines, const ImportSettings& settings = {})
    {
        std::string states;
        AtReports progress{[&](const ProgressReport& report) {
            const std::string now = '[' + indicesOf(connection()) + ']';
            if (report.stage == "reading reviews" && !states.ends_with(now)) {
                states += now;
            }
        }};
        const auto file = m_temporary.folder.write("r.jsonl", lines);
        m_last = importReviews(*m_temporary.project, {file}, settings, {}, progress);
        return states;
    }

    TemporaryProject m_temporary;
    ImportResult m_last;
};

TEST_F(ReviewIndices, AreOutWhileANewProjectIsFilled)
{
    EXPECT_EQ(importWatching(histories(20, 20) + histories(2, 2)), "[]");
    EXPECT_EQ(m_last.kept, 400);
    EXPECT_EQ(m_last.duplicates, 4);
    EXPECT_EQ(indicesOf(connection()), "ui");
    EXPECT_FALSE(areReviewIndicesOut(connection()));
    expectSoundProject(*m_temporary.project);
}

TEST_F(ReviewIndices, StayWhereLittleComes)
{
    importWatching(histories(40, 40));
    EXPECT_EQ(importWatching(histories(5, 2) + reviewLine("user1", "item99", 5, "one more")),
              "[ui]");
    EXPECT_EQ(m_last.kept, 1);
    EXPECT_EQ(m_last.duplicates, 10);
}

TEST_F(ReviewIndices, AreOutWhereMuchComesToALittle)
{
    importWatching(histories(5, 2));
    std::string much;
    for (int i = 0; i < 12'000; ++i) {
        much += reviewLine("someone" + std::to_string(i % 50), "item1", i,
                           "text " + std::string(80, 'x'));
    }
    EXPECT_EQ(importWatching(much + histories(6, 2)), "[]");
    EXPECT_EQ(m_last.duplicates, 10);
    EXPECT_EQ(m_last.kept, 12'002);
    EXPECT_EQ(indicesOf(connection()), "ui");
    expectSoundProject(*m_temporary.project);
}

TEST_F(ReviewIndices, OfDigestsComesBackWhenTheyAreTooManyForMemory)
{
    std::string lines;
    for (int i = 0; i < 16'000; ++i) {
        lines += reviewLine("user" + std::to_string(i % 60), "item", i % 15'000, "text");
    }
    EXPECT_EQ(importWatching(lines, {.digestsInMemory = 4'000}), "[][c]");
    EXPECT_EQ(m_last.kept, 15'000);
    EXPECT_EQ(m_last.duplicates, 1'000);
    EXPECT_EQ(indicesOf(connection()), "cui");
    expectSoundProject(*m_temporary.project);
}

/// Digests of few reviews are read into memory as fast as their index would be written.
TEST_F(ReviewIndices, OfDigestsComesWhereTheyAreNeeded)
{
    importWatching(histories(40, 40));
    EXPECT_EQ(indicesOf(connection()), "ui");
    m_temporary.reopen(); // is a project of ours all the same
    const auto recipe = m_temporary.folder / "steps.json";
    static_cast<void>(writeRecipe(*m_temporary.project, recipe, false, {}));
    static_cast<void>(applyRecipe(*m_temporary.project, recipe, {}));
    EXPECT_EQ(indicesOf(connection()), "cui");
    EXPECT_EQ(importWatching(histories(5, 2) + reviewLine("user1", "item99", 5, "one more")),
              "[cui]");
    EXPECT_EQ(m_last.kept, 1);
    EXPECT_EQ(m_last.duplicates, 10);
    m_temporary.reopen();
    expectSoundProject(*m_temporary.project);
}

TEST_F(ReviewIndices, OfDigestsIsBuiltBeforeLittleComesToMore)
{
    importWatching(histories(40, 40));
    EXPECT_EQ(importWatching(histories(5, 2) + reviewLine("user1", "item99", 5, "one more"),
                             {.digestsInMemory = 1'600}),
              "[cui]");
    EXPECT_EQ(m_last.kept, 1);
    EXPECT_EQ(m_last.duplicates, 10);
}

TEST_F(ReviewIndices, WithoutTheOneOfDigestsACheckFindsWhatIsThereTwice)
{
    importWatching(histories(3, 2));
    connection().execute(
        "INSERT INTO reviews SELECT 99, user_id, item_id, import_id, time, rating, "
        "words, content, source_id, line, excluded FROM reviews WHERE id = 1; "
        "INSERT INTO texts VALUES (99, 'T', 'x')");
    EXPECT_THAT(m_temporary.project->check(true, {}),
                ::testing::Contains(::testing::HasSubstr("reviews, each once")));
}

/// Whatever is built when the stop comes, the figures are those of what is there.
TEST_F(ReviewIndices, AreNotCountedShortWhenTheirBuildingIsStopped)
{
    const auto file = m_temporary.folder.write("r.jsonl", histories(1'000, 12));
    for (const char* stage : {"indexing reviews", "indexing words"}) {
        TemporaryProject other;
        std::stop_source source;
        AtReports progress{[&](const ProgressReport& report) {
            if (report.stage == stage) {
                source.request_stop();
            }
        }};
        const ImportResult result = importReviews(
            *other.project, {file}, {.digestsInMemory = 4'000}, source.get_token(), progress);
        EXPECT_TRUE(result.stopped) << stage;
        EXPECT_GT(result.kept, 0);
        EXPECT_EQ(result.kept, Histories{*other.project}.counts().reviews) << stage;
        EXPECT_EQ(result.read, result.kept);
        EXPECT_EQ(imports(*other.project).at(0).figures.kept, result.kept);
        EXPECT_TRUE(indicesOf(other.project->connection()).ends_with("ui")) << stage;
        expectSoundProject(*other.project);
    }
}

TEST_F(ReviewIndices, LeaveReadersWorkingWhileTheyAreOut)
{
    int looked = 0;
    AtReports progress{[&](const ProgressReport& report) {
        if (report.stage == "indexing reviews") {
            const auto reader = Project::open(m_temporary.file(), OpenMode::ReadOnly);
            EXPECT_EQ(indicesOf(reader->connection()), "");
            EXPECT_EQ(Histories{*reader}.users({}).size(), 8U);
            EXPECT_EQ(reader->check(false, {}), std::vector<std::string>{});
            ++looked;
        }
    }};
    const auto file = m_temporary.folder.write("r.jsonl", histories(8, 5));
    static_cast<void>(importReviews(*m_temporary.project, {file}, {}, {}, progress));
    EXPECT_EQ(looked, 1);
}

/// The project of an import that died when all was read.
void leaveOut(const fs::path& project, const fs::path& reviews)
{
    ASSERT_TRUE(testing::dies(project, [&](Project& writer) {
        AtReports dies{[](const ProgressReport& report) {
            if (report.stage == "indexing reviews") {
                ::_exit(testing::death);
            }
        }};
        static_cast<void>(importReviews(writer, {reviews}, {}, {}, dies));
    }));
}

TEST_F(ReviewIndices, AreBuiltByWhoeverOpensAProjectWhoseImportDied)
{
    const auto reviews = m_temporary.folder.write("r.jsonl", histories(9, 7));
    m_temporary.project.reset();
    for (const OpenMode mode : {OpenMode::ReadOnly, OpenMode::Ledger, OpenMode::ReadWrite}) {
        const fs::path file = m_temporary.folder / ("p" + std::to_string(int(mode)) + ".nextquill");
        static_cast<void>(Project::create(file));
        leaveOut(file, reviews);
        const auto opened = Project::open(file, mode);
        EXPECT_EQ(indicesOf(opened->connection()), "ui") << int(mode);
        EXPECT_FALSE(areReviewIndicesOut(opened->connection()));
        EXPECT_EQ(Histories{*opened}.counts().reviews, 63);
        EXPECT_EQ(interruptedImports(*opened).size(), 1U);
        const auto checked = Project::open(file, OpenMode::ReadOnly);
        EXPECT_EQ(checked->check(true, {}), std::vector<std::string>{});
    }
}

TEST_F(ReviewIndices, MayStayOutWhileTheDiskIsFull)
{
    const auto file = m_temporary.folder.write("r.jsonl", histories(1'000, 12));
    NoProgress quiet;
    {
        const testing::SmallDisk small{5 << 18};
        EXPECT_THROW(static_cast<void>(importReviews(*m_temporary.project, {file}, {}, {}, quiet)),
                     Error);
        m_temporary.project.reset();
        const testing::SmallDisk full{64 << 10};
        m_temporary.reopen();
        EXPECT_EQ(indicesOf(connection()), "");
        const auto reader = Project::open(m_temporary.file(), OpenMode::ReadOnly);
        EXPECT_GT(Histories{*reader}.counts().reviews, 0);
        EXPECT_THAT(reader->check(false, {}),
                    ::testing::ElementsAre(::testing::HasSubstr("Indices that an import left")));
    }
    // Little is left to come: with the indices, which are not there yet.
    const ImportId import = interruptedImports(*m_temporary.project).at(0).id;
    static_cast<void>(resumeImport(*m_temporary.project, import, {}, {}, quiet));
    EXPECT_EQ(Histories{*m_temporary.project}.counts().reviews, 12'000);
    EXPECT_EQ(indicesOf(connection()), "ui");
    expectSoundProject(*m_temporary.project);
}

TEST_F(ReviewIndices, ThatSomebodyTookOutAreNoProjectOfOurs)
{
    connection().execute("DROP INDEX reviews_by_item");
    EXPECT_THROW(m_temporary.reopen(), Error);
}

TEST_F(ReviewIndices, IdsOfReviewsThatWereTakenBackDoNotComeAgain)
{
    importWatching(histories(3, 2));
    importWatching(reviewLine("user9", "item", 9, "goes"));
    NoProgress quiet;
    rollBackImport(*m_temporary.project, imports(*m_temporary.project).at(0).id, {}, quiet);
    importWatching(reviewLine("user9", "item", 9, "stays"));
    Query newest{connection(), "SELECT max(id), (SELECT last_review FROM totals) FROM reviews"};
    ASSERT_TRUE(newest.next());
    EXPECT_EQ(newest.integer(0), 8);
    EXPECT_EQ(newest.integer(1), 8);
}

TEST_F(ReviewIndices, ComeToAnOlderProjectWithItsOwnIndicesAndLastId)
{
    const fs::path file = m_temporary.folder / "old.nextquill";
    auto steps = migrations();
    steps.resize(9); // before the digests' index had a name
    static_cast<void>(m_temporary.folder.write("old.nextquill", ""));
    {
        Connection old{file, Access::Create};
        migrate(old, steps);
        old.execute("INSERT INTO users (id, name, reviews, mean_words, mean_rating) VALUES "
                    "(1, 'u', 2, 1, 3); INSERT INTO items (id, asin, reviews) VALUES (1, 'i', 2); "
                    "INSERT INTO imports (id, files, started) VALUES (1, 'f', 0)");
        for (const char* id : {"4", "7", "9"}) {
            old.execute(std::string{"INSERT INTO reviews (id, user_id, item_id, import_id, time, "
                                    "rating, words, content) VALUES ("} +
                        id + ", 1, 1, 1, 0, 3, 1, CAST(" + id + " AS BLOB))");
            old.execute(std::string{"INSERT INTO texts VALUES ("} + id + ", 't', 'x'); " +
                        "INSERT INTO reviews_text (rowid, title, text) VALUES (" + id +
                        ", 't', 'x')");
        }
        old.execute("INSERT INTO tags (id, name, reviews) VALUES (1, 'kept', 1); "
                    "INSERT INTO review_tags VALUES (4, 1); "
                    "INSERT INTO reviews_text (reviews_text, rowid, title, text) VALUES "
                    "('delete', 9, 't', 'x'); DELETE FROM reviews WHERE id = 9; "
                    "CREATE INDEX reviews_by_time ON reviews (time, id); "
                    "UPDATE totals SET users = 1, items = 1, reviews = 2");
    }
    const auto project = Project::open(file, OpenMode::ReadWrite);
    expectSoundProject(*project);
    EXPECT_EQ(indicesOf(project->connection()), "cui");
    EXPECT_TRUE(tableIndices(*project).at(0).isThere);
    Query rows{project->connection(), "SELECT group_concat(r.id), (SELECT count(*) FROM texts), "
                                      "(SELECT count(*) FROM review_tags), "
                                      "(SELECT last_review FROM totals) FROM reviews r"};
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.text(0), "4,7");
    EXPECT_EQ(rows.integer(1), 2);
    EXPECT_EQ(rows.integer(2), 1);
    EXPECT_EQ(rows.integer(3), 9);
    EXPECT_TRUE(fs::exists(file.string() + ".before-v9"));
}

} // namespace
} // namespace nextquill::store
