// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/funnel/FunnelRun.h"

#if __has_include("core/store/table/RowSource.h")
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"
#endif

namespace nextquill::store {

#if __has_include("core/store/table/RowSource.h")

ReviewSubset FunnelRun::matching(const std::string& filter) const
{
    const FilterExpression wanted = FilterExpression::parse(TableKind::Reviews, filter);
    Connection& connection = m_project.connection();
    listHits(connection, wanted.search(), m_stop, m_progress);
    const RowSource source{connection, wanted, TableOrder{}, RowPurpose::All};
    const SqlPart rows = source.allStatement(false);
    Query query{connection, rows.sql};
    bindAll(query.with(), rows.values);
    ReviewSubset matched(m_graph.size(), false);
    while (query.next()) {
        if (const std::size_t at = m_graph.indexOf(query.integer(0)); at < m_graph.size()) {
            matched[at] = true;
        }
    }
    return matched;
}

#else

ReviewSubset FunnelRun::matching(const std::string& filter) const
{
    throw Error{ErrorKind::Unsupported, "filters are not there yet",
                "step \"where " + filter + "\"", "use the other steps"};
}

#endif

} // namespace nextquill::store
