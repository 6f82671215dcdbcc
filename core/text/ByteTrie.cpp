// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ByteTrie.h"

#include <bit>

namespace nextquill::text {

namespace {

constexpr int keyBits = 64;

} // namespace

ByteTrie::ByteTrie(std::size_t bytes)
    : m_slots(std::bit_ceil(2 * bytes + 2))
    , m_numbers(1, none)
    , m_shift{static_cast<unsigned>(keyBits - std::countr_zero(m_slots.size()))}
{
}

std::size_t ByteTrie::slotOf(std::uint64_t key) const noexcept
{
    auto slot = static_cast<std::size_t>((key * m_factor) >> m_shift);
    while (m_slots[slot].key != key && m_slots[slot].key != noKey) {
        slot = (slot + 1) & (m_slots.size() - 1);
    }
    return slot;
}

ByteTrie::Node ByteTrie::insert(std::string_view text, std::int32_t number)
{
    Node node = root;
    for (const char c : text) {
        const std::uint64_t key = (std::uint64_t{node} << 8U) | static_cast<unsigned char>(c);
        Slot& slot = m_slots[slotOf(key)];
        if (slot.key == noKey) {
            slot = {key, static_cast<Node>(m_numbers.size())};
            m_numbers.push_back(none);
        }
        node = slot.child;
    }
    m_numbers[node] = number;
    return node;
}

std::optional<ByteTrie::Node> ByteTrie::child(Node node, unsigned char byte) const noexcept
{
    const std::uint64_t key = (std::uint64_t{node} << 8U) | byte;
    const Slot& slot = m_slots[slotOf(key)];
    return slot.key == key ? std::optional{slot.child} : std::nullopt;
}

} // namespace nextquill::text
