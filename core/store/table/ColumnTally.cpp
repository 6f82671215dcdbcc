// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/ColumnTally.h"

#include "core/store/table/TypedValue.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::size_t mostBars = 24;
constexpr std::size_t nearCells = 1 << 16;
constexpr double day = 86'400'000;
constexpr double shareShown = 0.995; ///< what is beyond goes into the last bar

double widthFor(const TableColumn& column)
{
    if (column.type == ColumnType::Time) {
        return day;
    }
    return column.name == "rating" ? 0.1 : 1;
}

/// The least width from 1, 2, 5, 10, 20 … that needs no more than `mostBars` bars.
std::int64_t niceWidth(std::int64_t span)
{
    for (std::int64_t ten = 1;; ten *= 10) {
        for (const std::int64_t width : {ten, 2 * ten, 5 * ten}) {
            if (span / width < static_cast<std::int64_t>(mostBars)) {
                return width;
            }
        }
    }
}

enum class Calendar { Days, Months, Years };

std::chrono::year_month_day dateOf(std::int64_t days)
{
    return std::chrono::sys_days{std::chrono::days{days}};
}

std::int64_t monthOf(std::int64_t days)
{
    const auto date = dateOf(days);
    return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month()) -
           1;
}

double firstOfMonth(std::int64_t month)
{
    const std::chrono::year_month_day date{
        std::chrono::year{static_cast<int>(month / 12)},
        std::chrono::month{static_cast<unsigned>(month % 12 + 1)}, std::chrono::day{1}};
    return static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count()) * day;
}

} // namespace

ColumnTally::ColumnTally(const TableColumn& column)
    : m_column{column}
    , m_width{widthFor(column)}
    , m_near(nearCells)
{
}

void ColumnTally::add(double value)
{
    m_least = m_rows == 0 ? value : std::min(m_least, value);
    m_most = m_rows == 0 ? value : std::max(m_most, value);
    ++m_rows;
    const auto cell = static_cast<std::int64_t>(std::floor(value / m_width + 1e-9));
    if (cell >= 0 && cell < static_cast<std::int64_t>(nearCells)) {
        ++m_near[static_cast<std::size_t>(cell)];
    } else {
        ++m_far[cell];
    }
    if (m_fewValues && m_column.type != ColumnType::Time) {
        ++m_values[value];
        m_fewValues = m_values.size() <= mostBars;
    }
}

ColumnTally::Counts ColumnTally::counts() const
{
    Counts counts{m_far.begin(), m_far.end()};
    for (std::size_t cell = 0; cell < nearCells; ++cell) {
        if (m_near[cell] > 0) {
            counts[static_cast<std::int64_t>(cell)] = m_near[cell];
        }
    }
    return counts;
}

Histogram ColumnTally::histogram(bool complete) const
{
    Histogram histogram{
        .column = std::string{m_column.name}, .bars = {}, .rows = m_rows, .complete = complete};
    if (m_rows == 0) {
        return histogram;
    }
    if (m_column.type == ColumnType::Time) {
        histogram.bars = barsOfDates(counts());
    } else {
        histogram.bars = m_fewValues ? barsOfValues() : barsOfNumbers(counts());
    }
    return histogram;
}

std::vector<HistogramBar> ColumnTally::barsOfValues() const
{
    std::vector<HistogramBar> bars;
    for (const auto& [value, rows] : m_values) {
        bars.push_back(
            {.low = value, .high = value, .rows = rows, .typed = typedValue(m_column.type, value)});
    }
    return bars;
}

