// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// An odd number that is another one in each process: what a stranger writes into a file cannot be
/// chosen so that all of it falls into one place of a table.
[[nodiscard]] std::uint64_t tableSecret();

/// Ids of tokens by their text; open addressing, no more than half full.
///
/// Texts are not copied and must live as long.
class TokenTable
{
public:
    /// Room for `count` texts.
    explicit TokenTable(std::size_t count);

    /// Enters a text. One that stands there already keeps its id, which is returned.
    std::optional<TokenId> insert(std::string_view text, TokenId id);
    [[nodiscard]] std::optional<TokenId> find(std::string_view text) const noexcept;
    /// Gives a text that stands there another id.
    void change(std::string_view text, TokenId id);

private:
    static constexpr std::uint32_t empty = 0; ///< of `entry`: index into m_entries plus one

    struct Slot
    {
        std::uint32_t hash = 0;
        std::uint32_t entry = empty;
    };
    struct Entry
    {
        std::string_view text;
        TokenId id{};
    };

    [[nodiscard]] std::size_t slotOf(std::string_view text, std::uint32_t hash) const noexcept;

    std::vector<Slot> m_slots; ///< a power of two
    std::vector<Entry> m_entries;
};

} // namespace nextquill::text
