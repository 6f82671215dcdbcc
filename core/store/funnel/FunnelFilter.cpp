// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Connection.h"
#include "core/store/Project.h"
#include "core/store/funnel/FunnelRun.h"
#include "core/store/table/RowSource.h"
#include "core/store/table/ScannedSearch.h"

namespace nextquill::store {

ReviewSubset FunnelRun::matching(const FilterExpression& filter) const
{
    Connection& connection = m_project.connection();
    listHits(connection, filter.search(), m_stop, m_progress); // where there is no index for them
    const RowSource source{connection, filter, TableOrder{}, RowPurpose::All};
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

} // namespace nextquill::store
