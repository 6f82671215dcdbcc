// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunQueue.h"

#include "core/base/Error.h"
#include "core/store/RunQueueOrder.h"
#include "core/workflow/RunProcess.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <mutex>
#include <utility>

namespace nextquill::ui {

/// Which run has its turn, as the worker tells it.
struct RunQueue::Begun
{
    std::mutex mutex; // guards what follows
    std::string run;
    bool apart = false;
};

RunQueue::RunQueue(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
    , m_program{workflow::commandLineProgram().value_or(std::filesystem::path{})}
{
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_on = false;
        Q_EMIT changed();
    });
}

void RunQueue::add(const workflow::RunRequest& request, bool start)
{
    const bool first = start && m_job == nullptr;
    auto* job = startJob(tr("Preparing a run"), m_session.workers(), this,
                         [file = m_session.file(), request, first](StopToken, Progress&) {
                             workflow::RunRequest queued = request;
                             queued.queued = true;
                             const store::RunRow row = workflow::prepareRun(file, queued);
                             if (first) {
                                 const auto project =
                                     store::Project::open(file, store::OpenMode::Ledger);
                                 store::RunQueueOrder{*project}.moveFirst(row.id);
                             }
                             return row.name;
                         });
    m_session.track(job);
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, job, &QObject::deleteLater);
    connect(job, &Job::stopped, job, &QObject::deleteLater);
    connect(job, &Job::done, this, [this, job, start] {
        job->deleteLater();
        m_session.announceRuns();
        if (start) {
            setOn(true);
        }
    });
}

void RunQueue::change(const QString& title, std::function<void(store::Project&)> work)
{
    auto* job = m_session.ledger(
        title, this, [work = std::move(work)](store::Project& project, StopToken, Progress&) {
            work(project);
            return true;
        });
    connect(job, &Job::done, &m_session, &ProjectSession::announceRuns);
}

void RunQueue::goOnWith(const std::string& run, bool apart)
{
    auto* job = m_session.ledger(tr("Resuming a run"), this,
                                 [run, apart](store::Project& project, StopToken, Progress&) {
                                     store::RunLedger ledger{project};
                                     const RunId id = ledger.get(run).id;
                                     if (apart) {
                                         ledger.setOwnProcess(id, true);
                                     }
                                     store::RunQueueOrder order{project};
                                     order.enqueue(id);
                                     order.moveFirst(id);
                                     return true;
                                 });
    connect(job, &Job::done, this, [this] {
        m_session.announceRuns();
        setOn(true);
    });
}

void RunQueue::resume(const std::string& run)
{
    goOnWith(run, /*apart=*/false);
}

void RunQueue::resumeApart(const std::string& run)
{
    goOnWith(run, /*apart=*/true);
}

void RunQueue::moveBy(const std::string& run, int places)
{
    change(tr("Moving a run"), [run, places](store::Project& project) {
        store::RunQueueOrder{project}.moveBy(store::RunLedger{project}.get(run).id, places);
    });
}

void RunQueue::moveFirst(const std::string& run)
{
    change(tr("Moving a run"), [run](store::Project& project) {
        store::RunQueueOrder{project}.moveFirst(store::RunLedger{project}.get(run).id);
    });
}

void RunQueue::takeOut(const std::string& run)
{
    change(tr("Taking a run out"), [run](store::Project& project) {
        store::RunQueueOrder{project}.takeOut(store::RunLedger{project}.get(run).id);
    });
}

void RunQueue::setOn(bool on)
{
    m_on = on;
    Q_EMIT changed();
    startNext();
}

void RunQueue::noticeWaiting()
{
    startNext();
}

void RunQueue::startNext()
{
    if (!m_on || m_job != nullptr || m_looking || !m_session.isOpen()) {
        return;
    }
    m_looking = true;
    auto* job = m_session.read(tr("Looking into the queue"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   const auto next = store::RunQueueOrder{project}.next();
                                   return next ? next->name : std::string{};
                               });
    connect(job, &QObject::destroyed, this, [this] { m_looking = false; });
    connect(job, &Job::done, this, [this, job] {
        m_looking = false;
        const std::string next = job->takeValue();
        if (m_on && m_job == nullptr && !next.empty()) {
            begin(next);
        }
    });
}

