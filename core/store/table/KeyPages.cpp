// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/KeyPages.h"

#include "core/store/Connection.h"
#include "core/store/FullTextIndex.h"
#include "core/store/table/ScannedSearch.h"

#include <algorithm>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t textsAtOnce = 500;

} // namespace

KeyPages::KeyPages(Connection& connection, const RowSource& source, const std::string& search,
                   Progress& progress)
    : m_connection{connection}
    , m_source{source}
    , m_progress{progress}
{
    if (!search.empty() && !FullTextIndex::isThere(connection) &&
        !hasListedHits(connection, search)) {
        m_scan = std::make_unique<ScannedSearch>(connection, search);
    }
}

KeyPages::~KeyPages() = default;

std::vector<RowKey> KeyPages::read(const std::optional<RowKey>& key, bool inclusive, bool backward,
                                   std::size_t limit)
{
    std::vector<RowKey> keys;
    for (const SqlPart& statement : m_source.pageStatements(key, inclusive, backward)) {
        if (keys.size() >= limit) {
            break;
        }
        Query query{m_connection, statement.sql};
        bindAll(query.with(), statement.values);
        query.bindNext(static_cast<std::int64_t>(limit - keys.size()));
        while (query.next()) {
            keys.push_back(m_source.keyFrom(query));
        }
    }
    return keys;
}

KeyPage KeyPages::page(std::optional<RowKey> key, bool inclusive, bool backward, int limit)
{
    const std::size_t wanted = static_cast<std::size_t>(std::max(limit, 0)) + 1;
    KeyPage page;
    if (!m_scan) {
        page.keys = read(key, inclusive, backward, wanted);
    } else {
        std::int64_t looked = 0;
        for (bool more = true; more && page.keys.size() < wanted;) {
            const std::vector<RowKey> some = read(key, inclusive, backward, textsAtOnce);
            more = some.size() == textsAtOnce;
            std::vector<std::int64_t> ids;
            std::ranges::transform(some, std::back_inserter(ids), &RowKey::id);
            const std::set<std::int64_t> hits = m_scan->hitsAmong(ids);
            std::ranges::copy_if(some, std::back_inserter(page.keys),
                                 [&](const RowKey& k) { return hits.contains(k.id); });
            looked += static_cast<std::int64_t>(some.size());
            m_progress.report({.done = looked, .total = 0, .stage = "reading texts"});
            if (more) {
                key = some.back();
                inclusive = false;
            }
        }
    }
    page.hasMore = page.keys.size() >= wanted;
    page.keys.resize(std::min(page.keys.size(), wanted - 1));
    if (backward) {
        std::ranges::reverse(page.keys);
    }
    return page;
}

} // namespace nextquill::store
