// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// How a table in text marks its cells.
struct TableDialect
{
    char delimiter = ',';
    char quote = '"';                ///< a quote inside of quotes stands twice (RFC 4180) …
    bool escapesByBackslash = false; ///< … or behind a backslash

    bool operator==(const TableDialect&) const = default;
};

/// A row cut into cells.
struct TableCells
{
    std::vector<std::string> cells;
    bool isOpen = false; ///< it ends inside of quotes: the row goes on in the next line
};

/// Cuts a row, which may have line breaks inside of quotes. Space around a quoted cell is dropped;
/// what stands behind its closing quote belongs to it.
[[nodiscard]] TableCells cellsOf(std::string_view row, const TableDialect& dialect);

/// The dialect under which these first lines of a file are rows of one width, the widest one;
/// commas where nothing speaks for another.
[[nodiscard]] TableDialect dialectOf(const std::vector<std::string>& lines);

/// Whether a first row names columns: no cell is empty or a number. A last cell may be empty.
[[nodiscard]] bool namesColumns(const std::vector<std::string>& cells);

} // namespace nextquill::store
