// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/Trainer.h"
#include "core/workflow/ProjectRun.h"

#include <QObject>

#include <deque>
#include <memory>
#include <string>

namespace nextquill::ui {

class Job;
class ProjectSession;

/// Trains the runs of the window, one at a time, each on a thread of its own; others wait.
class RunQueue : public QObject
{
    Q_OBJECT

public:
    explicit RunQueue(ProjectSession& session, QObject* parent = nullptr);

    /// Enters a new run in the ledger and lets it wait for its turn.
    void add(const workflow::RunRequest& request);
    /// Goes on with a stopped or interrupted run.
    void resume(const std::string& run);
    void setPaused(bool paused);
    void stop(); ///< the one that is going on; a checkpoint is kept

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }
    [[nodiscard]] bool isPaused() const { return m_control && m_control->isPaused(); }
    [[nodiscard]] const std::string& current() const { return m_current; }

Q_SIGNALS:
    void changed();

private:
    void startNext();
    void end(const QString& notice);
    /// Shows why a run has paused itself.
    void noticePause();

    ProjectSession& m_session;
    std::deque<std::string> m_waiting;
    std::string m_current;
    std::shared_ptr<train::RunControl> m_control;
    std::string m_shownReason;
    Job* m_job = nullptr;
};

} // namespace nextquill::ui
