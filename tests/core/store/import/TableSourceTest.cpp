// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tables in text: dialects, quotes, and damage of the kinds that the Pollock benchmark lists.
#include "core/store/import/TableSource.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/import/TableDialect.h"

#include "tests/core/store/TemporaryProject.h"

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using nextquill::testing::TemporaryFolder;
using nextquill::testing::TemporaryProject;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

NoProgress tableProgress;

/// Every row as JSON, or "problem: …".
std::vector<std::string> rowsOf(const std::string& table)
{
    const TemporaryFolder folder;
    const auto rows = rowsOfTable(folder.write("t.csv", table));
    std::vector<std::string> all;
    while (const auto row = rows->next()) {
        all.push_back(row->problem.empty() ? std::string{row->text}
                                           : "problem: " + std::string{row->problem});
    }
    return all;
}

TEST(TableCells, AreCutAsRfc4180Says)
{
    const TableDialect commas;
    EXPECT_THAT(cellsOf("a,b,,d", commas).cells, ElementsAre("a", "b", "", "d"));
    EXPECT_THAT(cellsOf(R"("a,b","say ""hi""",c)", commas).cells,
                ElementsAre("a,b", "say \"hi\"", "c"));
    EXPECT_THAT(cellsOf("\"two\nlines\",x", commas).cells, ElementsAre("two\nlines", "x"));
    EXPECT_THAT(cellsOf(R"( "spaced" ,x)", commas).cells, ElementsAre("spaced", "x"));
    EXPECT_THAT(cellsOf(R"(5" pipe,x)", commas).cells, ElementsAre("5\" pipe", "x"));
    EXPECT_TRUE(cellsOf("a,\"b", commas).isOpen);
    EXPECT_FALSE(cellsOf("a,\"b\"", commas).isOpen);
    EXPECT_THAT(cellsOf(R"("a \"b\" c",d)", {.escapesByBackslash = true}).cells,
                ElementsAre("a \"b\" c", "d"));
}

TEST(TableDialect, IsRecognisedFromTheFirstLines)
{
    EXPECT_EQ(dialectOf({"a,b", "1,2"}).delimiter, ',');
    EXPECT_EQ(dialectOf({"a\tb", "1, one\t2", "2, two\t3"}).delimiter, '\t');
    EXPECT_EQ(dialectOf({"user;text", "u;I like it, really, a lot", "v;no"}).delimiter, ';');
    EXPECT_EQ(dialectOf({"a|b|c", "1|2|3"}).delimiter, '|');
    EXPECT_TRUE(dialectOf({"a,b", R"("x \", y",1)", R"("z \", w",2)"}).escapesByBackslash);
    EXPECT_EQ(dialectOf({"one column", "text"}), TableDialect{});
}

TEST(TableSource, GivesRowsAsObjects)
{
    EXPECT_THAT(rowsOf("\xEF\xBB\xBFuser,text\r\nu,\"a\r\nb\"\r\n\r\nv,c\r\n"),
                ElementsAre(R"({"user":"u","text":"a\nb"})", R"({"user":"v","text":"c"})"));
}

TEST(TableSource, NamesColumnsThatHaveNoNames)
{
    EXPECT_THAT(rowsOf("u,5,x\nv,3,y\n"),
                ElementsAre(R"({"column 1":"u","column 2":"5","column 3":"x"})",
                            R"({"column 1":"v","column 2":"3","column 3":"y"})"));
    EXPECT_THAT(rowsOf("a,a,b\n1,2,3\n"), ElementsAre(R"x({"a":"1","a (2)":"2","b":"3"})x"));
}

TEST(TableSource, KeepsRowsOfAnotherWidthAsProblems)
{
    EXPECT_THAT(rowsOf("a,b\n1,2\n3\n4,5,6\n7,8,,\n9,0\n"),
                ElementsAre(R"({"a":"1","b":"2"})", "problem: it has 1 cell, the first row has 2",
                            "problem: it has 3 cells, the first row has 2", R"({"a":"7","b":"8"})",
                            R"({"a":"9","b":"0"})"));
    EXPECT_THAT(rowsOf("a,b,\n1,2,\n"), ElementsAre(R"({"a":"1","b":"2"})"));
}

TEST(TableSource, LosesOnlyTheLineWhoseQuoteIsNotClosed)
{
    EXPECT_THAT(rowsOf("a,b\n1,\"open\n2,3\n4,5\n"),
                ElementsAre("problem: a quote is opened in it that nothing closes",
                            R"({"a":"2","b":"3"})", R"({"a":"4","b":"5"})"));
    std::string rows = "a,b\n1,\"open\n";
    for (int i = 0; i < 1'500; ++i) {
        rows += "2,3\n";
    }
    rows += "4,\"late\"\n"; // closes it 1,500 lines later: too late
    EXPECT_EQ(rowsOf(rows).size(), 1'502);
}

TEST(TableSource, RefusesTextThatIsNoUtf8)
{
    EXPECT_THAT(
        rowsOf("a,b\ncaf\xE9,1\nx,2\n"),
        ElementsAre("problem: it is no UTF-8 (convert the file first)", R"({"a":"x","b":"2"})"));
}

TEST(TableSource, IsNotTakenForJson)
{
    const TemporaryFolder folder;
    EXPECT_TRUE(isTable(folder.write("a.csv", "user,text\nu,x\n")));
    EXPECT_TRUE(isTable(folder.write("b.txt", "user\ttext\nu\tx\n")));
    EXPECT_FALSE(isTable(folder.write("c.jsonl", "{\"user\": 1, \"text\": 2}\n")));
    EXPECT_FALSE(isTable(folder.write("d.json", "\n [\n1, 2]\n")));
    EXPECT_FALSE(isTable(folder.write("e.jsonl", "broken, line\n{\"user\": 1}\n")));
    EXPECT_FALSE(isTable(folder.write("f.txt", "")));
}

TEST(TableImport, FindsColumnsByTheirUsualNames)
{
    TemporaryProject temporary;
    const auto file = temporary.folder.write("r.csv", "Author,Body,Stars,Date,Product ID\n"
                                                      "ann,\"Good, but loud\",4,2013-05-01,p1\n"
                                                      "ann,Fine,5,2013-05-02T10:30:00+02:00,p2\n"
                                                      "bob,,5,2013-05-02,p1\n"
                                                      "bob,Late,5,yesterday,p1\n");
    const auto result = importReviews(*temporary.project, {file}, {}, {}, tableProgress);
    EXPECT_EQ(result.format, SourceFormat::Csv);
    EXPECT_EQ(result.read, 4);
    EXPECT_EQ(result.kept, 2);
    EXPECT_EQ(result.rejected, 2);
    const Histories histories{*temporary.project};
    const auto rows = histories.reviews({});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].review.text, "Good, but loud");
    EXPECT_EQ(rows[0].review.rating, 4);
    EXPECT_EQ(rows[0].review.time, 1'367'366'400'000);
    EXPECT_EQ(rows[1].review.time, 1'367'483'400'000);
    const auto kept = rejects(*temporary.project, 0, 10);
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].line, 4);
    EXPECT_EQ(kept[0].reason, "its text is empty");
    EXPECT_EQ(kept[1].text, "bob,Late,5,yesterday,p1"); // as it stands in the file
    EXPECT_EQ(importReviews(*temporary.project, {file}, {}, {}, tableProgress).kept, 0);
}

TEST(TableImport, TakesTheColumnsThatItIsTold)
{
    TemporaryProject temporary;
    const auto file =
        temporary.folder.write("r.tsv", "who\twhat\tname\nu1\tfirst\tx\nu1\tsecond\tx\n");
    const auto unknown = previewImport(file); // what there is, so that one can choose
    EXPECT_FALSE(unknown.format);
    EXPECT_THAT(unknown.columns, ElementsAre("who", "what", "name"));
    EXPECT_THAT(unknown.rows.at(1), ElementsAre("u1", "second", "x"));
    ImportSettings settings;
    mapField(settings.map, "user=who");
    mapField(settings.map, "text=what");
    const auto preview = previewImport(file, settings);
    EXPECT_EQ(preview.format, SourceFormat::Csv);
    EXPECT_THAT(preview.fields, ElementsAre("who", "what", "name"));
    EXPECT_THAT(preview.why, HasSubstr("the order of the rows as time"));
    EXPECT_EQ(preview.rows.at(1).at(4), "second");
    EXPECT_EQ(importReviews(*temporary.project, {file}, settings, {}, tableProgress).kept, 2);
    const Histories histories{*temporary.project};
    const auto rows = histories.timeline(histories.findUser("u1")->id);
    EXPECT_EQ(rows.at(0).review.text, "second"); // the newer one
    EXPECT_EQ(importReviews(*temporary.project, {file}, settings, {}, tableProgress).duplicates, 2);
}

TEST(TableImport, ReadsFreeJsonTheSameWay)
{
    TemporaryProject temporary;
    const auto file = temporary.folder.write(
        "r.jsonl", R"({"author": 17, "body": "one", "likes": 3})"
                   "\n"
                   R"({"author": 17, "body": "two", "created_at": "2020-01-01"})"
                   "\n");
    const auto result = importReviews(*temporary.project, {file}, {}, {}, tableProgress);
    EXPECT_EQ(result.format, SourceFormat::Jsonl);
    EXPECT_EQ(result.kept, 2);
    EXPECT_TRUE(Histories{*temporary.project}.findUser("17"));
}

TEST(FieldMap, LeavesOutWhatItIsTold)
{
    FieldMap map;
    mapField(map, "time=-");
    const FieldMap full = withUsualNames(map, {"User Name", "date", "Review-Text", "text"});
    EXPECT_EQ(full.user, "User Name");
    EXPECT_EQ(full.text, "text"); // likelier
    EXPECT_EQ(full.time, "");
    EXPECT_EQ(withUsualNames({}, {"date"}).time, "date");
}

TEST(FieldMap, RefusesWhatMapsNothing)
{
    FieldMap map;
    EXPECT_THROW(mapField(map, "user"), Error);
    EXPECT_THROW(mapField(map, "user="), Error);
    EXPECT_THROW(mapField(map, "colour=x"), Error);
    EXPECT_TRUE(map.isEmpty());
}

} // namespace
} // namespace nextquill::store
