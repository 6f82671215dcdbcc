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
    bool skipsSpace = false;         ///< a space behind each delimiter belongs to it

    bool operator==(const TableDialect&) const = default;
};

/// A row cut into cells.
struct TableCells
{
    std::vector<std::string> cells;
    bool isOpen = false; ///< it ends inside of quotes: the row goes on in the next line
    /// A quote stands single within quotes that span lines: two rows may have become one.
    bool isDoubtful = false;
    std::size_t quoted = 0; ///< cells that stand in quotes
    std::size_t spaced = 0; ///< cells behind the first one that begin with a space
};

/// Cuts a row, which may have line breaks inside of quotes. Space around a quoted cell is dropped.
/// A quote that stands single within quotes, and neither a delimiter nor the end behind it, is a
/// part of the text.
[[nodiscard]] TableCells cellsOf(std::string_view row, const TableDialect& dialect);

/// The dialect under which these first lines of a file are rows of one width, the widest one;
/// commas where nothing speaks for another. Spaces delimit only where all rows agree and nothing
/// else does.
[[nodiscard]] TableDialect dialectOf(const std::vector<std::string>& lines);

/// How many cells most of these rows have; 1 where none has more.
[[nodiscard]] std::size_t usualCells(const std::vector<std::string>& lines,
                                     const TableDialect& dialect);

/// Whether a first row names columns: no cell is empty or a number. A last cell may be empty.
[[nodiscard]] bool namesColumns(const std::vector<std::string>& cells);

} // namespace nextquill::store
