// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Project.h"

#include "ui/models/ModelEntry.h"
#include "ui/project/ProjectSession.h"

#include <QPointer>
#include <QWidget>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace nextquill::hub {
struct FetchedModel;
}

namespace nextquill::ui {

class DropFrame;
class EmptyState;
class FetchList;
class ModelCard;
class ModelFetches;
class ModelTableModel;

/// The models that are known on this machine: those of the user's list, of the hub's cache, of the
/// setup and, where one is open, of the project. Needs no project.
///
/// Folders, .gguf files and adapters are added by dropping them here, several at a time; models of
/// the hub are fetched by name. What goes wrong is said in the command line's words.
///
/// Keyboard  F5 looks again; in the list Enter inspects, V verifies, Ctrl+C copies the path, Del
///           removes; Ctrl+Shift+O and Ctrl+Shift+G add, Ctrl+Shift+F goes to the hub's name.
class ModelsView : public QWidget
{
    Q_OBJECT

public:
    explicit ModelsView(ProjectSession& session, QWidget* parent = nullptr);

    /// Adds models; a message says which, and why others were not.
    void add(const std::vector<std::filesystem::path>& paths);
    /// Whether a file or folder looks like a model, by its name and what lies in it.
    [[nodiscard]] static bool looksLikeModel(const std::filesystem::path& path);
    [[nodiscard]] ModelFetches& fetches() { return *m_fetches; }
    /// The program ends: what goes on is stopped, and kept as far as it is.
    void stop();

public Q_SLOTS:
    void chooseFolder();
    void chooseFiles();
    void focusFetch();
    void refresh(); ///< looks at all models anew
    void verify();  ///< the chosen one
    void askToRemove();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    /// What an addition brought: names, and an error for each that failed.
    struct Added
    {
        std::vector<std::string> names;
        std::vector<Error> errors;
    };

    void createToolBar();
    void createPanes();
    void createList();
    void createShortcuts();
    void connectFetches();
    void reload();
    void showEntries(std::vector<ModelEntry> entries);
    void showCurrent();
    void describeNext();
    void reportAdded(const Added& added);
    void fetchTyped();
    void reportFetched(const QString& name, const hub::FetchedModel& model);
    void use(ModelUse use);
    void reportVerified(const std::string& name, workflow::VerifiedModel verified);
    void copyPath() const;
    void ask(const workflow::KnownModel& model, workflow::FilesToDelete files);
    void remove(const workflow::KnownModel& model, bool deletesFiles);
    /// Takes back a removal from the user's list.
    void restore(const workflow::KnownModel& model);
    [[nodiscard]] const ModelEntry* current() const;

    /// Runs `function(Project*, StopToken, Progress&)` on a worker: the open project, or null.
    template<typename Function>
    auto* withModels(const QString& title, Function function)
    {
        return m_session.work(
            title, this,
            [file = m_session.file(), function](const StopToken& stop, Progress& progress) {
                const auto project =
                    file.empty() ? nullptr : store::Project::open(file, store::OpenMode::ReadOnly);
                return function(project.get(), stop, progress);
            });
    }

    ProjectSession& m_session;
    ModelFetches* m_fetches;
    ModelTableModel* m_model;
    QTableView* m_list;
    ModelCard* m_card;
    QPushButton* m_folder;
    QPushButton* m_file;
    QLineEdit* m_hubName;
    QPushButton* m_fetch;
    QLabel* m_hubProblem;
    FetchList* m_fetchList;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    DropFrame* m_drop;
    /// By place: what was found when a model was looked at. Emptied by refresh().
    std::map<std::filesystem::path, std::shared_ptr<const workflow::ModelSummary>> m_summaries;
    QPointer<Job> m_listing;    ///< the newest; what an older one brings is dropped
    QPointer<Job> m_describing; ///< one at a time
    QPointer<Job> m_verifying;
    std::string m_wanted; ///< to be chosen once it is in the list
};

} // namespace nextquill::ui
