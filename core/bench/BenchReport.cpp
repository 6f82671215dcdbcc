// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchReport.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <utility>

namespace nextquill::bench {

namespace {

std::string cell(const std::optional<double>& value, double factor, const char* format)
{
    return value ? fmt::format(fmt::runtime(format), *value * factor) : std::string{"-"};
}

std::string mebibytes(const std::optional<std::uint64_t>& bytes)
{
    return bytes ? fmt::format("{:.0f}", static_cast<double>(*bytes) / (1024.0 * 1024.0)) : "-";
}

OrderedJson orNull(const std::optional<double>& value)
{
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

constexpr std::array<const char*, 8> columns{"MB/s",   "GFLOP/s", "matmul", "peak",
                                             "memory", "MiB",     "est.",   "ratio"};
constexpr std::size_t columnWidth = 7;

/// As `columns` has them; "-" for what a row does not have.
std::vector<std::string> cellsOf(const BenchRow& row)
{
    return {cell(row.bytesPerSecond, 1e-6, "{:.2f}"),
            cell(row.gigaflops, 1, "{:.0f}"),
            cell(row.shareOfMatmul, 100, "{:.0f} %"),
            cell(row.shareOfPeak, 100, "{:.0f} %"),
            cell(row.shareOfBandwidth, 100, "{:.0f} %"),
            mebibytes(row.peakBytes),
            mebibytes(row.estimate),
            cell(row.ratio, 1, "{:.2f}")};
}

std::vector<bool> usedColumns(const std::vector<std::vector<std::string>>& cells)
{
    std::vector<bool> used(columns.size());
    for (const std::vector<std::string>& row : cells) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            used[i] = used[i] || row[i] != "-";
        }
    }
    return used;
}

} // namespace

std::vector<double> timed(int repeats, const StopToken& stop, const std::function<void()>& run)
{
    std::vector<double> seconds;
    for (int i = 0; i <= repeats; ++i) {
        stopPoint(stop);
        const auto start = std::chrono::steady_clock::now();
        run();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        if (i > 0) { // the first pays for memory that is new
            seconds.push_back(took.count());
        }
    }
    return seconds;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

BenchRow rowOf(std::string name, const std::vector<double>& seconds, double items, std::string unit)
{
    BenchRow row{.name = std::move(name),
                 .seconds = median(seconds),
                 .fastest = *std::ranges::min_element(seconds),
                 .unit = std::move(unit)};
    row.perSecond = items / row.seconds;
    return row;
}

void compare(BenchRow& row, const BenchRow& reference)
{
    row.ratio = row.perSecond / reference.perSecond;
    row.comparedWith = reference.name;
}

OrderedJson toJson(const BenchReport& report)
{
    OrderedJson rows = OrderedJson::array();
    for (const BenchRow& row : report.rows) {
        rows.push_back(
            {{"name", row.name},
             {"seconds", row.seconds},
             {"fastest_seconds", row.fastest},
             {"per_second", row.perSecond},
             {"unit", row.unit},
             {"bytes_per_second", orNull(row.bytesPerSecond)},
             {"gigaflops", orNull(row.gigaflops)},
             {"share_of_matmul", orNull(row.shareOfMatmul)},
             {"share_of_multiply_adds", orNull(row.shareOfPeak)},
             {"share_of_bandwidth", orNull(row.shareOfBandwidth)},
             {"peak_bytes", row.peakBytes ? OrderedJson(*row.peakBytes) : nullptr},
             {"estimated_bytes", row.estimate ? OrderedJson(*row.estimate) : nullptr},
             {"ratio", orNull(row.ratio)},
             {"compared_with",
              row.comparedWith.empty() ? OrderedJson(nullptr) : OrderedJson(row.comparedWith)}});
    }
    return {{"bench", report.title},
            {"conditions", report.conditions},
            {"facts", report.facts},
            {"rows", std::move(rows)}};
}

std::string toText(const BenchReport& report)
{
    std::size_t width = 4;
    std::vector<std::vector<std::string>> cells;
    for (const BenchRow& row : report.rows) {
        width = std::max(width, row.name.size());
        cells.push_back(cellsOf(row));
    }
    const std::vector<bool> used = usedColumns(cells);
    std::string text = fmt::format("{}: {}\n{:<{}} {:>8} {:>17}", report.title, report.conditions,
                                   "", width, "seconds", "a second");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        text += used[i] ? fmt::format(" {:>{}}", columns.at(i), columnWidth) : "";
    }
    for (std::size_t r = 0; r < report.rows.size(); ++r) {
        const BenchRow& row = report.rows[r];
        text += fmt::format("\n{:<{}} {:>8.3f} {:>10.1f} {:<6}", row.name, width, row.seconds,
                            row.perSecond, row.unit);
        for (std::size_t i = 0; i < columns.size(); ++i) {
            text += used[i] ? fmt::format(" {:>{}}", cells[r][i], columnWidth) : "";
        }
        text += row.comparedWith.empty() ? "" : "  of " + row.comparedWith;
    }
    return text;
}

} // namespace nextquill::bench
