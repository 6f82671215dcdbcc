// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/DataOrder.h"

#include "core/base/Random.h"

namespace nextquill::train {

DataOrder::DataOrder(std::int64_t records, std::uint64_t seed, bool shuffle)
    : m_records{records}
    , m_seed{seed}
    , m_shuffle{shuffle}
{
}

std::int64_t DataOrder::at(std::int64_t position)
{
    const std::int64_t epoch = position / m_records;
    const std::int64_t place = position % m_records;
    if (!m_shuffle) {
        return place;
    }
    if (epoch != m_epoch) {
        m_order = permutation(m_records, m_seed, static_cast<std::uint64_t>(epoch));
        m_epoch = epoch;
    }
    return m_order[static_cast<std::size_t>(place)];
}

} // namespace nextquill::train
