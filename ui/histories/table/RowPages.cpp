// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/RowPages.h"

#include <algorithm>
#include <utility>

namespace nextquill::ui {

const store::TableRow* RowPages::row(std::int64_t number) const
{
    const auto page = m_pages.find(pageOf(number));
    if (page == m_pages.end()) {
        return nullptr;
    }
    const auto at = static_cast<std::size_t>(number % pageRows);
    return at < page->second.rows.size() ? &page->second.rows[at] : nullptr;
}

bool RowPages::isFresh(std::int64_t page, std::int64_t rows) const
{
    const auto held = m_pages.find(page);
    if (held == m_pages.end() || held->second.stale) {
        return false;
    }
    const std::int64_t wanted = std::min(pageRows, rows - page * pageRows);
    return held->second.asked >= wanted;
}

void RowPages::put(std::int64_t page, std::vector<store::TableRow> rows, std::int64_t asked)
{
    const auto held = m_pages.find(page);
    if (held != m_pages.end()) {
        held->second.rows = std::move(rows);
        held->second.asked = asked;
        held->second.stale = false;
        touch(page);
        return;
    }
    m_uses.push_back(page);
    m_pages.emplace(page, Page{.rows = std::move(rows),
                               .asked = asked,
                               .stale = false,
                               .use = std::prev(m_uses.end())});
    while (m_pages.size() > m_pagesHeld) {
        m_pages.erase(m_uses.front());
        m_uses.pop_front();
    }
}

void RowPages::touch(std::int64_t page)
{
    if (const auto held = m_pages.find(page); held != m_pages.end()) {
        m_uses.splice(m_uses.end(), m_uses, held->second.use);
    }
}

void RowPages::makeStale()
{
    for (auto& [number, page] : m_pages) {
        page.stale = true;
    }
}

void RowPages::clear()
{
    m_pages.clear();
    m_uses.clear();
}

std::int64_t RowPages::find(std::int64_t id) const
{
    for (const auto& [number, page] : m_pages) {
        const auto row = std::find_if(page.rows.begin(), page.rows.end(),
                                      [id](const store::TableRow& each) { return each.id == id; });
        if (row != page.rows.end()) {
            return number * pageRows + (row - page.rows.begin());
        }
    }
    return -1;
}

} // namespace nextquill::ui
