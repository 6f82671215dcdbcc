// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/import/Importer.h"

namespace nextquill::store {

std::vector<Reject> rejects(Project& project, std::int64_t afterRow, int limit)
{
    Query query{project.connection(), "SELECT file, line, byte, reason, text, id FROM rejects "
                                      "WHERE id > ? ORDER BY id LIMIT ?"};
    query.with(afterRow, limit);
    std::vector<Reject> rows;
    while (query.next()) {
        rows.push_back({.file = query.text(0),
                        .line = query.integer(1),
                        .byte = query.integer(2),
                        .reason = query.text(3),
                        .text = query.text(4),
                        .row = query.integer(5)});
    }
    return rows;
}

} // namespace nextquill::store
