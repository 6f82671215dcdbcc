// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include "ui/tasks/Job.h"

#include <QObject>
#include <QPointer>
#include <QString>

class QTimer;

namespace nextquill::ui {

class HistoryTableModel;
class ProjectSession;
class TableGrid;
class TableSelection;

/// Sum and the like of numbers.
struct NumberFigures
{
    qint64 count = 0;
    double sum = 0;
    double low = 0;
    double high = 0;

    void add(double value);
    [[nodiscard]] double mean() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

/// "sum 1,234 · mean 56.1 · min 3 · max 301"
[[nodiscard]] QString shownFigures(const NumberFigures& figures);

/// The figures of the chosen cells of one numeric column: of the current cell's, else of the only
/// one. Rows that are not held are read first; nothing is said of a part.
class SelectionFigures : public QObject
{
    Q_OBJECT

public:
    SelectionFigures(ProjectSession& session, HistoryTableModel& model, TableGrid& grid,
                     TableSelection& selection);

    [[nodiscard]] const QString& text() const { return m_text; }

Q_SIGNALS:
    void changed(); ///< text() is another

private:
    void look();
    void reckon();
    void readAndReckon(int column);
    [[nodiscard]] int chosenColumn() const; ///< -1: none, or too many
    void say(const QString& text);

    ProjectSession& m_session;
    HistoryTableModel& m_model;
    TableGrid& m_grid;
    TableSelection& m_selection;
    QTimer* m_rest;
    QPointer<Job> m_job;
    QString m_text;
};

} // namespace nextquill::ui
