// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Histogram.h"

#include "ui/tasks/Job.h"

#include <QObject>
#include <QPointer>

#include <vector>

namespace nextquill::ui {

class HistoryTableModel;
class ProjectSession;
class TableGrid;

/// Counts the distributions of the columns that are shown, over the rows that the filter matches,
/// and puts them into the header; anew for each question, whose change ends a count that is going
/// on.
class HeaderHistograms : public QObject
{
    Q_OBJECT

public:
    HeaderHistograms(ProjectSession& session, HistoryTableModel& model, TableGrid& grid);

    void countAgain();
    void stop();
    [[nodiscard]] bool isCounting() const { return m_job != nullptr; }

Q_SIGNALS:
    /// A range of bars was dragged over: what the column's filter is to say.
    void filterWanted(int column, const QString& typed);
    void finished();

private:
    void show(const std::vector<store::Histogram>& histograms);
    void choose(int column, int first, int last);

    ProjectSession& m_session;
    HistoryTableModel& m_model;
    TableGrid& m_grid;
    std::vector<store::Histogram> m_shown;
    QPointer<Job> m_job;
};

} // namespace nextquill::ui
