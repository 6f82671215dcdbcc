// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunQueue.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <utility>

namespace nextquill::ui {

RunQueue::RunQueue(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
{
}

void RunQueue::add(const workflow::RunRequest& request)
{
    auto* job = startJob(tr("Preparing a run"), m_session.workers(), this,
                         [file = m_session.file(), request](StopToken, Progress&) {
                             return workflow::prepareRun(file, request).name;
                         });
    m_session.track(job);
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, job, &QObject::deleteLater);
    connect(job, &Job::done, this, [this, job] {
        resume(job->takeValue());
        job->deleteLater();
    });
}

void RunQueue::resume(const std::string& run)
{
    m_waiting.push_back(run);
    m_session.announceRuns();
    if (m_job == nullptr) {
        startNext();
    }
}

void RunQueue::startNext()
{
    if (m_waiting.empty()) {
        return;
    }
    m_current = m_waiting.front();
    m_waiting.pop_front();
    m_control = std::make_shared<train::RunControl>(train::OnDiskError::Pause);
    auto* job =
        startJob(shown(m_current), m_session.workers(), this,
                 [file = m_session.file(), run = m_current,
                  control = m_control](StopToken stop, Progress& progress) {
                     return workflow::executeRun(file, run, std::move(stop), progress, *control);
                 });
    m_job = job;
    m_session.track(job, [this](bool pause) { setPaused(pause); });
    connect(job, &Job::progressed, this, &RunQueue::noticePause);
    connect(job, &Job::done, this, [this, job] {
        const train::RunResult result = job->takeValue();
        end(result.end == train::RunEnd::Finished
                ? tr("%1 is done after %2 steps.").arg(shown(m_current)).arg(result.steps)
                : tr("%1 was stopped after %2 steps; it can be resumed.")
                      .arg(shown(m_current))
                      .arg(result.steps));
    });
    connect(job, &Job::stopped, this, [this] { end(tr("%1 was stopped.").arg(shown(m_current))); });
    connect(job, &Job::failed, &m_session, &ProjectSession::failed);
    connect(job, &Job::failed, this, [this] { end({}); });
    Q_EMIT changed();
}

void RunQueue::end(const QString& notice)
{
    m_job->deleteLater();
    m_job = nullptr;
    m_control.reset();
    m_current.clear();
    m_session.announceRuns();
    if (!notice.isEmpty()) {
        Q_EMIT m_session.noticed(notice, {}, {});
    }
    Q_EMIT changed();
    startNext();
}

void RunQueue::noticePause()
{
    const std::string reason = m_control ? m_control->pauseReason() : std::string{};
    if (reason != std::exchange(m_shownReason, reason) && !reason.empty()) {
        Q_EMIT m_session.noticed(tr("%1 is paused: %2.").arg(shown(m_current), shown(reason)),
                                 tr("Continue"), [this] { setPaused(false); });
        Q_EMIT changed();
    }
}

void RunQueue::setPaused(bool paused)
{
    if (m_control) {
        m_shownReason.clear();
        paused ? m_control->pause() : m_control->resume();
        Q_EMIT changed();
    }
}

void RunQueue::stop()
{
    if (m_job != nullptr) {
        m_job->requestStop();
        Q_EMIT m_session.noticed(tr("Stopping after this micro-batch…"), {}, {});
    }
}

} // namespace nextquill::ui
