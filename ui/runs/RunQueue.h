// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/RunLedger.h"
#include "core/workflow/ProjectRun.h"
#include "core/workflow/QueueWork.h"

#include <QObject>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace nextquill::ui {

class Job;
class ProjectSession;

/// The project's queue as this window works on it: while it is on, the runs that wait are trained
/// one at a time, each on a thread of this program or in a process of its own. The order is the
/// project's (store::RunQueueOrder); runs that other programs enter are trained, too.
class RunQueue : public QObject
{
    Q_OBJECT

public:
    explicit RunQueue(ProjectSession& session, QObject* parent = nullptr);

    /// `nextquill`, for runs in a process of their own; by default that of this installation.
    void setProgram(const std::filesystem::path& program) { m_program = program; }

    /// Enters a new run; with `start` it is the next one, and the queue is on.
    void add(const workflow::RunRequest& request, bool start);
    /// Goes on with a run that was stopped or interrupted, or has failed, as the next one.
    void resume(const std::string& run);
    /// The same in a process of its own.
    void resumeApart(const std::string& run);

    /// Off: the run that goes on is trained to its end, no other is begun.
    void setOn(bool on);
    [[nodiscard]] bool isOn() const { return m_on; }
    /// Whether the queue goes on after a run that fails.
    void setSkipsFailed(bool skips) { m_skipsFailed = skips; }
    /// Some runs wait, whoever entered them.
    void noticeWaiting();

    void moveBy(const std::string& run, int places);
    void moveFirst(const std::string& run);
    void takeOut(const std::string& run);

    void setPaused(bool paused);
    void stop(); ///< the one that is going on; a checkpoint is kept, the run leaves the queue
    /// For the end of the program: the run that is going on keeps its place.
    void stopAndKeepPlace();
    /// A run in a process of its own goes on without this program.
    void leaveAlone();

    /// One is trained, or waits for its device.
    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }
    [[nodiscard]] bool isPaused() const { return m_control && m_control->run.isPaused(); }
    /// The run that is going on is trained in a process of its own: it cannot be paused.
    [[nodiscard]] bool isApart() const { return m_apart; }
    /// Empty while none is going on, or it waits for its device.
    [[nodiscard]] const std::string& current() const { return m_current; }
    /// Of the run that is going on; null without one.
    [[nodiscard]] std::shared_ptr<workflow::QueueControl> control() const { return m_control; }

Q_SIGNALS:
    void changed();

private:
    struct Begun;

    void change(const QString& title, std::function<void(store::Project&)> work);
    void goOnWith(const std::string& run, bool apart);
    void startNext();
    void begin(const std::string& expected);
    void followBegun();
    void end(const workflow::QueueStep& step);
    void tell(const workflow::QueueStep& step);
    void tellLost(const std::string& run, const Error& error);
    void settle();
    /// Shows why a run has paused itself.
    void noticePause();

    ProjectSession& m_session;
    std::filesystem::path m_program;
    std::string m_current;
    std::shared_ptr<workflow::QueueControl> m_control;
    std::shared_ptr<Begun> m_begun; ///< shared with the worker
    std::string m_shownReason;
    Job* m_job = nullptr;
    bool m_looking = false; ///< for the next one
    bool m_on = false;
    bool m_skipsFailed = true;
    bool m_apart = false;
    bool m_stopping = false;
};

} // namespace nextquill::ui
