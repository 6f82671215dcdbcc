// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TokenTable.h"

#include <bit>
#include <cstring>
#include <random>

namespace nextquill::text {

namespace {

std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    const std::uint64_t product = (a ^ b) * (b | 1U);
    return std::rotl(product, 29) ^ product;
}

std::uint32_t hashOf(std::string_view text)
{
    const std::uint64_t secret = tableSecret();
    std::uint64_t hash = secret ^ text.size();
    std::size_t i = 0;
    for (; i + 8 <= text.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + i, sizeof word);
        hash = mixed(hash ^ word, secret);
    }
    std::uint64_t rest = 0;
    if (i < text.size()) {
        std::memcpy(&rest, text.data() + i, text.size() - i);
    }
    hash = mixed(hash ^ rest, std::rotl(secret, 17));
    return static_cast<std::uint32_t>(hash >> 32U) ^ static_cast<std::uint32_t>(hash);
}

} // namespace

std::uint64_t tableSecret()
{
    static const std::uint64_t secret = [] {
        std::random_device device;
        return (static_cast<std::uint64_t>(device()) << 32U) | device() | 1U;
    }();
    return secret;
}

TokenTable::TokenTable(std::size_t count)
    : m_slots(std::bit_ceil(2 * count + 2))
{
    m_entries.reserve(count);
}

std::size_t TokenTable::slotOf(std::string_view text, std::uint32_t hash) const noexcept
{
    std::size_t slot = hash & (m_slots.size() - 1);
    while (m_slots[slot].entry != empty &&
           (m_slots[slot].hash != hash || m_entries[m_slots[slot].entry - 1].text != text)) {
        slot = (slot + 1) & (m_slots.size() - 1);
    }
    return slot;
}

std::optional<TokenId> TokenTable::insert(std::string_view text, TokenId id)
{
    const std::uint32_t hash = hashOf(text);
    Slot& slot = m_slots[slotOf(text, hash)];
    if (slot.entry != empty) {
        return m_entries[slot.entry - 1].id;
    }
    m_entries.push_back({text, id});
    slot = {hash, static_cast<std::uint32_t>(m_entries.size())};
    return std::nullopt;
}

std::optional<TokenId> TokenTable::find(std::string_view text) const noexcept
{
    const Slot& slot = m_slots[slotOf(text, hashOf(text))];
    return slot.entry == empty ? std::nullopt : std::optional{m_entries[slot.entry - 1].id};
}

void TokenTable::change(std::string_view text, TokenId id)
{
    const Slot& slot = m_slots[slotOf(text, hashOf(text))];
    if (slot.entry != empty) {
        m_entries[slot.entry - 1].id = id;
    }
}

} // namespace nextquill::text
