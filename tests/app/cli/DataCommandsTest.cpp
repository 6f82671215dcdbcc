// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string reviewLine(const std::string& user, const std::string& item, std::int64_t time,
                       const std::string& text)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", item}, {"rating", 4},
                       {"title", "T"},    {"text", text},        {"timestamp", time}}
               .dump() +
           "\n";
}

class DataCommands : public CommandLine
{
};

TEST_F(DataCommands, ImportCountsWhatItKeptAndTheItemsItAdded)
{
    m_folder.write("r.jsonl", reviewLine("ann", "i1", 1, "one two three four five six") +
                                  "{broken\n" +
                                  reviewLine("ann", "i2", 2, "seven eight nine ten eleven"));
    m_folder.write("items.jsonl",
                   R"({"parent_asin": "i1", "title": "A kettle", "description": ["Boils."]})"
                   "\n");
    const Json first =
        json({"import", "p.nextquill", "r.jsonl", "--items", "items.jsonl", "--format", "auto"});
    EXPECT_EQ(first.at("format"), "amazon-2023");
    EXPECT_EQ(first.at("read"), 3);
    EXPECT_EQ(first.at("kept"), 2);
    EXPECT_EQ(first.at("rejected"), 1);
    EXPECT_EQ(first.at("items"), 2);
    EXPECT_EQ(first.at("items_completed"), 1);
    const Json again = json({"import", "p.nextquill", "r.jsonl"});
    EXPECT_EQ(again.at("kept"), 0);
    EXPECT_EQ(again.at("duplicates"), 2);
    EXPECT_EQ(again.at("items"), 0);
    const Ended words = run({"import", "p.nextquill", "r.jsonl"});
    EXPECT_THAT(words.out, HasSubstr("items: 0 new"));
    EXPECT_THAT(words.out, Not(HasSubstr("metadata")));
}

TEST_F(DataCommands, ImportSaysHowManyItemsGotTheirMetadata)
{
    m_folder.write("r.jsonl", reviewLine("ann", "i1", 1, "one two three four five six"));
    m_folder.write("items.jsonl", R"({"parent_asin": "i1", "title": "A kettle"})"
                                  "\n");
    const Ended ended = run({"import", "p.nextquill", "r.jsonl", "--items", "items.jsonl"});
    EXPECT_THAT(ended.out, HasSubstr("items: 1 new, metadata taken for 1"));
}

TEST_F(DataCommands, ImportReadsATableByItsColumns)
{
    m_folder.write("t.csv",
                   "who;body;day\nann;one two;2020-01-02\nann;\"three; four\";2020-01-03\n");
    expectFailure(run({"import", "p.nextquill", "t.csv"}), 1, "--map user=COLUMN");
    const Json done =
        json({"import", "p.nextquill", "t.csv", "--map", "user=who", "--map", "time=day"});
    EXPECT_EQ(done.at("format"), "csv");
    EXPECT_EQ(done.at("kept"), 2);
    expectFailure(run({"import", "p.nextquill", "t.csv", "--map", "colour=who"}), 1,
                  "maps no field");
}

TEST_F(DataCommands, ImportReadsStandardInputAndStatsHaveTheContractsFields)
{
    static_cast<void>(
        json({"import", "p.nextquill", "-"},
             reviewLine("ann", "i1", 1, "one two three four five six") + "nonsense\n"));
    const Json stats = json({"data", "stats", "p.nextquill"});
    EXPECT_EQ(stats.at("users"), 1);
    EXPECT_EQ(stats.at("items"), 1);
    EXPECT_EQ(stats.at("reviews"), 1);
    EXPECT_EQ(stats.at("rejects"), 1);
    const Json rejects = json({"data", "rejects", "p.nextquill"}).at("rejects");
    ASSERT_EQ(rejects.size(), 1);
    EXPECT_EQ(rejects.at(0).at("line"), 2);
    EXPECT_NE(rejects.at(0).at("reason"), "");
}

TEST_F(DataCommands, AnUnknownFormatIsAFailureThatNamesTheKnownOnes)
{
    m_folder.write("r.jsonl", reviewLine("ann", "i1", 1, "one two three"));
    expectFailure(run({"import", "p.nextquill", "r.jsonl", "--format", "yelp"}), 1,
                  "take auto, amazon-2023, amazon-2018, nextquill, lamp, longlamp, jsonl or csv");
}

