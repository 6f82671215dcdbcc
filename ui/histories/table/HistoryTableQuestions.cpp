// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the table is asked for: fields, search, order, views; and the place in its rows.
#include "ui/histories/table/CellDelegate.h"
#include "ui/histories/table/ColumnLayout.h"
#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HeaderHistograms.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/KeptPlace.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/histories/table/TableStatus.h"
#include "ui/histories/table/TableViews.h"
#include "ui/histories/table/TableWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QLabel>
#include <QToolButton>

#include <utility>

namespace nextquill::ui {

void HistoryTable::connectQuestions()
{
    connect(m_histograms, &HeaderHistograms::filterWanted, this,
            [this](int column, const QString& typed) { setField(column, typed); });
    connect(m_columns, &ColumnLayout::columnsChanged, this, [this] {
        m_histograms->countAgain();
        m_views->markCurrent();
    });
    connect(m_views, &TableViews::viewWanted, this, &HistoryTable::showView);
    connect(m_status, &TableStatus::stopRequested, this, [this] {
        m_histograms->stop();
        m_model->stop();
        m_filter = m_model->query().filter;
        m_order = m_model->query().order;
        showQuestion();
    });
    connect(m_model, &HistoryTableModel::refused, this, [this] {
        m_filter = m_model->query().filter;
        m_order = m_model->query().order;
        showQuestion();
    });
    connect(m_model, &HistoryTableModel::answered, this, &HistoryTable::takePlace);
    connect(m_model, &HistoryTableModel::rowsRead, this, &HistoryTable::returnToPlace);
    connect(m_model, &HistoryTableModel::countChanged, this, &HistoryTable::seekWantedRow);
    connect(m_grid, &TableGrid::lookedAt, m_model, &HistoryTableModel::lookAt);
    connect(m_grid->selectionModel(), &QItemSelectionModel::currentChanged, this, [this] {
        if (m_wantsQuietly && !m_isGoing && m_grid->selectionModel()->hasSelection()) {
            m_wantedRow.reset(); // who has moved since does not want to be where they were
        }
        tellCurrentRow();
    });
    connect(m_grid, &TableGrid::opened, this, [this](int row) {
        if (const store::TableRow* held = m_model->row(row)) {
            Q_EMIT rowOpened(held->id);
        } else {
            m_opensWhenRead = true; // hands may be faster than the disk
        }
    });
}

void HistoryTable::renewForProject()
{
    TablePlace place{.filter = store::FilterExpression{table()}, .order = firstOrder(), .row = 0};
    if (m_session.isOpen()) {
        place = m_place->of(m_session.file(), place);
    }
    m_filter = place.filter;
    m_order = place.order;
    m_currentRow.reset();
    m_keptRow.reset();
    m_wantedRow = place.row != 0 ? std::optional{place.row} : std::nullopt;
    m_wantsQuietly = m_wantedRow.has_value();
    m_histograms->stop();
    m_model->clear();
    m_columns->restore();
    m_views->reload();
    showQuestion();
    m_isStale = m_session.isOpen();
    if (isVisible()) {
        readStale();
    }
}

/// What nobody looks at is not read: three tables would be walked where one is seen.
void HistoryTable::readStale()
{
    if (std::exchange(m_isStale, false)) {
        m_keptRow = m_currentRow;
        m_keptAt = -1;
        ask();
    }
}

void HistoryTable::refresh()
{
    if (!isVisible()) {
        m_isStale = m_session.isOpen();
        return;
    }
    m_keptRow = m_currentRow;
    m_keptAt = m_grid->currentIndex().row();
    m_model->refresh();
    m_histograms->countAgain();
    m_views->reload();
}

void HistoryTable::ask()
{
    m_isStale = false;
    m_opensWhenRead = false;
    m_model->ask(m_filter, m_order);
    m_removeFilters->setVisible(!m_filter.isEmpty());
    m_views->markCurrent();
    keepPlace();
    Q_EMIT filterChanged();
}

void HistoryTable::keepPlace()
{
    if (m_session.isOpen() && !m_session.isReadOnly()) {
        const std::int64_t row = m_wantedRow.value_or(m_currentRow.value_or(0));
        m_place->keep(m_session.file(), {.filter = m_filter, .order = m_order, .row = row});
    }
}

/// Fields, search and mark of the order say what is asked for.
void HistoryTable::showQuestion()
{
    TableHeader& header = m_grid->header();
    for (int column = 0; column < header.columns(); ++column) {
        header.field(column).setFilter(shown(m_filter.typed(m_model->column(column).name)));
        header.field(column).setError({});
    }
    if (m_search != nullptr) {
        m_search->setFilter(shown(m_filter.search()));
        m_search->setError({});
        m_searchError->hide();
    }
    renewHits();
    m_removeFilters->setVisible(!m_filter.isEmpty());
    const int ordered = m_model->columnNumber(m_order.column);
    header.setSortIndicatorShown(ordered >= 0);
    header.setSortIndicator(ordered, m_order.descending ? Qt::DescendingOrder : Qt::AscendingOrder);
    header.viewport()->update();
}

void HistoryTable::showFilter(const store::FilterExpression& filter)
{
    m_filter = filter;
    showQuestion();
    ask();
}

bool HistoryTable::showFilter(const QString& filter)
{
    try {
        showFilter(store::FilterExpression::parse(table(), stored(filter)));
        return true;
    } catch (const Error& error) {
        Q_EMIT m_session.failed({.problem = shown(error.problem()),
                                 .where = shown(error.where()),
                                 .remedy = shown(error.remedy())});
        return false;
    }
}

void HistoryTable::setField(int column, const QString& typed)
{
    FilterField& field = m_grid->header().field(column);
    const std::string_view name = m_model->column(column).name;
    const std::string text = stored(typed);
    if (const auto error = store::FilterExpression::check(table(), name, text)) {
        const QString before = shown(std::string_view{text}.substr(0, error->position()));
        field.setError(asSentence(shown(error->problem())), static_cast<int>(before.size()));
        return; // the rows stay as they are
    }
    if (m_grid->isColumnHidden(column) && !typed.isEmpty()) {
        m_columns->setShown(column, true); // what filters is seen
    }
    field.setError({});
    m_filter.set(name, text);
    field.setFilter(typed);
    ask();
}

void HistoryTable::draftField(int column, const QString& typed)
{
    if (m_grid->isColumnHidden(column)) {
        m_columns->setShown(column, true);
    }
    FilterField& field = m_grid->header().field(column);
    field.setFilter(typed);
    field.setFocus(Qt::OtherFocusReason);
    field.setCursorPosition(static_cast<int>(typed.size()));
}

void HistoryTable::setSearch(const QString& words)
{
    try {
        m_filter.setSearch(stored(words.trimmed()));
    } catch (const Error& error) {
        const QString text = asSentence(shown(error.problem()));
        m_search->setError(text);
        m_searchError->setText(tr("%1. %2.").arg(text, asSentence(shown(error.remedy()))));
        m_searchError->show();
        return;
    }
    m_search->setError({});
    m_searchError->hide();
    renewHits();
    ask();
}

void HistoryTable::renewHits()
{
    m_delegate->setHits(m_filter.search().empty()
                            ? std::nullopt
                            : std::optional{store::SearchHits{m_filter.search()}});
    m_grid->viewport()->update();
}

void HistoryTable::setOrder(int column)
{
    const bool again = m_model->column(column).name == m_order.column;
    orderBy(column, again && !m_order.descending);
}

void HistoryTable::orderBy(int column, bool descending)
{
    const store::TableColumn& kind = m_model->column(column);
    if (!kind.sortable) {
        Q_EMIT m_session.noticed(
            tr("Rows cannot be ordered by %1.").arg(columnTitle(table(), kind)), {}, {});
        return;
    }
    m_order = {.column = std::string{kind.name}, .descending = descending};
    showQuestion();
    ask();
}

void HistoryTable::removeFilters()
{
    showFilter(store::FilterExpression{table()});
}

store::SavedView HistoryTable::shownView() const
{
    store::SavedView view;
    view.filter = m_filter;
    view.order = m_order;
    view.columns = m_columns->columns();
    return view;
}

void HistoryTable::showView(const store::SavedView& view)
{
    m_filter = view.filter;
    m_order = view.order;
    m_columns->setColumns(view.columns);
    showQuestion();
    ask();
}

/// The cursor stands in the first row of an answer, or in the one that it was in.
void HistoryTable::takePlace()
{
    if (const auto kept = std::exchange(m_keptRow, std::nullopt); kept && !m_wantedRow) {
        m_wantedRow = kept;
        m_wantsQuietly = true;
    }
    if (m_wantedRow) {
        seekWantedRow();
    } else if (m_model->rowCount() > 0) {
        goToRow(0);
    } else {
        tellCurrentRow();
    }
}

/// After a change of the data the cursor follows its row, as far as that is still near; where the
/// row has gone, the next one has its place, and where the cursor was moved meanwhile, it stays.
void HistoryTable::returnToPlace(int first, int last)
{
    const int current = m_grid->currentIndex().row();
    if (current >= 0 && current != m_keptAt && m_keptAt < m_model->rowCount()) {
        m_keptRow.reset();
    }
    if (m_keptRow && first <= current && current <= last) {
        const int row = m_model->rowOf(*std::exchange(m_keptRow, std::nullopt));
        if (row >= 0 && row != current) {
            goToRow(row);
            return;
        }
    }
    tellCurrentRow();
    seekWantedRow();
}

void HistoryTable::goToRow(int row)
{
    const QList<int> columns = m_grid->shownColumns();
    int column = m_grid->currentIndex().column();
    if (!columns.contains(column)) {
        column = columns.isEmpty() ? 0 : columns.front();
    }
    m_isGoing = true;
    m_grid->setCurrentIndex(m_model->index(row, column));
    m_grid->scrollTo(m_model->index(row, column));
    m_isGoing = false;
    tellCurrentRow();
}

void HistoryTable::tellCurrentRow()
{
    const QModelIndex index = m_grid->currentIndex();
    const store::TableRow* held = index.isValid() ? m_model->row(index.row()) : nullptr;
    if (held == nullptr && index.isValid()) {
        return; // said once it is read
    }
    const std::optional<std::int64_t> id = held != nullptr ? std::optional{held->id} : std::nullopt;
    if (id != m_currentRow) {
        m_currentRow = id;
        keepPlace();
        Q_EMIT currentRowChanged(id.value_or(0));
    }
    if (std::exchange(m_opensWhenRead, false) && id) {
        Q_EMIT rowOpened(*id);
    }
}

void HistoryTable::showRow(qint64 id)
{
    m_wantedRow = id;
    m_wantsQuietly = false;
    seekWantedRow();
}

void HistoryTable::seekWantedRow()
{
    if (!m_wantedRow || m_seek || m_model->isAsking() || !m_session.isOpen()) {
        return;
    }
    if (const int row = m_model->rowOf(*m_wantedRow); row >= 0) {
        m_wantedRow.reset();
        goToRow(row);
        return;
    }
    struct Place
    {
        bool matches = false;
        std::optional<std::int64_t> row;
    };
    auto* job = m_session.read(
        tr("Looking for a row"), this,
        [query = m_model->query(), fences = m_model->fences(),
         id = *m_wantedRow](store::Project& project, StopToken stop, Progress& progress) {
            const store::TableReader reader{project};
            Place place;
            if (const auto key = reader.keyOf(query, id)) {
                place.matches = true;
                if (fences) {
                    place.row = reader.positionOf(query, *fences, *key, stop, progress);
                }
            }
            return place;
        });
    m_seek = job;
    connect(job, &Job::done, this, [this, job, id = *m_wantedRow] {
        m_seek = nullptr;
        const Place place = job->takeValue();
        if (m_wantedRow != id) {
            seekWantedRow(); // another one by now, or none
        } else if (place.row && *place.row < m_model->rowCount()) {
            m_wantedRow.reset();
            goToRow(static_cast<int>(*place.row));
        } else if (!place.matches && m_wantsQuietly) {
            m_wantedRow.reset();
            takePlace();
        } else if (!place.matches && !m_filter.isEmpty()) {
            removeFilters(); // and again when the rows are there
        } else if (!place.matches) {
            m_wantedRow.reset();
            Q_EMIT m_session.noticed(tr("That row is not in the project any more."), {}, {});
        } // else the walk has not come so far: again when more rows are known
    });
}

} // namespace nextquill::ui
