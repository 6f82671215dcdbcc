// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/PaneJob.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

namespace nextquill::ui {

PaneJob::PaneJob(ProgressLine& line, QObject* parent)
    : QObject{parent}
    , m_line{line}
{
}

void PaneJob::watch(Job* job, const std::function<void()>& done,
                    const std::function<void(const Failure&)>& failed,
                    const std::function<void()>& stopped)
{
    drop();
    m_job = job;
    m_line.begin(job->title());
    m_line.show();
    connect(&m_line, &ProgressLine::cancelRequested, job, &Job::requestStop);
    connect(job, &Job::progressed, this, [this, job](const ProgressReport& report) {
        if (m_job == job) {
            m_line.setProgress(report.done, report.total, shown(report.stage));
        }
    });
    connect(job, &Job::done, this, [this, job, done] { end(job, done); });
    connect(job, &Job::stopped, this, [this, job, stopped] { end(job, stopped); });
    connect(job, &Job::failed, this,
            [this, job, failed](const Failure& failure) { end(job, [&] { failed(failure); }); });
}

void PaneJob::drop()
{
    if (m_job != nullptr) {
        m_job->requestStop();
        m_job = nullptr;
        m_line.hide();
    }
}

void PaneJob::end(Job* job, const std::function<void()>& then)
{
    job->deleteLater();
    if (m_job != job) {
        return; // dropped
    }
    m_job = nullptr;
    m_line.hide();
    if (then) {
        then();
    }
    Q_EMIT ended();
}

} // namespace nextquill::ui
