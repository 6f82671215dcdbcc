// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/MergeTable.h"
#include "core/text/PieceToken.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Byte-pair encoding: a piece's characters (its bytes, where pieces are in GPT-2's spelling)
/// become tokens, of which neighbours are merged by rank.
///
/// Speed    O(n log n) in the piece's bytes
/// Threads  immutable.
/// Source   tokenizers 0.23, models/bpe
class BytePairEncoder
{
public:
    /// `vocabulary` must live as long. Throws Error(BadInput) when a merge names an id that the
    /// vocabulary lacks.
    BytePairEncoder(const TokenizerDefinition& definition, const Vocabulary& vocabulary);

    /// Appends the tokens of `piece`.
    void encode(std::string_view piece, std::vector<PieceToken>& tokens) const;

private:
    void takeMerges(const TokenizerDefinition& definition);
    void findWordBorders(const TokenizerDefinition& definition);
    [[nodiscard]] std::size_t wordEnd(std::string_view piece, std::size_t begin) const;
    [[nodiscard]] std::optional<TokenId> whole(std::string_view piece) const;
    void appendBytes(std::string_view piece, std::vector<PieceToken>& symbols) const;
    void appendCharacters(std::string_view piece, const ByteRange& word,
                          std::vector<PieceToken>& symbols) const;
    [[nodiscard]] bool appendByteNames(std::string_view character, std::size_t& at,
                                       std::vector<PieceToken>& symbols) const;

    const Vocabulary& m_vocabulary;
    MergeTable m_merges;
    bool m_isByteLevel;
    bool m_ignoresMerges;
    bool m_fusesUnknown;
    std::optional<TokenId> m_unknown;
    std::array<std::optional<TokenId>, 256> m_bytes;     ///< by byte, or by ASCII character
    std::array<std::optional<TokenId>, 256> m_byteNames; ///< what characters fall back to

    /// Before a space mark a piece may be cut into words when no merge joins it with what stands
    /// before: nothing is merged across then, and the words are short.
    bool m_hasWords = false;
    bool m_joinsMarks = false;        ///< a merge holds two marks, one behind the other
    std::bitset<256> m_joinsMarkWith; ///< last bytes of other characters that merges join so
};

} // namespace nextquill::text
