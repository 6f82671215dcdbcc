// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

class TableCommands : public CommandLine
{
protected:
    TableCommands()
    {
        std::string lines;
        for (int i = 0; i < 12; ++i) {
            std::string text = i % 4 == 0 ? "fine jazz" : "plain rock";
            for (int word = 0; word < i; ++word) {
                text += " more";
            }
            lines += OrderedJson{{"user_id", i % 3 == 0 ? "ann" : "ben"},
                                 {"parent_asin", "i" + std::to_string(i)},
                                 {"rating", 1 + i % 5},
                                 {"title", "T"},
                                 {"text", text},
                                 {"timestamp", 1'300'000'000 + i * 86'400}}
                         .dump() +
                     "\n";
        }
        static_cast<void>(json({"import", "p.nextquill", "-"}, lines));
    }

    /// Ids of the rows that a command lists.
    [[nodiscard]] std::string ids(std::vector<std::string> options) const
    {
        std::vector<std::string> words{"data", "list", "p.nextquill"};
        words.insert(words.end(), options.begin(), options.end());
        std::string all;
        const Json listed = json(words); // kept while its rows are read
        for (const Json& row : listed.at("rows")) {
            all += std::to_string(row.at("id").get<int>()) + ' ';
        }
        return all;
    }

    [[nodiscard]] int count(const std::string& filter) const
    {
        return json({"data", "count", "p.nextquill", "--where", filter}).at("rows").get<int>();
    }
};

TEST_F(TableCommands, ListRowsThatAFilterMatchesInAnOrder)
{
    EXPECT_EQ(ids({"--where", "user:=ann", "--sort", "-time"}), "10 7 4 1 ");
    EXPECT_EQ(ids({"--where", "rating:4.. words:..7", "--sort", "words"}), "4 5 ");
    EXPECT_EQ(ids({"--where", "search:jazz"}), "1 5 9 ");
    EXPECT_EQ(ids({"--sort", "time", "--from", "10"}), "11 12 ");
    EXPECT_EQ(ids({"--sort", "time", "--from", "99"}), "");
    const Json some =
        json({"data", "list", "p.nextquill", "--columns", "user,words", "--limit", "2"});
    EXPECT_EQ(some.at("rows").dump(), R"([{"user":"ann","words":2},{"user":"ben","words":3}])");
    EXPECT_TRUE(some.at("more").get<bool>());
    EXPECT_THAT(run({"data", "list", "p.nextquill", "--table", "users", "--sort", "-reviews"}).out,
                HasSubstr("ben\t8\t"));
    EXPECT_THAT(run({"data", "list", "p.nextquill"}).out, HasSubstr("ben "));
    EXPECT_EQ(json({"data", "list", "p.nextquill", "--user", "ann"}).at("reviews").size(), 4U);
    expectFailure(run({"data", "list", "p.nextquill", "--where", "rating:x"}), 1,
                  "rating: this is no number: \"x\", character 1");
    expectFailure(run({"data", "list", "p.nextquill", "--sort", "text"}), 1, "cannot be sorted");
}

TEST_F(TableCommands, ActOnAllThatMatchesAndTakeItBack)
{
    EXPECT_EQ(json({"data", "exclude", "p.nextquill", "--where", "rating:1"}).at("step"),
              "Exclude 3 reviews");
    EXPECT_EQ(json({"data", "tag", "p.nextquill", "funny", "2", "3"}).at("changes"), 2);
    EXPECT_EQ(json({"data", "tags", "p.nextquill"}).at("tags").at(0).at("reviews"), 2);
    EXPECT_EQ(json({"data", "delete", "p.nextquill", "12"}).at("step"), "Delete 1 review");
    EXPECT_EQ(json({"data", "merge", "p.nextquill", "ann", "--into", "ben"}).at("changes"), 4);
    EXPECT_EQ(
        json({"data", "edit", "p.nextquill", "2", "--title", "New", "--rating", "3.5"}).at("steps"),
        Json::parse(R"(["Edit a title","Change a rating"])"));
    EXPECT_EQ(count("user:=ben"), 11);
    EXPECT_EQ(count("excluded:yes"), 3);
    EXPECT_EQ(count("tags:funny title:New rating:3.5"), 1);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("deleted"), 1);
    EXPECT_EQ(json({"data", "undo", "p.nextquill", "--to", "1"}).at("moved"), 5);
    EXPECT_EQ(count(""), 12);
    EXPECT_EQ(json({"data", "redo", "p.nextquill"}).at("redone"), "Tag 2 reviews \"funny\"");
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"), "Tag 2 reviews \"funny\"");
    EXPECT_EQ(count("tags:funny"), 0);
    EXPECT_EQ(json({"data", "exclude", "p.nextquill", "1"}).at("step"), Json(nullptr));
    expectFailure(run({"data", "exclude", "p.nextquill"}), 1, "nothing is chosen");
    expectFailure(run({"data", "delete", "p.nextquill", "1", "--where", "rating:1"}), 1,
                  "do not go together");
    expectFailure(run({"data", "merge", "p.nextquill", "zoe", "--into", "ben"}), 1, "zoe");
}

TEST_F(TableCommands, KeepViewsIndicesAndCounts)
{
    static_cast<void>(json({"data", "views", "p.nextquill", "--save", "Low", "--where",
                            "rating:..2", "--sort", "-words", "--columns", "id,rating"}));
    EXPECT_EQ(ids({"--view", "Low"}), "12 11 7 6 2 1 ");
    EXPECT_EQ(ids({"--view", "Low", "--where", "rating:1", "--sort", "id"}), "1 6 11 ");
    EXPECT_EQ(json({"data", "views", "p.nextquill"}).at("views").at(0).at("where"), "rating:..2");
    expectFailure(run({"data", "views", "p.nextquill", "--save", "Low"}), 1, "already");
    expectFailure(run({"data", "list", "p.nextquill", "--view", "High"}), 1, "High");
    EXPECT_EQ(json({"data", "views", "p.nextquill", "--remove", "Low"}).at("views").size(), 0U);
    const Json built = json({"data", "index", "p.nextquill", "--build", "all"});
    for (const Json& index : built.at("indices")) {
        EXPECT_TRUE(index.at("there").get<bool>()) << index;
    }
    static_cast<void>(json({"data", "index", "p.nextquill", "--drop", "search"}));
    EXPECT_EQ(ids({"--where", "search:jazz", "--sort", "-time"}), "9 5 1 ");
    const Json bars = json({"data", "histogram", "p.nextquill", "--columns", "rating"});
    EXPECT_EQ(bars.at("histograms").at(0).at("bars").at(0).dump(),
              R"({"high":1.0,"low":1.0,"rows":3,"where":"1"})");
}

TEST_F(TableCommands, AreMeasuredByABenchThatLeavesTheProjectAsItWas)
{
    const Json report =
        json({"bench", "histories", "--reviews", "2000", "--keep", "b.nextquill", "--repeat", "1"});
    EXPECT_EQ(report.at("benches").at(0).at("facts").at("reviews"), 2000);
    EXPECT_GT(report.at("benches").at(0).at("rows").size(), 40U);
    EXPECT_EQ(json({"data", "count", "b.nextquill", "--where", "excluded:yes"}).at("rows"), 0);
    EXPECT_EQ(json({"data", "count", "b.nextquill"}).at("rows"), 2000);
}

} // namespace
} // namespace nextquill::app::testing
