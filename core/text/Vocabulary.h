// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::text {

/// Pieces and added tokens by id and by text, and the bytes that each stands for.
///
/// Threads  immutable.
class Vocabulary
{
public:
    /// Throws Error(BadInput) when two ids have one text or one id two texts.
    explicit Vocabulary(const TokenizerDefinition& definition);

    /// By the spelling in the file; added tokens too.
    [[nodiscard]] std::optional<TokenId> find(std::string_view text) const;
    /// What decoding gives for an id; empty for unknown ids.
    [[nodiscard]] std::string_view bytesOf(TokenId id) const;
    /// True for added tokens that are marked special.
    [[nodiscard]] bool isSpecial(TokenId id) const;
    /// True when the id has a piece or an added token.
    [[nodiscard]] bool isKnown(TokenId id) const;
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry
    {
        std::string text;
        std::string bytes;
        bool known = false;
        bool special = false;
    };

    void take(std::size_t id, const std::string& text);
    [[nodiscard]] const Entry* entry(TokenId id) const;

    std::vector<Entry> m_entries; ///< by id; never resized once m_ids points into it
    std::unordered_map<std::string_view, TokenId> m_ids;
};

} // namespace nextquill::text
