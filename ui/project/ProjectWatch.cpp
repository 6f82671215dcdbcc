// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ProjectWatch.h"

#include "ui/project/ProjectSession.h"

#include <sys/stat.h>
#include <system_error>

namespace nextquill::ui {

namespace {

constexpr int millisecondsBetweenLooks = 3'000;

} // namespace

ProjectWatch::ProjectWatch(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
{
    m_timer.setInterval(millisecondsBetweenLooks);
    connect(&m_timer, &QTimer::timeout, this, &ProjectWatch::look);
    connect(&m_session, &ProjectSession::projectChanged, this, &ProjectWatch::restart);
    // What failed may have failed for want of space, or of the file.
    connect(&m_session, &ProjectSession::failed, this, &ProjectWatch::look);
}

void ProjectWatch::restart()
{
    m_first.reset();
    m_condition = {};
    Q_EMIT changed(m_condition);
    if (!m_session.isOpen()) {
        m_timer.stop();
        return;
    }
    m_timer.start();
    look();
}

void ProjectWatch::look()
{
    if (m_isLooking || !m_session.isOpen()) {
        return;
    }
    m_isLooking = true;
    auto* job = startJob(tr("Looking at the project's file"), m_session.workers(), this,
                         [file = m_session.file()](StopToken, Progress&) { return seenOf(file); });
    const std::filesystem::path file = m_session.file();
    connect(job, &Job::done, this, [this, job, file] {
        m_isLooking = false;
        if (file == m_session.file()) {
            judge(job->takeValue());
        } else {
            look(); // another project since
        }
        job->deleteLater();
    });
    connect(job, &Job::failed, this, [this, job] {
        m_isLooking = false; // the next look may tell more
        job->deleteLater();
    });
}

ProjectWatch::Seen ProjectWatch::seenOf(const std::filesystem::path& file)
{
    Seen seen;
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
        seen.number = FileNumber{.device = status.st_dev, .file = status.st_ino};
    }
    std::error_code unknown;
    const auto space = std::filesystem::space(file.parent_path(), unknown);
    if (!unknown) {
        seen.freeBytes = space.available;
    }
    return seen;
}

void ProjectWatch::judge(const Seen& seen)
{
    if (!m_first) {
        m_first = seen.number;
    }
    ProjectCondition condition;
    condition.place = !seen.number               ? ProjectCondition::Place::Gone
                      : *seen.number == *m_first ? ProjectCondition::Place::There
                                                 : ProjectCondition::Place::Replaced;
    condition.freeBytes = seen.freeBytes.value_or(0);
    condition.isDiskFull = seen.freeBytes && *seen.freeBytes < m_leastSpace;
    if (condition == m_condition) {
        m_condition = condition;
        return;
    }
    m_condition = condition;
    Q_EMIT changed(condition);
}

} // namespace nextquill::ui
