// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/MergeTable.h"

#include <bit>

namespace nextquill::text {

namespace {

constexpr int keyBits = 64;

} // namespace

MergeTable::MergeTable(std::size_t count)
    : m_slots(std::bit_ceil(2 * count + 2))
    , m_shift{static_cast<unsigned>(keyBits - std::countr_zero(m_slots.size()))}
{
}

void MergeTable::set(TokenId left, TokenId right, Result result)
{
    const std::uint64_t key = keyOf(left, right);
    m_slots[slotOf(key)] = {.key = key, .result = result};
}

} // namespace nextquill::text
