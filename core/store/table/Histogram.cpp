// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/Histogram.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/table/ColumnTally.h"
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::int64_t countedRowsBetweenReports = 200'000;

const TableColumn& countable(TableKind table, const std::string& name)
{
    const TableColumn& column = columnOf(table, name);
    if (!column.hasHistogram) {
        throw Error{
            ErrorKind::BadInput, fmt::format("the values of \"{}\" cannot be shown as bars", name),
            fmt::format("table of {}", nameOf(table)), "choose a column of numbers or times"};
    }
    return column;
}

std::vector<Histogram> made(const std::vector<ColumnTally>& tallies, bool complete)
{
    std::vector<Histogram> all;
    std::ranges::transform(tallies, std::back_inserter(all),
                           [&](const ColumnTally& tally) { return tally.histogram(complete); });
    return all;
}

/// The columns behind the key; a user's number of reviews is looked up.
std::string columnsSql(TableKind table, const std::vector<std::string>& columns)
{
    std::string sql;
    for (const std::string& name : columns) {
        sql += name == "user_reviews"
                   ? std::string{", (SELECT u2.reviews FROM users u2 WHERE u2.id = r.user_id)"}
                   : ", " + columnSql(table, name);
    }
    return sql;
}

} // namespace

std::string typedFor(const Histogram& histogram, std::size_t first, std::size_t last)
{
    if (histogram.bars.empty()) {
        return {};
    }
    const std::size_t most = histogram.bars.size() - 1;
    const std::size_t low = std::min({first, last, most});
    const std::size_t high = std::min(std::max(first, last), most);
    if (histogram.bars[low].typed == "no" && low != high) {
        return {}; // both of them are everything
    }
    const std::string& from = histogram.bars[low].typed;
    const std::string& to = histogram.bars[high].typed;
    if (low == high) {
        return from;
    }
    // The bars' own ends: "40..59" and "80..99" are "40..99", ">=1 && <2" and "3.." are ">=1".
    const std::string begin = from.substr(0, std::min(from.find(".."), from.find(" &&")));
    const std::size_t and_ = to.find("&& ");
    if (begin.starts_with(">=")) {
        return and_ == std::string::npos ? begin : begin + " && " + to.substr(and_ + 3);
    }
    const std::size_t dots = to.find("..");
    return begin + ".." + (dots == std::string::npos ? to : to.substr(dots + 2));
}

std::vector<Histogram> histograms(Project& project, const FilterExpression& filter,
                                  const std::vector<std::string>& columns,
                                  const HistogramSink& sink, StopToken stop, Progress& progress)
{
    std::vector<ColumnTally> tallies;
    for (const std::string& name : columns) {
        tallies.emplace_back(countable(filter.table(), name));
    }
    Connection& connection = project.connection();
    const StopGuard guard{connection, stop};
    listHits(connection, filter.search(), stop, progress);
    const RowSource source{connection, filter, TableOrder{}, RowPurpose::All};
    const SqlPart statement = source.allStatement(false, columnsSql(filter.table(), columns));
    Query rows{connection, statement.sql};
    bindAll(rows.with(), statement.values);
    std::int64_t seen = 0;
    while (rows.next()) {
        int at = source.keyColumns();
        for (ColumnTally& tally : tallies) {
            tally.add(rows.real(at++));
        }
        if (++seen % countedRowsBetweenReports == 0) {
            sink(made(tallies, false));
            progress.report({.done = seen, .total = 0, .stage = "counting"});
        }
    }
    std::vector<Histogram> all = made(tallies, true);
    sink(all);
    return all;
}

} // namespace nextquill::store
