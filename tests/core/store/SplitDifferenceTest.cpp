// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SplitDifference.h"

#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace nextquill::store {
namespace {

using testing::histories;
using testing::reviewLine;
using testing::TemporaryProject;

/// A comparison as text: counts, users, examples.
std::string compared(Project& project, const std::string& a, const std::string& b)
{
    const Splits splits{project};
    const SplitComparison comparison{project, splits.find(a)->id, splits.find(b)->id};
    const SplitDifference found = comparison.difference();
    std::string text =
        fmt::format("={} ~{} +{} -{} users +{} -{}\n", found.kept, found.moved, found.added,
                    found.removed, found.usersAdded, found.usersRemoved);
    UserId lastUser{0};
    for (auto page = comparison.users(lastUser, 1); !page.empty();
         page = comparison.users(lastUser, 1)) {
        text += fmt::format("{}{} ", page[0].added ? '+' : '-', page[0].name);
        lastUser = page[0].id;
    }
    ReviewId last{0};
    for (auto page = comparison.changes(last, 2); !page.empty();
         page = comparison.changes(last, 2)) {
        for (const SplitChange& change : page) {
            text += fmt::format("{}:{}>{} ", number(change.review),
                                change.before ? name(*change.before) : "",
                                change.after ? name(*change.after) : "");
            last = change.review;
        }
    }
    return text;
}

TEST(SplitDifference, NamesWhatCameInWhatWentOutAndWhatMoved)
{
    TemporaryProject temporary;
    temporary.import(histories(1, 5)); // reviews 1 to 5
    Splits splits{*temporary.project};
    const SplitSettings settings{.name = "a", .minimumHistory = 2};
    static_cast<void>(splits.create(settings));
    SplitSettings later = settings;
    later.name = "b";
    temporary.import(reviewLine("user0", "new", 9'000'000, "another text of five words") +
                     reviewLine("v", "x", 1, "one") + reviewLine("v", "y", 2, "two") +
                     reviewLine("v", "z", 3, "this has five words too"));
    Histories{*temporary.project}.setExcluded({ReviewId{3}}, true, "x");
    static_cast<void>(splits.create(later));
    EXPECT_EQ(compared(*temporary.project, "a", "a"), "=3 ~0 +0 -0 users +0 -0\n");
    EXPECT_EQ(compared(*temporary.project, "a", "b"), "=0 ~2 +2 -1 users +1 -0\n"
                                                      "+v 3:train> 4:validation>train "
                                                      "5:test>validation "
                                                      "6:>test 9:>test ");
    EXPECT_EQ(compared(*temporary.project, "b", "a"), "=0 ~2 +1 -2 users +0 -1\n"
                                                      "-v 3:>train 4:train>validation "
                                                      "5:validation>test "
                                                      "6:test> 9:test> ");
}

TEST(SplitDifference, IsNoneWhereATextAloneWasChanged)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 6));
    Splits splits{*temporary.project};
    const Split before = splits.create({.name = "a", .minimumHistory = 2});
    Histories{*temporary.project}.setText(ReviewId{1}, "changed", "x");
    const Split after = splits.create({.name = "b", .minimumHistory = 2});
    EXPECT_TRUE(SplitComparison(*temporary.project, before.id, after.id).difference().isNone());
    EXPECT_NE(before.digest, after.digest);
}

TEST(Splits, KeepAnOlderVersionWhereAskedTo)
{
    TemporaryProject temporary;
    temporary.import(histories(2, 6));
    Splits splits{*temporary.project};
    const SplitSettings settings{.name = "s", .minimumHistory = 2};
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s");
    splits.freeze(splits.find("s")->id);
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s@2");
    EXPECT_EQ(splits.createVersion(settings).settings.name, "s@3");
    EXPECT_EQ(splits.find("s@2")->digest, splits.find("s")->digest);
    EXPECT_TRUE(splits.find("s")->frozen);
    EXPECT_FALSE(splits.find("s@2")->frozen);
}

} // namespace
} // namespace nextquill::store
