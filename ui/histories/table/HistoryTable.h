// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/FilterExpression.h"
#include "core/store/table/SavedViews.h"

#include "ui/tasks/Job.h"

#include <QList>
#include <QPointer>
#include <QString>
#include <QWidget>

#include <optional>

class QAction;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;
class QToolButton;

namespace nextquill::ui {

class CellDelegate;
class ColumnLayout;
class FilterField;
class HeaderHistograms;
class KeptPlace;
class HistoryTableModel;
class ProjectSession;
class SelectionFigures;
class TableGrid;
class TableSelection;
class TableStatus;
class TableViews;
class ViewsBar;

/// Reviews, users or items of the project as a table: a field to filter each column, its
/// distribution above it, a search (reviews), saved views, and as many rows as there are.
///
/// Object names  "reviews" the grid, "reviews.rating.filter" a field, "reviews.count" and
///               "reviews.choice" below; of the other tables likewise. "searchTexts" the search.
///
/// Filters, order and the cursor's row are there again when the project is opened again.
///
/// Keyboard  Ctrl+F search, Ctrl+Shift+F filters, Ctrl+C copies, Ctrl+Shift+C with titles, Ctrl+A
///           everything that matches, Esc in a field clears it, Down goes to the rows
class HistoryTable : public QWidget
{
    Q_OBJECT

public:
    HistoryTable(ProjectSession& session, store::TableKind table, QWidget* parent = nullptr);

    [[nodiscard]] store::TableKind table() const;
    [[nodiscard]] TableGrid& grid() { return *m_grid; }
    [[nodiscard]] HistoryTableModel& model() { return *m_model; }
    [[nodiscard]] TableSelection& selection() { return *m_selection; }
    [[nodiscard]] const store::FilterExpression& filter() const { return m_filter; }

    /// Id of the row that the cursor is in; 0: there is none.
    [[nodiscard]] qint64 currentRow() const { return m_currentRow.value_or(0); }

    /// Shows what the filter matches, in place of what was shown.
    void showFilter(const store::FilterExpression& filter);
    /// As `data list --where` writes it; false: it cannot be read, which is said.
    bool showFilter(const QString& filter);
    /// Goes to the row, without the filter where that leaves it out.
    void showRow(qint64 id);
    void focusSearch();
    void focusFilters();
    /// Acts for the menu of a cell, behind its filters.
    void addCellActions(const QList<QAction*>& actions) { m_cellActions += actions; }

    /// Places for what others bring: a line above the header, one below the rows, and buttons
    /// behind those for filters.
    void addAbove(QWidget* line);
    void addBelow(QWidget* line);
    void addTool(QWidget* tool);

    /// Copies the chosen cells as a spreadsheet pastes them.
    void copy(bool withTitles);

Q_SIGNALS:
    void currentRowChanged(qint64 id); ///< the row that the cursor went to; 0: there is none
    void rowOpened(qint64 id);         ///< Enter or a double click
    void filterChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void createTop();
    void createGrid();
    void createActions();
    void connectQuestions();
    void renewForProject();
    void refresh();
    void readStale();
    void ask();
    void showQuestion();
    void setField(int column, const QString& typed);
    void draftField(int column, const QString& typed);
    void setSearch(const QString& words);
    void setOrder(int column);
    void orderBy(int column, bool descending);
    void removeFilters();
    void renewHits();
    void showCellMenu(const QPoint& position);
    void showHeaderMenu(const QPoint& position);
    void takePlace();
    void returnToPlace(int first, int last);
    void goToRow(int row);
    void tellCurrentRow();
    void keepPlace();
    void seekWantedRow();
    void showView(const store::SavedView& view);
    [[nodiscard]] store::SavedView shownView() const;
    [[nodiscard]] QString name() const;
    [[nodiscard]] store::TableOrder firstOrder() const;

    ProjectSession& m_session;
    store::FilterExpression m_filter; ///< what is asked for; the model has what is answered
    store::TableOrder m_order;
    HistoryTableModel* m_model;
    QVBoxLayout* m_column; ///< all that is one below the other
    TableGrid* m_grid;
    TableSelection* m_selection;
    SelectionFigures* m_figures;
    HeaderHistograms* m_histograms;
    ColumnLayout* m_columns;
    CellDelegate* m_delegate;
    TableStatus* m_status;
    FilterField* m_search = nullptr; ///< of reviews alone
    QLabel* m_searchError;
    ViewsBar* m_viewsBar;
    TableViews* m_views;
    KeptPlace* m_place;
    QHBoxLayout* m_tools = nullptr;
    QToolButton* m_removeFilters;
    QList<QAction*> m_cellActions;
    QAction* m_copy = nullptr;
    QAction* m_copyWithTitles = nullptr;
    std::optional<std::int64_t> m_currentRow; ///< the one that was told last
    std::optional<std::int64_t> m_keptRow;    ///< the cursor's, through a reading anew
    int m_keptAt = -1;                        ///< where that was
    std::optional<std::int64_t> m_wantedRow;  ///< to be gone to as soon as its place is known
    bool m_wantsQuietly = false; ///< that is where the cursor was, if the row is still there
    QPointer<Job> m_seek;
    bool m_isGoing = false;       ///< the cursor is moved by the table, not by hand
    bool m_opensWhenRead = false; ///< Enter came before the cursor's row was read
    bool m_isStale = false;       ///< to be read when it is next seen
};

} // namespace nextquill::ui
