// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/ChosenReviews.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/ReviewIndices.h"
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"

#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

/// Rows of the selection's own table.
std::int64_t chooseRows(Connection& connection, const Selection& selection)
{
    connection.execute("CREATE TABLE IF NOT EXISTS temp.chosen_rows (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE IF NOT EXISTS temp.left_out (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE IF NOT EXISTS temp.chosen (id INTEGER PRIMARY KEY);"
                       "DELETE FROM temp.chosen_rows; DELETE FROM temp.left_out;"
                       "DELETE FROM temp.chosen");
    Query note{connection, fmt::format("INSERT OR IGNORE INTO temp.{} VALUES (?)",
                                       selection.matching ? "left_out" : "chosen_rows")};
    for (const std::int64_t id : selection.ids) {
        note.with(id).run();
    }
    if (!selection.matching) {
        return static_cast<std::int64_t>(selection.ids.size());
    }
    const RowSource source{connection, *selection.matching, TableOrder{}, RowPurpose::All};
    const SqlPart rows = source.allStatement(false);
    Query choose{connection, "INSERT OR IGNORE INTO temp.chosen_rows " + rows.sql};
    bindAll(choose.with(), rows.values);
    const int chosen = choose.run();
    const int taken = Query{connection, "DELETE FROM temp.chosen_rows WHERE id IN "
                                        "(SELECT id FROM temp.left_out)"}
                          .run();
    return chosen - taken;
}

std::string reviewsOfRows(Connection& connection, TableKind table)
{
    switch (table) {
    case TableKind::Reviews:
        return "temp.chosen_rows c CROSS JOIN reviews r ON r.id = c.id";
    case TableKind::Users:
        return fmt::format("temp.chosen_rows c CROSS JOIN reviews r{} ON r.user_id = c.id",
                           indexedBy(connection, "reviews_by_user"));
    case TableKind::Items:
        break;
    }
    return fmt::format("temp.chosen_rows c CROSS JOIN reviews r{} ON r.item_id = c.id",
                       indexedBy(connection, "reviews_by_item"));
}

} // namespace

SelectionCount chooseReviews(Connection& connection, const Selection& selection,
                             const StopToken& stop, Progress& progress)
{
    progress.report({.done = 0, .total = 0, .stage = "looking for the reviews"});
    if (selection.matching) {
        listHits(connection, selection.matching->search(), stop, progress);
    }
    SelectionCount count;
    count.rows = chooseRows(connection, selection);
    count.reviews =
        Query{connection, "INSERT OR IGNORE INTO temp.chosen SELECT r.id FROM " +
                              reviewsOfRows(connection, selection.table) + " WHERE r.excluded < 2"}
            .run();
    if (selection.table == TableKind::Reviews) {
        count.rows = count.reviews;
    }
    connection.execute("DELETE FROM temp.chosen_rows");
    return count;
}

SqlPart chosenReviews(Connection& connection, const Selection& selection, const StopToken& stop,
                      Progress& progress)
{
    if (selection.table != TableKind::Reviews || !selection.matching || !selection.ids.empty()) {
        chooseReviews(connection, selection, stop, progress);
        return {"SELECT id FROM temp.chosen ORDER BY id", {}};
    }
    progress.report({.done = 0, .total = 0, .stage = "looking for the reviews"});
    listHits(connection, selection.matching->search(), stop, progress);
    const RowSource source{connection, *selection.matching, TableOrder{}, RowPurpose::All};
    return source.allStatement(true);
}

Selection Selection::rows(TableKind table, std::set<std::int64_t> ids)
{
    return {.table = table, .matching = std::nullopt, .ids = std::move(ids)};
}

Selection Selection::everything(FilterExpression filter)
{
    const TableKind table = filter.table();
    return {.table = table, .matching = std::move(filter), .ids = {}};
}

SelectionCount countOf(Project& project, const Selection& selection, StopToken stop,
                       Progress& progress)
{
    Connection& connection = project.connection();
    const StopGuard guard{connection, stop};
    return chooseReviews(connection, selection, stop, progress);
}

} // namespace nextquill::store
