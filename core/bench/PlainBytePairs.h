// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/Normalizer.h"
#include "core/text/PreTokenizer.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::bench {

/// Byte-pair encoding as it is defined, in the plainest way: all neighbouring pairs of a piece are
/// looked up by their spelling, the pair of the lowest rank is joined, and so on. Normal form and
/// pieces are those of core/text; added tokens are not recognised, as in what users write.
///
/// Threads  immutable
class PlainBytePairs
{
public:
    /// `definition` must live as long.
    explicit PlainBytePairs(const text::TokenizerDefinition& definition);

    [[nodiscard]] std::vector<text::TokenId> encode(std::string_view text) const;

private:
    void encodePiece(std::string_view piece, std::vector<text::TokenId>& ids) const;
    [[nodiscard]] std::vector<std::string> symbolsOf(std::string_view piece) const;
    [[nodiscard]] std::vector<std::string> unknownOf(std::string_view character) const;
    void join(std::vector<std::string>& symbols) const;

    const text::TokenizerDefinition& m_definition;
    bool m_isByteLevel;
    text::Normalizer m_normalizer;
    text::PreTokenizer m_preTokenizer;
    text::Vocabulary m_vocabulary;
    std::unordered_map<std::string, std::size_t> m_ranks; ///< by both spellings, a zero between
};

} // namespace nextquill::bench
