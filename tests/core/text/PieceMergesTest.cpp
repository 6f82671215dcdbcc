// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PieceMerges.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::text {
namespace {

using Pieces = std::vector<std::string>;

Merge merge(int left, int right, int result, std::uint32_t rank)
{
    return {.left = static_cast<TokenId>(left),
            .right = static_cast<TokenId>(right),
            .result = static_cast<TokenId>(result),
            .rank = rank};
}

TEST(PieceMerges, NamedOnesKeepTheirOrder)
{
    const Pieces pieces{"a", "b", "ab", "", "aba"};
    const std::vector<std::pair<std::string_view, std::string_view>> halves{{"ab", "a"},
                                                                            {"a", "b"}};
    EXPECT_EQ(namedMerges(pieces, halves, "x"),
              (std::vector{merge(2, 0, 4, 0), merge(0, 1, 2, 1)}));

    for (const auto& [left, right] : std::vector<std::pair<std::string, std::string>>{
             {"a", "c"}, {"c", "a"}, {"b", "a"}, {"", "a"}}) {
        const std::vector<std::pair<std::string_view, std::string_view>> wrong{{left, right}};
        EXPECT_THROW((void)namedMerges(pieces, wrong, "x"), Error) << left << right;
    }
}

TEST(PieceMerges, ScoredOnesAreAllWaysToHalveAPiece)
{
    const Pieces pieces{"a", "b", "ab", "aab", "aa", "", "éa", "é"};
    const std::vector<double> scores{0, 0, -2, -3, -2, -1, -7, 0};
    EXPECT_EQ(scoredMerges(pieces, scores),
              (std::vector{merge(0, 1, 2, 2), merge(0, 0, 4, 2), merge(0, 2, 3, 3),
                           merge(4, 1, 3, 3), merge(7, 0, 6, 4)}));
    EXPECT_TRUE(scoredMerges({}, {}).empty());
}

TEST(PieceMerges, ScoresGiveTheMergesBack)
{
    const Pieces pieces{"a", "b", "ab", "aab", "aa", "", "éa", "é"};
    const std::vector<double> given{0, 0, -2, -3, -2.5, -1, -7, 0};
    const auto merges = scoredMerges(pieces, given);
    const auto again = scoredMerges(pieces, scoresOf(merges, pieces.size()));

    ASSERT_EQ(again.size(), merges.size());
    for (std::size_t i = 0; i < merges.size(); ++i) {
        EXPECT_EQ(again[i].left, merges[i].left);
        EXPECT_EQ(again[i].right, merges[i].right);
        EXPECT_EQ(again[i].result, merges[i].result);
    }
}

} // namespace
} // namespace nextquill::text
