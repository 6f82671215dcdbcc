// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Connection.h"

#include <cstdint>
#include <vector>

struct sqlite3_context;
struct sqlite3_value;

namespace nextquill::store {

/// Counts new reviews into items.reviews. Where most items of a stretch have some, one statement
/// goes through all of them, with a function of SQL for how many; else each is found.
///
/// Threads  that of the connection
class ItemCounts
{
public:
    explicit ItemCounts(Connection& connection);
    ~ItemCounts();
    ItemCounts(const ItemCounts&) = delete;
    ItemCounts& operator=(const ItemCounts&) = delete;

    /// A new review of the item with this id.
    void add(std::int64_t item) { m_items.push_back(item); }
    /// Writes what was added, and forgets it.
    void write();
    void clear() { m_items.clear(); }

private:
    /// It is there before the statement that calls it, and goes after it.
    class NewOfItem
    {
    public:
        NewOfItem(Connection& connection, const ItemCounts& counts);
        ~NewOfItem();
        NewOfItem(const NewOfItem&) = delete;
        NewOfItem& operator=(const NewOfItem&) = delete;

    private:
        Connection& m_connection;
    };

    static void newOfItem(sqlite3_context* call, int count, sqlite3_value** values);
    void writeStretch(std::int64_t least, std::int64_t most);
    void writeEach();

    std::vector<std::int64_t> m_items;  ///< an item as often as it has new reviews
    std::vector<std::int32_t> m_ofItem; ///< the same by id, from m_firstCounted on
    std::int64_t m_firstCounted = 0;
    NewOfItem m_function;
    Query m_countEach;
    Query m_countStretch;
};

} // namespace nextquill::store
