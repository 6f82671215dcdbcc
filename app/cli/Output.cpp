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
    if (quiet || m_mute) {
        return;
    }
    try {
        const std::scoped_lock lock{m_mutex};
        m_terminal ? draw(report) : log(report);
    } catch (const std::exception&) {
        m_mute = true; // no memory for a line: work goes on without one
    }
}

bool Output::beginsStage(const ProgressReport& report)
{
    if (report.stage == m_stage) {
        return false;
    }
    m_stage = report.stage;
    m_stageBegan = report.done;
    m_stageStart = std::chrono::steady_clock::now();
    return true;
}

std::string Output::rest(const ProgressReport& report) const
{
    const double seconds = Seconds{std::chrono::steady_clock::now() - m_stageStart}.count();
    const auto done = static_cast<double>(report.done - m_stageBegan);
    if (report.total <= 0 || done <= 0 || seconds <= 1) {
        return {};
    }
    const auto left = static_cast<double>(report.total - report.done);
    return fmt::format("about {} left", duration(seconds * left / done));
}

void Output::log(const ProgressReport& report)
{
    const auto now = std::chrono::steady_clock::now();
    beginsStage(report);
    if (m_lastDrawn == std::chrono::steady_clock::time_point{}) {
        m_lastDrawn = now; // what takes no ten seconds says nothing
    }
    if (now - m_lastDrawn < std::chrono::seconds{10}) {
        return;
    }
    m_lastDrawn = now;
    std::string line = escapedForDisplay(report.stage, 60);
    if (report.total > 0) {
        line += fmt::format("{}{} of {}", line.empty() ? "" : ": ", report.done, report.total);
    }
    if (const std::string left = rest(report); !left.empty()) {
        line += ", " + left;
    }
    fmt::print(stderr, "{}\n", line);
}

void Output::draw(const ProgressReport& report)
{
    const auto now = std::chrono::steady_clock::now();
    if (!beginsStage(report) && now - m_lastDrawn < std::chrono::milliseconds{100}) {
        return;
    }
    m_lastDrawn = now;
    m_drawn = true;
    std::string shown = "\r\x1b[K";
    if (report.total > 0) {
        const double share = std::clamp(
            static_cast<double>(report.done) / static_cast<double>(report.total), 0.0, 1.0);
        const auto full = static_cast<int>(share * barWidth);
        shown +=
            fmt::format("[{}{}] {:3.0f} %  ", std::string(static_cast<std::size_t>(full), '#'),
                        std::string(static_cast<std::size_t>(barWidth - full), '.'), 100 * share);
        if (const std::string left = rest(report); !left.empty()) {
            shown += left + "  ";
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
