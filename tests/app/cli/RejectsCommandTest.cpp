// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

/// One kept review, two rejected lines for two reasons.
class RejectsCommand : public CommandLine
{
protected:
    void SetUp() override
    {
        const std::string kept =
            R"({"user_id": "ann", "parent_asin": "i", "rating": 4, "title": "T", )"
            R"("text": "Kept.", "timestamp": 1600000000000})"
            "\n";
        std::string empty = kept;
        empty.replace(empty.find("Kept."), 5, "");
        static_cast<void>(json({"import", "p.nextquill", "-"}, kept + "=broken\n" + empty));
    }
};

TEST_F(RejectsCommand, ListsWhatIsAskedFor)
{
    const Json all = json({"data", "rejects", "p.nextquill"}).at("rejects");
    ASSERT_EQ(all.size(), 2);
    EXPECT_EQ(all.at(0).at("line"), 2);
    EXPECT_EQ(all.at(0).at("text"), "=broken");
    const Json empty =
        json({"data", "rejects", "p.nextquill", "--reason", "its text is empty"}).at("rejects");
    ASSERT_EQ(empty.size(), 1);
    EXPECT_EQ(empty.at(0).at("line"), 3);
    EXPECT_EQ(json({"data", "rejects", "p.nextquill", "--contains", "BROKEN"}).at("rejects").size(),
              1);
    EXPECT_EQ(json({"data", "rejects", "p.nextquill", "--after",
                    std::to_string(all.at(0).at("row").get<int>())})
                  .at("rejects")
                  .size(),
              1);
}

TEST_F(RejectsCommand, SumsUpByReasonAndFile)
{
    const Json summary = json({"data", "rejects", "p.nextquill", "--summary"});
    EXPECT_EQ(summary.at("lines"), 2);
    EXPECT_EQ(summary.at("imports").at("read"), 3);
    EXPECT_EQ(summary.at("imports").at("kept"), 1);
    EXPECT_EQ(summary.at("reasons").size(), 2);
    EXPECT_EQ(summary.at("files").at(0).at("lines"), 2);
    EXPECT_THAT(run({"data", "rejects", "p.nextquill", "--summary"}).out,
                HasSubstr("read 3 = 1 kept + 2 rejected + 0 duplicates"));
}

TEST_F(RejectsCommand, WritesThemToANewFile)
{
    const Json written = json({"data", "rejects", "p.nextquill", "--to", "r.csv"});
    EXPECT_EQ(written.at("lines"), 2);
    expectFailure(run({"data", "rejects", "p.nextquill", "--to", "r.csv"}), 1, "of that name");
    EXPECT_EQ(json({"data", "rejects", "p.nextquill", "--to", "r.csv", "--force"}).at("lines"), 2);
    expectFailure(run({"data", "rejects", "p.nextquill", "--to", "r.txt"}), 1, ".jsonl or .csv");
}

} // namespace
} // namespace nextquill::app::testing
