// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/FilterExpression.h"
#include "core/store/table/TableColumns.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nextquill::store {

class Project;

/// A row's place in an order. Opaque to callers: from one row to the next page.
struct RowKey
{
    std::variant<std::int64_t, double, std::string> value; ///< of the column that sorts
    std::int64_t second = 0; ///< time of a review where users sort, item where items do
    std::int64_t id = 0;

    [[nodiscard]] bool operator==(const RowKey&) const = default;
};

/// A cell: nothing, a whole number (also times, flags), a number, a text (also tags).
using Cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A cell as it is written in fields, files and on the clipboard: numbers with a point, times as
/// "2013-02-11 18:30:00" (the time of day left out at midnight), flags as "yes" and "no".
[[nodiscard]] std::string cellText(const TableColumn& column, const Cell& cell);

struct TableRow
{
    std::int64_t id = 0; ///< of the review, user or item
    RowKey key;
    std::vector<Cell> cells; ///< one for each column asked for
};

/// The rows that are wanted: everything but where the page begins.
struct TableQuery
{
    FilterExpression filter = FilterExpression{TableKind::Reviews};
    TableOrder order;
    std::vector<std::string> columns; ///< empty: those that are shown at first
    std::size_t longestText = 400;    ///< bytes of a text in a cell; longer ones are cut at a code
                                      ///< point and end in "…"; 0: whole
};

enum class PageFrom {
    Start, ///< the first rows
    End,   ///< the last rows
    After, ///< rows behind a key
    From,  ///< the row of a key and those behind it
    Before ///< rows before a key
};

struct PageRequest
{
    PageFrom from = PageFrom::Start;
    RowKey key; ///< for After, From and Before
    int limit = 200;
};

/// Rows in the order of the query, whichever way they were read.
struct TablePage
{
    std::vector<TableRow> rows;
    bool atStart = false; ///< nothing comes before
    bool atEnd = false;   ///< nothing comes behind
};

/// The keys of every 1,000th row of a query: rows 0, 1000, 2000 … What has been walked so far is
/// true while the rest is still being walked.
struct TableFences
{
    static constexpr std::int64_t step = 1'000;

    std::vector<RowKey> keys;
    std::int64_t rows = 0; ///< walked so far
    bool complete = false; ///< `rows` is the number of rows; else there are at least so many
};

/// Told what is known so far.
using FencesSink = std::function<void(const TableFences&)>;

/// Reads pages of a table. No statement counts a table or skips rows by number: a page costs what
/// its rows cost, wherever it lies.
///
/// A filter on a column that has an index (TableIndices), or on few rows, answers at once; another
/// one walks the order until the page is full, and can be stopped.
///
/// Threads  as the project: give each thread its own, read-only one
/// Stops    Stopped, within 50 ms. Progress counts rows that were looked at, where all are: fences,
///          and searches without their index
/// Throws   Error(Storage); Error(BadInput) for a column that there is not
class TableReader
{
public:
    explicit TableReader(Project& project)
        : m_project{project}
    {
    }

    [[nodiscard]] TablePage page(const TableQuery& query, const PageRequest& request,
                                 StopToken stop, Progress& progress) const;

    /// The page that begins with row number `position` (from 0) of the query. Behind what the
    /// fences have walked: their last rows.
    [[nodiscard]] TablePage pageAt(const TableQuery& query, const TableFences& fences,
                                   std::int64_t position, int limit, StopToken stop,
                                   Progress& progress) const;

    /// Walks all rows of the query, keys alone. `sink` is called on this thread several times a
    /// second with what is known so far, and at the end; what it has been given stays true when the
    /// walk is stopped.
    [[nodiscard]] TableFences fences(const TableQuery& query, const FencesSink& sink,
                                     StopToken stop, Progress& progress) const;

    /// The number of the row with that key, or of the first behind it; none where the fences have
    /// not come so far.
    [[nodiscard]] std::optional<std::int64_t> positionOf(const TableQuery& query,
                                                         const TableFences& fences,
                                                         const RowKey& key, StopToken stop,
                                                         Progress& progress) const;

    /// The key of the row with that id; none when the filter does not match it.
    [[nodiscard]] std::optional<RowKey> keyOf(const TableQuery& query, std::int64_t id) const;

    /// One row, whatever the filter; none when it is gone or deleted.
    [[nodiscard]] std::optional<TableRow> row(const TableQuery& query, std::int64_t id) const;

    /// Rows of the table without a filter; kept in the project, not counted.
    [[nodiscard]] std::int64_t total(TableKind table) const;

private:
    Project& m_project;
};

} // namespace nextquill::store
