// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ActivityLine.h"

#include "core/model/Decoder.h"

#include "ui/project/ShownText.h"
#include "ui/tasks/Job.h"
#include "ui/widgets/ProgressLine.h"

#include <QHBoxLayout>
#include <QLabel>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

ActivityLine::ActivityLine(QWidget* parent)
    : QFrame{parent}
    , m_line{new ProgressLine{this}}
    , m_others{new QLabel{this}}
    , m_project{new QLabel{this}}
    , m_machine{new QLabel{this}}
{
    setProperty("role", QStringLiteral("statusline"));
    for (QLabel* label : {m_others, m_project, m_machine}) {
        label->setTextFormat(Qt::PlainText);
        label->setProperty("role", QStringLiteral("muted"));
    }
    const model::Device device = model::devices().back();
    m_machine->setText(
        QString(shown(device.name) % QStringLiteral(" · ") % shown(device.description)));
    auto* layout = new QHBoxLayout{this};
    layout->setContentsMargins(12, 4, 12, 4);
    layout->addWidget(m_line, 1);
    layout->addWidget(m_others);
    layout->addStretch();
    layout->addWidget(m_project);
    layout->addSpacing(16);
    layout->addWidget(m_machine);
    connect(m_line, &ProgressLine::cancelRequested, this, [this] {
        if (!m_jobs.empty()) {
            m_jobs.back().job->requestStop();
        }
    });
    connect(m_line, &ProgressLine::pauseRequested, this, [this](bool pause) {
        if (!m_jobs.empty() && m_jobs.back().pause) {
            m_jobs.back().paused = pause;
            m_jobs.back().pause(pause);
            m_line->setPaused(pause);
        }
    });
    showTop();
}

void ActivityLine::addJob(Job* job, std::function<void(bool)> pause)
{
    m_jobs.push_back({.job = job, .pause = std::move(pause)});
    connect(job, &Job::progressed, this, [this, job](const ProgressReport& report) {
        if (!m_jobs.empty() && m_jobs.back().job == job) {
            m_line->setProgress(report.done, report.total, shown(report.stage));
        }
    });
    connect(job, &QObject::destroyed, this, [this, job] { remove(job); });
    connect(job, &Job::done, this, [this, job] { remove(job); });
    connect(job, &Job::stopped, this, [this, job] { remove(job); });
    connect(job, &Job::failed, this, [this, job] { remove(job); });
    showTop();
    Q_EMIT jobsChanged();
}

void ActivityLine::remove(const Job* job)
{
    const auto removed = std::erase_if(m_jobs, [job](const Entry& e) { return e.job == job; });
    if (removed > 0) {
        showTop();
        Q_EMIT jobsChanged();
    }
}

void ActivityLine::showTop()
{
    m_line->setVisible(!m_jobs.empty());
    const int others = std::max(0, runningJobs() - 1);
    m_others->setText(others > 0 ? tr("+%n job(s)", nullptr, others) : QString{});
    if (!m_jobs.empty()) {
        const Entry& top = m_jobs.back();
        m_line->setInBytes(top.job->isInBytes());
        m_line->begin(top.job->title());
        m_line->setPausable(static_cast<bool>(top.pause));
        m_line->setPaused(top.paused);
    }
}

void ActivityLine::setProject(const QString& text)
{
    m_project->setText(text);
}

} // namespace nextquill::ui
