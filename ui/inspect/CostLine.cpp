// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/CostLine.h"

#include "ui/project/ShownText.h"
#include "ui/tasks/Job.h"

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int millisecondsBeforeCounting = 300;

} // namespace

CostLine::CostLine(Workers& workers, QWidget* parent)
    : QLabel{parent}
    , m_workers{workers}
{
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setProperty("role", QStringLiteral("muted"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(millisecondsBeforeCounting);
    connect(&m_rest, &QTimer::timeout, this, &CostLine::begin);
}

void CostLine::forget()
{
    m_rest.stop();
    m_count = nullptr;
    if (m_job != nullptr) {
        m_job->requestStop();
        m_job = nullptr;
    }
}

void CostLine::ask(Count count)
{
    forget();
    setText(tr("Counting what it takes\u2026"));
    m_count = std::move(count);
    m_rest.start();
}

void CostLine::say(const QString& words)
{
    forget();
    setText(words);
}

void CostLine::showEvent(QShowEvent* event)
{
    QLabel::showEvent(event);
    if (m_count != nullptr) {
        m_rest.start();
    }
}

/// Nobody waits for what nobody sees: it begins when the line is shown.
void CostLine::begin()
{
    if (m_count == nullptr || !isVisible()) {
        return;
    }
    auto* job = startJob(tr("Counting what it takes"), m_workers, this,
                         [count = std::exchange(m_count, nullptr)](
                             StopToken stop, Progress& progress) { return count(stop, progress); });
    m_job = job;
    connect(job, &Job::done, this, [this, job] { end(job, job->takeValue()); });
    connect(job, &Job::stopped, this, [this, job] { end(job, {}); });
    connect(job, &Job::failed, this,
            [this, job](const Failure& failure) { end(job, asSentence(failure.problem)); });
}

void CostLine::end(Job* job, const QString& words)
{
    job->deleteLater();
    if (m_job == job) {
        m_job = nullptr;
        setText(words);
    }
}

} // namespace nextquill::ui
