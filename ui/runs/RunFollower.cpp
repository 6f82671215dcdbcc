// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunFollower.h"

#include "ui/project/ProjectSession.h"

#include <QTimer>

namespace nextquill::ui {

namespace {

constexpr int pollMilliseconds = 400;

} // namespace

RunFollower::RunFollower(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
    , m_timer{new QTimer{this}}
{
    m_timer->setInterval(pollMilliseconds);
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &RunFollower::poll);
}

void RunFollower::follow(const std::filesystem::path& folder)
{
    ++m_era;
    m_timer->stop();
    Q_EMIT restarted();
    if (!folder.empty()) {
        read(std::make_shared<EventReader>(folder / "events.jsonl"));
    }
}

void RunFollower::read(const std::shared_ptr<EventReader>& reader)
{
    auto* job = startJob(tr("Reading the run"), m_session.workers(), this,
                         [reader](StopToken, Progress&) { return reader->poll(); });
    connect(job, &Job::done, this, [this, job, reader, era = m_era] {
        const std::vector<Json> events = job->takeValue();
        job->deleteLater();
        if (era != m_era) {
            return;
        }
        if (!events.empty()) {
            Q_EMIT arrived(events);
        }
        m_reader = reader;
        m_timer->start();
    });
    connect(job, &Job::failed, job, &QObject::deleteLater);
}

void RunFollower::poll()
{
    read(m_reader); // off this thread: the folder may be that of another machine, which is slow
}

} // namespace nextquill::ui
