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
class ProjectSession;
class Rail;
class RunsView;
class Theme;
class WelcomeView;

/// The frame: rail, workspaces, message bar and activity line. It opens projects and shows what the
/// workspaces announce; what is in them is theirs.
///
/// Keyboard  Ctrl+1 to Ctrl+4 workspaces, Ctrl+K commands, Ctrl+/ shortcuts, Ctrl+Shift+D theme.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openFile(const std::filesystem::path& file);
    void showPlace(int place);
    [[nodiscard]] ProjectSession& session() { return *m_session; }
    [[nodiscard]] HistoriesView& histories() { return *m_histories; }
    [[nodiscard]] RunsView& runs() { return *m_runs; }
    [[nodiscard]] InspectView& inspect() { return *m_inspect; }
    [[nodiscard]] CompareView& compare() { return *m_compare; }

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
    QAction* addCommand(QMenu& menu, const QString& text, const QKeySequence& key,
                        const std::function<void()>& command);
    void connectSession();
    void open(const QString& title,
              const std::function<OpenedProject(const StopToken&, Progress&)>& opening);
    void showOpened(const OpenedProject& opened);
    void renewForProject();
    /// Asks what is to become of a run that goes on. False where the window is to stay.
    bool endRuns();
    void remember(const QString& file);
    void restoreLook();

    Theme& m_theme;
    ProjectSession* m_session;
    Rail* m_rail;
    QStackedWidget* m_pages;
    MessageBar* m_messages;
    ActivityLine* m_activity;
    WelcomeView* m_welcome;
    HistoriesView* m_histories;
    RunsView* m_runs;
    InspectView* m_inspect;
    CompareView* m_compare;
    QList<QAction*> m_commands;
    QList<QAction*> m_needProject;
};

} // namespace nextquill::ui
