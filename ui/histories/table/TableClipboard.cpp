// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableClipboard.h"

#include "ui/project/ShownText.h"

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr qsizetype lettersAtMost = 64'000'000; // of a clipboard; an export has no such limit
constexpr std::int64_t rowsAtOnce = 500;        // whole texts may be long

} // namespace

QString pastedText(const QString& text)
{
    static const QString formulas = QStringLiteral("=+-@");
    return !text.isEmpty() && formulas.contains(text.front()) ? QLatin1Char('\'') + text : text;
}

QString pastedLine(const QStringList& cells)
{
    QString line;
    for (qsizetype at = 0; at < cells.size(); ++at) {
        if (at > 0) {
            line += QLatin1Char('\t');
        }
        QString cell = cells[at];
        const bool quoted = cell.contains(QLatin1Char('\t')) || cell.contains(QLatin1Char('\n')) ||
                            cell.contains(QLatin1Char('\r')) || cell.contains(QLatin1Char('"'));
        if (quoted) {
            cell.replace(QLatin1Char('"'), QStringLiteral("\"\""));
            cell = QLatin1Char('"') + cell + QLatin1Char('"');
        }
        line += cell;
    }
    return line + QLatin1Char('\n');
}

CopiedCells copyRows(store::Project& project, store::TableQuery query,
                     const store::TableFences& fences, const QList<RowRange>& ranges,
                     const QStringList& titles, const StopToken& stop, Progress& progress)
{
    query.longestText = 0;
    const store::TableReader reader{project};
    CopiedCells copied;
    if (!titles.isEmpty()) {
        copied.text = pastedLine(titles);
    }
    for (const RowRange& range : ranges) {
        std::int64_t at = range.first;
        while (at <= range.last) {
            const auto limit =
                static_cast<int>(std::min<std::int64_t>(rowsAtOnce, range.last - at + 1));
            const auto page = reader.pageAt(query, fences, at, limit, stop, progress);
            for (const store::TableRow& row : page.rows) {
                QStringList cells;
                for (std::size_t cell = 0; cell < row.cells.size(); ++cell) {
                    const auto& column = store::columnOf(query.filter.table(), query.columns[cell]);
                    const QString text = shown(store::cellText(column, row.cells[cell]));
                    const bool isText = std::holds_alternative<std::string>(row.cells[cell]);
                    cells.append(isText ? pastedText(text) : text);
                }
                copied.text += pastedLine(cells);
                ++copied.rows;
            }
            if (copied.text.size() > lettersAtMost) {
                copied.isCut = true;
                return copied;
            }
            if (page.rows.empty()) {
                break;
            }
            at += static_cast<std::int64_t>(page.rows.size());
        }
    }
    return copied;
}

} // namespace nextquill::ui
