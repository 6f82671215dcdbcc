// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QString>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace nextquill::ui {

/// Rate and remaining time of long work, from its reports. Time is an argument.
///
/// Says nothing until 30 steps or 10 s of this session have passed; then takes the median time of
/// a step over the last 200 reports, so that one long checkpoint does not move it.
class ProgressClock
{
public:
    using Time = std::chrono::steady_clock::time_point;

    /// Begins anew, for instance after a pause: what was done before counts for nothing.
    void restart();
    void report(Time now, std::int64_t done, std::int64_t total);

    [[nodiscard]] std::optional<double> stepsPerSecond() const;
    [[nodiscard]] std::optional<std::chrono::seconds> remaining() const;

    /// "Estimating…", "about 12 min", "ready at about 17:40" when it takes more than an hour; empty
    /// while the total is unknown.
    [[nodiscard]] QString remainingText(const QDateTime& now) const;
    /// "3.2 steps/s", or "4.1 s/step" when slow; empty while unknown.
    [[nodiscard]] QString rateText(const QString& unit) const;

private:
    struct Sample
    {
        double secondsPerStep = 0;
        std::int64_t steps = 0;
    };

    std::deque<Sample> m_samples;
    std::optional<Time> m_start;
    Time m_last;
    std::int64_t m_startDone = 0;
    std::int64_t m_done = 0;
    std::int64_t m_total = 0;
};

/// "about 40 s", "about 12 min", "about 2 h 30 min": as coarse as the estimate is.
[[nodiscard]] QString roughDuration(std::chrono::seconds duration);

} // namespace nextquill::ui
