// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace nextquill::train {

/// Which record stands at which place of a run: a function of (seed, epoch, place), so that nothing
/// of it needs to be stored for a resume.
class DataOrder
{
public:
    DataOrder(std::int64_t records, std::uint64_t seed, bool shuffle);

    /// Index of the record at `position`, counted over all epochs from 0. The order of an epoch is
    /// computed when it is first asked for.
    [[nodiscard]] std::int64_t at(std::int64_t position);

private:
    std::int64_t m_records;
    std::uint64_t m_seed;
    bool m_shuffle;
    std::int64_t m_epoch = -1;
    std::vector<std::int64_t> m_order;
};

} // namespace nextquill::train
