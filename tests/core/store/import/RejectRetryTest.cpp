// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RejectRetry.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/import/ImportJournal.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/core/store/import/ProjectTables.h"

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using nextquill::testing::expectSoundProject;

class RejectRetryTest : public ::testing::Test
{
protected:
    /// Two lines have the text in another field.
    fs::path import(const std::string& more = {})
    {
        const auto file =
            m_temporary.folder.write("r.jsonl", R"({"who": "a", "body": "one", "at": 1})"
                                                "\n"
                                                R"({"who": "a", "note": "two", "at": 2})"
                                                "\n"
                                                R"({"who": "b", "note": "three", "at": 3})"
                                                "\n"
                                                R"({"who": "b"})"
                                                "\n" +
                                                    more);
        const auto result = importReviews(
            *m_temporary.project, {file},
            {.format = SourceFormat::Jsonl, .map = {.user = "who", .text = "body", .time = "at"}},
            {}, m_quiet);
        EXPECT_EQ(result.kept, 1);
        EXPECT_EQ(result.rejected, 3);
        return file;
    }

    RetryResult retry(const RetrySettings& settings)
    {
        const RetryResult result = retryRejects(*m_temporary.project, settings, {}, m_quiet);
        EXPECT_EQ(result.tried, result.kept + result.duplicates + result.rejected);
        const ImportEntry entry = imports(*m_temporary.project).at(0);
        EXPECT_EQ(entry.state, ImportState::Done);
        EXPECT_EQ(entry.figures.read,
                  entry.figures.kept + entry.figures.rejected + entry.figures.duplicates);
        EXPECT_EQ(Histories{*m_temporary.project}.counts().rejects, entry.figures.rejected);
        EXPECT_EQ(Histories{*m_temporary.project}.counts().reviews, entry.figures.kept);
        expectSoundProject(*m_temporary.project);
        return result;
    }

    nextquill::testing::TemporaryProject m_temporary;
    NoProgress m_quiet;
};

TEST_F(RejectRetryTest, KeepsWhatAnotherMappingCanRead)
{
    import();
    const RetryResult result = retry({.map = {.text = "note"}});
    EXPECT_EQ(result.tried, 3);
    EXPECT_EQ(result.kept, 2);
    EXPECT_EQ(result.rejected, 1);
    EXPECT_EQ(result.outOfReach, 0);
    const auto rows = rejects(*m_temporary.project, 0, 10);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].line, 4);
    const Histories histories{*m_temporary.project};
    EXPECT_EQ(histories.timeline(histories.findUser("b")->id).at(0).review.text, "three");
    EXPECT_EQ(retry({.map = {.text = "note"}}).kept, 0) << "again adds nothing";
}

TEST_F(RejectRetryTest, TriesOnlyWhatIsAskedFor)
{
    import();
    const RetryResult none = retry({.which = {.file = "other.jsonl"}, .map = {.text = "note"}});
    EXPECT_EQ(none.tried, 0);
    EXPECT_EQ(none.outOfReach, 0);
    const RetryResult one = retry({.which = {.contains = "THREE"}, .map = {.text = "note"}});
    EXPECT_EQ(one.tried, 1);
    EXPECT_EQ(one.kept, 1);
    const auto rows = rejects(*m_temporary.project, 0, 10);
    ASSERT_EQ(rows.size(), 2U);
    const RetryResult rest =
        retry({.which = {.file = "r.jsonl", .reason = rows[0].reason}, .map = {.text = "note"}});
    EXPECT_EQ(rest.kept, 1);
}

// Or those of another reason would be read as if they had been there before.
TEST_F(RejectRetryTest, TriesAllReviewsOfARecordThatIsAskedFor)
{
    const auto file = m_temporary.folder.write(
        "n.jsonl",
        R"({"user_id": "u", "profile": [{"asin": "i", "rating": 5, "timestamp": 9, "text": ""}, )"
        R"({"asin": "i", "rating": 5, "text": "no time"}], "data": null})"
        "\n");
    static_cast<void>(importReviews(*m_temporary.project, {file}, {}, {}, m_quiet));
    const auto rows = rejects(*m_temporary.project, 0, 10);
    ASSERT_EQ(rows.size(), 2U);
    ASSERT_NE(rows[0].reason, rows[1].reason);
    const RetryResult result = retry({.which = {.reason = rows[1].reason}});
    EXPECT_EQ(result.tried, 2);
    EXPECT_EQ(result.rejected, 2);
    EXPECT_EQ(result.outOfReach, 0);
}

