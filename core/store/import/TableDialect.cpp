// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/TableDialect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace nextquill::store {

namespace {

constexpr std::array<char, 4> delimiters{',', '\t', ';', '|'};
constexpr std::array<char, 2> quotes{'"', '\''};
constexpr std::size_t fewestRowsWithSpaces = 3;

std::string_view withoutSpaces(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

bool isNumber(std::string_view text)
{
    double value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    return failed == std::errc{} && end == text.data() + text.size();
}

/// Reads one row, character by character.
class RowScan
{
public:
    RowScan(std::string_view row, const TableDialect& dialect)
        : m_row{row}
        , m_dialect{dialect}
    {
    }

    TableCells run()
    {
        for (; m_at < m_row.size(); ++m_at) {
            if (m_isQuoted) {
                takeQuoted(m_row[m_at]);
            } else {
                take(m_row[m_at]);
            }
        }
        m_found.isOpen = m_isQuoted;
        endCell();
        return std::move(m_found);
    }

private:
    void takeQuoted(char c)
    {
        const bool hasNext = m_at + 1 < m_row.size();
        if (m_dialect.escapesByBackslash && c == '\\' && hasNext) {
            m_cell += m_row[++m_at];
        } else if (c == m_dialect.quote && hasNext && m_row[m_at + 1] == m_dialect.quote) {
            m_cell += m_row[++m_at];
        } else if (c == m_dialect.quote && endsCell(m_at + 1)) {
            m_isQuoted = false;
            m_kept = m_cell.size();
        } else {
            m_hasSingleQuote = m_hasSingleQuote || c == m_dialect.quote;
            m_hasBreak = m_hasBreak || c == '\n';
            m_cell += c;
        }
    }

    /// Whether nothing but space is between this place and the cell's end.
    [[nodiscard]] bool endsCell(std::size_t at) const
    {
        while (at < m_row.size() && m_row[at] != m_dialect.delimiter &&
               (m_row[at] == ' ' || m_row[at] == '\t' || m_row[at] == '\r')) {
            ++at;
        }
        return at == m_row.size() || m_row[at] == m_dialect.delimiter;
    }

    void take(char c)
    {
        const bool isBlank = withoutSpaces(m_cell).empty() && !m_wasQuoted;
        if (c == m_dialect.delimiter) {
            endCell();
        } else if (c == m_dialect.quote && isBlank) {
            m_cell.clear();
            m_isQuoted = true;
            m_wasQuoted = true;
        } else {
            m_cell += c;
        }
    }

    void endCell()
    {
        if (m_wasQuoted && withoutSpaces(std::string_view{m_cell}.substr(m_kept)).empty()) {
            m_cell.resize(m_kept);
        }
        if (!m_wasQuoted && m_dialect.skipsSpace && m_cell.starts_with(' ')) {
            m_cell.erase(0, 1);
        }
        const bool isSpaced = m_cellStart < m_row.size() && m_row[m_cellStart] == ' ';
        m_found.spaced += m_cellStart > 0 && isSpaced ? 1 : 0;
        m_cellStart = m_at + 1;
        m_found.quoted += m_wasQuoted ? 1 : 0;
        m_found.isDoubtful = m_found.isDoubtful || (m_hasSingleQuote && m_hasBreak);
        m_hasSingleQuote = false;
        m_hasBreak = false;
        m_found.cells.push_back(std::move(m_cell));
        m_cell.clear();
        m_wasQuoted = false;
        m_kept = 0;
    }

    std::string_view m_row;
    const TableDialect& m_dialect;
    std::size_t m_at = 0;
    std::size_t m_cellStart = 0;
    bool m_isQuoted = false;
    bool m_wasQuoted = false;
    std::size_t m_kept = 0; ///< what of the cell stood inside of quotes
    bool m_hasSingleQuote = false;
    bool m_hasBreak = false;
    std::string m_cell;
    TableCells m_found;
};

/// How many of the rows in these lines have the width that most have, and that width.
struct Width
{
    std::size_t rows = 0;
    std::size_t cells = 0;
    std::size_t quoted = 0; ///< cells of all rows
    std::size_t others = 0; ///< rows of another width

    /// A cell more weighs as a row more: texts are full of commas, but of no fixed number.
    [[nodiscard]] bool speaksLouderThan(const Width& other) const
    {
        const std::size_t own = rows * rows * cells;
        const std::size_t theirs = other.rows * other.rows * other.cells;
        return own > theirs || (own == theirs && own > 0 && quoted > other.quoted);
    }
};

Width usualWidth(const std::vector<std::string>& lines, const TableDialect& dialect)
{
    std::map<std::size_t, std::size_t> rowsOfWidth;
    std::size_t all = 0;
    Width best;
    std::string row;
    for (const std::string& line : lines) {
        row.append(row.empty() ? "" : "\n").append(line);
        if (row.empty()) {
            continue;
        }
        const TableCells cut = cellsOf(row, dialect);
        if (!cut.isOpen) {
            ++rowsOfWidth[cut.cells.size()];
            ++all;
            best.quoted += cut.quoted;
            row.clear();
        }
    }
    for (const auto& [cells, rows] : rowsOfWidth) {
        if (cells > 1 && rows >= best.rows) {
            best.rows = rows;
            best.cells = cells;
        }
    }
    best.others = all - best.rows + (row.empty() ? 0 : 1);
    return best;
}

bool hasText(const std::vector<std::string>& lines, std::string_view text)
{
    return std::ranges::any_of(
        lines, [text](const std::string& line) { return line.find(text) != std::string::npos; });
}

/// Whether each delimiter has a space behind it, in all lines.
bool hasSpaceBehind(const std::vector<std::string>& lines, const TableDialect& dialect)
{
    std::size_t spaced = 0;
    for (const std::string& line : lines) {
        const TableCells cut = cellsOf(line, dialect);
        if (cut.spaced + 1 < cut.cells.size()) {
            return false;
        }
        spaced += cut.spaced;
    }
    return spaced > 0;
}

} // namespace

TableCells cellsOf(std::string_view row, const TableDialect& dialect)
{
    return RowScan{row, dialect}.run();
}

TableDialect dialectOf(const std::vector<std::string>& lines)
{
    TableDialect best;
    Width width;
    const auto compare = [&](const TableDialect& dialect) {
        const Width found = usualWidth(lines, dialect);
        // Backslashes in front of quotes are there for something.
        const bool isLouder = found.speaksLouderThan(width);
        const bool isAsLoud = !isLouder && !width.speaksLouderThan(found) && found.rows > 0;
        if (isLouder || (isAsLoud && dialect.escapesByBackslash)) {
            best = dialect;
            width = found;
        }
    };
    for (const char quote : quotes) {
        if (quote != '"' && !hasText(lines, std::string_view{&quote, 1})) {
            continue;
        }
        for (const char delimiter : delimiters) {
            compare({.delimiter = delimiter, .quote = quote});
            if (hasText(lines, std::string{'\\', quote})) {
                compare({.delimiter = delimiter, .quote = quote, .escapesByBackslash = true});
            }
        }
    }
    const TableDialect spaces{.delimiter = ' '};
    if (width.cells < 2 || width.others > 0) {
        const Width found = usualWidth(lines, spaces);
        if (found.others == 0 && found.rows >= fewestRowsWithSpaces) {
            return spaces;
        }
    }
    best.skipsSpace = hasSpaceBehind(lines, best);
    return best;
}

std::size_t usualCells(const std::vector<std::string>& lines, const TableDialect& dialect)
{
    return std::max<std::size_t>(usualWidth(lines, dialect).cells, 1);
}

bool namesColumns(const std::vector<std::string>& cells)
{
    bool hasName = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string_view name = withoutSpaces(cells[i]);
        const bool isTrailing = name.empty() && i + 1 == cells.size() && i > 0;
        if (!isTrailing && (name.empty() || isNumber(name))) {
            return false;
        }
        hasName = true;
    }
    return hasName;
}

} // namespace nextquill::store
