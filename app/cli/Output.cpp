// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Output.h"

#include "core/base/Utf8.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace nextquill::app {

namespace {

constexpr int barWidth = 24;
using Seconds = std::chrono::duration<double>;

bool isTerminal()
{
    const char* const kind = std::getenv("TERM");
    return ::isatty(STDERR_FILENO) == 1 && kind != nullptr && std::strcmp(kind, "dumb") != 0;
}

std::string duration(double seconds)
{
    const auto whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole < 60) {
        return fmt::format("{} s", whole);
    }
    if (whole < 3600) {
        return fmt::format("{} min", (whole + 30) / 60);
    }
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

} // namespace

Output::Output()
    : m_terminal{isTerminal()}
{
}

Output::~Output()
{
    endProgress();
}

void Output::text(std::string_view line)
{
    if (json) {
        return;
    }
    endProgress();
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

void Output::document(const OrderedJson& value)
{
    if (json) {
        endProgress();
        fmt::print("{}\n", value.dump(2, ' ', false, OrderedJson::error_handler_t::replace));
    }
}

void Output::line(const OrderedJson& value)
{
    endProgress();
    fmt::print("{}\n", toLine(value));
    std::fflush(stdout);
}

void Output::notice(std::string_view line)
{
    if (!quiet) {
        endProgress();
        fmt::print(stderr, "{}\n", line);
    }
}

void Output::report(const ProgressReport& report) noexcept
{
    if (!m_terminal || quiet) {
        return;
    }
    try {
        const std::scoped_lock lock{m_mutex};
        draw(report);
    } catch (const std::exception&) {
        m_terminal = false; // no memory for a bar: work goes on without one
    }
}

void Output::draw(const ProgressReport& report)
{
    const auto now = std::chrono::steady_clock::now();
    if (report.stage != m_stage) {
        m_stage = report.stage;
        m_stageBegan = report.done;
        m_stageStart = now;
    } else if (now - m_lastDrawn < std::chrono::milliseconds{100}) {
        return;
    }
    m_lastDrawn = now;
    m_drawn = true;
    const double seconds = Seconds{now - m_stageStart}.count();
    const auto done = static_cast<double>(report.done - m_stageBegan);
    std::string shown = "\r\x1b[K";
    if (report.total > 0) {
        const double share = std::clamp(
            static_cast<double>(report.done) / static_cast<double>(report.total), 0.0, 1.0);
        const auto full = static_cast<int>(share * barWidth);
        shown +=
            fmt::format("[{}{}] {:3.0f} %  ", std::string(static_cast<std::size_t>(full), '#'),
                        std::string(static_cast<std::size_t>(barWidth - full), '.'), 100 * share);
        if (done > 0 && seconds > 1) {
            const auto rest = static_cast<double>(report.total - report.done);
            shown += fmt::format("about {} left  ", duration(seconds * rest / done));
        }
    }
    shown += escapedForDisplay(report.stage, 60);
    fmt::print(stderr, "{}", shown);
    std::fflush(stderr);
}

void Output::endProgress() noexcept
{
    const std::scoped_lock lock{m_mutex};
    if (m_drawn) {
        std::fputs("\r\x1b[K", stderr);
        m_drawn = false;
    }
}

} // namespace nextquill::app
