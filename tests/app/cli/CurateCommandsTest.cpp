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
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"), "Exclude 1 duplicate");
    EXPECT_THAT(run({"data", "dedup", "p.nextquill"}).out, HasSubstr("1 group, 1 text beside"));
    expectFailure(run({"data", "dedup", "p.nextquill", "--threshold", "2"}), 2, "--threshold");
}

TEST_F(CurateCommands, LeaksAreListedFixedAndTakenBack)
{
    std::string lines;
    for (int i = 0; i < 9; ++i) {
        std::string text;
        for (const char* const word : {"a", "b", "c", "d", "e", "f"}) {
            text += word + std::to_string(i) + " ";
        }
        lines += reviewBy("ann", "i" + std::to_string(i), 100 * (i + 1), text);
    }
    import(lines + reviewBy("ann", "i2", 1'000, "A0 B0, c0 d0 e0 f0!"));
    expectFailure(run({"data", "leaks", "p.nextquill"}), 1, "there is no split yet");
    static_cast<void>(json({"data", "split", "p.nextquill"}));
    const Json found =
        json({"data", "leaks", "p.nextquill", "--kinds", "text-in-history,same-item"});
    EXPECT_EQ(found.at("targets"), 6);
    EXPECT_EQ(found.at("kinds").size(), 2U);
    EXPECT_EQ(found.at("kinds").at("text-in-history").at("test"), 1);
    EXPECT_EQ(found.at("kinds").at("same-item").at("targets"), 1);
    EXPECT_EQ(found.at("listed").at(0).at("target").at("item"), "i2");
    EXPECT_EQ(found.at("listed").at(0).at("reviews").at(0).at("item"), "i0");
    EXPECT_THAT(run({"data", "leaks", "p.nextquill", "--limit", "1"}).out,
                HasSubstr("text-in-history (test): the same words stand in the history"));
    const Json latest = json({"data", "leaks", "p.nextquill", "--latest", "5"});
    EXPECT_EQ(latest.at("targets"), 1);
    EXPECT_TRUE(latest.at("split").is_null());
    expectFailure(run({"data", "leaks", "p.nextquill", "--latest", "5", "--fix"}), 1,
                  "nothing to make anew");
    const Json fixed = json({"data", "leaks", "p.nextquill", "--fix"}).at("fixed");
    EXPECT_EQ(fixed.at("excluded"), 2);
    EXPECT_EQ(fixed.at("left"), 0);
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 2);
    EXPECT_EQ(json({"data", "undo", "p.nextquill"}).at("undone"),
              "Exclude 2 reviews because of leaks in default");
    EXPECT_EQ(json({"data", "stats", "p.nextquill"}).at("excluded"), 0);
    expectFailure(run({"data", "leaks", "p.nextquill", "--kinds", "other"}), 2, "--kinds");
}

} // namespace
} // namespace nextquill::app::testing
