// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/UnigramEncoder.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace nextquill::text {
namespace {

TokenizerDefinition definitionOf(const std::vector<std::pair<std::string, double>>& pieces)
{
    TokenizerDefinition definition;
    definition.model = TokenModel::Unigram;
    definition.preTokenizers.clear();
    for (const auto& [text, score] : pieces) {
        definition.pieces.push_back(text);
        definition.scores.push_back(score);
    }
    definition.unknown = TokenId{};
    return definition;
}

struct Encoder
{
    explicit Encoder(const TokenizerDefinition& definition)
        : vocabulary{definition}
        , encoder{definition, vocabulary}
    {
    }

    [[nodiscard]] std::string shown(const std::string& text) const
    {
        std::vector<PieceToken> tokens;
        encoder.encode(text, tokens);
        std::string result;
        for (const PieceToken& token : tokens) {
            result += '[' + std::string{vocabulary.textOf(token.id)} + ' ' +
                      std::to_string(token.begin) + ' ' + std::to_string(token.end) + ']';
        }
        return result;
    }

    Vocabulary vocabulary;
    UnigramEncoder encoder;
};

TEST(UnigramEncoder, TheLikeliestPiecesAreTaken)
{
    const Encoder encoder{
        definitionOf({{"<unk>", 0}, {"a", -1}, {"b", -1}, {"ab", -1.5}, {"abc", -9}, {"c", -2}})};

    EXPECT_EQ(encoder.shown("ab"), "[ab 0 2]");
    EXPECT_EQ(encoder.shown("abc"), "[ab 0 2][c 2 3]"); // -3.5 is more than -9
    EXPECT_EQ(encoder.shown(""), "");
}

TEST(UnigramEncoder, OfEquallyLikelyWaysTheFirstOneFoundStays)
{
    const Encoder encoder{definitionOf({{"<unk>", 0}, {"a", -1}, {"aa", -2}})};

    EXPECT_EQ(encoder.shown("aaa"), "[a 0 1][aa 1 3]");
}

TEST(UnigramEncoder, UnknownCharactersInARowAreOneToken)
{
    const Encoder encoder{definitionOf({{"<unk>", 0}, {"a", -1}})};

    EXPECT_EQ(encoder.shown("aé漢a"), "[a 0 1][<unk> 1 6][a 6 7]");
}

TEST(UnigramEncoder, UnknownCharactersMayFallBackToBytes)
{
    std::vector<std::pair<std::string, double>> pieces{{"<unk>", 0}, {"a", -1}};
    for (unsigned byte = 0; byte < 256; ++byte) {
        pieces.emplace_back(byteName(static_cast<unsigned char>(byte)), 0);
    }
    TokenizerDefinition definition = definitionOf(pieces);
    definition.byteFallback = true;
    const Encoder encoder{definition};

    EXPECT_EQ(encoder.shown("aé"), "[a 0 1][<0xC3> 1 3][<0xA9> 1 3]");
    // What is written like a byte's piece is text.
    EXPECT_EQ(encoder.shown("<0x0A>").substr(0, 17), "[<0x3C> 0 6][<0x3");
}

/// All ways to cut `text` into pieces, the best score.
double bestScore(const std::vector<std::pair<std::string, double>>& pieces, const std::string& text)
{
    std::vector<double> best(text.size() + 1, -std::numeric_limits<double>::infinity());
    best[0] = 0;
    for (std::size_t end = 1; end <= text.size(); ++end) {
        for (const auto& [piece, score] : pieces) {
            if (piece.size() <= end && text.compare(end - piece.size(), piece.size(), piece) == 0) {
                best[end] = std::max(best[end], best[end - piece.size()] + score);
            }
        }
    }
    return best.back();
}

TEST(UnigramEncoder, NoOtherWayIsLikelier)
{
    const std::vector<std::pair<std::string, double>> pieces{
        {"<unk>", -1},   {"a", -1.25}, {"b", -1.5},   {"ab", -2},    {"ba", -2.25},
        {"aba", -2.875}, {"bb", -2.5}, {"aab", -3.5}, {"abb", -3.75}};
    const Encoder encoder{definitionOf(pieces)};
    const Random random{8, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 500; ++i) {
        std::string text(1 + random.bits(position++) % 20, 'a');
        for (char& c : text) {
            c = random.bits(position++) % 2 == 0 ? 'a' : 'b';
        }
        std::vector<PieceToken> tokens;
        encoder.encoder.encode(text, tokens);
        double score = 0;
        for (const PieceToken& token : tokens) {
            score += pieces[static_cast<std::size_t>(token.id)].second;
        }
        EXPECT_EQ(score, bestScore(pieces, text)) << text; // sums of eighths are exact
    }
}

TEST(UnigramEncoder, WhatHasNoMeaningIsRefused)
{
    const auto problem = [](const TokenizerDefinition& definition) {
        try {
            const Encoder encoder{definition};
        } catch (const Error& error) {
            return error.problem();
        }
        return std::string{};
    };
    TokenizerDefinition scores = definitionOf({{"<unk>", 0}});
    scores.scores.clear();
    TokenizerDefinition unknown = definitionOf({{"a", 0}});
    unknown.unknown.reset();

    EXPECT_EQ(problem(scores), "there are 0 scores for 1 pieces");
    EXPECT_EQ(problem(unknown), "no piece stands for unknown characters (unk_id)");
    EXPECT_EQ(problem(definitionOf({{"<unk>", std::numeric_limits<double>::quiet_NaN()}})),
              "the score of piece 0 is no finite number");
}

} // namespace
} // namespace nextquill::text