TEST_F(DataCommands, ListSearchExcludeAndUndoAgreeWithEachOther)
{
    const std::string project = sampleProject();
    const Json users = json({"data", "list", project, "--limit", "2"}).at("users");
    ASSERT_EQ(users.size(), 2);
    const auto user = users.at(0).at("user").get<std::string>();
    const Json reviews = json({"data", "list", project, "--user", user}).at("reviews");
    EXPECT_EQ(reviews.size(), users.at(0).at("reviews").get<std::size_t>());
    const Json found = json({"data", "search", project, "\"brass weights\""}).at("reviews");
    ASSERT_EQ(found.size(), 1);
    EXPECT_THAT(found.at(0).at("text").get<std::string>(), HasSubstr("brass weights"));
    const std::string id = std::to_string(found.at(0).at("id").get<int>());
    static_cast<void>(json({"data", "exclude", project, id}));
    EXPECT_EQ(json({"data", "stats", project}).at("excluded"), 1);
    EXPECT_TRUE(json({"data", "undo", project}).at("undone").is_string());
    EXPECT_EQ(json({"data", "stats", project}).at("excluded"), 0);
    EXPECT_TRUE(json({"data", "undo", project}).at("undone").is_null());
}

TEST_F(DataCommands, SplitHasItsPartsAndDigest)
{
    const std::string project = sampleProject();
    const Json split = json({"data", "split", project, "--name", "last"});
    EXPECT_EQ(split.at("name"), "last");
    EXPECT_EQ(split.at("digest").get<std::string>().size(), 64);
    EXPECT_GT(split.at("train").get<int>(), 0);
    EXPECT_EQ(split.at("digest"), json({"data", "split", project, "--name", "last"}).at("digest"));
    expectFailure(run({"data", "split", project, "--rule", "by-mood"}), 2, "by-mood");
}

TEST_F(DataCommands, AnotherFileThanAProjectIsRefusedInOneLine)
{
    m_folder.write("text.nextquill", "no database\nat all\n");
    expectFailure(run({"data", "stats", "text.nextquill"}), 1, "text.nextquill");
}

TEST_F(DataCommands, HostileTextsAreOneJsonDocumentAndHarmlessOnATerminal)
{
    m_folder.write(
        "r.jsonl",
        reviewLine("ann", "i1", 1, "bell \x07 esc \x1b[2J <script> \xe2\x80\xae and \"more\""));
    static_cast<void>(json({"import", "p.nextquill", "r.jsonl"}));
    const Json reviews = json({"data", "list", "p.nextquill", "--user", "ann"}).at("reviews");
    EXPECT_THAT(reviews.at(0).at("text").get<std::string>(), HasSubstr("\x1b[2J <script>"));
    const Ended shown = run({"data", "list", "p.nextquill", "--user", "ann"});
    EXPECT_EQ(shown.out.find('\x1b'), std::string::npos);
    EXPECT_EQ(shown.out.find("\xe2\x80\xae"), std::string::npos);
}

TEST_F(DataCommands, ScoreGivesTheMetricsOfEachPairAndOfAll)
{
    const std::string pairs =
        R"({"prediction": "the cat sat on the mat", "reference": "the cat sat on the mat"})"
        "\n\n"
        R"({"prediction": "nothing shared", "reference": "other words entirely"})"
        "\n";
    const Ended ended = run({"score"}, pairs);
    EXPECT_EQ(ended.status, 0) << ended.err;
    const Json scores = ended.document();
    ASSERT_EQ(scores.at("pairs").size(), 2);
    for (const char* metric : {"rouge1", "rouge2", "rougeL", "meteor", "bleu", "chrf"}) {
        EXPECT_TRUE(scores.at("pairs").at(0).at(metric).is_number()) << metric;
        EXPECT_TRUE(scores.at("corpus").at(metric).is_number()) << metric;
    }
    EXPECT_DOUBLE_EQ(scores.at("pairs").at(0).at("rouge1").get<double>(), 1);
    EXPECT_NEAR(scores.at("pairs").at(0).at("bleu").get<double>(), 100, 1e-9);
    EXPECT_DOUBLE_EQ(scores.at("pairs").at(1).at("rouge1").get<double>(), 0);
    EXPECT_DOUBLE_EQ(scores.at("corpus").at("rouge1").get<double>(), 0.5);
}

TEST_F(DataCommands, ScoreNamesTheLineOfABrokenRecord)
{
    const std::string good = R"({"prediction": "a", "reference": "b"})"
                             "\n";
    expectFailure(run({"score"}, good + "\n[1]\n"), 1, "standard input, line 3");
    expectFailure(run({"score"}, good + R"({"prediction": "a"})"), 1, "no text \"reference\"");
    expectFailure(run({"score"}, good + "{"), 1, "standard input, line 2");
    expectFailure(run({"score"}, ""), 1, "there is no pair to score");
}

} // namespace
} // namespace nextquill::app::testing
