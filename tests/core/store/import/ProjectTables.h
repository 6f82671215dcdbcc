// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/Project.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nextquill::testing {

/// Everything that the tables of a project hold, row by row, but for times of the clock and what
/// ids have been given.
inline std::vector<std::string> tablesOf(const store::Project& project)
{
    store::Connection& connection = project.connection();
    store::Query tables{connection,
                        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND "
                        "name NOT LIKE 'reviews_text%' AND name NOT LIKE 'sqlite_%' ORDER BY name"};
    std::vector<std::string> rows;
    while (tables.next()) {
        const std::string table = tables.text(0);
        store::Query columns{connection, "SELECT group_concat('quote(\"' || name || '\")', ' || "
                                         "'', '' || ') FROM pragma_table_info('" +
                                             table +
                                             "') WHERE name NOT IN ('started', 'finished', "
                                             "'last_review')"};
        if (!columns.next()) {
            continue;
        }
        store::Query query{connection,
                           "SELECT " + columns.text(0) + " AS row FROM " + table + " ORDER BY row"};
        while (query.next()) {
            rows.push_back(table + ": " + query.text(0));
        }
    }
    return rows;
}

/// Pages, keys, counts, and the search index against the texts.
inline void expectSoundProject(const store::Project& project)
{
    for (const std::string& fault : project.check(true, {})) {
        ADD_FAILURE() << fault;
    }
    if (!store::FullTextIndex::isThere(project.connection())) {
        return;
    }
    EXPECT_NO_THROW(store::Query(project.connection(),
                                 "INSERT INTO reviews_text (reviews_text, rank) "
                                 "VALUES ('integrity-check', 1)")
                        .run());
}

} // namespace nextquill::testing
