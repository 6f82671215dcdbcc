// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"

#include <QWidget>

#include <string>
#include <vector>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace nextquill::ui {

class EmptyState;
class ProjectSession;
class RunCharts;
class RunFollower;
class RunListModel;
class RunQueue;

/// The ledger of runs and the chosen one, live: figures, charts, pause and stop.
///
/// Keyboard  Ctrl+N new run; in the list Space pauses or continues, Ctrl+. stops.
class RunsView : public QWidget
{
    Q_OBJECT

public:
    explicit RunsView(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] int runningRuns() const;
    void requestStopAll();

public Q_SLOTS:
    void newRun();

private:
    void createToolBar();
    void createPanes();
    void reload();
    void showRun(int row);
    void showEvents(const std::vector<Json>& events);
    void renewButtons();
    void togglePause();
    void resumeChosen();

    ProjectSession& m_session;
    RunQueue* m_queue;
    RunFollower* m_follower;
    RunListModel* m_model;
    QTableView* m_list;
    RunCharts* m_charts;
    QLabel* m_heading;
    QLabel* m_figures;
    QPushButton* m_new;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_resume;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    std::string m_chosen;
    Json m_lastStep;
    Json m_lastEvaluation;
};

} // namespace nextquill::ui
