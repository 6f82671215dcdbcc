// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <chrono>

namespace nextquill::train {

/// When a run of several ranks is to write a checkpoint besides those that its settings ask for.
///
/// A rank that is killed takes its share of the optimizer's state along, so that the survivors
/// cannot write the last step: what was done since the newest checkpoint is lost. This bounds it to
/// a minute, or to what keeps checkpoints below a thirtieth of the time.
class CheckpointPace
{
public:
    using Clock = std::chrono::steady_clock;

    explicit CheckpointPace(Clock::time_point start)
        : m_last{start}
    {
    }

    [[nodiscard]] bool isDue(Clock::time_point now) const
    {
        return now - m_last >= std::max<Clock::duration>(least, 30 * m_took);
    }
    void wrote(Clock::time_point begin, Clock::time_point end)
    {
        m_took = end - begin;
        m_last = end;
    }

private:
    static constexpr std::chrono::seconds least{60};

    Clock::time_point m_last;
    Clock::duration m_took{};
};

} // namespace nextquill::train
