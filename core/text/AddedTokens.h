// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/TextFinder.h"
#include "core/text/TokenizerDefinition.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace nextquill::text {

class Normalizer;

/// Finds added tokens in text: the leftmost, among those the longest.
///
/// Speed    linear in the text
/// Threads  immutable.
class AddedTokens
{
public:
    struct Match
    {
        ByteRange bytes; ///< with the white space that the token takes
        TokenId id{};
    };

    /// Those tokens whose flag `normalized` is `normalized`; their text is brought into normal
    /// form where it is set.
    AddedTokens(const std::vector<AddedToken>& tokens, bool normalized,
                const Normalizer& normalizer);

    [[nodiscard]] bool isEmpty() const { return m_tokens.empty(); }
    /// All of them.
    [[nodiscard]] std::vector<Match> find(std::string_view text) const;
    /// Those that lie wholly in one of `markup` (sorted, disjoint; white space that a token takes
    /// may lie outside), and ordinary ones.
    [[nodiscard]] std::vector<Match> find(std::string_view text,
                                          std::span<const ByteRange> markup) const;

private:
    [[nodiscard]] std::vector<Match> chosen(std::string_view text,
                                            const std::vector<TextFinder::Found>& found) const;

    std::vector<AddedToken> m_tokens; ///< first the ordinary ones
    std::size_t m_ordinaryCount = 0;
    std::optional<TextFinder> m_all;
    std::optional<TextFinder> m_ordinary;
};

} // namespace nextquill::text
