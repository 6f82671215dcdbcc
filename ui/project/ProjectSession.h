// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Project.h"

#include "ui/project/ModelShelf.h"
#include "ui/tasks/Job.h"
#include "ui/tasks/Workers.h"

#include <QJsonValue>
#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <memory>

namespace nextquill::ui {

/// What a model from the list of models is wanted for.
enum class ModelUse { Inspect, Compare, Train };

/// The open project as the workspaces see it: where it is, threads for work on it, what has
/// changed.
///
/// Workspaces never open the file on the GUI thread: they ask read() and change(), which run a
/// function with a connection of its own on a worker thread.
///
/// Threads  GUI thread only.
class ProjectSession : public QObject
{
    Q_OBJECT

public:
    explicit ProjectSession(QObject* parent = nullptr);
    ~ProjectSession() override;

    [[nodiscard]] bool isOpen() const { return !m_file.empty(); }
    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] bool isReadOnly() const { return m_readOnly; }
    [[nodiscard]] QString name() const; ///< "music-study"

    /// From now on it is this project; an empty path: none. The file was opened by the caller once.
    void setProject(const std::filesystem::path& file, bool readOnly);

    /// Keeps what a place of the window shows of the project until that is opened again
    /// (ProjectMemory); nothing where there is none or it is only read.
    void remember(const QString& place, const QJsonValue& value) const;
    /// What was kept; undefined where nothing was.
    [[nodiscard]] QJsonValue remembered(const QString& place) const;

    [[nodiscard]] Workers& workers() { return m_workers; }
    [[nodiscard]] ModelShelf& models() { return *m_models; }
    [[nodiscard]] std::shared_ptr<ModelShelf> sharedModels() { return m_models; }

    /// Runs `function(Project&, StopToken, Progress&)` on a worker with a read-only connection; the
    /// job belongs to `owner`. A failure is announced by failed().
    template<typename Function>
    auto* read(const QString& title, QObject* owner, Function function)
    {
        return withProject(title, owner, store::OpenMode::ReadOnly, std::move(function));
    }

    /// The same with a writing connection.
    template<typename Function>
    auto* change(const QString& title, QObject* owner, Function function)
    {
        return withProject(title, owner, store::OpenMode::ReadWrite, std::move(function));
    }

    /// The same for changes of runs, which go beside a program that writes the project.
    template<typename Function>
    auto* ledger(const QString& title, QObject* owner, Function function)
    {
        return withProject(title, owner, store::OpenMode::Ledger, std::move(function));
    }

    /// The same for what needs no project: `function(StopToken, Progress&)`.
    template<typename Function>
    auto* work(const QString& title, QObject* owner, Function function)
    {
        auto* job = startJob(title, m_workers, owner, std::move(function));
        watch(job);
        return job;
    }

    /// Shows the job in the activity line while it runs, with Pause where `pause` is given.
    void track(Job* job, std::function<void(bool)> pause = {});

    void announceData() { Q_EMIT dataChanged(); }
    void announceErased(const QString& user) { Q_EMIT userErased(user); }
    void announceRuns() { Q_EMIT runsChanged(); }
    void announceModels() { Q_EMIT modelsChanged(); }

Q_SIGNALS:
    void projectChanged();                ///< another project, or none
    void dataChanged();                   ///< users, reviews or splits
    void userErased(const QString& name); ///< nothing may keep that name
    void runsChanged();                   ///< the ledger or the project's models
    void modelsChanged();                 ///< those of all projects
    void failed(const nextquill::ui::Failure& failure);
    void noticed(const QString& text, const QString& actionText,
                 const std::function<void()>& action);
    /// As noticed(), for what went wrong; `details` are shown on request.
    void attention(const QString& text, const QString& details, const QString& actionText,
                   const std::function<void()>& action);
    void jobTracked(nextquill::ui::Job* job, const std::function<void(bool)>& pause);
    /// Asks the shell to show a place with an example or a run.
    void inspectRequested(nextquill::ExampleId example);
    void compareRequested(nextquill::ExampleId example);
    /// Asks the shell to show a review among the histories.
    void reviewRequested(nextquill::ReviewId review);
    /// Asks the shell to show a place with a model, named as ModelBox names it.
    void modelRequested(const QString& model, nextquill::ui::ModelUse use);

private:
    template<typename Function>
    auto* withProject(const QString& title, QObject* owner, store::OpenMode mode, Function function)
    {
        auto* job = startJob(title, m_workers, owner,
                             [file = m_file, mode, function](StopToken stop, Progress& progress) {
                                 const auto project = store::Project::open(file, mode);
                                 return function(*project, std::move(stop), progress);
                             });
        watch(job);
        return job;
    }

    void watch(Job* job);

    std::filesystem::path m_file;
    bool m_readOnly = false;
    std::shared_ptr<ModelShelf> m_models = std::make_shared<ModelShelf>();
    Workers m_workers; // last: joined while the rest is still there
};

} // namespace nextquill::ui
