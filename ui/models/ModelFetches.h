// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hub/HubReference.h"
#include "core/hub/ModelFetch.h"

#include "ui/tasks/Job.h"

#include <QObject>

#include <vector>

namespace nextquill::ui {

class ProjectSession;

/// A fetch from the hub that is not done.
struct ModelFetch
{
    enum class State {
        Waiting, ///< for the one before it
        Running,
        Stopping, ///< asked to pause or to go; ends within a moment
        Paused,
        Failed,
    };

    int id = 0;
    hub::HubReference what;
    State state = State::Waiting;
    ProgressReport progress; ///< the newest
    Failure failure;         ///< of one that has failed
    bool isCancelled = false;
};

/// The fetches of models, one after the other in the order they were asked for: two at once would
/// share one line, and the first model would be there later.
///
/// What is not done is kept in the settings and is there again, paused, when the program is started
/// again; it never goes on by itself. The files lie in the hub's cache and go on where they
/// stopped, whatever ended the fetch.
///
/// Threads  GUI thread only
class ModelFetches : public QObject
{
    Q_OBJECT

public:
    explicit ModelFetches(ProjectSession& session, QObject* parent = nullptr);

    /// What an earlier program left, paused.
    void restore();

    /// Asks for a model; one that is asked for already goes on.
    void add(const hub::HubReference& what);
    void resume(int id);
    /// Stops it; it stays in the list.
    void pause(int id);
    /// Stops it and takes it from the list. What came is kept.
    void cancel(int id);
    /// The program ends.
    void stop();

    [[nodiscard]] const std::vector<ModelFetch>& all() const { return m_fetches; }
    [[nodiscard]] const ModelFetch* find(int id) const;
    [[nodiscard]] int unfinished() const; ///< that run or wait

Q_SIGNALS:
    void added(int id);
    void changed(int id); ///< state or progress
    void removed(int id);
    void fetched(const QString& name, const nextquill::hub::FetchedModel& model);
    void failed(const QString& name, const nextquill::ui::Failure& failure);
    void cancelled(const QString& name);

private:
    ModelFetch* get(int id);
    void append(const hub::HubReference& what, ModelFetch::State state);
    void startNext();
    void run(ModelFetch& fetch);
    void endStopped(int id);
    void remove(int id);
    void save() const;

    ProjectSession& m_session;
    std::vector<ModelFetch> m_fetches;
    Job* m_job = nullptr; ///< of the one that runs or stops
    int m_lastId = 0;
    bool m_ends = false;
};

} // namespace nextquill::ui
