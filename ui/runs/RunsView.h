// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/RunLedger.h"

#include <QWidget>

#include <filesystem>
#include <string>
#include <vector>

class QPushButton;
class QStackedWidget;
class QTableView;
class QTimer;

namespace nextquill::ui {

class EmptyState;
class ProjectSession;
class QueueBar;
class RunListModel;
class RunPane;
class RunQueue;

/// The ledger of runs with its queue, and the chosen run, live: figures, charts, pause and stop.
/// Runs of other programs are shown as they go on; what they train cannot be paused here.
///
/// Keyboard  Ctrl+N new run; in the list Space pauses or continues, Ctrl+. stops, Alt+Up and
///           Alt+Down move a run that waits, Alt+Home makes it the next one, Del takes it out.
class RunsView : public QWidget
{
    Q_OBJECT

public:
    explicit RunsView(ProjectSession& session, QWidget* parent = nullptr);

    [[nodiscard]] int runningRuns() const;
    [[nodiscard]] RunQueue& queue() { return *m_queue; }

public Q_SLOTS:
    void newRun();
    /// The same with a base model, named as ModelBox names it.
    void newRunOn(const QString& model);
    void toggleQueue();
    /// Asks for a run's folder and shows it, read-only.
    void chooseFolderToWatch();
    void watchFolder(const std::filesystem::path& folder);

private:
    void createToolBar();
    void createPanes();
    void createList();
    void createQueueBar();
    void reload();
    void showRuns(std::vector<store::RunRow> runs);
    void showRun(int row);
    void renewButtons();
    void togglePause();
    void resumeChosen();

    ProjectSession& m_session;
    RunQueue* m_queue;
    RunListModel* m_model;
    QTableView* m_list;
    QueueBar* m_bar;
    RunPane* m_pane;
    QTimer* m_timer;
    QPushButton* m_new;
    QPushButton* m_watch;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_resume;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    std::string m_chosen;
    bool m_reading = false;
    bool m_readAgain = false; ///< the ledger has changed while it was read
};

} // namespace nextquill::ui
