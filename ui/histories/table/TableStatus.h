// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableColumns.h"

#include "ui/histories/table/HistoryTableModel.h"

#include <QFrame>
#include <QString>

class QLabel;
class QProgressBar;
class QTimer;
class QToolButton;

namespace nextquill::ui {

class SelectionFigures;
class TableSelection;

/// "12,403 of 5,000,000 reviews"; of a count that goes on, "≥ 50,000 of 5,000,000 reviews,
/// counting…"; of one that was ended, "≥ 50,000 of 5,000,000 reviews (not counted to the end)".
[[nodiscard]] QString shownCount(store::TableKind table, const RowCount& count, bool isFiltered,
                                 bool isCounting);

/// The line below a table: how many rows, how far a slow question is and what ends it, what is
/// chosen and its figures.
class TableStatus : public QFrame
{
    Q_OBJECT

public:
    TableStatus(HistoryTableModel& model, TableSelection& selection, SelectionFigures& figures,
                QWidget* parent = nullptr);

    [[nodiscard]] QString countText() const;
    [[nodiscard]] QString choiceText() const;

Q_SIGNALS:
    void stopRequested();

private:
    void showCount();
    void showChoice();
    void followAsking();
    void showProgress(qint64 rows, qint64 total);

    HistoryTableModel& m_model;
    TableSelection& m_selection;
    SelectionFigures& m_figures;
    QLabel* m_count;
    QLabel* m_choice;
    QProgressBar* m_bar;
    QToolButton* m_stop;
    QTimer* m_busy; ///< from when on a question counts as slow
};

} // namespace nextquill::ui
