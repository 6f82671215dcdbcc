// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ReviewSelection.h"

#include "core/base/KeyedDigest.h"
#include "core/store/ReviewQuery.h"
#include "core/store/SearchExpression.h"

#include <algorithm>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t digitsOfPseudonym = 32;

std::vector<SplitPart> partsOf(const ExportSettings& settings)
{
    return settings.parts.empty()
               ? std::vector{SplitPart::Train, SplitPart::Validation, SplitPart::Test}
               : settings.parts;
}

} // namespace

std::string WrittenNames::of(const std::string& user) const
{
    return m_key ? "user-" + hmacSha256(*m_key, user).substr(0, digitsOfPseudonym) : user;
}

ReviewSelection::ReviewSelection(Connection& connection, const ExportSettings& settings,
                                 const std::optional<Split>& split, SelectionOrder order,
                                 std::optional<std::vector<std::int64_t>> chosen)
    : m_connection{connection}
    , m_filter{settings.filter}
    , m_search{fullTextQuery(settings.filter.search)}
    , m_split{split}
    , m_parts{split ? partsOf(settings) : std::vector<SplitPart>{}}
    , m_order{order}
    , m_chosen{std::move(chosen)}
    , m_row{connection, "SELECT " + reviewColumns() +
                            ", u.name, i.id, i.asin, i.title, i.description" + reviewRowTables() +
                            " WHERE r.id = ?"}
{
}

/// Ids alone are selected, and sorted where they must be: a sort holds no texts.
std::string ReviewSelection::statement(const std::string& columns, const std::string& order) const
{
    std::string statement = "SELECT " + columns;
    if (m_split) {
        statement += " FROM split_examples e CROSS JOIN reviews r ON r.id = e.review_id "
                     "WHERE e.split_id = ? AND e.part = ?";
        statement += m_search.empty() ? ""
                                      : " AND r.id IN (SELECT rowid FROM reviews_text "
                                        "WHERE reviews_text MATCH ?)";
    } else if (m_search.empty()) {
        statement += " FROM reviews r WHERE 1";
    } else {
        statement += " FROM reviews_text f CROSS JOIN reviews r ON r.id = f.rowid "
                     "WHERE reviews_text MATCH ?";
    }
    return statement + filterConditions(m_filter) + order;
}

void ReviewSelection::bind(Query& query) const
{
    query.with();
    if (m_split) {
        query.bindNext(m_split->id).bindNext(m_parts[m_part]);
    }
    if (!m_search.empty()) {
        query.bindNext(m_search);
    }
    bindFilter(query, m_filter);
}

std::int64_t ReviewSelection::count()
{
    std::int64_t rows = 0;
    m_part = 0;
    do {
        Query query{m_connection, statement(m_chosen ? "r.id" : "count(*)", "")};
        bind(query);
        while (query.next()) {
            rows += !m_chosen ? query.integer(0) : isChosen(query.integer(0)) ? 1 : 0;
        }
    } while (++m_part < m_parts.size());
    m_part = 0;
    return rows;
}

void ReviewSelection::beginPart()
{
    std::string order = " ORDER BY r.user_id, r.time, r.id";
    if (m_order == SelectionOrder::Imported) {
        order = m_split            ? " ORDER BY e.review_id"
                : m_search.empty() ? " ORDER BY r.id"
                                   : " ORDER BY f.rowid";
    }
    m_ids.emplace(m_connection, statement("r.id", order));
    bind(*m_ids);
}

bool ReviewSelection::isChosen(std::int64_t review) const
{
    return !m_chosen || std::ranges::binary_search(*m_chosen, review);
}

std::optional<ExportRow> ReviewSelection::next(const WrittenNames& names)
{
    if (!m_ids) {
        beginPart();
    }
    do {
        while (!m_ids->next()) {
            if (m_part + 1 >= m_parts.size()) {
                return std::nullopt;
            }
            ++m_part;
            beginPart();
        }
    } while (!isChosen(m_ids->integer(0)));
    if (!m_row.with(m_ids->integer(0)).next()) {
        return std::nullopt; // not in one snapshot
    }
    ExportRow row{.review = reviewFrom(m_row),
                  .user = names.of(m_row.text(reviewColumnCount)),
                  .item = {.id = ItemId{m_row.integer(reviewColumnCount + 1)},
                           .asin = m_row.text(reviewColumnCount + 2),
                           .title = m_row.text(reviewColumnCount + 3),
                           .description = m_row.text(reviewColumnCount + 4)},
                  .part = {}};
    if (m_split) {
        row.part = m_parts[m_part];
    }
    return row;
}

} // namespace nextquill::store
