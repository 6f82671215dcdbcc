// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Histogram.h"

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace nextquill::store {

/// Counts the values of a column finely, and makes bars of them that a person reads.
class ColumnTally
{
public:
    explicit ColumnTally(const TableColumn& column);

    void add(double value);

    [[nodiscard]] Histogram histogram(bool complete) const;

private:
    using Counts = std::map<std::int64_t, std::int64_t>;

    [[nodiscard]] Counts counts() const;
    [[nodiscard]] std::vector<HistogramBar> barsOfValues() const;
    [[nodiscard]] std::vector<HistogramBar> barsOfDates(const Counts& days) const;
    [[nodiscard]] std::vector<HistogramBar> barsOfNumbers(const Counts& counts) const;
    [[nodiscard]] std::string typedRange(double low, double next, bool last) const;

    const TableColumn& m_column;
    double m_width;                                       ///< of what is counted together
    std::vector<std::int64_t> m_near;                     ///< counts of cells 0, 1, 2 …
    std::unordered_map<std::int64_t, std::int64_t> m_far; ///< of the others
    std::map<double, std::int64_t> m_values; ///< the values themselves, while they are few
    bool m_fewValues = true;
    std::int64_t m_rows = 0;
    double m_least = 0;
    double m_most = 0;
};

} // namespace nextquill::store
