// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shell/ProjectOpening.h"

#include <QMainWindow>

#include <filesystem>
#include <functional>

class QAction;
class QStackedWidget;

namespace nextquill::ui {

class ActivityLine;
class CompareView;
class HistoriesView;
class InspectView;
class MessageBar;
class ModelsView;
class ProjectSession;
class ProjectStateBar;
class Rail;
class RunsView;
class Theme;
class WelcomeView;
enum class ModelUse;

/// The frame: rail, workspaces, message bar and activity line. It opens projects and shows what the
/// workspaces announce; what is in them is theirs.
///
/// Keyboard  Ctrl+1 to Ctrl+5 places, Ctrl+K commands, Ctrl+/ shortcuts, Ctrl+Shift+D theme.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    /// The places of the rail, from top to bottom. Without a project there are Models and Start.
    enum Place { Histories, Runs, Inspect, Compare, Models, Start };

    explicit MainWindow(Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openFile(const std::filesystem::path& file);
    void showPlace(int place);
    [[nodiscard]] ProjectSession& session() { return *m_session; }
    [[nodiscard]] HistoriesView& histories() { return *m_histories; }
    [[nodiscard]] RunsView& runs() { return *m_runs; }
    [[nodiscard]] InspectView& inspect() { return *m_inspect; }
    [[nodiscard]] CompareView& compare() { return *m_compare; }
    [[nodiscard]] ModelsView& models() { return *m_models; }

public Q_SLOTS:
    void openDemo();
    void newProject();
    void openProject();
    void closeProject();
    void toggleTheme();
    void showCommands();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void createWorkspaces();
    void createMenus();
    void createWorkMenu();
    void createModelsMenu();
    void useModel(const QString& model, ModelUse use);
    QAction* addCommand(QMenu& menu, const QString& text, const QKeySequence& key,
                        const std::function<void()>& command);
    void connectSession();
    void open(const QString& title,
              const std::function<OpenedProject(const StopToken&, Progress&)>& opening);
    void showOpened(const OpenedProject& opened);
    void renewForProject();
    [[nodiscard]] int keptPlace() const;
    /// Asks what is to become of a run that goes on. False where the window is to stay.
    bool endRuns();
    void remember(const QString& file);
    void restoreLook();

    Theme& m_theme;
    ProjectSession* m_session;
    Rail* m_rail;
    QStackedWidget* m_pages;
    MessageBar* m_messages;
    ProjectStateBar* m_state;
    ActivityLine* m_activity;
    WelcomeView* m_welcome;
    HistoriesView* m_histories;
    RunsView* m_runs;
    InspectView* m_inspect;
    CompareView* m_compare;
    ModelsView* m_models;
    QList<QAction*> m_commands;
    QList<QAction*> m_needProject;
    QAction* m_start = nullptr; ///< needs that there is none
};

} // namespace nextquill::ui
