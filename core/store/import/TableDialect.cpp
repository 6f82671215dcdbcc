// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/TableDialect.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace nextquill::store {

namespace {

constexpr std::array<char, 4> delimiters{',', '\t', ';', '|'};

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
        } else if (c == m_dialect.quote) {
            m_isQuoted = false;
            m_kept = m_cell.size();
        } else {
            m_cell += c;
        }
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
        m_found.cells.push_back(std::move(m_cell));
        m_cell.clear();
        m_wasQuoted = false;
        m_kept = 0;
    }

    std::string_view m_row;
    const TableDialect& m_dialect;
    std::size_t m_at = 0;
    bool m_isQuoted = false;
    bool m_wasQuoted = false;
    std::size_t m_kept = 0; ///< what of the cell stood inside of quotes
    std::string m_cell;
    TableCells m_found;
};

/// How many of the rows in these lines have the width that most have, and that width.
struct Width
{
    std::size_t rows = 0;
    std::size_t cells = 0;
};

Width usualWidth(const std::vector<std::string>& lines, const TableDialect& dialect)
{
    std::map<std::size_t, std::size_t> rowsOfWidth;
    std::string row;
    for (const std::string& line : lines) {
        row.append(row.empty() ? "" : "\n").append(line);
        if (row.empty()) {
            continue;
        }
        const TableCells cut = cellsOf(row, dialect);
        if (!cut.isOpen) {
            ++rowsOfWidth[cut.cells.size()];
            row.clear();
        }
    }
    Width best;
    for (const auto& [cells, rows] : rowsOfWidth) {
        if (cells > 1 && rows >= best.rows) {
            best = {rows, cells};
        }
    }
    return best;
}

} // namespace

TableCells cellsOf(std::string_view row, const TableDialect& dialect)
{
    return RowScan{row, dialect}.run();
}

TableDialect dialectOf(const std::vector<std::string>& lines)
{
    const bool hasBackslashes = std::ranges::any_of(
        lines, [](const std::string& line) { return line.find("\\\"") != std::string::npos; });
    TableDialect best;
    Width width;
    for (const bool escapes : {false, true}) {
        for (const char delimiter : delimiters) {
            const TableDialect dialect{.delimiter = delimiter, .escapesByBackslash = escapes};
            const Width found = escapes && !hasBackslashes ? Width{} : usualWidth(lines, dialect);
            // A cell more weighs as a row more: texts are full of commas, but of no fixed number.
            if (found.rows * found.rows * found.cells > width.rows * width.rows * width.cells) {
                best = dialect;
                width = found;
            }
        }
    }
    return best;
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
