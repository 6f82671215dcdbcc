// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"
#include "core/store/table/TableReader.h"

#include <algorithm>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::int64_t fencedRowsBetweenReports = 50'000;

/// Tells what is known every so many rows.
class FenceReports
{
public:
    FenceReports(const FencesSink& sink, std::int64_t total, Progress& progress)
        : m_sink{sink}
        , m_total{total}
        , m_progress{progress}
    {
    }

    void counted(const TableFences& fences)
    {
        if (fences.rows % fencedRowsBetweenReports == 0) {
            m_sink(fences);
            m_progress.report({.done = fences.rows, .total = m_total, .stage = "counting"});
        }
    }

private:
    const FencesSink& m_sink;
    std::int64_t m_total;
    Progress& m_progress;
};

/// Rows in the order of the query: each 1,000th is a fence.
void walkFences(Query& query, const RowSource& source, TableFences& fences, FenceReports& reports)
{
    while (query.next()) {
        if (fences.rows % TableFences::step == 0) {
            fences.keys.push_back(source.keyFrom(query));
        }
        ++fences.rows;
        reports.counted(fences);
    }
}

struct PlainKey
{
    double value;
    std::int64_t id;
};

/// Rows in the order of the file: counted first, then sorted by what their keys need, 16 bytes
/// each.
void sortFences(Query& query, const RowSource& source, bool descending, bool whole,
                TableFences& fences, FenceReports& reports)
{
    std::vector<PlainKey> keys;
    while (query.next()) {
        keys.push_back({query.real(0), query.integer(source.keyColumns() - 1)});
        ++fences.rows;
        reports.counted(fences);
    }
    std::ranges::sort(keys, [descending](const PlainKey& left, const PlainKey& right) {
        const PlainKey& first = descending ? right : left;
        const PlainKey& second = descending ? left : right;
        return first.value != second.value ? first.value < second.value : first.id < second.id;
    });
    for (std::size_t row = 0; row < keys.size(); row += TableFences::step) {
        RowKey key{.value = keys[row].value, .second = 0, .id = keys[row].id};
        if (whole) {
            key.value = static_cast<std::int64_t>(keys[row].value);
        }
        fences.keys.push_back(key);
    }
}

} // namespace

TableFences TableReader::fences(const TableQuery& query, const FencesSink& sink, StopToken stop,
                                Progress& progress) const
{
    Connection& connection = m_project.connection();
    const StopGuard guard{connection, stop};
    listHits(connection, query.filter.search(), stop, progress);
    const RowSource source{connection, query.filter, query.order, RowPurpose::All};
    const bool sortHere = !source.isOrdered() && source.hasPlainKey();
    const SqlPart statement = source.allStatement(!sortHere);
    Query rows{connection, statement.sql};
    bindAll(rows.with(), statement.values);
    TableFences fences;
    FenceReports reports{sink, total(query.filter.table()), progress};
    if (sortHere) {
        const ColumnType type = columnOf(query.filter.table(), query.order.column).type;
        sortFences(rows, source, query.order.descending, type != ColumnType::Real, fences, reports);
    } else {
        walkFences(rows, source, fences, reports);
    }
    fences.complete = true;
    sink(fences);
    return fences;
}

} // namespace nextquill::store
