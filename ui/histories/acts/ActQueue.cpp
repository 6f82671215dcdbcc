// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/ActQueue.h"

#include "core/base/Error.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QTimer>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int jobAfter = 1'000; // milliseconds

Failure failureOf(const Error& error)
{
    return {.problem = shown(error.problem()),
            .where = shown(error.where()),
            .remedy = shown(error.remedy())};
}

QString undone(const Act::Steps& steps)
{
    if (steps.empty()) {
        return ActQueue::tr("Nothing to undo.");
    }
    return steps.size() == 1
               ? ActQueue::tr("Undone: %1.").arg(shown(steps.front().what))
               : ActQueue::tr("%Ln step(s) undone.", nullptr, static_cast<int>(steps.size()));
}

QString redone(const Act::Steps& steps)
{
    return steps.empty() ? ActQueue::tr("Nothing to redo.")
                         : ActQueue::tr("Done again: %1.").arg(shown(steps.front().what));
}

} // namespace

ActQueue& ActQueue::of(ProjectSession& session)
{
    auto* queue = session.findChild<ActQueue*>(QString{}, Qt::FindDirectChildrenOnly);
    return queue != nullptr ? *queue : *new ActQueue{session};
}

ActQueue::ActQueue(ProjectSession& session)
    : QObject{&session}
    , m_session{session}
    , m_lasting{new QTimer{this}}
{
    m_lasting->setSingleShot(true);
    m_lasting->setInterval(jobAfter);
    connect(m_lasting, &QTimer::timeout, this, [this] {
        if (m_job != nullptr) {
            m_session.track(m_job);
        }
    });
    connect(&m_session, &ProjectSession::projectChanged, this, &ActQueue::forgetAll);
}

quint64 ActQueue::add(Act act)
{
    if (!m_session.isOpen() || m_session.isReadOnly()) {
        Q_EMIT m_session.noticed(
            tr("The project is open for reading only: nothing in it can be changed here."), {}, {});
        return 0;
    }
    m_waiting.push_back({.number = ++m_last, .act = std::move(act)});
    start();
    return m_last;
}

void ActQueue::takeBack(int steps)
{
    add({.title = tr("Undoing"),
         .work =
             [steps](store::Project& project, const StopToken& stop, Progress& progress) {
                 Act::Steps undoneSteps;
                 store::TableCuration curation{project};
                 for (int i = 0; i < steps; ++i) {
                     const auto step = curation.undo(stop, progress);
                     if (!step) {
                         break;
                     }
                     undoneSteps.push_back(*step);
                 }
                 return undoneSteps;
             },
         .told = undone,
         .isMove = true});
}

void ActQueue::redo()
{
    add({.title = tr("Doing it again"),
         .work =
             [](store::Project& project, const StopToken& stop, Progress& progress) {
                 const auto step = store::TableCuration{project}.redo(stop, progress);
                 return step ? Act::Steps{*step} : Act::Steps{};
             },
         .told = redone,
         .isMove = true});
}

void ActQueue::cancel()
{
    if (m_job != nullptr) {
        m_job->requestStop();
        Q_EMIT cancelling();
    }
}

std::vector<ActQueue::Outcome> ActQueue::doAll(const Batch& batch, store::Project& project,
                                               const StopToken& stop, Progress& progress)
{
    std::vector<Outcome> outcomes;
    for (const Entry& entry : batch) {
        Outcome outcome;
        try {
            stopPoint(stop);
            outcome.steps = entry.act.work(project, stop, progress);
            std::erase_if(outcome.steps,
                          [](const store::StepResult& step) { return step.step == 0; });
        } catch (const Stopped&) {
            outcome.stopped = true;
        } catch (const Error& error) {
            outcome.failure = failureOf(error);
        }
        outcomes.push_back(outcome);
        if (outcome.stopped) {
            break; // the others are begun anew, with a stop of their own
        }
    }
    return outcomes;
}

void ActQueue::start()
{
    if (m_job != nullptr || m_waiting.empty()) {
        return;
    }
    const auto batch = std::make_shared<const Batch>(m_waiting.begin(), m_waiting.end());
    m_waiting.clear();
    m_batch = batch;
    m_title = batch->front().act.title;
    auto* job = m_session.change(
        m_title, this, [batch](store::Project& project, const StopToken& stop, Progress& progress) {
            return doAll(*batch, project, stop, progress);
        });
    m_job = job;
    connect(job, &Job::progressed, this, &ActQueue::progressed);
    connect(job, &Job::done, this, [this, job] { settle(job->takeValue()); });
    connect(job, &Job::stopped, this, [this] { settle({{.stopped = true}}); });
    connect(job, &Job::failed, this, [this] {
        settle(std::vector<Outcome>(m_batch->size())); // the session says why
    });
    m_lasting->start();
    Q_EMIT begun(m_title);
}

void ActQueue::settle(const std::vector<Outcome>& outcomes)
{
    m_lasting->stop();
    m_job = nullptr;
    const auto batch = std::exchange(m_batch, nullptr);
    for (std::size_t i = batch->size(); i > outcomes.size(); --i) {
        m_waiting.push_front((*batch)[i - 1]);
    }
    bool changed = false;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        changed = changed || !outcomes[i].steps.empty() || (*batch)[i].act.isBeyond;
        Q_EMIT settled((*batch)[i].number, outcomes[i].steps);
    }
    if (changed) {
        m_session.announceData();
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const Act& act = (*batch)[i].act;
        if (outcomes[i].failure) {
            Q_EMIT m_session.failed(*outcomes[i].failure);
        } else if (outcomes[i].stopped) {
            Q_EMIT m_session.noticed(tr("%1: cancelled. Nothing was changed.").arg(act.title), {},
                                     {});
        } else if (act.told && i + 1 == outcomes.size()) {
            tell(act, outcomes[i].steps); // what came before was said too short a time ago to read
        }
    }
    start();
    if (m_job == nullptr) {
        Q_EMIT ended();
    }
}

void ActQueue::tell(const Act& act, const Act::Steps& steps)
{
    const QString text = act.told(steps);
    if (text.isEmpty()) {
        return;
    }
    if (act.isMove || steps.empty()) {
        Q_EMIT m_session.noticed(text, {}, {});
        return;
    }
    Q_EMIT m_session.noticed(text, tr("Undo"),
                             [this, count = static_cast<int>(steps.size())] { takeBack(count); });
}

void ActQueue::forgetAll()
{
    m_lasting->stop();
    m_waiting.clear();
    if (m_job != nullptr) {
        m_job->requestStop();
        m_job->disconnect(this);
        m_job = nullptr;
        m_batch = nullptr;
    }
    Q_EMIT ended();
}

} // namespace nextquill::ui
