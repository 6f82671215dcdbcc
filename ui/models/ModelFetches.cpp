// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ModelFetches.h"

#include "core/hub/HubSettings.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QSettings>

#include <algorithm>

namespace nextquill::ui {

namespace {

const QString fetchesKey = QStringLiteral("fetches");

} // namespace

ModelFetches::ModelFetches(ProjectSession& session, QObject* parent)
    : QObject{parent}
    , m_session{session}
{
}

void ModelFetches::restore()
{
    const QStringList kept = QSettings{}.value(fetchesKey).toStringList();
    for (const QString& name : kept) {
        if (const auto what = hub::readHubReference(stored(name))) {
            append(*what, ModelFetch::State::Paused);
        }
    }
}

void ModelFetches::add(const hub::HubReference& what)
{
    const auto known = std::ranges::find(m_fetches, what, &ModelFetch::what);
    if (known != m_fetches.end()) {
        resume(known->id);
        return;
    }
    append(what, ModelFetch::State::Waiting);
    save();
    startNext();
}

void ModelFetches::append(const hub::HubReference& what, ModelFetch::State state)
{
    m_fetches.push_back({.id = ++m_lastId, .what = what, .state = state});
    Q_EMIT added(m_lastId);
}

void ModelFetches::resume(int id)
{
    ModelFetch* const fetch = get(id);
    if (fetch != nullptr &&
        (fetch->state == ModelFetch::State::Paused || fetch->state == ModelFetch::State::Failed)) {
        fetch->state = ModelFetch::State::Waiting;
        Q_EMIT changed(id);
        startNext();
    }
}

void ModelFetches::pause(int id)
{
    ModelFetch* const fetch = get(id);
    if (fetch == nullptr) {
        return;
    }
    if (fetch->state == ModelFetch::State::Running) {
        fetch->state = ModelFetch::State::Stopping;
        m_job->requestStop();
    } else if (fetch->state == ModelFetch::State::Waiting) {
        fetch->state = ModelFetch::State::Paused;
    }
    Q_EMIT changed(id);
}

void ModelFetches::cancel(int id)
{
    ModelFetch* const fetch = get(id);
    if (fetch == nullptr) {
        return;
    }
    fetch->isCancelled = true;
    if (fetch->state == ModelFetch::State::Running) {
        fetch->state = ModelFetch::State::Stopping;
        m_job->requestStop();
        Q_EMIT changed(id);
    } else if (fetch->state != ModelFetch::State::Stopping) {
        endStopped(id);
    }
}

void ModelFetches::stop()
{
    m_ends = true;
    if (m_job != nullptr) {
        m_job->requestStop();
    }
}

void ModelFetches::startNext()
{
    if (m_job != nullptr || m_ends) {
        return;
    }
    const auto next = std::ranges::find(m_fetches, ModelFetch::State::Waiting, &ModelFetch::state);
    if (next != m_fetches.end()) {
        run(*next);
    }
}

void ModelFetches::run(ModelFetch& fetch)
{
    const int id = fetch.id;
    const QString name = shown(fetch.what.text());
    auto* const job =
        startJob(tr("Fetching %1").arg(name), m_session.workers(), this,
                 [what = fetch.what](const StopToken& stop, Progress& progress) {
                     return hub::fetchModel(
                         {.name = what.name, .revision = what.revision, .file = what.file},
                         hub::hubSettings(), stop, progress);
                 });
    m_job = job;
    job->setInBytes(true);
    fetch.state = ModelFetch::State::Running;
    m_session.track(job);
    Q_EMIT changed(id);
    const auto end = [this, job] {
        m_job = nullptr;
        job->deleteLater();
    };
    connect(job, &Job::progressed, this, [this, id](const ProgressReport& report) {
        if (ModelFetch* const running = get(id)) {
            running->progress = report;
            Q_EMIT changed(id);
        }
    });
    connect(job, &Job::done, this, [this, job, end, id, name] {
        end();
        const hub::FetchedModel model = job->takeValue();
        remove(id);
        Q_EMIT fetched(name, model);
        startNext();
    });
    connect(job, &Job::stopped, this, [this, end, id] {
        end();
        endStopped(id);
        startNext();
    });
    connect(job, &Job::failed, this, [this, end, id, name](const Failure& failure) {
        end();
        if (ModelFetch* const failing = get(id); failing->isCancelled) {
            endStopped(id);
        } else {
            failing->state = ModelFetch::State::Failed;
            failing->failure = failure;
            Q_EMIT changed(id);
            Q_EMIT failed(name, failure);
        }
        startNext();
    });
}

void ModelFetches::endStopped(int id)
{
    ModelFetch& fetch = *get(id);
    if (fetch.isCancelled) {
        const QString name = shown(fetch.what.text());
        remove(id);
        Q_EMIT cancelled(name);
        return;
    }
    fetch.state = ModelFetch::State::Paused;
    Q_EMIT changed(id);
}

void ModelFetches::remove(int id)
{
    std::erase_if(m_fetches, [id](const ModelFetch& fetch) { return fetch.id == id; });
    save();
    Q_EMIT removed(id);
}

void ModelFetches::save() const
{
    QStringList names;
    for (const ModelFetch& fetch : m_fetches) {
        names.append(shown(fetch.what.text()));
    }
    QSettings{}.setValue(fetchesKey, names);
}

ModelFetch* ModelFetches::get(int id)
{
    const auto found = std::ranges::find(m_fetches, id, &ModelFetch::id);
    return found == m_fetches.end() ? nullptr : &*found;
}

const ModelFetch* ModelFetches::find(int id) const
{
    const auto found = std::ranges::find(m_fetches, id, &ModelFetch::id);
    return found == m_fetches.end() ? nullptr : &*found;
}

int ModelFetches::unfinished() const
{
    return static_cast<int>(std::ranges::count_if(m_fetches, [](const ModelFetch& fetch) {
        return fetch.state == ModelFetch::State::Waiting ||
               fetch.state == ModelFetch::State::Running;
    }));
}

} // namespace nextquill::ui
