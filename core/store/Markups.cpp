// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Markups.h"

#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/StoredJson.h"

#include <algorithm>

namespace nextquill::store {

void Markups::put(const std::string& model, const Json& markup)
{
    Connection& connection = m_project.connection();
    Transaction transaction{connection};
    Query{connection, "INSERT INTO markups (model, markup) VALUES (?, ?) "
                      "ON CONFLICT (model) DO UPDATE SET markup = excluded.markup"}
        .with(model, toLine(markup))
        .run();
    transaction.commit();
}

bool Markups::remove(const std::string& model)
{
    const std::vector<MarkupRow> rows = all();
    const bool isThere = std::any_of(rows.begin(), rows.end(),
                                     [&model](const MarkupRow& row) { return row.model == model; });
    if (isThere) {
        Connection& connection = m_project.connection();
        Transaction transaction{connection};
        Query{connection, "DELETE FROM markups WHERE model = ?"}.with(model).run();
        transaction.commit();
    }
    return isThere;
}

std::vector<MarkupRow> Markups::all() const
{
    Query query{m_project.connection(), "SELECT model, markup FROM markups ORDER BY model"};
    std::vector<MarkupRow> rows;
    while (query.next()) {
        rows.push_back({.model = query.text(0),
                        .markup = storedJson(query.text(1), m_project.file().string())});
    }
    return rows;
}

} // namespace nextquill::store
