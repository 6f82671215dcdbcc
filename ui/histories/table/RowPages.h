// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include <cstdint>
#include <list>
#include <map>
#include <vector>

namespace nextquill::ui {

/// Rows of a long table as pages of equal size: the ones that were looked at last are held.
///
/// A page may be held in part (its first rows, while the rest is not known yet) or be stale (read
/// before a change): its rows are shown until newer ones come.
///
/// Threads  one at a time
class RowPages
{
public:
    static constexpr std::int64_t pageRows = 200;

    explicit RowPages(std::size_t pagesHeld = 40)
        : m_pagesHeld{pagesHeld}
    {
    }

    [[nodiscard]] static std::int64_t pageOf(std::int64_t row) { return row / pageRows; }

    /// The row, or null where it is not held.
    [[nodiscard]] const store::TableRow* row(std::int64_t number) const;
    /// True: all of the page's rows below `rows` were asked for, and none of them is stale.
    [[nodiscard]] bool isFresh(std::int64_t page, std::int64_t rows) const;

    /// `asked`: for so many rows; fewer than that came where there are no more.
    void put(std::int64_t page, std::vector<store::TableRow> rows, std::int64_t asked);
    void touch(std::int64_t page); ///< it was looked at
    void makeStale();
    void clear();

    /// Number of a held row with that id; -1: none.
    [[nodiscard]] std::int64_t find(std::int64_t id) const;
    [[nodiscard]] std::size_t size() const { return m_pages.size(); }

private:
    struct Page
    {
        std::vector<store::TableRow> rows;
        std::int64_t asked = 0;
        bool stale = false;
        std::list<std::int64_t>::iterator use;
    };

    std::size_t m_pagesHeld;
    std::map<std::int64_t, Page> m_pages;
    std::list<std::int64_t> m_uses; // the last one was looked at last
};

} // namespace nextquill::ui
