// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/BytePairEncoder.h"

#include "core/base/Random.h"

#include "tests/core/text/SmallTokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::text {
namespace {

/// The definition of byte-pair encoding, word by word: merge the pair of lowest rank, the leftmost
/// first, until none is left.
std::vector<std::string> merged(const std::string& text,
                                const std::vector<std::pair<std::string, std::string>>& merges)
{
    std::vector<std::string> symbols;
    for (const char c : text) {
        symbols.emplace_back(1, c);
    }
    while (true) {
        std::size_t bestRank = merges.size();
        std::size_t best = 0;
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            for (std::size_t rank = 0; rank < bestRank; ++rank) {
                if (merges[rank].first == symbols[i] && merges[rank].second == symbols[i + 1]) {
                    bestRank = rank;
                    best = i;
                }
            }
        }
        if (bestRank == merges.size()) {
            return symbols;
        }
        symbols[best] += symbols[best + 1];
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
}

const std::vector<std::pair<std::string, std::string>> abMerges{
    {"a", "b"}, {"b", "a"},  {"ab", "ab"}, {"b", "b"},
    {"a", "a"}, {"aa", "b"}, {"bb", "ab"}, {"abab", "a"}};

// Below and above the length from which on a heap is used.
TEST(BytePairEncoder, ShortAndLongPiecesFollowTheDefinition)
{
    const TokenizerDefinition definition = testing::smallDefinition(abMerges);
    const Vocabulary vocabulary{definition};
    const BytePairEncoder encoder{definition, vocabulary};
    const Random random{6, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 1000; ++i) {
        std::string text(1 + random.bits(position++) % 60, 'a');
        for (char& c : text) {
            c = random.bits(position++) % 2 == 0 ? 'a' : 'b';
        }
        std::vector<PieceToken> tokens;
        encoder.encode(text, tokens);
        std::vector<std::string> actual;
        for (const PieceToken& token : tokens) {
            actual.push_back(text.substr(token.begin, token.end - token.begin));
            EXPECT_EQ(actual.back(), vocabulary.textOf(token.id));
        }
        EXPECT_EQ(actual, merged(text, abMerges)) << text;
    }
}

TEST(BytePairEncoder, ManyEqualBytesAreNoTrouble)
{
    const TokenizerDefinition definition =
        testing::smallDefinition({{"a", "a"}, {"aa", "aa"}, {"aaaa", "aaaa"}});
    const Vocabulary vocabulary{definition};
    const BytePairEncoder encoder{definition, vocabulary};
    std::vector<PieceToken> tokens;

    encoder.encode(std::string(300'003, 'a'), tokens);

    EXPECT_EQ(tokens.size(), 37'500U + 2U); // eights, then aa and a
}

TEST(BytePairEncoder, TheTokenOfASpecialTextNeverComesOutOfMerges)
{
    TokenizerDefinition definition = testing::smallDefinition({{"<", ">"}});
    definition.addedTokens.push_back(
        {.id = static_cast<TokenId>(256), .content = "<>", .special = true});
    definition.ignoreMerges = true;
    const Vocabulary vocabulary{definition};
    const BytePairEncoder encoder{definition, vocabulary};
    std::vector<PieceToken> tokens;

    encoder.encode("<>", tokens);

    EXPECT_EQ(tokens.size(), 2U);
}

} // namespace
} // namespace nextquill::text
