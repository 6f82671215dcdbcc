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
    connect(m_timer, &QTimer::timeout, this, &RunFollower::poll);
}

void RunFollower::follow(const std::filesystem::path& folder)
{
    ++m_era;
    m_timer->stop();
    m_reader.reset();
    Q_EMIT restarted();
    if (folder.empty()) {
        return;
    }
    const auto reader = std::make_shared<EventReader>(folder / "events.jsonl");
    auto* job = startJob(tr("Reading the run"), m_session.workers(), this,
                         [reader](StopToken, Progress&) { return reader->poll(); });
    connect(job, &Job::done, this, [this, job, reader, era = m_era] {
        const std::vector<Json> events = job->takeValue();
        job->deleteLater();
        if (era == m_era) {
            m_reader = reader; // from here on this thread reads
            Q_EMIT arrived(events);
            m_timer->start();
        }
    });
}

void RunFollower::poll()
{
    if (const std::vector<Json> events = m_reader->poll(); !events.empty()) {
        Q_EMIT arrived(events);
    }
}

} // namespace nextquill::ui
