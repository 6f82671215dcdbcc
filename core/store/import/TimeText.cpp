// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/TimeText.h"

#include "core/store/import/AmazonReviews.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>

namespace nextquill::store {

namespace {

/// Reads a text from its beginning to its end; every function says whether it was there.
class Scan
{
public:
    explicit Scan(std::string_view text)
        : m_rest{text}
    {
    }

    bool number(int& value, std::size_t leastDigits, std::size_t mostDigits)
    {
        std::size_t digits = 0;
        value = 0;
        while (digits < m_rest.size() && digits < mostDigits && isDigit(m_rest[digits])) {
            value = value * 10 + (m_rest[digits] - '0');
            ++digits;
        }
        m_rest.remove_prefix(digits);
        return digits >= leastDigits;
    }

    bool one(std::string_view of, char* found = nullptr)
    {
        if (m_rest.empty() || of.find(m_rest.front()) == std::string_view::npos) {
            return false;
        }
        if (found != nullptr) {
            *found = m_rest.front();
        }
        m_rest.remove_prefix(1);
        return true;
    }

    /// Digits behind a point, as a share of one.
    double share()
    {
        double value = 0;
        double scale = 0.1;
        while (!m_rest.empty() && isDigit(m_rest.front())) {
            value += scale * (m_rest.front() - '0');
            scale /= 10;
            m_rest.remove_prefix(1);
        }
        return value;
    }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }

private:
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }

    std::string_view m_rest;
};

std::string_view withoutOuterSpaces(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::optional<double> dayOf(Scan& scan)
{
    int year = 0;
    int month = 0;
    int day = 0;
    char separator = 0;
    if (!scan.number(year, 4, 4) || !scan.one("-/.", &separator) || !scan.number(month, 1, 2) ||
        !scan.one({&separator, 1}) || !scan.number(day, 1, 2)) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) {
        return std::nullopt;
    }
    return static_cast<double>(std::chrono::sys_days{date}.time_since_epoch().count()) * 86'400'000;
}

/// Milliseconds of "12:30", "12:30:05" or "12:30:05.25".
std::optional<double> timeOfDay(Scan& scan)
{
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!scan.number(hour, 1, 2) || !scan.one(":") || !scan.number(minute, 2, 2)) {
        return std::nullopt;
    }
    if (scan.one(":") && !scan.number(second, 2, 2)) {
        return std::nullopt;
    }
    const double share = scan.one(".,") ? scan.share() : 0;
    if (hour > 24 || minute > 59 || second > 60) { // a leap second is one
        return std::nullopt;
    }
    return ((hour * 60.0 + minute) * 60 + second + share) * 1'000;
}

/// What a zone is ahead of UTC, in milliseconds; none when it is no zone.
std::optional<double> zoneOf(Scan& scan)
{
    char sign = 0;
    scan.one(" ");
    if (scan.isAtEnd() || scan.one("Zz")) {
        return 0;
    }
    int hours = 0;
    int minutes = 0;
    if (!scan.one("+-", &sign) || !scan.number(hours, 2, 2)) {
        return std::nullopt;
    }
    if ((scan.one(":") || !scan.isAtEnd()) && !scan.number(minutes, 2, 2)) {
        return std::nullopt;
    }
    return (sign == '-' ? -1.0 : 1.0) * (hours * 60 + minutes) * 60'000;
}

} // namespace

std::optional<double> millisecondsOf(std::string_view text)
{
    text = withoutOuterSpaces(text);
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed == std::errc{} && end == text.data() + text.size() && text.size() != 4) {
        return std::isfinite(number) ? std::optional{millisecondsFrom(number)} : std::nullopt;
    }
    const std::string year = text.size() == 4 ? std::string{text} + "-1-1" : std::string{text};
    Scan scan{year};
    const auto day = dayOf(scan);
    if (!day || scan.isAtEnd()) {
        return day;
    }
    const auto time = scan.one("Tt ") ? timeOfDay(scan) : std::nullopt;
    const auto zone = time ? zoneOf(scan) : std::nullopt;
    if (!zone || !scan.isAtEnd()) {
        return std::nullopt;
    }
    return *day + *time - *zone;
}

} // namespace nextquill::store
