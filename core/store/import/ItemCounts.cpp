// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ItemCounts.h"

#include <sqlite3.h>

#include <algorithm>
#include <iterator>

namespace nextquill::store {

namespace {

constexpr std::int64_t itemsPassedForEach = 4; ///< passing one costs a fifth of finding one
constexpr const char* functionName = "new_of_item";

} // namespace

ItemCounts::NewOfItem::NewOfItem(Connection& connection, const ItemCounts& counts)
    : m_connection{connection}
{
    sqlite3_create_function_v2(connection.database().getHandle(), functionName, 1,
                               SQLITE_UTF8 | SQLITE_DIRECTONLY, const_cast<ItemCounts*>(&counts),
                               newOfItem, nullptr, nullptr, nullptr);
}

ItemCounts::NewOfItem::~NewOfItem()
{
    sqlite3_create_function_v2(m_connection.database().getHandle(), functionName, 1, SQLITE_UTF8,
                               nullptr, nullptr, nullptr, nullptr, nullptr);
}

ItemCounts::ItemCounts(Connection& connection)
    : m_function{connection, *this}
    , m_countEach{connection, "UPDATE items SET reviews = reviews + ? WHERE id = ?"}
    , m_countStretch{connection, "UPDATE items SET reviews = reviews + new_of_item(id) "
                                 "WHERE id BETWEEN ? AND ? AND new_of_item(id) > 0"}
{
}

ItemCounts::~ItemCounts() = default;

/// SQL: the new reviews of the item with this id, in the stretch that is counted.
void ItemCounts::newOfItem(sqlite3_context* call, int /*count*/, sqlite3_value** values)
{
    const auto& self = *static_cast<const ItemCounts*>(sqlite3_user_data(call));
    const auto at = static_cast<std::size_t>(sqlite3_value_int64(*values) - self.m_firstCounted);
    sqlite3_result_int64(call, at < self.m_ofItem.size() ? self.m_ofItem[at] : 0);
}

void ItemCounts::write()
{
    if (m_items.empty()) {
        return;
    }
    const auto [least, most] = std::ranges::minmax(m_items);
    if (most - least < itemsPassedForEach * std::ssize(m_items)) {
        writeStretch(least, most);
    } else {
        writeEach();
    }
    m_items.clear();
}

void ItemCounts::writeStretch(std::int64_t least, std::int64_t most)
{
    m_firstCounted = least;
    m_ofItem.assign(static_cast<std::size_t>(most - least + 1), 0);
    for (const std::int64_t item : m_items) {
        ++m_ofItem[static_cast<std::size_t>(item - least)];
    }
    m_countStretch.with(least, most).run();
}

void ItemCounts::writeEach()
{
    std::ranges::sort(m_items);
    for (auto at = m_items.begin(); at != m_items.end();) {
        const auto end = std::upper_bound(at, m_items.end(), *at);
        m_countEach.with(end - at, *at).run();
        at = end;
    }
}

} // namespace nextquill::store
