// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/Importer.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/store/Histories.h"
#include "core/store/Totals.h"
#include "core/store/import/ImportBatch.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

NoProgress noProgress;

/// Asks to stop, or ends the process, after so many reports.
class Interrupter final : public Progress
{
public:
    Interrupter(int after, bool kill)
        : m_left{after}
        , m_kill{kill}
    {
    }
    void report(const ProgressReport& report) noexcept override
    {
        done = report.stage == "reading reviews" ? report.done : done;
        if (--m_left == 0) {
            if (m_kill) {
                ::_exit(7);
            }
            source.request_stop();
        }
    }
    std::stop_source source;
    std::int64_t done = 0;

private:
    int m_left;
    bool m_kill;
};

void expectSound(const Project& project)
{
    for (const std::string& fault : project.check(true, {})) {
        ADD_FAILURE() << fault;
    }
}

TEST(Importer, ReadsTheRealReviewsAndTheSameFileTwiceAddsNothing)
{
    NEXTQUILL_NEED_SHARED(data, "data/amazon-digital-music-2014");
    TemporaryProject temporary;
    const ImportSettings settings{.items = {data / "items.jsonl"}};
    const auto first =
        importReviews(*temporary.project, {data / "reviews.jsonl"}, settings, {}, noProgress);
    EXPECT_EQ(first.format, SourceFormat::Amazon2018);
    EXPECT_EQ(first.read, 6'908);
    EXPECT_EQ(first.kept + first.rejected + first.duplicates, first.read);
    const Histories histories{*temporary.project};
    const Counts counts = histories.counts();
    EXPECT_EQ(counts.reviews, first.kept);
    EXPECT_EQ(first.kept + first.rejected, 6'908);
    EXPECT_EQ(first.rejected, 1);   // one has no text
    EXPECT_EQ(counts.users, 2'489); // of 2,490; it is all that one of them wrote
    EXPECT_EQ(counts.items, 382);
    EXPECT_EQ(first.items, 382);
    EXPECT_EQ(first.itemsCompleted, 382);
    EXPECT_EQ(histories.findItem("5555991584")->title, "Memory of Trees");
    for (const ReviewRow& row : histories.reviews({.limit = 7'000})) {
        EXPECT_EQ(row.review.text.find("&quot;"), std::string::npos);
    }

    const auto second =
        importReviews(*temporary.project, {data / "reviews.jsonl"}, settings, {}, noProgress);
    EXPECT_EQ(second.kept, 0);
    EXPECT_EQ(second.duplicates, first.kept);
    EXPECT_EQ(histories.counts().reviews, counts.reviews);
    EXPECT_EQ(histories.counts().users, counts.users);
    expectSound(*temporary.project);
}

TEST(Importer, ReadsTheRealRecords)
{
    NEXTQUILL_NEED_SHARED(file, "data/amazon-digital-music-2014/histories.jsonl");
    TemporaryProject temporary;
    const auto result = importReviews(*temporary.project, {file}, {}, {}, noProgress);
    EXPECT_EQ(result.format, SourceFormat::NextQuillRecords);
    EXPECT_EQ(result.read, 3'177);
    EXPECT_EQ(result.kept + result.rejected, 3'177);
    const Histories histories{*temporary.project};
    EXPECT_EQ(histories.counts().users, 329);
    EXPECT_EQ(histories.findItem("B000001FVL")->title, "Age of Plastic");
    // Seconds became milliseconds: between 1998 and 2014.
    const auto user = histories.findUser("A2P49WD75WHAG5");
    ASSERT_TRUE(user);
    EXPECT_GT(user->firstTime, 890'000'000'000);
    EXPECT_LT(user->lastTime, 1'420'000'000'000);
    expectSound(*temporary.project);
}

TEST(Importer, ReadsAnArrayLikeItsLines)
{
    const std::string one = R"({"user_id": "u", "profile": [{"asin": "a", "rating": 5.0, )"
                            R"("text": "with ] and , and \" inside", "timestamp": 900000000001,)"
                            "\n"
                            R"("title": "t"}], "data": {"asin": "b", "rating": "3", )"
                            R"("text": "more", "timestamp": 900000000002, "title": "t"}})";
    const std::string two = R"({"user_id": "v", "profile": [{"asin": "a", "rating": 5, )"
                            R"("text": "other", "timestamp": 900000000}], "data": null})";
    for (const std::string& text :
         {"[" + one + "," + two + "]", "\n [\n" + one + "\n ,\n" + two + "\n]\n"}) {
        TemporaryProject temporary;
        const auto result = temporary.import(text);
        EXPECT_EQ(result.kept, 3) << text;
        EXPECT_EQ(result.rejected, 0) << text;
        const Histories histories{*temporary.project};
        EXPECT_EQ(histories.findUser("v")->lastTime, 900'000'000'000);
        EXPECT_EQ(histories.timeline(histories.findUser("u")->id).at(1).review.text,
                  "with ] and , and \" inside");
    }
}

TEST(Importer, RejectsWhatIsWrongWithAnArrayAndKeepsTheRest)
{
    const auto element = [](const std::string& user) {
        std::string line = reviewLine(user, "i", 1, "text");
        line.pop_back();
        return line;
    };
    const std::string start = "[" + element("a") + ",\n" + element("b");
    const std::pair<std::string, std::string> ends[] = {
        {"", "not closed"}, {"] x", "behind the end"}, {",]", "last comma"}, {", {\"a", "inside"}};
    for (const auto& [end, reason] : ends) {
        TemporaryProject temporary;
        const auto result = temporary.import(start + end);
        EXPECT_EQ(result.kept, 2) << end;
        EXPECT_EQ(result.rejected, 1) << end;
        EXPECT_EQ(result.read, 3) << end;
        const auto rows = rejects(*temporary.project, 0, 10);
        ASSERT_EQ(rows.size(), 1U) << end;
        EXPECT_NE(rows[0].reason.find(reason), std::string::npos) << rows[0].reason;
        EXPECT_EQ(rows[0].file, "text");
        EXPECT_EQ(rows[0].line, 2);
        EXPECT_GE(rows[0].byte, static_cast<std::int64_t>(start.size()));
    }
    TemporaryProject temporary;
    EXPECT_THROW(temporary.import("["), Error);
}

TEST(Importer, CountsItemsAddedAndCompletedApart)
{
    TemporaryProject temporary;
    const auto result =
        temporary.import(reviewLine("u", "a", 1, "x") + reviewLine("u", "b", 2, "y"),
                         R"({"asin": "a", "title": "One"})"
                         "\n"
                         R"({"asin": "a", "title": "One", "description": "More"})"
                         "\n"
                         R"({"asin": "c", "title": "Not reviewed"})"
                         "\n");
    EXPECT_EQ(result.items, 2);
    EXPECT_EQ(result.itemsCompleted, 1);
    const auto again =
        temporary.import(reviewLine("u", "b", 3, "z"), R"({"asin": "b", "title": "Two"})"
                                                       "\n"
                                                       R"({"asin": "a", "title": "One"})"
                                                       "\n");
    EXPECT_EQ(again.items, 0);
    EXPECT_EQ(again.itemsCompleted, 1);
}

/// New users come with the figures of their batch, known ones are added to; most items of a batch
/// are counted by one statement, few of many one by one.
TEST(Importer, KeepsEveryFigureOfUsersAndItemsOverBatches)
{
    TemporaryProject temporary;
    std::mt19937_64 random{8};
    const auto reviews = [&random](int count, int users, int items) {
        std::string lines;
        for (int i = 0; i < count; ++i) {
            lines += reviewLine("user" + std::to_string(random() % users),
                                "item" + std::to_string(random() % items),
                                static_cast<std::int64_t>(random() % 100'000),
                                "so " + std::string(random() % 9 * 2, 'x') + " many",
                                static_cast<double>(1 + random() % 5));
        }
        return lines;
    };
    for (const std::string& lines :
         {reviews(18'000, 900, 300), reviews(300, 4'000, 9'000), reviews(30, 5'000, 9'000)}) {
        temporary.import(lines);
        expectSound(*temporary.project);
        Query wrong{
            temporary.project->connection(),
            "SELECT count(*) FROM users u JOIN (SELECT user_id, count(*) AS n, min(time) AS "
            "least, max(time) AS most, avg(words) AS words, avg(rating) AS rating FROM "
            "reviews GROUP BY user_id) r ON r.user_id = u.id WHERE u.reviews <> n OR "
            "u.first_time <> least OR u.last_time <> most OR "
            "abs(u.mean_words - words) > 1e-9 OR abs(u.mean_rating - rating) > 1e-9"};
        ASSERT_TRUE(wrong.next());
        EXPECT_EQ(wrong.integer(0), 0);
    }
}

TEST(Importer, CountsWordsAsTheyAreRead)
{
    std::mt19937_64 random{2};
    constexpr std::string_view bytes = " \t\n\v\f\rab\x08\x0e\x1f!\x7f\x80\x89\xa0\xff";
    for (int i = 0; i < 20'000; ++i) {
        std::string text(random() % 40, ' ');
        std::int64_t words = 0;
        bool inside = false;
        for (char& c : text) {
            c = random() % 3 == 0 ? ' ' : bytes[random() % bytes.size()];
            const bool space = std::string_view{" \t\n\v\f\r"}.find(c) != std::string_view::npos;
            words += !space && !inside ? 1 : 0;
            inside = !space;
        }
        ASSERT_EQ(countWords(text), words) << text;
        ASSERT_EQ(hasWord(text), words > 0) << text;
    }
}

TEST(Importer, LeavesTheProjectAsItIsForUse)
{
    TemporaryProject temporary;
    temporary.import(histories(3, 3));
    EXPECT_THROW(temporary.import("hello"), Error);
    Connection& connection = temporary.project->connection();
    Query synchronous{connection, "PRAGMA synchronous"};
    ASSERT_TRUE(synchronous.next());
    EXPECT_EQ(synchronous.integer(0), 2); // full
    Query merge{connection, "SELECT v FROM reviews_text_config WHERE k = 'automerge'"};
    ASSERT_TRUE(merge.next());
    EXPECT_EQ(merge.integer(0), 4);
}

TEST(Importer, TakesBackItemsWhenItIsStoppedWhileItReadsThem)
{
    TemporaryProject temporary;
    const auto reviews = temporary.folder.write("r.jsonl", reviewLine("u", "a", 1, "x") +
                                                               reviewLine("u", "b", 2, "y"));
    const auto items = temporary.folder.write("m.jsonl", "{\"asin\": \"a\", \"title\": \"A\"}\n"
                                                         "{\"asin\": \"b\", \"title\": \"B\"}\n");
    Interrupter progress{3, false};
    const auto result = importReviews(*temporary.project, {reviews}, {.items = {items}},
                                      progress.source.get_token(), progress);
    EXPECT_TRUE(result.stopped);
    EXPECT_EQ(result.kept, 2);
    EXPECT_EQ(result.items, 2);
    EXPECT_EQ(result.itemsCompleted, 0);
    EXPECT_EQ(Histories{*temporary.project}.findItem("a")->title, "");
    expectSound(*temporary.project);
    Interrupter other{-1, false};
    const auto again = importReviews(*temporary.project, {reviews}, {.items = {items}}, {}, other);
    EXPECT_EQ(again.itemsCompleted, 2);
    EXPECT_EQ(Histories{*temporary.project}.findItem("a")->title, "A");
}

TEST(Importer, TakesTheFieldsOf2023AndItsMetadata)
{
    TemporaryProject temporary;
    const auto result = temporary.import(
        R"({"rating": 5.0, "title": "Good", "text": "It is &quot;good&quot;", "asin": "child", "parent_asin": "parent", "user_id": "u", "timestamp": 1588687728923})"
        "\n",
        R"({"parent_asin": "parent", "title": "Thing", "description": ["One.", "Two."], "features": ["x"]})"
        "\n"
        R"({"parent_asin": "unreviewed", "title": "Other", "description": []})"
        "\n");
    EXPECT_EQ(result.kept, 1);
    EXPECT_EQ(result.items, 1);
    EXPECT_EQ(result.itemsCompleted, 1);
    const Histories histories{*temporary.project};
    const auto item = histories.findItem("parent");
    ASSERT_TRUE(item);
    EXPECT_EQ(item->description, "One. Two.");
    EXPECT_FALSE(histories.findItem("unreviewed"));
    const auto row = histories.reviews({}).at(0);
    EXPECT_EQ(row.review.time, 1'588'687'728'923);
    EXPECT_EQ(row.review.text, "It is &quot;good&quot;"); // 2023 is taken as it is
    EXPECT_EQ(row.itemTitle, "Thing");
}

TEST(Importer, CountsEveryLineOfBrokenFiles)
{
    const std::string good = reviewLine("u", "i", 1'000, "A text.");
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const Random random{seed, 1};
        std::string text = reviewLine("first", "i", 1, "first");
        std::int64_t lines = 1;
        for (std::uint64_t line = 0; line < 60; ++line, ++lines) {
            std::string broken = reviewLine("u" + std::to_string(line % 7), "i",
                                            static_cast<std::int64_t>(line % 11), "A text.");
            broken.pop_back();
            const auto cut = random.bits(3 * line) % (broken.size() - 1) + 1;
            if (random.uniform(3 * line + 1) < 0.3) {
                broken.resize(cut);
            } else if (random.uniform(3 * line + 2) < 0.3) {
                broken[cut] = static_cast<char>(random.bits(3 * line + 2) & 0x7F);
                std::replace(broken.begin(), broken.end(), '\n', ' ');
            }
            text += broken + "\n";
        }
        TemporaryProject temporary;
        const auto result = temporary.import(text);
        EXPECT_EQ(result.read, lines);
        EXPECT_EQ(result.kept + result.rejected + result.duplicates, result.read);
        const Counts counts = Histories{*temporary.project}.counts();
        EXPECT_EQ(counts.reviews, result.kept);
        EXPECT_EQ(counts.rejects, result.rejected);
        EXPECT_EQ(rejects(*temporary.project, 0, 1'000).size(),
                  static_cast<std::size_t>(result.rejected));
        expectSound(*temporary.project);
    }
}

TEST(Importer, SaysWhereAndWhyALineWasRejected)
{
    TemporaryProject temporary;
    const std::string first = reviewLine("u", "i", 1, "fine");
    const std::string bad[] = {reviewLine("", "i", 1, "x"),
                               reviewLine("u", "", 1, "x"),
                               reviewLine("u", "i", 1, " \n "),
                               reviewLine("u", "i", 1, "x", -1),
                               reviewLine("u", "i", -5, "x"),
                               "{\"user_id\": \n",
                               "[1]\n",
                               std::string(6'000, 'x') + "\n"};
    const char* reasons[] = {"user", "item", "text", "rating", "time", "JSON", "object", "JSON"};
    std::string text = first;
    for (const std::string& line : bad) {
        text += line;
    }
    const auto result = temporary.import(text);
    EXPECT_EQ(result.kept, 1);
    const auto rows = rejects(*temporary.project, 0, 100);
    ASSERT_EQ(rows.size(), std::size(bad));
    std::size_t byte = first.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(rows[i].file, "text");
        EXPECT_EQ(rows[i].line, static_cast<std::int64_t>(i) + 2);
        EXPECT_EQ(rows[i].byte, static_cast<std::int64_t>(byte));
        EXPECT_NE(rows[i].reason.find(reasons[i]), std::string::npos) << rows[i].reason;
        EXPECT_LE(rows[i].text.size(), 4'096U);
        byte += bad[i].size();
    }
    EXPECT_EQ(rejects(*temporary.project, rows[3].row, 2).at(0).line, rows[4].line);
}

TEST(Importer, KeepsNothingWhenTooManyLinesAreRejected)
{
    TemporaryProject temporary;
    temporary.import(histories(5, 3));
    const Counts before = Histories{*temporary.project}.counts();
    std::string text;
    for (int i = 0; i < 25'000; ++i) { // more than a batch
        text += reviewLine("user" + std::to_string(i % 9), "item" + std::to_string(i % 20), i,
                           "new text");
    }
    text += "bad\nbad\nbad\n";
    const auto file = temporary.folder.write("r.jsonl", text);
    EXPECT_THROW(static_cast<void>(importReviews(*temporary.project, {file}, {.maximumRejects = 2},
                                                 {}, noProgress)),
                 Error);
    const Histories kept{*temporary.project};
    EXPECT_EQ(kept.counts().reviews, before.reviews);
    EXPECT_EQ(kept.counts().users, before.users);
    EXPECT_EQ(kept.counts().items, before.items);
    EXPECT_EQ(kept.counts().rejects, 0);
    EXPECT_TRUE(kept.reviews({.search = "new"}).empty());
    expectSound(*temporary.project);
    EXPECT_EQ(importReviews(*temporary.project, {file}, {.maximumRejects = 3}, {}, noProgress).kept,
              25'000);
    expectSound(*temporary.project);
}

TEST(Importer, KeepsItemsAsTheyWereWhenTheirFileIsBroken)
{
    TemporaryProject temporary;
    temporary.import(reviewLine("u", "i", 1, "x"), R"({"asin": "i", "title": "Old"})");
    const auto reviews = temporary.folder.write("r.jsonl", reviewLine("u", "j", 2, "y"));
    const auto items =
        temporary.folder.write("m.jsonl", "{\"asin\": \"i\", \"title\": \"New\"}\nbad\n");
    EXPECT_THROW(
        static_cast<void>(importReviews(*temporary.project, {reviews},
                                        {.items = {items}, .maximumRejects = 0}, {}, noProgress)),
        Error);
    const Histories kept{*temporary.project};
    EXPECT_EQ(kept.findItem("i")->title, "Old");
    EXPECT_FALSE(kept.findItem("j"));
    expectSound(*temporary.project);
}

TEST(Importer, KeepsFinishedBatchesWhenAskedToStop)
{
    TemporaryProject temporary;
    const auto file = temporary.folder.write("r.jsonl", histories(1'000, 12));
    for (const std::int64_t kept : {0, 10'000}) {
        Interrupter progress{static_cast<int>(kept) + 1'500, false};
        const auto result =
            importReviews(*temporary.project, {file}, {}, progress.source.get_token(), progress);
        EXPECT_TRUE(result.stopped);
        EXPECT_EQ(result.kept, kept);
        EXPECT_EQ(result.kept + result.rejected + result.duplicates, result.read);
        EXPECT_EQ(Histories{*temporary.project}.counts().reviews, kept);
        expectSound(*temporary.project);
    }
    Interrupter progress{-1, false};
    const auto rest = importReviews(*temporary.project, {file}, {}, {}, progress);
    EXPECT_FALSE(rest.stopped);
    EXPECT_EQ(rest.duplicates, 10'000);
    EXPECT_EQ(rest.kept, 2'000);
    EXPECT_EQ(progress.done, static_cast<std::int64_t>(std::filesystem::file_size(file)));
    expectSound(*temporary.project);
}

TEST(Importer, KilledInTheMiddleLeavesASoundProject)
{
    TemporaryProject temporary;
    std::string text;
    for (int i = 0; i < 21'000; ++i) {
        text += reviewLine("user" + std::to_string(i % 9), "item", i, "text");
    }
    const auto file = temporary.folder.write("r.jsonl", text);
    temporary.project.reset();
    std::int64_t kept = 0;
    for (const int after :
         {1, 500, 10'001, 15'501}) { // a batch is committed behind its last record
        const pid_t child = ::fork();
        if (child == 0) {
            Interrupter progress{after, true};
            const auto project = Project::open(temporary.file(), OpenMode::ReadWrite);
            static_cast<void>(importReviews(*project, {file}, {}, {}, progress));
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(WEXITSTATUS(status), 7);
        const auto project = Project::open(temporary.file(), OpenMode::ReadWrite);
        expectSound(*project);
        const std::int64_t added = std::max<std::int64_t>(after - kept, 0);
        kept += added - added % rowsOfBatch; // whole batches, all of them
        EXPECT_EQ(Histories{*project}.counts().reviews, kept);
    }
    const auto project = Project::open(temporary.file(), OpenMode::ReadWrite);
    EXPECT_EQ(importReviews(*project, {file}, {}, {}, noProgress).kept, 21'000 - kept);
    expectSound(*project);
}

TEST(Importer, KeepsTheLinesBeforeACutOfACompressedFile)
{
    TemporaryProject temporary;
    const std::string text = histories(20, 50);
    const auto file = temporary.folder / "r.jsonl.gz";
    gzFile out = gzopen(file.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
    const auto result = importReviews(*temporary.project, {file}, {}, {}, noProgress);
    EXPECT_GT(result.kept, 100);
    EXPECT_EQ(result.kept + result.rejected + result.duplicates, result.read);
    EXPECT_GE(result.rejected, 1);
    EXPECT_LT(result.kept, 1'000);
}

TEST(Importer, RefusesWhatItDoesNotRecognise)
{
    TemporaryProject temporary;
    EXPECT_THROW(temporary.import("hello\nworld\n"), Error);
    EXPECT_THROW(temporary.import("{\"a\": 1}\n"), Error);
    EXPECT_EQ(Histories{*temporary.project}.counts().rejects, 0);
    EXPECT_EQ(temporary.import("").read, 0);
    EXPECT_EQ(temporary.import("\n \n[]\n").read, 0);
}

TEST(Importer, ShowsWhatAFileLooksLike)
{
    TemporaryProject temporary;
    const auto file = temporary.folder.write("r.jsonl", histories(3, 10));
    const auto preview = previewImport(file);
    EXPECT_EQ(preview.format, SourceFormat::Amazon2023);
    EXPECT_EQ(preview.rows.size(), 20U);
    EXPECT_EQ(preview.rows[0].size(), preview.columns.size());
    EXPECT_EQ(preview.rows[0][0], "user0");
    const auto none = previewImport(temporary.folder.write("n.jsonl", "hello"));
    EXPECT_FALSE(none.format);
    EXPECT_TRUE(none.rows.empty());
}

TEST(SourceFormat, HasTheNamesOfTheCommandLine)
{
    for (const char* text :
         {"amazon-2023", "amazon-2018", "nextquill", "lamp", "longlamp", "jsonl", "csv"}) {
        EXPECT_EQ(name(*sourceFormat(text)), text);
    }
    EXPECT_FALSE(sourceFormat("parquet"));
}

} // namespace
} // namespace nextquill::store
