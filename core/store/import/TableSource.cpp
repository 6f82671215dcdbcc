// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/TableSource.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/LineReader.h"
#include "core/base/Utf8.h"
#include "core/store/import/TableDialect.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t linesLookedAt = 100;
constexpr std::size_t bytesLookedAt = std::size_t{1} << 20;
constexpr std::size_t mostLinesOfRow = 1'000;
constexpr std::size_t mostBytesOfOpenRow = std::size_t{1} << 20;
constexpr std::size_t shownOfLongRow = 4'096;
constexpr std::size_t mostColumns = 4'096;
constexpr std::size_t mostLinesBeforeNames = 20;

struct Line
{
    std::string text;
    std::int64_t number = 0;
    std::int64_t byte = 0;
    bool tooLong = false;
};

/// Lines that can be looked at before they are taken.
class LinesAhead
{
public:
    explicit LinesAhead(const fs::path& file)
        : m_reader{file, {.lineBytes = longestRecord, .mayEndWithReturn = true}}
    {
    }

    /// The line `ahead` lines from here; null behind the end.
    const Line* peek(std::size_t ahead)
    {
        while (m_lines.size() <= ahead && !m_isAtEnd) {
            readOne();
        }
        return ahead < m_lines.size() ? &m_lines[ahead] : nullptr;
    }

    /// Throws what a damaged stream ended with, once all lines before were taken.
    void throwDamage()
    {
        if (m_lines.empty() && m_damage) {
            throw *std::exchange(m_damage, std::nullopt);
        }
    }

    void drop(std::size_t lines)
    {
        m_lines.erase(m_lines.begin(), m_lines.begin() + static_cast<std::ptrdiff_t>(
                                                             std::min(lines, m_lines.size())));
    }

    [[nodiscard]] const LineReader& reader() const { return m_reader; }

private:
    void readOne()
    {
        try {
            if (const auto line = m_reader.next()) {
                m_lines.push_back(
                    {std::string{line->text}, line->number, line->byte, line->tooLong});
                return;
            }
        } catch (const Error& damage) {
            m_damage = damage;
        }
        m_isAtEnd = true;
    }

    LineReader m_reader;
    std::deque<Line> m_lines;
    bool m_isAtEnd = false;
    std::optional<Error> m_damage;
};

