// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/RowPages.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

constexpr std::int64_t size = RowPages::pageRows;

/// A page's rows, whose ids are their numbers and 1,000.
std::vector<store::TableRow> rowsOf(std::int64_t page, std::int64_t count)
{
    std::vector<store::TableRow> rows;
    for (std::int64_t row = page * size; row < page * size + count; ++row) {
        rows.push_back({.id = row + 1'000});
    }
    return rows;
}

TEST(RowPages, FindsARowByItsNumberInAnyPage)
{
    RowPages pages;
    pages.put(7, rowsOf(7, size), size);
    ASSERT_NE(pages.row(7 * size + 3), nullptr);
    EXPECT_EQ(pages.row(7 * size + 3)->id, 7 * size + 1'003);
    EXPECT_EQ(pages.row(6 * size), nullptr);
    EXPECT_EQ(pages.find(7 * size + 1'003), 7 * size + 3);
    EXPECT_EQ(pages.find(5), -1);
}

TEST(RowPages, ForgetsThePageThatWasLookedAtLongestAgo)
{
    RowPages pages{2};
    pages.put(0, rowsOf(0, size), size);
    pages.put(1, rowsOf(1, size), size);
    pages.touch(0);
    pages.put(2, rowsOf(2, size), size);
    EXPECT_EQ(pages.size(), 2U);
    EXPECT_NE(pages.row(0), nullptr);
    EXPECT_EQ(pages.row(size), nullptr);
}

TEST(RowPages, IsNotFreshWhileMoreRowsOfThePageAreKnownThanWereAskedFor)
{
    RowPages pages;
    pages.put(0, rowsOf(0, 3), 3);
    EXPECT_TRUE(pages.isFresh(0, 3));
    EXPECT_FALSE(pages.isFresh(0, 4));
    pages.put(0, rowsOf(0, 3), size); // asked for all, and no more came
    EXPECT_TRUE(pages.isFresh(0, 4));
    EXPECT_FALSE(pages.isFresh(1, 4 + size));
}

TEST(RowPages, ShowsStaleRowsUntilNewerOnesCome)
{
    RowPages pages;
    pages.put(0, rowsOf(0, 3), 3);
    pages.makeStale();
    EXPECT_FALSE(pages.isFresh(0, 3));
    EXPECT_NE(pages.row(2), nullptr);
    pages.put(0, rowsOf(0, 2), 3);
    EXPECT_TRUE(pages.isFresh(0, 3));
    EXPECT_EQ(pages.row(2), nullptr);
}

} // namespace
} // namespace nextquill::ui
