// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::text {

/// A token of a piece of text.
struct PieceToken
{
    TokenId id{};
    std::size_t begin = 0; ///< bytes of the piece
    std::size_t end = 0;
};

/// Which token two neighbouring tokens become, and in which order; open addressing.
class MergeTable
{
public:
    struct Merge
    {
        std::uint32_t rank = 0;
        TokenId result{};
    };

    explicit MergeTable(std::size_t count);
    /// A pair that stands twice keeps the later rank, as in the reference library.
    void set(TokenId left, TokenId right, Merge merge);
    [[nodiscard]] const Merge* find(TokenId left, TokenId right) const noexcept;

private:
    struct Slot
    {
        std::uint64_t key = 0;
        Merge merge;
    };

    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept;

    std::vector<Slot> m_slots; ///< a power of two, at most half full
};

/// Byte pairs merged by rank, the leftmost first among equals.
///
/// Speed    O(n log n) in the piece's bytes
/// Threads  immutable.
/// Source   tokenizers 0.23, models/bpe
class BytePairEncoder
{
public:
    /// `vocabulary` must live as long. Throws Error(BadInput) when a merge names a piece that the
    /// vocabulary lacks.
    BytePairEncoder(const TokenizerDefinition& definition, const Vocabulary& vocabulary);

    /// Appends the tokens of `piece`.
    void encode(std::string_view piece, std::vector<PieceToken>& tokens) const;

private:
    void takeMerges(const TokenizerDefinition& definition, const Vocabulary& vocabulary);
    void appendSymbols(std::string_view piece, std::vector<PieceToken>& symbols) const;
    void mergeFew(std::vector<PieceToken>& tokens, std::size_t first) const;
    void mergeMany(std::vector<PieceToken>& tokens, std::size_t first) const;

    MergeTable m_merges;
    std::array<std::optional<TokenId>, 256> m_bytes;
    std::unordered_map<std::string_view, TokenId> m_whole; ///< filled where merges are ignored
    std::optional<TokenId> m_unknown;
    bool m_fuseUnknown;
};

} // namespace nextquill::text