std::vector<std::string> firstLines(LinesAhead& lines)
{
    std::vector<std::string> first;
    std::size_t bytes = 0;
    while (first.size() < linesLookedAt && bytes < bytesLookedAt) {
        const Line* const line = lines.peek(first.size());
        if (line == nullptr) {
            break;
        }
        bytes += line->text.size();
        first.push_back(line->text);
    }
    return first;
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

class Table final : public RecordSource
{
public:
    explicit Table(const fs::path& file)
        : m_lines{file}
    {
    }

    std::optional<SourceText> next() override
    {
        if (!m_started) {
            start();
        }
        while (const Line* const line = m_lines.peek(0)) {
            if (m_before == 0 && m_names > 0) {
                m_lines.drop(std::exchange(m_names, 0));
                continue;
            }
            const bool isBefore = m_before > 0;
            m_before -= isBefore ? 1 : 0;
            if (isBlank(line->text) && !line->tooLong) {
                m_lines.drop(1);
                continue;
            }
            return isBefore ? lineBeforeNames(*line) : row();
        }
        m_lines.throwDamage();
        return std::nullopt;
    }

    [[nodiscard]] std::int64_t consumedBytes() const override
    {
        return m_lines.reader().consumedBytes();
    }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_lines.reader().totalBytes(); }
    [[nodiscard]] bool isTable() const override { return true; }

private:
    void start()
    {
        m_started = true;
        const std::vector<std::string> first = firstLines(m_lines);
        m_dialect = dialectOf(first);
        m_before = linesBeforeNames(first);
        while (const Line* const line = m_lines.peek(m_before)) {
            if (!isBlank(line->text)) {
                break;
            }
            ++m_before;
        }
        if (m_lines.peek(m_before) == nullptr) {
            return;
        }
        nameColumns();
    }

    /// Lines that stand above the names of the columns: they have a few cells of the width that the
    /// rows have.
    [[nodiscard]] std::size_t linesBeforeNames(const std::vector<std::string>& first) const
    {
        const std::size_t width = usualCells(first, m_dialect);
        for (std::size_t i = 0; i < std::min(first.size(), mostLinesBeforeNames); ++i) {
            const TableCells cut = cellsOf(first[i], m_dialect);
            if (!cut.isOpen && cut.cells.size() == width && namesColumns(cut.cells)) {
                return i;
            }
            const auto filled = static_cast<std::size_t>(
                std::ranges::count_if(cut.cells, [](const auto& cell) { return !isBlank(cell); }));
            if (width < 2 || filled * 2 >= width) {
                break;
            }
        }
        return 0;
    }

    /// From the first row, which is taken away if it has the names.
    void nameColumns()
    {
        Row first = readRow(m_before);
        if (first.isOpen) {
            first = oneLine(m_before);
        }
        if (namesColumns(first.cells)) {
            m_columns = std::move(first.cells);
            m_names = first.lines;
        } else {
            for (std::size_t i = 1; i <= first.cells.size(); ++i) {
                m_columns.push_back(fmt::format("column {}", i));
            }
        }
        if (m_columns.size() > 1 && isBlank(m_columns.back())) {
            m_columns.pop_back();
        }
        m_columns.resize(std::min(m_columns.size(), mostColumns));
        std::set<std::string> names;
        for (std::string& column : m_columns) {
            const std::string name = toUtf8(column);
            column = name;
            for (int count = 2; !names.insert(column).second; ++count) {
                column = fmt::format("{} ({})", name, count);
            }
        }
    }

    struct Row
    {
        std::vector<std::string> cells;
        std::size_t lines = 1;
        bool isOpen = false;
    };

    Row oneLine(std::size_t at)
    {
        TableCells cut = cellsOf(m_lines.peek(at)->text, m_dialect);
        return {std::move(cut.cells), 1, cut.isOpen};
    }

    /// The row that begins in the line that is so many ahead, with as many lines as its quotes
    /// span.
    Row readRow(std::size_t at = 0)
    {
        m_original = m_lines.peek(at)->text;
        std::size_t lines = 1;
        TableCells cut = cellsOf(m_original, m_dialect);
        while (cut.isOpen && lines < mostLinesOfRow && m_original.size() < mostBytesOfOpenRow) {
            const Line* const more = m_lines.peek(at + lines);
            if (more == nullptr || more->tooLong) {
                break;
            }
            ++lines;
            m_original.append("\n").append(more->text);
            // Only a line with a quote can close one.
            if (more->text.find(m_dialect.quote) != std::string::npos) {
                cut = cellsOf(m_original, m_dialect);
            }
        }
        return {std::move(cut.cells), lines, cut.isOpen || cut.isDoubtful};
    }

    SourceText lineBeforeNames(const Line& line)
    {
        return problem({{}, line.number, line.byte, {}, {}}, line.text,
                       "it stands above the names of the columns", 1);
    }

    SourceText row()
    {
        const Line& line = *m_lines.peek(0);
        SourceText record{{}, line.number, line.byte, {}, {}};
        if (line.tooLong) {
            return problem(record, line.text, "it is longer than 64 MiB", 1);
        }
        const Row found = readRow();
        if (found.isOpen) {
            m_original.resize(m_lines.peek(0)->text.size());
            return problem(record, m_original, "a quote is opened in it that nothing closes", 1);
        }
        if (!isUtf8(m_original)) {
            return problem(record, m_original, "it is no UTF-8 (convert the file first)",
                           found.lines);
        }
        if (!fits(found.cells)) {
            return problem(record, m_original,
                           fmt::format("it has {} {}, the first row has {}", found.cells.size(),
                                       found.cells.size() == 1 ? "cell" : "cells",
                                       m_columns.size()),
                           found.lines);
        }
        writeObject(found.cells);
        m_lines.drop(found.lines);
        record.text = m_object;
        record.original = m_original;
        return record;
    }

    SourceText problem(SourceText record, std::string_view text, std::string why, std::size_t lines)
    {
        m_object = text.substr(0, shownOfLongRow);
        m_problem = std::move(why);
        m_lines.drop(lines);
        record.text = m_object;
        record.problem = m_problem;
        return record;
    }

    [[nodiscard]] bool fits(const std::vector<std::string>& cells) const
    {
        const std::size_t columns = m_columns.size();
        return cells.size() >= columns &&
               std::all_of(cells.begin() + static_cast<std::ptrdiff_t>(columns), cells.end(),
                           [](const std::string& cell) { return isBlank(cell); });
    }

    void writeObject(const std::vector<std::string>& cells)
    {
        m_object = "{";
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_object.append(i == 0 ? "" : ",")
                .append(Json(m_columns[i]).dump())
                .append(":")
                .append(Json(cells[i]).dump());
        }
        m_object += '}';
    }

    LinesAhead m_lines;
    TableDialect m_dialect;
    std::vector<std::string> m_columns;
    std::size_t m_before = 0; ///< lines above the names of the columns that were not given yet
    std::size_t m_names = 0;  ///< lines of these names that were not passed yet
    bool m_started = false;
    std::string m_original; ///< the row as it stands in the file
    std::string m_object;
    std::string m_problem;
};

} // namespace

std::unique_ptr<RecordSource> rowsOfTable(const fs::path& file)
{
    return std::make_unique<Table>(file);
}

bool isTable(const fs::path& file)
{
    LinesAhead lines{file};
    const std::vector<std::string> first = firstLines(lines);
    const auto beginsJson = [](const std::string& line) {
        const std::size_t begin = line.find_first_not_of(" \t\r");
        return begin != std::string::npos && (line[begin] == '{' || line[begin] == '[');
    };
    if (std::ranges::any_of(first, beginsJson)) {
        return false;
    }
    return usualCells(first, dialectOf(first)) > 1;
}

} // namespace nextquill::store
