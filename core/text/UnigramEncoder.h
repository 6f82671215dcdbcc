// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/ByteTrie.h"
#include "core/text/PieceToken.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// The likeliest sequence of pieces, by the sum of their scores; of equally likely ones the
/// reference library's choice. Unknown characters in a row are one token, or one for each byte.
///
/// Speed    linear in the text, times the longest piece at most
/// Threads  immutable.
/// Source   tokenizers 0.23, models/unigram (the encoding that is called optimized)
class UnigramEncoder
{
public:
    /// `vocabulary` must live as long. Throws Error(BadInput) when scores do not fit the pieces,
    /// a piece is too long, or nothing stands for unknown characters.
    UnigramEncoder(const TokenizerDefinition& definition, const Vocabulary& vocabulary);

    /// Appends the tokens of `piece`.
    void encode(std::string_view piece, std::vector<PieceToken>& tokens) const;

    /// Bytes of the longest piece that is read; docs/formats.md.
    static constexpr std::size_t longestPiece = 512;

private:
    struct Best
    {
        double score = 0;
        std::size_t begin = 0;
        TokenId id{};
        bool isReached = false;
    };

    [[nodiscard]] std::vector<Best> bestWays(std::string_view piece) const;
    void appendUnknown(std::string_view piece, std::size_t begin, std::size_t end,
                       std::vector<PieceToken>& tokens) const;

    const Vocabulary& m_vocabulary;
    ByteTrie m_trie;
    std::vector<double> m_scores;
    TokenId m_unknown{};
    double m_unknownScore = 0;
    std::array<std::optional<TokenId>, 256> m_byteNames;
};

} // namespace nextquill::text
