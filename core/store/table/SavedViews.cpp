// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/SavedViews.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <fmt/format.h>
#include <sstream>

namespace nextquill::store {

namespace {

constexpr std::size_t longestName = 80;

void requireName(const std::string& name)
{
    if (!isUtf8(name) || collapseWhitespace(name).empty() || codePointCount(name) > longestName) {
        throw Error{ErrorKind::BadInput, "this cannot be the name of a view",
                    escapedForDisplay(name), "take 1 to 80 characters"};
    }
}

/// None where it names what this version does not know.
std::optional<SavedView> viewFrom(TableKind table, const Query& row)
{
    try {
        SavedView view{.name = row.text(0),
                       .filter = FilterExpression::parse(table, row.text(1)),
                       .order = orderFrom(table, row.text(2)),
                       .columns = {}};
        std::istringstream names{row.text(3)};
        for (std::string name; names >> name;) {
            view.columns.emplace_back(columnOf(table, name).name);
        }
        return view;
    } catch (const Error& problem) {
        if (problem.kind() != ErrorKind::BadInput) {
            throw;
        }
        return std::nullopt;
    }
}

Error noView(std::string_view name)
{
    return {ErrorKind::BadInput, fmt::format("there is no view \"{}\"", name), "saved views",
            "see `nextquill data views`"};
}

Error nameIsTaken(std::string_view name)
{
    return {ErrorKind::BadInput, fmt::format("there is a view \"{}\" already", name), "saved views",
            "replace it, or choose another name"};
}

constexpr const char* viewColumns = "SELECT name, filter, sort, columns FROM saved_views ";

} // namespace

std::vector<SavedView> SavedViews::all(TableKind table) const
{
    Query query{m_project.connection(),
                std::string{viewColumns} + "WHERE \"table\" = ? ORDER BY name"};
    query.with(nameOf(table));
    std::vector<SavedView> views;
    while (query.next()) {
        if (auto view = viewFrom(table, query)) {
            views.push_back(std::move(*view));
        }
    }
    return views;
}

std::optional<SavedView> SavedViews::find(TableKind table, std::string_view name) const
{
    Query query{m_project.connection(),
                std::string{viewColumns} + "WHERE \"table\" = ? AND name = ?"};
    query.with(nameOf(table), name);
    return query.next() ? viewFrom(table, query) : std::nullopt;
}

void SavedViews::save(const SavedView& view, bool replace)
{
    requireName(view.name);
    const TableKind table = view.filter.table();
    static_cast<void>(orderFrom(table, toText(view.order)));
    std::string columns;
    for (const std::string& name : view.columns) {
        columns += (columns.empty() ? "" : " ") + std::string{columnOf(table, name).name};
    }
    Transaction transaction{m_project.connection()};
    Query known{m_project.connection(),
                "SELECT 1 FROM saved_views WHERE \"table\" = ? AND name = ?"};
    if (!replace && known.with(nameOf(table), view.name).next()) {
        throw nameIsTaken(view.name);
    }
    Query{m_project.connection(), "INSERT OR REPLACE INTO saved_views VALUES (?, ?, ?, ?, ?)"}
        .with(nameOf(table), view.name, view.filter.toText(), toText(view.order), columns)
        .run();
    transaction.commit();
}

void SavedViews::rename(TableKind table, std::string_view name, const std::string& newName)
{
    requireName(newName);
    Transaction transaction{m_project.connection()};
    Query known{m_project.connection(),
                "SELECT 1 FROM saved_views WHERE \"table\" = ? AND name = ?"};
    if (name != newName && known.with(nameOf(table), newName).next()) {
        throw nameIsTaken(newName);
    }
    if (Query{m_project.connection(),
              "UPDATE saved_views SET name = ? WHERE \"table\" = ? AND name = ?"}
            .with(newName, nameOf(table), name)
            .run() == 0) {
        throw noView(name);
    }
    transaction.commit();
}

void SavedViews::remove(TableKind table, std::string_view name)
{
    Transaction transaction{m_project.connection()};
    if (Query{m_project.connection(), "DELETE FROM saved_views WHERE \"table\" = ? AND name = ?"}
            .with(nameOf(table), name)
            .run() == 0) {
        throw noView(name);
    }
    transaction.commit();
}

} // namespace nextquill::store
