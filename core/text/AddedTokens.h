// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/TokenizerDefinition.h"

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::text {

/// Finds added tokens in text: the leftmost, among those the longest.
///
/// Threads  immutable.
class AddedTokens
{
public:
    struct Match
    {
        ByteRange bytes; ///< with the white space that the token takes
        TokenId id{};
    };

    /// Says whether a token may be recognised at these bytes.
    using Allowed = std::function<bool(const ByteRange&)>;

    /// Those tokens whose flag `normalized` is `normalized`; their text is brought into that
    /// normal form where it is set.
    AddedTokens(const std::vector<AddedToken>& tokens, bool normalized, NormalizerKind normalizer);

    [[nodiscard]] bool isEmpty() const { return m_tokens.empty(); }
    [[nodiscard]] std::vector<Match> find(std::string_view text, const Allowed& allowed) const;

private:
    [[nodiscard]] const AddedToken* longestAt(std::string_view text, std::size_t begin,
                                              const Allowed& allowed) const;

    std::vector<AddedToken> m_tokens;
    std::unordered_map<std::string_view, const AddedToken*> m_byContent;
    std::array<std::vector<std::size_t>, 256> m_lengths; ///< by first byte, longest first
};

} // namespace nextquill::text
