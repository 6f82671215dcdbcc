// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;

std::string reviewBy(const std::string& user, const std::string& item, std::int64_t time,
                     const std::string& text)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", item}, {"rating", 4},
                       {"title", "T"},    {"text", text},        {"timestamp", time}}
               .dump() +
           "\n";
}

class CurateCommands : public CommandLine
{
protected:
    void import(const std::string& lines) const
    {
        static_cast<void>(json({"import", "p.nextquill", "-"}, lines));
    }
};

TEST_F(CurateCommands, DedupListsAndExcludesAsOneStep)
{
    import(reviewBy("ann", "i1", 10, "one two three four five six") +
           reviewBy("ben", "i2", 5, "One two three, four five six!") +
           reviewBy("ben", "i3", 7, "something else that is long enough"));
    const Json listed = json({"data", "dedup", "p.nextquill"});
    EXPECT_EQ(listed.at("groups"), 1);
    EXPECT_EQ(listed.at("exact_duplicates"), 1);
    EXPECT_EQ(listed.at("excluded"), 0);
    EXPECT_EQ(listed.at("listed").at(0).at("reviews").at(0).at("user"), "ben");
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 0);
    EXPECT_EQ(json({"data", "dedup", "p.nextquill", "--keep", "earliest"}).at("excluded"), 1);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 1);
    EXPECT_EQ(json({"data", "dedup", "p.nextquill"}).at("groups"), 0);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"), "Exclude 1 duplicates");
    EXPECT_THAT(run({"data", "dedup", "p.nextquill"}).out, HasSubstr("1 groups, 1 texts beside"));
    expectFailure(run({"data", "dedup", "p.nextquill", "--threshold", "2"}), 2, "--threshold");
}

} // namespace
} // namespace nextquill::app::testing
