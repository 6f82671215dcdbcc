// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/NameNumbers.h"

#include <algorithm>
#include <functional>

namespace nextquill::store {

namespace {

constexpr std::size_t mostRemembered = 300'000;

std::size_t hashOf(const std::string& name) noexcept
{
    return std::hash<std::string>{}(name);
}

/// The lower half says where a name is looked for.
std::uint32_t upperHalf(std::size_t hash) noexcept
{
    return static_cast<std::uint32_t>(hash >> 32U);
}

} // namespace

void NameNumbers::expect(const std::string& name) const noexcept
{
    if (!m_places.empty()) {
        __builtin_prefetch(&m_places[hashOf(name) & (m_places.size() - 1)]);
    }
}

NameNumber NameNumbers::of(const std::string& name)
{
    if (2 * m_names.size() >= m_places.size()) {
        grow();
    }
    const std::size_t hash = hashOf(name);
    Place* place = &placeOf(name, hash);
    if (place->next == 0) {
        if (m_names.size() >= mostRemembered) {
            beginRound();
            place = &placeOf(name, hash);
        }
        m_names.push_back(name);
        *place = {.hash = upperHalf(hash), .next = static_cast<std::uint32_t>(m_names.size())};
    }
    return {.round = m_round, .number = place->next - 1};
}

void NameNumbers::beginRound()
{
    std::ranges::fill(m_places, Place{});
    m_names.clear();
    ++m_round;
}

void NameNumbers::grow()
{
    constexpr std::size_t fewest = 1'024;
    m_places.assign(std::max(fewest, 2 * m_places.size()), Place{});
    std::uint32_t next = 0;
    for (const std::string& name : m_names) {
        const std::size_t hash = hashOf(name);
        placeOf(name, hash) = {.hash = upperHalf(hash), .next = ++next};
    }
}

/// Where it is, or would be.
NameNumbers::Place& NameNumbers::placeOf(const std::string& name, std::size_t hash)
{
    const std::size_t mask = m_places.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        Place& place = m_places[at];
        if (place.next == 0 || (place.hash == upperHalf(hash) && m_names[place.next - 1] == name)) {
            return place;
        }
    }
}

std::int64_t& RowsOfNames::at(NameNumber name)
{
    if (name.round == 0) {
        m_knowsAll = false;
        m_ofUnnumbered = 0;
        return m_ofUnnumbered;
    }
    if (name.round != m_round) {
        forget();
        m_round = name.round;
    }
    if (name.number >= m_rows.size()) {
        m_rows.resize(name.number + std::size_t{1});
    }
    return m_rows[name.number];
}

void RowsOfNames::forget()
{
    m_rows.clear();
    m_knowsAll = false;
}

} // namespace nextquill::store
