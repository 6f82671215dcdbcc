// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenTable.h"
#include "core/text/TokenizerDefinition.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Pieces and added tokens by id and by text.
///
/// Threads  immutable.
class Vocabulary
{
public:
    /// Throws Error(BadInput) when two ids have one text or one id two texts.
    explicit Vocabulary(const TokenizerDefinition& definition);
    Vocabulary(const Vocabulary&) = delete;
    Vocabulary& operator=(const Vocabulary&) = delete;

    /// By the spelling in the file; added tokens too.
    [[nodiscard]] std::optional<TokenId> find(std::string_view text) const
    {
        return m_ids.find(text);
    }
    /// The same of what may come out of plain text: no markup.
    [[nodiscard]] std::optional<TokenId> findPlain(std::string_view text) const;
    /// As the file spells it; empty for unknown ids.
    [[nodiscard]] std::string_view textOf(TokenId id) const;
    /// True for added tokens that are marked special.
    [[nodiscard]] bool isSpecial(TokenId id) const { return (flagsOf(id) & special) != 0; }
    /// True for tokens that only markup may hold: added ones, unless they are ordinary text, the
    /// one for unknown characters, and those of single bytes.
    [[nodiscard]] bool isMarkup(TokenId id) const { return (flagsOf(id) & markup) != 0; }
    /// True when the id has a piece or an added token.
    [[nodiscard]] bool isKnown(TokenId id) const { return (flagsOf(id) & known) != 0; }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    static constexpr std::uint8_t known = 1;
    static constexpr std::uint8_t special = 2;
    static constexpr std::uint8_t markup = 4;

    struct Entry
    {
        std::string_view text; ///< in m_texts
        std::uint8_t flags = 0;
    };

    void take(std::size_t id, std::string_view text);
    [[nodiscard]] std::uint8_t flagsOf(TokenId id) const;

    std::string m_texts;          ///< of all, one behind the other
    std::vector<Entry> m_entries; ///< by id
    TokenTable m_ids;
};

} // namespace nextquill::text
