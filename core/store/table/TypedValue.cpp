// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TypedValue.h"

#include "core/store/import/TimeText.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr double lastSecond = 999;
constexpr double lastMinute = 59'999;
constexpr double day = 86'400'000;

/// A number that takes the whole text. A comma between digits in threes is left out.
std::optional<double> wholeNumber(std::string_view text)
{
    std::string digits;
    for (const char c : text) {
        if (c != ',') {
            digits += c;
        }
    }
    double value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, failed] = std::from_chars(digits.data(), end, value);
    if (digits.empty() || failed != std::errc{} || stopped != end || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

bool isDigits(std::string_view text, std::size_t count)
{
    return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

double milliseconds(std::chrono::year_month_day date)
{
    return static_cast<double>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                   std::chrono::sys_days{date}.time_since_epoch())
                                   .count());
}

int numberIn(std::string_view digits)
{
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

/// "2013": the year.
std::optional<ValueRange> yearRange(std::string_view text)
{
    if (!isDigits(text, 4)) {
        return std::nullopt;
    }
    const std::chrono::year year{numberIn(text)};
    return ValueRange{milliseconds(year / 1 / 1),
                      milliseconds((year + std::chrono::years{1}) / 1 / 1) - 1};
}

/// "2013-02": the month.
std::optional<ValueRange> monthRange(std::string_view text)
{
    if (text.size() != 7 || text[4] != '-' || !isDigits(text.substr(0, 4), 4) ||
        !isDigits(text.substr(5), 2)) {
        return std::nullopt;
    }
    const std::chrono::year_month month{
        std::chrono::year{numberIn(text.substr(0, 4))},
        std::chrono::month{static_cast<unsigned>(numberIn(text.substr(5)))}};
    if (!month.ok()) {
        return std::nullopt;
    }
    return ValueRange{milliseconds(month / 1),
                      milliseconds((month + std::chrono::months{1}) / 1) - 1};
}

std::optional<ValueRange> timeRange(std::string_view text)
{
    if (const auto range = yearRange(text)) {
        return range;
    }
    if (const auto range = monthRange(text)) {
        return range;
    }
    // A plain number would be taken for seconds or milliseconds.
    if (text.find_first_of("-/", 1) == std::string_view::npos) {
        return std::nullopt;
    }
    const auto first = millisecondsOf(text);
    if (!first) {
        return std::nullopt;
    }
    const std::size_t colons = static_cast<std::size_t>(std::count(text.begin(), text.end(), ':'));
    const bool hasFraction = text.find('.') != std::string_view::npos;
    const double length = colons == 0 ? day - 1 : colons == 1 ? lastMinute : lastSecond;
    return ValueRange{*first, *first + (hasFraction ? 0 : length)};
}

std::optional<ValueRange> flagRange(std::string_view text)
{
    const bool yes = text == "yes" || text == "true" || text == "1";
    if (!yes && text != "no" && text != "false" && text != "0") {
        return std::nullopt;
    }
    const double value = yes ? 1 : 0;
    return ValueRange{value, value};
}

std::string timeTyped(double value)
{
    std::string text = timeText(static_cast<std::int64_t>(value)); // 2013-05-01T12:30:05.250Z
    if (text.ends_with('Z')) {
        text.pop_back();
    }
    if (text.ends_with(".000")) {
        text.resize(text.size() - 4);
    }
    const std::size_t t = text.find('T');
    if (t == std::string::npos) {
        return text;
    }
    text[t] = ' ';
    return text.ends_with(" 00:00:00") ? text.substr(0, t) : text;
}

} // namespace

std::optional<ValueRange> rangeOf(ColumnType type, std::string_view typed)
{
    switch (type) {
    case ColumnType::Time:
        return timeRange(typed);
    case ColumnType::Flag:
        return flagRange(typed);
    case ColumnType::Integer:
    case ColumnType::Real:
        break;
    case ColumnType::Text:
    case ColumnType::Tags:
        return std::nullopt;
    }
    const auto value = wholeNumber(typed);
    return value ? std::optional{ValueRange{*value, *value}} : std::nullopt;
}

std::string typedValue(ColumnType type, double value)
{
    switch (type) {
    case ColumnType::Time:
        return timeTyped(value);
    case ColumnType::Flag:
        return value != 0 ? "yes" : "no";
    default:
        return fmt::format("{}", value);
    }
}

} // namespace nextquill::store