void RunQueue::begin(const std::string& expected)
{
    m_control = std::make_shared<workflow::QueueControl>(train::OnDiskError::Pause);
    m_begun = std::make_shared<Begun>();
    m_stopping = false;
    workflow::QueueOptions options{.program = m_program};
    options.begun = [begun = m_begun](const std::string& run, bool apart) {
        const std::scoped_lock lock{begun->mutex};
        begun->run = run;
        begun->apart = apart;
    };
    auto* job = startJob(shown(expected), m_session.workers(), this,
                         [file = m_session.file(), options,
                          control = m_control](const StopToken& stop, Progress& progress) {
                             return workflow::executeNext(file, options, stop, progress, *control);
                         });
    m_job = job;
    m_session.track(job, [this](bool pause) { setPaused(pause); });
    connect(job, &Job::progressed, this, &RunQueue::followBegun);
    connect(job, &Job::progressed, this, &RunQueue::noticePause);
    connect(job, &Job::done, this, [this, job] { end(job->takeValue()); });
    connect(job, &Job::stopped, this, [this] { end({}); });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, this, [this] {
        m_on = false; // the project or the device's lock: another try would end the same way
        settle();
    });
    Q_EMIT changed();
}

void RunQueue::followBegun()
{
    const std::scoped_lock lock{m_begun->mutex};
    if (m_begun->run != m_current) {
        m_current = m_begun->run;
        m_apart = m_begun->apart;
        m_session.announceRuns();
        Q_EMIT changed();
    }
}

void RunQueue::end(const workflow::QueueStep& step)
{
    if (step.run.empty() && m_stopping) {
        m_on = false; // it waited for its device, and still waits
    }
    if (step.failure && !m_skipsFailed) {
        m_on = false;
    }
    settle();
    if (!step.run.empty()) {
        tell(step);
    }
    startNext();
}

void RunQueue::settle()
{
    m_job->deleteLater();
    m_job = nullptr;
    m_control.reset();
    m_current.clear();
    m_apart = false;
    m_session.announceRuns();
    Q_EMIT changed();
}

void RunQueue::tell(const workflow::QueueStep& step)
{
    const QString run = shown(step.run);
    if (step.failure && step.failure->kind() == ErrorKind::DeviceLost) {
        tellLost(step.run, *step.failure);
    } else if (step.failure) {
        Q_EMIT m_session.failed(
            {.problem = tr("%1 has failed: %2").arg(run, shown(step.failure->problem())),
             .where = shown(step.failure->where()),
             .remedy = shown(step.failure->remedy())});
    } else if (step.result.end == train::RunEnd::Finished) {
        Q_EMIT m_session.noticed(tr("%1 is done after %2 steps.").arg(run).arg(step.result.steps),
                                 {}, {});
    } else {
        Q_EMIT m_session.noticed(
            tr("%1 was stopped after %2 steps; it can be resumed.").arg(run).arg(step.result.steps),
            {}, {});
    }
}

void RunQueue::tellLost(const std::string& run, const Error& error)
{
    Q_EMIT m_session.attention(
        tr("%1 has lost its device: %2. Its newest checkpoint is kept. This program cannot use "
           "the device until it is started again.")
            .arg(shown(run), shown(error.problem())),
        shown(error.where()),
        m_program.empty() ? QString{} : tr("Continue in a process of its own"),
        [this, run] { resumeApart(run); });
}

void RunQueue::noticePause()
{
    const std::string reason = m_control ? m_control->run.pauseReason() : std::string{};
    if (reason != std::exchange(m_shownReason, reason) && !reason.empty()) {
        Q_EMIT m_session.noticed(tr("%1 is paused: %2.").arg(shown(m_current), shown(reason)),
                                 tr("Continue"), [this] { setPaused(false); });
        Q_EMIT changed();
    }
}

void RunQueue::setPaused(bool paused)
{
    if (m_control && !m_apart) {
        m_shownReason.clear();
        paused ? m_control->run.pause() : m_control->run.resume();
        Q_EMIT changed();
    }
}

void RunQueue::stop()
{
    if (m_job != nullptr) {
        m_stopping = true;
        m_job->requestStop();
        Q_EMIT m_session.noticed(tr("Stopping after this micro-batch…"), {}, {});
    }
}

void RunQueue::stopAndKeepPlace()
{
    m_on = false;
    if (m_control) {
        m_control->keepsPlace = true;
    }
    stop();
}

void RunQueue::leaveAlone()
{
    if (m_control) {
        m_control->isLeftAlone = true;
    }
    stopAndKeepPlace();
}

} // namespace nextquill::ui
