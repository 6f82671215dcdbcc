// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"
#include "core/text/TokenTable.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::text {

/// Which token two neighbouring tokens become, and in which order; open addressing, no more than
/// half full.
class MergeTable
{
public:
    struct Result
    {
        std::uint32_t rank = 0;
        TokenId id{};
    };

    /// Room for `count` merges.
    explicit MergeTable(std::size_t count);
    /// A pair that stands twice keeps the later rank, as in the reference library.
    void set(TokenId left, TokenId right, Result result);
    /// Null when the two do not merge.
    [[nodiscard]] const Result* find(TokenId left, TokenId right) const noexcept
    {
        const Slot& slot = m_slots[slotOf(keyOf(left, right))];
        return slot.key == keyOf(left, right) ? &slot.result : nullptr;
    }

private:
    struct Slot
    {
        std::uint64_t key = ~std::uint64_t{0};
        Result result;
    };

    [[nodiscard]] static std::uint64_t keyOf(TokenId left, TokenId right) noexcept
    {
        return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(left)) << 32U) |
               static_cast<std::uint32_t>(right);
    }

    [[nodiscard]] std::size_t slotOf(std::uint64_t key) const noexcept
    {
        // The high bits of a product with a secret odd number; then the next free slot.
        std::size_t slot = static_cast<std::size_t>((key * m_factor) >> m_shift);
        while (m_slots[slot].key != key && m_slots[slot].key != ~std::uint64_t{0}) {
            slot = (slot + 1) & (m_slots.size() - 1);
        }
        return slot;
    }

    std::vector<Slot> m_slots; ///< a power of two
    std::uint64_t m_factor = tableSecret();
    unsigned m_shift;
};

} // namespace nextquill::text
