// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/OtherHistories.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace nextquill::store {
namespace {

using nextquill::testing::histories;
using nextquill::testing::reviewLine;
using nextquill::testing::TemporaryProject;

ExampleData exampleOf(Project& project, const std::string& user)
{
    const Histories all{project};
    return all.example(all.timeline(all.userCalled(user).id).front().review.id);
}

std::vector<UserId> usersOf(const std::vector<OtherHistory>& others)
{
    std::vector<UserId> users;
    for (const OtherHistory& other : others) {
        users.push_back(other.user);
    }
    return users;
}

TEST(OtherHistories, AreOfDifferentOtherUsersAndEarlierAndOfOtherItems)
{
    TemporaryProject made;
    made.import(histories(30, 6));
    const ExampleData data = exampleOf(*made.project, "user7");
    const auto others = otherHistories(*made.project, data, {.users = 12, .reviews = 3}, {});
    ASSERT_EQ(others.size(), 12U);
    std::set<UserId> users;
    for (const OtherHistory& other : others) {
        EXPECT_TRUE(users.insert(other.user).second);
        EXPECT_NE(other.user, data.target.user);
        EXPECT_FALSE(other.isLater);
        EXPECT_EQ(other.data.target.id, data.target.id);
        EXPECT_GE(other.data.history.size(), 3U);
        ASSERT_EQ(other.data.history.size(), other.data.historyItems.size());
        for (const Review& review : other.data.history) {
            EXPECT_EQ(review.user, other.user);
            EXPECT_LT(review.time, data.target.time);
            EXPECT_NE(review.item, data.target.item);
        }
    }
}

TEST(OtherHistories, AreTheSameForASeedAndOthersForAnother)
{
    TemporaryProject made;
    made.import(histories(60, 4));
    const ExampleData data = exampleOf(*made.project, "user3");
    const auto drawn = [&](std::uint64_t seed) {
        return usersOf(otherHistories(*made.project, data, {.users = 5, .seed = seed}, {}));
    };
    EXPECT_EQ(drawn(1), drawn(1));
    EXPECT_NE(drawn(1), drawn(2));
}

TEST(OtherHistories, OfUsersWithEnoughReviewsComeFirstAndLaterOnesLast)
{
    TemporaryProject made;
    std::string lines;
    for (int review = 0; review < 5; ++review) {
        const std::string item = "i" + std::to_string(review);
        lines += reviewLine("own", item, 2000 + review, "mine");
        lines += reviewLine("rich", item, 1000 + review, "much");
        if (review == 1) {
            lines += reviewLine("poor", item, 1000 + review, "little");
        }
        lines += reviewLine("late", item, 9000 + review, "later");
    }
    lines += reviewLine("same", "i4", 1000, "of the target's item alone");
    made.import(lines);
    const ExampleData data = exampleOf(*made.project, "own");
    const auto others = otherHistories(*made.project, data, {.users = 9, .reviews = 3}, {});
    ASSERT_EQ(others.size(), 3U);
    EXPECT_EQ(others[0].userName, "rich");
    EXPECT_EQ(others[0].data.history.size(), 4U);
    EXPECT_EQ(others[1].userName, "poor");
    EXPECT_EQ(others[2].userName, "late");
    EXPECT_TRUE(others[2].isLater);
}

TEST(OtherHistories, OfAProjectWithOneUserAreNone)
{
    TemporaryProject made;
    made.import(histories(1, 4));
    EXPECT_TRUE(
        otherHistories(*made.project, exampleOf(*made.project, "user0"), {.users = 3}, {}).empty());
}

TEST(OtherHistories, StopWhenAsked)
{
    TemporaryProject made;
    made.import(histories(5, 4));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(static_cast<void>(otherHistories(*made.project, exampleOf(*made.project, "user0"),
                                                  {}, stop.get_token())),
                 Stopped);
}

} // namespace
} // namespace nextquill::store