std::vector<HistogramBar> ColumnTally::barsOfDates(const Counts& days) const
{
    const std::int64_t firstDay = days.begin()->first;
    const std::int64_t lastDay = days.rbegin()->first;
    const std::int64_t months = monthOf(lastDay) - monthOf(firstDay) + 1;
    const Calendar unit = lastDay - firstDay < static_cast<std::int64_t>(mostBars) ? Calendar::Days
                          : months <= static_cast<std::int64_t>(mostBars) ? Calendar::Months
                                                                          : Calendar::Years;
    const auto unitOf = [unit](std::int64_t d) {
        return unit == Calendar::Days ? d : unit == Calendar::Months ? monthOf(d) : monthOf(d) / 12;
    };
    const auto startOf = [unit](std::int64_t u) {
        return unit == Calendar::Days ? static_cast<double>(u) * day
                                      : firstOfMonth(unit == Calendar::Months ? u : u * 12);
    };
    std::vector<HistogramBar> bars;
    const std::int64_t first = unitOf(firstDay);
    const std::int64_t perBar =
        niceWidth(unitOf(lastDay) - first); // years only can be more than the bars
    for (std::int64_t u = first; u <= unitOf(lastDay); u += perBar) {
        HistogramBar bar{
            .low = startOf(u), .high = startOf(u + perBar) - 1, .rows = 0, .typed = {}};
        const std::string from = typedValue(ColumnType::Time, bar.low);
        const std::string to = typedValue(ColumnType::Time, startOf(u + perBar - 1));
        const std::size_t length = unit == Calendar::Days ? 10 : unit == Calendar::Months ? 7 : 4;
        bar.typed = from.substr(0, length);
        if (perBar > 1) {
            bar.typed += ".." + to.substr(0, length);
        }
        bars.push_back(std::move(bar));
    }
    for (const auto& [d, rows] : days) {
        bars[static_cast<std::size_t>((unitOf(d) - first) / perBar)].rows += rows;
    }
    return bars;
}

std::string ColumnTally::typedRange(double low, double next, bool last) const
{
    if (last) {
        return typedValue(m_column.type, low) + "..";
    }
    if (m_column.type == ColumnType::Integer) {
        return next - low == 1
                   ? typedValue(m_column.type, low)
                   : typedValue(m_column.type, low) + ".." + typedValue(m_column.type, next - 1);
    }
    return ">=" + typedValue(m_column.type, low) + " && <" + typedValue(m_column.type, next);
}

std::vector<HistogramBar> ColumnTally::barsOfNumbers(const Counts& counts) const
{
    const std::int64_t first = counts.begin()->first;
    std::int64_t end = first;
    std::int64_t seen = 0;
    for (const auto& [cell, rows] : counts) {
        end = cell;
        seen += rows;
        if (static_cast<double>(seen) >= shareShown * static_cast<double>(m_rows)) {
            break;
        }
    }
    const std::int64_t width = niceWidth(end - first);
    const std::int64_t start = first >= 0 ? first / width * width : first;
    const auto bars = static_cast<std::size_t>((end - start) / width + 1);
    const bool isOpen = counts.rbegin()->first >= start + static_cast<std::int64_t>(bars) * width;
    std::vector<HistogramBar> made(bars);
    // Whole tens are divided, so that 35 cells of 0.1 are 3.5 and not 3.5000000000000004.
    const auto valueOf = [this](std::int64_t cell) {
        return m_width == 1 ? static_cast<double>(cell) : static_cast<double>(cell) / 10;
    };
    for (std::size_t bar = 0; bar < bars; ++bar) {
        const std::int64_t cell = start + static_cast<std::int64_t>(bar) * width;
        const double next = valueOf(cell + width);
        const bool last = isOpen && bar + 1 == bars;
        made[bar].low = valueOf(cell);
        made[bar].high = last                                   ? m_most
                         : m_column.type == ColumnType::Integer ? next - 1
                                                                : std::nextafter(next, -1e300);
        made[bar].typed = typedRange(made[bar].low, next, last);
    }
    for (const auto& [cell, rows] : counts) {
        const auto bar = static_cast<std::size_t>((cell - start) / width);
        made[std::min(bar, bars - 1)].rows += rows;
    }
    return made;
}

} // namespace nextquill::store
