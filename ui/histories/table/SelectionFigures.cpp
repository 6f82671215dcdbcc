// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/SelectionFigures.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"

#include <QLocale>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <optional>

namespace nextquill::ui {

namespace {

constexpr int restOfKeys = 120; // milliseconds: a selection that grows by keys is reckoned once

std::optional<double> numberIn(const store::Cell& cell)
{
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) {
        return static_cast<double>(*whole);
    }
    if (const auto* number = std::get_if<double>(&cell)) {
        return *number;
    }
    return std::nullopt;
}

QString shownNumber(double value)
{
    const bool whole = std::floor(value) == value && std::abs(value) < 1e15;
    return QLocale{}.toString(value, 'f', whole ? 0 : 2);
}

NumberFigures figuresOf(store::Project& project, store::TableQuery query, const std::string& column,
                        const store::TableFences& fences, const QList<RowRange>& ranges,
                        const StopToken& stop, Progress& progress)
{
    query.columns = {column};
    const store::TableReader reader{project};
    NumberFigures figures;
    for (const RowRange& range : ranges) {
        std::int64_t at = range.first;
        while (at <= range.last) {
            stopPoint(stop);
            const auto limit = static_cast<int>(
                std::min<std::int64_t>(store::TableFences::step, range.last - at + 1));
            const auto page = reader.pageAt(query, fences, at, limit, stop, progress);
            for (const store::TableRow& row : page.rows) {
                if (const auto number = numberIn(row.cells.front())) {
                    figures.add(*number);
                }
            }
            if (page.rows.empty()) {
                break;
            }
            at += static_cast<std::int64_t>(page.rows.size());
        }
    }
    return figures;
}

} // namespace

void NumberFigures::add(double value)
{
    low = count == 0 ? value : std::min(low, value);
    high = count == 0 ? value : std::max(high, value);
    sum += value;
    ++count;
}

QString shownFigures(const NumberFigures& figures)
{
    return QObject::tr("sum %1 · mean %2 · min %3 · max %4")
        .arg(shownNumber(figures.sum), QLocale{}.toString(figures.mean(), 'f', 2),
             shownNumber(figures.low), shownNumber(figures.high));
}

SelectionFigures::SelectionFigures(ProjectSession& session, HistoryTableModel& model,
                                   TableGrid& grid, TableSelection& selection)
    : QObject{&grid}
    , m_session{session}
    , m_model{model}
    , m_grid{grid}
    , m_selection{selection}
    , m_rest{new QTimer{this}}
{
    m_rest->setSingleShot(true);
    m_rest->setInterval(restOfKeys);
    connect(m_rest, &QTimer::timeout, this, &SelectionFigures::reckon);
    connect(&selection, &TableSelection::changed, this, &SelectionFigures::look);
}

int SelectionFigures::chosenColumn() const
{
    QList<int> columns = m_selection.columns();
    columns.removeIf([this](int column) {
        const store::TableColumn& kind = m_model.column(column);
        return !isNumeric(kind) || kind.name == "id"; // the sum of numbers of rows says nothing
    });
    const int current = m_grid.currentIndex().column();
    if (columns.contains(current)) {
        return current;
    }
    return columns.size() == 1 ? columns.front() : -1;
}

void SelectionFigures::say(const QString& text)
{
    if (text != m_text) {
        m_text = text;
        Q_EMIT changed();
    }
}

void SelectionFigures::look()
{
    if (m_job) {
        m_job->requestStop();
        m_job->disconnect(this);
        m_job = nullptr;
    }
    const qint64 rows = m_selection.rows();
    if (rows < 2 || chosenColumn() < 0) {
        m_rest->stop();
        say({});
        return;
    }
    m_rest->start();
}

void SelectionFigures::reckon()
{
    const int column = chosenColumn();
    if (column < 0) {
        return;
    }
    NumberFigures figures;
    for (const RowRange& range : m_selection.ranges()) {
        for (int row = range.first; row <= range.last; ++row) {
            const store::Cell* cell = m_model.cell(row, column);
            if (cell == nullptr) {
                readAndReckon(column);
                return;
            }
            if (const auto number = numberIn(*cell)) {
                figures.add(*number);
            }
        }
    }
    say(tr("%1: %2").arg(columnTitle(m_model.table(), m_model.column(column)),
                         shownFigures(figures)));
}

void SelectionFigures::readAndReckon(int column)
{
    const auto fences = m_model.fences();
    const store::TableColumn& kind = m_model.column(column);
    const QString title = columnTitle(m_model.table(), kind);
    if (!fences) {
        say({});
        return;
    }
    say(tr("%1: reckoning…").arg(title));
    auto* job =
        m_session.read(tr("Reckoning"), this,
                       [query = m_model.query(), name = std::string{kind.name}, fences,
                        ranges = m_selection.ranges()](store::Project& project, StopToken stop,
                                                       Progress& progress) {
                           return figuresOf(project, query, name, *fences, ranges, stop, progress);
                       });
    m_job = job;
    connect(job, &Job::done, this, [this, job, title] {
        m_job = nullptr;
        const NumberFigures figures = job->takeValue();
        // More rows may be known by now: then it says of how many these figures are.
        say(figures.count < m_selection.rows() && m_model.isCounting()
                ? tr("%1 (of %2): %3")
                      .arg(title, countedRows(m_model.table(), figures.count),
                           shownFigures(figures))
                : tr("%1: %2").arg(title, shownFigures(figures)));
    });
}

} // namespace nextquill::ui
