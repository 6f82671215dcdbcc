// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/TableCuration.h"

#include "ui/tasks/Job.h"

#include <QObject>
#include <QString>

#include <deque>
#include <functional>
#include <memory>
#include <vector>

class QTimer;

namespace nextquill::ui {

class ProjectSession;

/// Something to be done to the histories.
struct Act
{
    using Steps = std::vector<store::StepResult>;

    QString title; ///< while it is being done: "Excluding reviews"
    /// On a worker, with a project that may be written. Returns the steps that it made, oldest
    /// first.
    std::function<Steps(store::Project&, StopToken, Progress&)> work;
    /// What is said when it is done; empty: nothing. On the GUI thread.
    std::function<QString(const Steps&)> told;
    bool isMove = false;   ///< it goes through the steps that there are: nothing of it to undo
    bool isBeyond = false; ///< it also changes what is no step: announced without one, too
};

/// Does acts one after the other, in the order in which they were asked for: hands may be faster
/// than the disk. What waits is done together, each act its own step; then everybody is told that
/// the data changed, and what was done stands in the message bar with Undo.
///
/// Owners   of() makes one for a session, which owns it
/// Threads  GUI thread only
class ActQueue : public QObject
{
    Q_OBJECT

public:
    [[nodiscard]] static ActQueue& of(ProjectSession& session);

    /// Returns the act's number, which grows; 0 where the project cannot be written, which is said.
    quint64 add(Act act);

    [[nodiscard]] bool isBusy() const { return m_job != nullptr; }
    [[nodiscard]] const QString& title() const { return m_title; } ///< of what is being done

public Q_SLOTS:
    void undo() { takeBack(1); }
    void redo();
    /// The newest `steps` steps, newest first.
    void takeBack(int steps);
    /// Ends what is being done, of which nothing is kept; what waits behind it is still done.
    void cancel();

Q_SIGNALS:
    void begun(const QString& title);
    void progressed(const nextquill::ProgressReport& report);
    void cancelling();
    /// The act is over: its steps are in the project, or there are none.
    void settled(quint64 act, const std::vector<nextquill::store::StepResult>& steps);
    void ended(); ///< nothing is being done and nothing waits

private:
    struct Entry
    {
        quint64 number = 0;
        Act act;
    };
    struct Outcome
    {
        Act::Steps steps;
        std::optional<Failure> failure;
        bool stopped = false;
    };
    using Batch = std::vector<Entry>;

    explicit ActQueue(ProjectSession& session);

    static std::vector<Outcome> doAll(const Batch& batch, store::Project& project,
                                      const StopToken& stop, Progress& progress);
    void start();
    void settle(const std::vector<Outcome>& outcomes);
    void tell(const Act& act, const Act::Steps& steps);
    void forgetAll();

    ProjectSession& m_session;
    QTimer* m_lasting; ///< from when on the work is shown as a job
    Job* m_job = nullptr;
    QString m_title;
    quint64 m_last = 0;
    std::shared_ptr<const Batch> m_batch; ///< being done
    std::deque<Entry> m_waiting;
};

} // namespace nextquill::ui
