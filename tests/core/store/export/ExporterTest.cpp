// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/Exporter.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/export/ReviewLines.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <sstream>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::histories;
using ::testing::Not;
using testing::reviewLine;
using testing::TemporaryProject;

NoProgress unheeded;

ExportResult written(TemporaryProject& from, const std::string& name,
                     const ExportSettings& settings = {})
{
    return exportReviews(*from.project, from.folder / name, settings, {}, unheeded);
}

/// What a project has, as lines that do not depend on row ids.
std::string contents(Project& project)
{
    std::vector<std::string> lines;
    const Histories store{project};
    for (const ReviewRow& row : store.reviews({.limit = 100'000})) {
        const Item item = *store.findItem(row.review.item);
        lines.push_back(Json{row.userName, item.asin, item.title, item.description,
                             row.review.rating, row.review.title, row.review.text, row.review.time,
                             row.review.excluded}
                            .dump());
    }
    std::ranges::sort(lines);
    std::string all;
    for (const std::string& line : lines) {
        all += line + '\n';
    }
    return all;
}

/// Everything that a text or a name may be.
void importDifficult(TemporaryProject& project)
{
    const std::string hostile[] = {"=1+1",
                                   "+CMD|' /C calc'!A0",
                                   "-2 \"quoted\", with commas; and; more",
                                   "@SUM(A1)",
                                   "\ttab first",
                                   "line\r\nbreaks\nof all\rkinds",
                                   "'=already guarded",
                                   "caf\xc3\xa9 \xf0\x9f\x98\x80 \xe2\x80\xa8 separators",
                                   "back\\slash and \x01 control"};
    std::string lines;
    std::int64_t time = 0;
    for (const std::string& text : hostile) {
        lines += reviewLine("us,er \"one\"", "item" + std::to_string(time), time, text, 2.5);
        lines += reviewLine("=user", "item" + std::to_string(time), 1'400'000'000'123 + time, text);
        ++time;
    }
    project.import(lines, R"({"parent_asin": "item0", "title": "=A, \"kettle\"",)"
                          R"( "description": ["Boils.", "Fast."]})"
                          "\n");
    Histories{*project.project}.setExcluded({ReviewId{3}, ReviewId{4}}, true, "x");
}

TEST(Exporter, WritesLinesThatGiveTheSameProjectAgain)
{
    TemporaryProject from;
    importDifficult(from);
    const ExportResult all = written(from, "a.jsonl", {.filter = {.withExcluded = true}});
    EXPECT_EQ(all.rows, 18);
    EXPECT_EQ(all.users, 2);
    EXPECT_EQ(all.items, 9);
    ASSERT_EQ(all.files.size(), 1U);
    EXPECT_EQ(all.files[0].digest, sha256OfFile(from.folder / "a.jsonl"));
    EXPECT_EQ(all.files[0].bytes,
              static_cast<std::int64_t>(fs::file_size(from.folder / "a.jsonl")));
    TemporaryProject to;
    const ImportResult read =
        importReviews(*to.project, {from.folder / "a.jsonl"}, {}, {}, unheeded);
    EXPECT_EQ(read.format, SourceFormat::Jsonl);
    EXPECT_EQ(read.kept, 18);
    EXPECT_EQ(contents(*to.project), contents(*from.project));
    EXPECT_TRUE(to.project->check(true, {}).empty());
    // Nothing of it is new where it came from.
    EXPECT_EQ(importReviews(*from.project, {from.folder / "a.jsonl"}, {}, {}, unheeded).kept, 0);
}

TEST(Exporter, TakesExcludedReviewsBackWhereAnImportIsTakenBack)
{
    std::string lines; // more than a batch, so that some are committed
    for (int i = 0; i < 6'000; ++i) {
        lines += OrderedJson{{"user_id", "v"},
                             {"item_id", "i"},
                             {"text", "text " + std::to_string(i)},
                             {"time", "2020-01-01"},
                             {"excluded", i % 2 == 0}}
                     .dump() +
                 "\n";
    }
    TemporaryProject to;
    to.import(reviewLine("u", "i", 5, "was there before"));
    const auto file = to.folder.write("b.jsonl", lines + "{\n{\n");
    EXPECT_THROW(
        static_cast<void>(importReviews(*to.project, {file}, {.maximumRejects = 1}, {}, unheeded)),
        Error);
    EXPECT_EQ(Histories{*to.project}.counts().excluded, 0);
    EXPECT_TRUE(to.project->check(true, {}).empty());
}

TEST(Exporter, LeavesExcludedReviewsOut)
{
    TemporaryProject from;
    importDifficult(from);
    EXPECT_EQ(written(from, "a.jsonl").rows, 16);
    EXPECT_THAT(readFile(from.folder / "a.jsonl"), Not(HasSubstr("\"excluded\":true")));
}

TEST(Exporter, GuardsCellsThatASpreadsheetWouldRun)
{
    EXPECT_EQ(tableCell("=1+1"), "\"'=1+1\"");
    EXPECT_EQ(tableCell("+1"), "\"'+1\"");
    EXPECT_EQ(tableCell("-1"), "\"'-1\"");
    EXPECT_EQ(tableCell("@A"), "\"'@A\"");
    EXPECT_EQ(tableCell("\tx"), "\"'\tx\"");
    EXPECT_EQ(tableCell("\rx"), "\"'\rx\"");
    EXPECT_EQ(tableCell("\nx"), "\"'\nx\"");
    EXPECT_EQ(tableCell(std::string_view{"\0x", 2}), (std::string{"\"'\0x\"", 5}));
    EXPECT_EQ(tableCell("a \"b\" =c"), "\"a \"\"b\"\" =c\"");
    EXPECT_EQ(tableCell(""), "\"\"");
}

TEST(Exporter, WritesTablesThatAreReadAgainWithTheirGuards)
{
    TemporaryProject from;
    importDifficult(from);
    static_cast<void>(
        written(from, "a.csv", {.format = ExportFormat::Csv, .filter = {.withExcluded = true}}));
    const std::string text = readFile(from.folder / "a.csv");
    EXPECT_TRUE(text.starts_with(
        "user_id,item_id,item_title,item_description,rating,title,text,time,excluded\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n"));
    EXPECT_THAT(text, HasSubstr("\"us,er \"\"one\"\"\",\"item0\",\"'=A, \"\"kettle\"\"\",\"Boils. "
                                "Fast.\",2.5,\"T\",\"'=1+1\",1970-01-01T00:00:00.000Z,false\r\n"));
    TemporaryProject to;
    const ImportResult read = importReviews(*to.project, {from.folder / "a.csv"}, {}, {}, unheeded);
    EXPECT_EQ(read.format, SourceFormat::Csv);
    EXPECT_EQ(read.kept, 18);
    EXPECT_EQ(Histories{*to.project}.counts().excluded, 2);
    EXPECT_TRUE(Histories{*to.project}.findUser("'=user"));
    std::string expected = contents(*from.project);
    std::string found = contents(*to.project);
    std::erase(expected, '\'');
    std::erase(found, '\'');
    // CR LF is read as one sign, as everywhere in a table.
    for (std::size_t at = 0; (at = expected.find("line\\r\\n")) != std::string::npos;) {
        expected.replace(at, 8, "line\\n");
    }
    EXPECT_EQ(found, expected);
}

TEST(Exporter, WritesWhatAFilterMatches)
{
    TemporaryProject from;
    from.import(histories(3, 4) + reviewLine("zoe", "teapot", 9'000'000, "a rare word", 1));
    const Histories store{*from.project};
    const auto rowsOf = [&](const ReviewFilter& filter) {
        return written(from, "f.jsonl", {.filter = filter, .replace = true}).rows;
    };
    EXPECT_EQ(rowsOf({.user = store.findUser("user1")->id}), 4);
    EXPECT_EQ(rowsOf({.item = store.findItem("item2")->id}), 3);
    EXPECT_EQ(rowsOf({.maximumRating = 2}), 1);
    EXPECT_EQ(rowsOf({.minimumRating = 2}), 12);
    EXPECT_EQ(rowsOf({.search = "\"rare word\" OR \"seven 0\""}), 5);
    EXPECT_EQ(rowsOf({.user = store.findUser("user1")->id, .search = "seven"}), 4);
    EXPECT_THROW(static_cast<void>(rowsOf({.search = "nowhere"})), Error);
}

TEST(Exporter, WritesWhatWasChosenInATable)
{
    TemporaryProject from;
    from.import(histories(3, 4));
    const auto rowsOf = [&](const ExportSettings& settings) {
        ExportSettings again = settings;
        again.replace = true;
        return written(from, "c.jsonl", again).rows;
    };
    const Selection some = Selection::rows(TableKind::Reviews, {1, 2, 12});
    EXPECT_EQ(rowsOf({.selection = some}), 3);
    Selection all =
        Selection::everything(FilterExpression::parse(TableKind::Reviews, "user:=user1"));
    EXPECT_EQ(rowsOf({.selection = all}), 4);
    all.ids = {2}; // left out
    EXPECT_EQ(rowsOf({.selection = all}), 3);
    EXPECT_EQ(rowsOf({.funnel = Funnel{.name = "f", .steps = {funnelStep("newest 1")}},
                      .selection = all}),
              1);
    Histories{*from.project}.setExcluded({ReviewId{1}}, true, "x");
    EXPECT_EQ(rowsOf({.selection = some}), 2);
    EXPECT_EQ(rowsOf({.filter = {.withExcluded = true}, .selection = some}), 3);
    NoProgress unheededHere;
    static_cast<void>(exportReviews(*from.project, from.folder / "hf",
                                    {.format = ExportFormat::HuggingFace, .selection = all}, {},
                                    unheededHere));
    EXPECT_THAT(readFile(from.folder / "hf/README.md"),
                HasSubstr("- reviews matched by the filter `user:=user1`, but for 1 row\n"));
}

TEST(Exporter, WritesTheExamplesOfASplit)
{
    TemporaryProject from;
    from.import(histories(3, 8));
    const Split split = Splits{*from.project}.create({.name = "s", .minimumHistory = 3});
    EXPECT_EQ(written(from, "s.jsonl", {.split = "s"}).rows, 15);
    const ExportResult some =
        written(from, "t.jsonl", {.split = "s", .parts = {SplitPart::Test, SplitPart::Validation}});
    EXPECT_EQ(some.rows, split.test + split.validation);
    const std::string text = readFile(from.folder / "t.jsonl");
    EXPECT_THAT(text, HasSubstr("\"part\":\"test\""));
    EXPECT_THAT(text, Not(HasSubstr("\"part\":\"train\"")));
    EXPECT_EQ(written(from, "u.jsonl", {.filter = {.search = "\"seven 1\""}, .split = "s"}).rows,
              5);
    EXPECT_THROW(static_cast<void>(written(from, "v.jsonl", {.split = "none"})), Error);
}

TEST(Exporter, ReplacesNamesByKeyedHashes)
{
    TemporaryProject from;
    from.import(histories(3, 2));
    const auto textWith = [&](const std::string& key) {
        static_cast<void>(written(from, "p.jsonl", {.pseudonymKey = key, .replace = true}));
        return readFile(from.folder / "p.jsonl");
    };
    const std::string first = textWith("key");
    EXPECT_THAT(first, Not(HasSubstr("user0")));
    // From Python: hmac.new(b"key", b"user0", "sha256").hexdigest()[:32]
    EXPECT_THAT(first, HasSubstr("\"user-d6a4108953eb0c97e7d574266d814741\""));
    EXPECT_EQ(textWith("key"), first);
    EXPECT_NE(textWith("other"), first);
    const std::string key = pseudonymKeyOf(*from.project);
    EXPECT_EQ(key.size(), 64U);
    from.reopen();
    EXPECT_EQ(pseudonymKeyOf(*from.project), key);
    EXPECT_EQ(fs::status(from.project->folder() / "pseudonyms.key").permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
}

/// The names in a folder that begin so.
std::size_t remains(const fs::path& folder, const std::string& beginning)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        fs::directory_iterator{folder}, [&](const fs::directory_entry& entry) {
            return entry.path().filename().string().starts_with(beginning);
        }));
}

