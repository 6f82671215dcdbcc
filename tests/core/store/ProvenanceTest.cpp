// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Provenance.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/store/Connection.h"
#include "core/store/Histories.h"
#include "core/store/Schema.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

NoProgress silent;

/// "file:line" of each review, by id.
std::string origins(Project& project)
{
    std::string text;
    for (const ReviewRow& row : Histories{project}.reviews({})) {
        const ReviewOrigin origin = Provenance{project}.origin(row.review.id);
        text += origin.source.name + ":" + std::to_string(origin.line) + " ";
    }
    return text;
}

TEST(Provenance, NamesFileLineDigestAndTimeOfEachReview)
{
    TemporaryProject temporary;
    const std::string first = reviewLine("u", "a", 1, "one") + "\n{broken\n" +
                              reviewLine("u", "b", 2, "two") + reviewLine("u", "a", 1, "one");
    const std::string array =
        "[" + reviewLine("v", "a", 1, "x") + ",\n\n" + reviewLine("v", "b", 2, "y") + "]";
    const auto a = temporary.folder.write("a.jsonl", first);
    const auto b = temporary.folder.write("b.json", array);
    const auto c = temporary.folder.write("c.csv", "user,text\nw,\"two\nlines\"\nw,z\n");
    const std::int64_t before = now();
    static_cast<void>(importReviews(*temporary.project, {a, b}, {}, {}, silent));
    static_cast<void>(importReviews(*temporary.project, {c}, {}, {}, silent));
    EXPECT_EQ(origins(*temporary.project),
              "a.jsonl:1 a.jsonl:4 b.json:1 b.json:4 c.csv:2 c.csv:4 ");
    const auto sources = Provenance{*temporary.project}.sources();
    ASSERT_EQ(sources.size(), 3U);
    EXPECT_EQ(sources[0].digest, sha256(first));
    EXPECT_EQ(sources[1].digest, sha256(array));
    EXPECT_EQ(sources[1].bytes, static_cast<std::int64_t>(array.size()));
    EXPECT_GE(sources[0].imported, before);
    EXPECT_LE(sources[0].imported, sources[2].imported);
    EXPECT_EQ(Provenance{*temporary.project}.origin(ReviewId{5}).source.digest, sha256OfFile(c));
    EXPECT_THROW(static_cast<void>(Provenance{*temporary.project}.origin(ReviewId{99})), Error);
}

TEST(Provenance, ForgetsTheFilesOfAnImportThatIsTakenBack)
{
    TemporaryProject temporary;
    const auto bad = temporary.folder.write("a.jsonl", reviewLine("u", "a", 1, "x") + "{\n{\n");
    EXPECT_THROW(static_cast<void>(
                     importReviews(*temporary.project, {bad}, {.maximumRejects = 1}, {}, silent)),
                 Error);
    EXPECT_TRUE(Provenance{*temporary.project}.sources().empty());
    EXPECT_TRUE(temporary.project->check(true, {}).empty());
}

TEST(Provenance, KnowsEachChangeWithItsStep)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "a", 1, "one") + reviewLine("u", "b", 2, "two"));
    Histories store{*temporary.project};
    const std::int64_t before = now();
    store.setText(ReviewId{1}, "uno", "Edit a text");
    store.setExcluded({ReviewId{1}, ReviewId{2}}, true, "Exclude 2 reviews");
    static_cast<void>(store.undo());
    const auto changes = Provenance{*temporary.project}.changes(ReviewId{1});
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].step, "Edit a text");
    EXPECT_EQ(changes[0].field, "text");
    EXPECT_EQ(changes[0].before, "one");
    EXPECT_EQ(changes[0].after, "uno");
    EXPECT_FALSE(changes[0].undone);
    EXPECT_GE(changes[0].time, before);
    EXPECT_EQ(changes[1].field, "excluded");
    EXPECT_TRUE(changes[1].undone);
    EXPECT_EQ(Provenance{*temporary.project}.changes(ReviewId{2}).size(), 1U);
}

/// A project as it was before files and lines were kept.
TEST(Provenance, SaysWhatAnOlderProjectKept)
{
    const testing::TemporaryFolder folder;
    const auto file = folder.write("old.nextquill", "");
    {
        Connection connection{file, Access::Create};
        migrate(connection, {resource("schema/0001.sql"), resource("schema/0002.sql")});
        connection.execute(
            "INSERT INTO imports (id, files, started) VALUES (1, 'a.jsonl, b.jsonl', 77);"
            "INSERT INTO users (id, name, reviews) VALUES (1, 'u', 1);"
            "INSERT INTO items (id, asin, reviews) VALUES (1, 'i', 1);"
            "INSERT INTO reviews (id, user_id, item_id, import_id, time, rating, words, content, "
            "title, text) VALUES (1, 1, 1, 1, 5, 3, 1, x'00', '', 'word');"
            "INSERT INTO reviews_text (rowid, title, text) VALUES (1, '', 'word');"
            "INSERT INTO steps (what) VALUES ('Edit'); INSERT INTO step_changes VALUES "
            "(1, 1, 'text', 'w', 'word'); UPDATE totals SET users = 1, items = 1, reviews = 1;");
    }
    const auto project = Project::open(file, OpenMode::ReadWrite);
    EXPECT_TRUE(project->check(true, {}).empty());
    const ReviewOrigin origin = Provenance{*project}.origin(ReviewId{1});
    EXPECT_EQ(origin.source.name, "a.jsonl, b.jsonl");
    EXPECT_EQ(origin.source.imported, 77);
    EXPECT_EQ(origin.source.digest, "");
    EXPECT_EQ(origin.line, 0);
    EXPECT_EQ(Provenance{*project}.changes(ReviewId{1}).at(0).time, 0);
    EXPECT_EQ(Provenance{*project}.sources().size(), 1U);
}

} // namespace
} // namespace nextquill::store
