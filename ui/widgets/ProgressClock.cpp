// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ProgressClock.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <vector>

namespace nextquill::ui {

namespace {

constexpr std::int64_t stepsBeforeEstimate = 30;
constexpr std::chrono::seconds timeBeforeEstimate{10};
constexpr std::size_t reportsKept = 200;

QString tr(const char* text, int number)
{
    return QCoreApplication::translate("ProgressClock", text, nullptr, number);
}

/// 1 2 3 4 5 10 15 20 … 60: steps in which an estimate can be believed.
std::int64_t coarse(std::int64_t value)
{
    return value <= 5 ? value : (value + 2) / 5 * 5;
}

} // namespace

void ProgressClock::restart()
{
    *this = ProgressClock{};
}

void ProgressClock::report(Time now, std::int64_t done, std::int64_t total)
{
    m_total = total;
    if (!m_start || done < m_done) { // work that begins again from the front
        m_samples.clear();
        m_start = now;
        m_startDone = done;
    } else if (done > m_done) {
        const std::chrono::duration<double> passed = now - m_last;
        m_samples.push_back({.secondsPerStep = passed.count() / static_cast<double>(done - m_done),
                             .steps = done - m_done});
        if (m_samples.size() > reportsKept) {
            m_samples.pop_front();
        }
    } else {
        return;
    }
    m_last = now;
    m_done = done;
}

std::optional<double> ProgressClock::stepsPerSecond() const
{
    if (m_samples.empty() ||
        (m_done - m_startDone < stepsBeforeEstimate && m_last - *m_start < timeBeforeEstimate)) {
        return std::nullopt;
    }
    std::vector<Sample> sorted{m_samples.begin(), m_samples.end()};
    std::sort(sorted.begin(), sorted.end(),
              [](const Sample& a, const Sample& b) { return a.secondsPerStep < b.secondsPerStep; });
    std::int64_t steps = 0;
    for (const Sample& sample : sorted) {
        steps += sample.steps;
    }
    std::int64_t passed = 0;
    for (const Sample& sample : sorted) {
        passed += sample.steps;
        if (2 * passed >= steps) {
            return sample.secondsPerStep > 0 ? std::optional{1 / sample.secondsPerStep}
                                             : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::chrono::seconds> ProgressClock::remaining() const
{
    const auto rate = stepsPerSecond();
    if (!rate || m_total <= 0) {
        return std::nullopt;
    }
    const double seconds = static_cast<double>(std::max<std::int64_t>(0, m_total - m_done)) / *rate;
    constexpr double most = 3600.0 * 24 * 365; // beyond a year every number is the same
    return std::chrono::seconds{std::llround(std::min(seconds, most))};
}

QString ProgressClock::remainingText(const QDateTime& now) const
{
    if (m_total <= 0 || m_done >= m_total) {
        return {};
    }
    const auto left = remaining();
    if (!left) {
        return QCoreApplication::translate("ProgressClock", "Estimating…");
    }
    if (*left <= std::chrono::hours{1}) {
        return roughDuration(*left);
    }
    const QDateTime end = now.addSecs(left->count());
    const QLocale locale;
    const QString clock = locale.toString(end.time(), QLocale::ShortFormat);
    if (end.date() == now.date()) {
        return QCoreApplication::translate("ProgressClock", "ready at about %1").arg(clock);
    }
    return QCoreApplication::translate("ProgressClock", "ready on %1 at about %2")
        .arg(locale.toString(end.date(), QLocale::ShortFormat), clock);
}

QString ProgressClock::rateText(const QString& unit) const
{
    const auto rate = stepsPerSecond();
    if (!rate || unit.isEmpty()) {
        return {};
    }
    const QLocale locale;
    if (*rate < 1) {
        return QCoreApplication::translate("ProgressClock", "%1 s per %2")
            .arg(locale.toString(1 / *rate, 'f', 1), unit);
    }
    return QCoreApplication::translate("ProgressClock", "%1 %2/s")
        .arg(locale.toString(*rate, 'f', *rate < 10 ? 1 : 0), unit);
}

QString roughDuration(std::chrono::seconds duration)
{
    const std::int64_t seconds = std::max<std::int64_t>(0, duration.count());
    if (seconds < 60) {
        return tr("about %n s", static_cast<int>(std::max<std::int64_t>(1, coarse(seconds))));
    }
    const std::int64_t minutes = (seconds + 30) / 60;
    if (minutes < 60) {
        return tr("about %n min", static_cast<int>(minutes <= 20 ? minutes : coarse(minutes)));
    }
    const std::int64_t quarters = (seconds + 450) / 900;
    const int hours = static_cast<int>(quarters / 4);
    const int rest = static_cast<int>(quarters % 4 * 15);
    if (rest == 0 || hours >= 10) {
        return tr("about %n h", hours);
    }
    return QCoreApplication::translate("ProgressClock", "about %1 h %2 min").arg(hours).arg(rest);
}

} // namespace nextquill::ui
