// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/NameNumbers.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace nextquill::store {
namespace {

TEST(NameNumbers, CountNamesInTheOrderOfTheirComing)
{
    NameNumbers numbers;
    std::map<std::string, std::uint32_t> expected;
    std::mt19937_64 random{3};
    for (int i = 0; i < 40'000; ++i) {
        const std::string name = "n" + std::to_string(random() % 9'000);
        numbers.expect(name);
        const NameNumber number = numbers.of(name);
        const auto [at, isNew] =
            expected.emplace(name, static_cast<std::uint32_t>(expected.size()));
        ASSERT_EQ(number.number, at->second) << name;
        ASSERT_EQ(number.round, 1U);
    }
}

TEST(NameNumbers, BeginAnewAfterManyNames)
{
    NameNumbers numbers;
    for (int i = 0; i < 300'000; ++i) {
        ASSERT_EQ(numbers.of(std::to_string(i)).round, 1U);
    }
    EXPECT_EQ(numbers.of("17").number, 17U);
    const NameNumber next = numbers.of("one more");
    EXPECT_EQ(next.round, 2U);
    EXPECT_EQ(next.number, 0U);
    EXPECT_EQ(numbers.of("17").number, 1U);
}

TEST(RowsOfNames, AreKnownWithinARound)
{
    RowsOfNames rows;
    EXPECT_EQ(rows.at({1, 5}), 0);
    rows.at({1, 5}) = 50;
    rows.at({1, 2}) = 20;
    EXPECT_EQ(rows.at({1, 5}), 50);
    EXPECT_EQ(rows.at({1, 2}), 20);
    EXPECT_TRUE(rows.knowsAll());
    EXPECT_EQ(rows.at({2, 5}), 0);
    EXPECT_FALSE(rows.knowsAll());
}

TEST(RowsOfNames, AreNeverKnownOfUnnumberedNames)
{
    RowsOfNames rows;
    rows.at({}) = 7;
    EXPECT_EQ(rows.at({}), 0);
    EXPECT_FALSE(rows.knowsAll());
}

TEST(RowsOfNames, AreForgottenWithTheirTransaction)
{
    RowsOfNames rows;
    rows.at({1, 1}) = 10;
    rows.forget();
    EXPECT_EQ(rows.at({1, 1}), 0);
    EXPECT_FALSE(rows.knowsAll());
}

} // namespace
} // namespace nextquill::store
