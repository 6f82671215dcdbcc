// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>

namespace nextquill::testing {

/// Notes how long the event loop was away at worst: what a user feels as a stall.
///
/// A timer of the GUI thread is to come every millisecond; a gap is the time between two of its
/// calls. Includes what the machine gives to others meanwhile: an upper bound of the program's own
/// stalls. The loop must be running (QTest::qWait, qWaitFor) for as long as is watched.
class StallWatch
{
public:
    StallWatch()
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { note(); });
        begin();
        m_timer.start();
    }

    /// Forgets what was before; the first gap begins now.
    void begin()
    {
        m_longest = 0;
        m_gaps = 0;
        m_sinceLast.start();
    }

    /// In milliseconds, the gap that is going on included.
    [[nodiscard]] double longest() const { return std::max(m_longest, sinceLast()); }
    /// How often the loop came round: a watch that saw none proves nothing.
    [[nodiscard]] long gaps() const { return m_gaps; }

private:
    [[nodiscard]] double sinceLast() const
    {
        constexpr double nanosecondsPerMillisecond = 1e6;
        return static_cast<double>(m_sinceLast.nsecsElapsed()) / nanosecondsPerMillisecond;
    }
    void note()
    {
        m_longest = std::max(m_longest, sinceLast());
        m_sinceLast.start();
        ++m_gaps;
    }

    QTimer m_timer;
    QElapsedTimer m_sinceLast;
    double m_longest = 0;
    long m_gaps = 0;
};

} // namespace nextquill::testing
