// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Provenance.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

/// Of an import with its source; the import's list of names where there is none.
constexpr const char* sourceColumns =
    "coalesce(s.file, m.files), coalesce(s.bytes, 0), coalesce(s.digest, ''), m.started";

SourceFile sourceFrom(const Query& query)
{
    return {.name = query.text(0),
            .bytes = query.integer(1),
            .digest = query.text(2),
            .imported = query.integer(3)};
}

} // namespace

ReviewOrigin Provenance::origin(ReviewId review) const
{
    Query query{m_project.connection(),
                fmt::format("SELECT {}, r.line FROM reviews r JOIN imports m ON m.id = r.import_id "
                            "LEFT JOIN sources s ON s.id = r.source_id WHERE r.id = ?",
                            sourceColumns)};
    if (!query.with(review).next()) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no review {}", number(review)),
                    m_project.file().string(), "see `nextquill data list`"};
    }
    return {.source = sourceFrom(query), .line = query.integer(4)};
}

std::vector<ReviewChange> Provenance::changes(ReviewId review) const
{
    Query query{m_project.connection(),
                "SELECT s.what, s.time, c.field, CASE c.field WHEN 'user' THEN coalesce((SELECT "
                "name FROM users WHERE id = CAST(c.before AS INTEGER)), '') ELSE c.before END, "
                "CASE c.field WHEN 'user' THEN coalesce((SELECT name FROM users WHERE id = "
                "CAST(c.after AS INTEGER)), '') ELSE c.after END, s.undone FROM step_changes c "
                "JOIN steps s ON s.id = c.step_id WHERE c.review_id = ? ORDER BY c.step_id"};
    query.with(review);
    std::vector<ReviewChange> changes;
    while (query.next()) {
        changes.push_back({.step = query.text(0),
                           .time = query.integer(1),
                           .field = query.text(2),
                           .before = query.text(3),
                           .after = query.text(4),
                           .undone = query.integer(5) != 0});
    }
    return changes;
}

std::vector<SourceFile> Provenance::sources() const
{
    Query query{m_project.connection(),
                fmt::format("SELECT {} FROM imports m LEFT JOIN sources s ON s.import_id = m.id "
                            "ORDER BY m.id, s.id",
                            sourceColumns)};
    std::vector<SourceFile> sources;
    while (query.next()) {
        sources.push_back(sourceFrom(query));
    }
    return sources;
}

} // namespace nextquill::store