TEST_F(RejectRetryTest, ReadsWhatTheProjectKeptWhereTheFileIsGone)
{
    fs::remove(import());
    EXPECT_EQ(retry({.map = {.text = "note"}}).kept, 2);
}

TEST_F(RejectRetryTest, ReadsNoOtherFileOfThatName)
{
    const fs::path file = import();
    const std::string other = R"({"who": "z", "note": "of another file", "at": 3})"
                              "\n";
    m_temporary.folder.write("r.jsonl", other + other + other + other);
    EXPECT_EQ(retry({.map = {.text = "note"}}).kept, 2);
    EXPECT_FALSE(Histories{*m_temporary.project}.findUser("z"));
}

TEST_F(RejectRetryTest, CountsWhatIsThereAlreadyApart)
{
    import();
    // The same text came in another way meanwhile.
    m_temporary.import(R"({"user_id": "x", "asin": "i", "text": "t", "rating": 1, "timestamp": 1})"
                       "\n");
    const auto same = m_temporary.folder.write("s.jsonl", R"({"who": "a", "body": "two", "at": 2})"
                                                          "\n");
    static_cast<void>(importReviews(
        *m_temporary.project, {same},
        {.format = SourceFormat::Jsonl, .map = {.user = "who", .text = "body", .time = "at"}}, {},
        m_quiet));
    const RetryResult result =
        retryRejects(*m_temporary.project, {.map = {.text = "note"}}, {}, m_quiet);
    EXPECT_EQ(result.kept, 1);
    EXPECT_EQ(result.duplicates, 1);
    EXPECT_EQ(result.rejected, 1);
    expectSoundProject(*m_temporary.project);
}

TEST_F(RejectRetryTest, TriesTheRowsOfATableWithItsHeader)
{
    const auto file = m_temporary.folder.write("t.csv", "who,body,note,at\n"
                                                        "a,one,,1\n"
                                                        "a,,\"two, and more\",2\n"
                                                        "b,,,3\n"
                                                        "b,short\n");
    static_cast<void>(importReviews(
        *m_temporary.project, {file},
        {.format = SourceFormat::Csv, .map = {.user = "who", .text = "body", .time = "at"}}, {},
        m_quiet));
    ASSERT_EQ(Histories{*m_temporary.project}.counts().rejects, 3);
    const RetryResult result = retry({.map = {.text = "note"}});
    EXPECT_EQ(result.kept, 1);
    EXPECT_EQ(result.rejected, 2);
    const Histories histories{*m_temporary.project};
    EXPECT_EQ(histories.timeline(histories.findUser("a")->id).at(0).review.text, "two, and more");
    fs::remove(file);
    EXPECT_EQ(retry({.map = {.text = "note"}}).outOfReach, 2);
}

TEST_F(RejectRetryTest, TakesTheReviewsOfARecordThatWereRejectedAlone)
{
    const auto entry = [](const char* text) {
        return std::string{R"({"asin": "i", "rating": 5, "timestamp": 900000000, "text": ")"} +
               text + "\"}";
    };
    const auto file = m_temporary.folder.write(
        "n.jsonl", R"({"user_id": "u", "profile": [)" + entry("one") + "," + entry("") + "," +
                       entry("") + "," + entry("two") + R"(], "data": null})" + "\n");
    static_cast<void>(importReviews(*m_temporary.project, {file}, {}, {}, m_quiet));
    const RetryResult result = retry({});
    EXPECT_EQ(result.tried, 2);
    EXPECT_EQ(result.rejected, 2);
    EXPECT_EQ(Histories{*m_temporary.project}.counts().reviews, 2);
}

TEST_F(RejectRetryTest, KeepsWhatItDidWhenItIsStopped)
{
    import();
    std::stop_source source;
    source.request_stop();
    const RetryResult result =
        retryRejects(*m_temporary.project, {.map = {.text = "note"}}, source.get_token(), m_quiet);
    EXPECT_TRUE(result.stopped);
    EXPECT_EQ(result.tried, 0);
    EXPECT_EQ(imports(*m_temporary.project).at(0).figures.rejected, 3);
    expectSoundProject(*m_temporary.project);
    EXPECT_EQ(retry({.map = {.text = "note"}}).kept, 2);
    EXPECT_THROW(
        static_cast<void>(retryRejects(*m_temporary.project, {.import = ImportId{9}}, {}, m_quiet)),
        Error);
}

} // namespace
} // namespace nextquill::store
