// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/SyntheticUsers.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <set>

namespace nextquill::study {
namespace {

std::string textsOf(const SyntheticWorld& world)
{
    std::string all;
    for (const SyntheticUser& user : world.users) {
        for (const SyntheticReview& review : user.reviews) {
            all += world.items[review.item].title + "|" + review.title + "|" + review.text + "\n";
        }
    }
    return all;
}

TEST(SyntheticUsers, AreAFunctionOfTheSeed)
{
    const SyntheticSettings settings{.users = 5, .reviews = 4, .items = 8, .seed = 7};
    EXPECT_EQ(textsOf(makeWorld(settings)), textsOf(makeWorld(settings)));
    SyntheticSettings other = settings;
    other.seed = 8;
    EXPECT_NE(textsOf(makeWorld(settings)), textsOf(makeWorld(other)));
}

TEST(SyntheticUsers, AreTheSameOnEveryMachine)
{
    const std::string texts = textsOf(makeWorld({.users = 5, .reviews = 4, .items = 8, .seed = 7}));
    EXPECT_EQ(sha256(texts), "70e758ee43ffdcf9693a33cc647bd7f45eaa8e357184de4659e54f0770d2fba0")
        << texts;
}

TEST(SyntheticUsers, MoreUsersLeaveTheFirstOnesAsTheyAre)
{
    const std::string few = textsOf(makeWorld({.users = 3, .reviews = 4, .items = 8}));
    const std::string more = textsOf(makeWorld({.users = 6, .reviews = 4, .items = 8}));
    EXPECT_EQ(more.substr(0, few.size()), few);
}

TEST(SyntheticUsers, ReviewEachItemOnceInTheOrderOfTime)
{
    const SyntheticWorld world = makeWorld({.users = 20, .reviews = 8, .items = 8});
    std::set<std::size_t> types;
    for (const SyntheticUser& user : world.users) {
        types.insert(user.type.index());
        std::set<std::size_t> items;
        std::int64_t last = 0;
        for (const SyntheticReview& review : user.reviews) {
            EXPECT_TRUE(items.insert(review.item).second);
            EXPECT_GT(review.time, last);
            last = review.time;
            EXPECT_GE(review.rating, 1);
            EXPECT_LE(review.rating, 5);
        }
    }
    EXPECT_GT(types.size(), 8);
}

TEST(SyntheticUsers, WriteTheirOwnWordsAsOftenAsTheGrammarSays)
{
    const SyntheticWorld world = makeWorld({.users = 200, .reviews = 10, .items = 10});
    double own = 0;
    for (const SyntheticUser& user : world.users) {
        for (const SyntheticReview& review : user.reviews) {
            const auto words = ReviewGrammar::read(world.subjectOf(review), review.text);
            own += words[0].byType[user.type.index()] > 0.5 ? 1 : 0;
        }
    }
    EXPECT_NEAR(own / 2000, 0.7, 0.04); // four standard errors
}

TEST(SyntheticUsers, SettingsThatCannotBeMetAreRefused)
{
    EXPECT_THROW(static_cast<void>(makeWorld({.users = 0})), Error);
    EXPECT_THROW(static_cast<void>(makeWorld({.users = 1, .reviews = 5, .items = 4})), Error);
    EXPECT_THROW(static_cast<void>(makeWorld({.users = 100'000, .reviews = 1'000, .items = 1'000})),
                 Error);
}

} // namespace
} // namespace nextquill::study
