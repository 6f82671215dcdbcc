// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/FullTextIndex.h"

namespace nextquill::store {

FullTextIndex::FullTextIndex(Connection& connection)
    : m_isThere{isThere(connection)}
    , m_add{connection, "INSERT INTO reviews_text (rowid, title, text) VALUES (?, ?, ?)"}
    , m_remove{connection, "INSERT INTO reviews_text (reviews_text, rowid, title, text) "
                           "VALUES ('delete', ?, ?, ?)"}
{
}

bool FullTextIndex::isThere(Connection& connection)
{
    return !Query{connection, "SELECT 1 FROM missing_indices WHERE name = 'search'"}.next();
}

void FullTextIndex::add(std::int64_t review, const std::string& title, const std::string& text)
{
    if (m_isThere) {
        m_add.with(review, title, text).run();
    }
}

void FullTextIndex::remove(std::int64_t review, const std::string& title, const std::string& text)
{
    if (m_isThere) {
        m_remove.with(review, title, text).run();
    }
}

} // namespace nextquill::store
