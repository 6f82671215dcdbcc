// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TableReader.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Project.h"
#include "core/store/table/Cells.h"
#include "core/store/table/KeyPages.h"
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"

#include <algorithm>
#include <utility>

namespace nextquill::store {

namespace {

std::vector<TableRow> rowsFor(Connection& connection, const TableQuery& query,
                              std::vector<RowKey> keys)
{
    CellReader cells{connection, query.filter.table(), query.columns, query.longestText};
    std::vector<TableRow> rows;
    rows.reserve(keys.size());
    for (RowKey& key : keys) {
        TableRow row;
        if (cells.read(key.id, row.cells)) {
            row.id = key.id;
            row.key = std::move(key);
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

/// The fence at or before a position, and how many rows lie between.
struct FencePlace
{
    RowKey key;
    std::int64_t after = 0;
};

std::optional<FencePlace> placeOf(const TableFences& fences, std::int64_t position)
{
    if (fences.keys.empty()) {
        return std::nullopt;
    }
    const std::int64_t known = std::max<std::int64_t>(fences.rows - 1, 0);
    const std::int64_t wanted = std::clamp<std::int64_t>(position, 0, known);
    const std::int64_t fence =
        std::min(wanted / TableFences::step, static_cast<std::int64_t>(fences.keys.size()) - 1);
    return FencePlace{.key = fences.keys[static_cast<std::size_t>(fence)],
                      .after = wanted - fence * TableFences::step};
}

} // namespace

TablePage TableReader::page(const TableQuery& query, const PageRequest& request, StopToken stop,
                            Progress& progress) const
{
    Connection& connection = m_project.connection();
    const StopGuard guard{connection, std::move(stop)};
    const RowSource source{connection, query.filter, query.order, RowPurpose::Page};
    KeyPages pages{connection, source, query.filter.search(), progress};
    const bool backward = request.from == PageFrom::End || request.from == PageFrom::Before;
    const bool fromKey = request.from != PageFrom::Start && request.from != PageFrom::End;
    KeyPage found = pages.page(fromKey ? std::optional{request.key} : std::nullopt,
                               request.from == PageFrom::From, backward, request.limit);
    TablePage page;
    page.atStart = backward ? !found.hasMore : request.from == PageFrom::Start;
    page.atEnd = backward ? request.from == PageFrom::End : !found.hasMore;
    page.rows = rowsFor(connection, query, std::move(found.keys));
    return page;
}

TablePage TableReader::pageAt(const TableQuery& query, const TableFences& fences,
                              std::int64_t position, int limit, StopToken stop,
                              Progress& progress) const
{
    const auto place = placeOf(fences, position);
    if (!place || position <= 0) {
        return page(query, {.from = PageFrom::Start, .key = {}, .limit = limit}, std::move(stop),
                    progress);
    }
    Connection& connection = m_project.connection();
    const StopGuard guard{connection, std::move(stop)};
    const RowSource source{connection, query.filter, query.order, RowPurpose::Page};
    KeyPages pages{connection, source, query.filter.search(), progress};
    KeyPage found = pages.page(place->key, true, false, limit + static_cast<int>(place->after));
    const auto skipped = std::min(static_cast<std::size_t>(place->after), found.keys.size());
    found.keys.erase(found.keys.begin(), found.keys.begin() + static_cast<std::ptrdiff_t>(skipped));
    TablePage page;
    page.atEnd = !found.hasMore;
    page.rows = rowsFor(connection, query, std::move(found.keys));
    return page;
}

std::optional<std::int64_t> TableReader::positionOf(const TableQuery& query,
                                                    const TableFences& fences, const RowKey& key,
                                                    StopToken stop, Progress& progress) const
{
    Connection& connection = m_project.connection();
    const StopGuard guard{connection, std::move(stop)};
    const RowSource source{connection, query.filter, query.order, RowPurpose::Page};
    const auto behind = std::upper_bound(
        fences.keys.begin(), fences.keys.end(), key,
        [&](const RowKey& left, const RowKey& right) { return source.isBefore(left, right); });
    if (behind == fences.keys.begin() || (behind == fences.keys.end() && !fences.complete)) {
        return behind == fences.keys.begin() && !fences.keys.empty()
                   ? std::optional<std::int64_t>{0}
                   : std::nullopt;
    }
    KeyPages pages{connection, source, query.filter.search(), progress};
    const auto fence = behind - fences.keys.begin() - 1;
    const KeyPage found = pages.page(fences.keys[static_cast<std::size_t>(fence)], true, false,
                                     static_cast<int>(TableFences::step));
    const auto at = std::lower_bound(
        found.keys.begin(), found.keys.end(), key,
        [&](const RowKey& left, const RowKey& right) { return source.isBefore(left, right); });
    return fence * TableFences::step + (at - found.keys.begin());
}

std::optional<RowKey> TableReader::keyOf(const TableQuery& query, std::int64_t id) const
{
    Connection& connection = m_project.connection();
    const RowSource source{connection, query.filter, query.order, RowPurpose::Page};
    const SqlPart statement = source.oneStatement(id);
    Query one{connection, statement.sql};
    bindAll(one.with(), statement.values);
    if (!one.next()) {
        return std::nullopt;
    }
    RowKey key = source.keyFrom(one);
    if (!query.filter.search().empty() && !FullTextIndex::isThere(connection) &&
        ScannedSearch{connection, query.filter.search()}.hitsAmong({id}).empty()) {
        return std::nullopt;
    }
    return key;
}

std::optional<TableRow> TableReader::row(const TableQuery& query, std::int64_t id) const
{
    TableQuery any = query;
    any.filter = FilterExpression{query.filter.table()};
    const auto key = keyOf(any, id);
    if (!key) {
        return std::nullopt;
    }
    std::vector<TableRow> rows = rowsFor(m_project.connection(), query, {*key});
    return rows.empty() ? std::nullopt : std::optional{std::move(rows.front())};
}

std::int64_t TableReader::total(TableKind table) const
{
    Query query{m_project.connection(), "SELECT reviews + excluded, users, items FROM totals"};
    if (!query.next()) {
        return 0;
    }
    return query.integer(table == TableKind::Reviews ? 0 : table == TableKind::Users ? 1 : 2);
}

} // namespace nextquill::store