class StopsAtOnce final : public Progress
{
public:
    void report(const ProgressReport& report) noexcept override
    {
        if (report.done >= 3) {
            source.request_stop();
        }
    }
    std::stop_source source;
};

TEST(Exporter, LeavesNothingWhenItIsStoppedAndKeepsWhatIsThere)
{
    TemporaryProject from;
    from.import(histories(3, 4));
    StopsAtOnce progress;
    EXPECT_THROW(static_cast<void>(exportReviews(*from.project, from.folder / "s.jsonl", {},
                                                 progress.source.get_token(), progress)),
                 Stopped);
    EXPECT_EQ(remains(from.folder.path(), "s.jsonl"), 0U);
    from.folder.write("s.jsonl", "mine");
    EXPECT_THROW(static_cast<void>(written(from, "s.jsonl")), Error);
    EXPECT_EQ(readFile(from.folder / "s.jsonl"), "mine");
    EXPECT_EQ(written(from, "s.jsonl", {.replace = true}).rows, 12);
    EXPECT_EQ(remains(from.folder.path(), "s.jsonl"), 1U);
    EXPECT_THROW(static_cast<void>(written(from, "nowhere/s.jsonl")), Error);
    // The project can be written again: nothing is left open.
    Histories{*from.project}.setExcluded({ReviewId{1}}, true, "x");
}

} // namespace
} // namespace nextquill::store
