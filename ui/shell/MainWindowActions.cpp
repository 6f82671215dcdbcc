// SPDX-License-Identifier: GPL-3.0-or-later
//
// Menus and shortcuts: one table of commands, which the palette lists too.
#include "ui/compare/CompareView.h"
#include "ui/histories/HistoriesView.h"
#include "ui/inspect/InspectView.h"
#include "ui/models/ModelsView.h"
#include "ui/runs/RunsView.h"
#include "ui/shell/CommandPalette.h"
#include "ui/shell/MainWindow.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QApplication>
#include <QMenuBar>
#include <QMessageBox>

namespace nextquill::ui {

QAction* MainWindow::addCommand(QMenu& menu, const QString& text, const QKeySequence& key,
                                const std::function<void()>& command)
{
    QAction* const action = menu.addAction(text);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, command);
    m_commands.append(action);
    return action;
}

void MainWindow::createMenus()
{
    QMenu& file = *menuBar()->addMenu(tr("&File"));
    addCommand(file, tr("&New Project…"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_N},
               [this] { newProject(); });
    addCommand(file, tr("&Open Project…"), QKeySequence::Open, [this] { openProject(); });
    addCommand(file, tr("Open the &Demo"), {}, [this] { openDemo(); });
    m_needProject << addCommand(file, tr("&Import Reviews…"), QKeySequence{Qt::CTRL | Qt::Key_I},
                                [this] {
                                    showPlace(Histories);
                                    m_histories->chooseFilesToImport();
                                });
    m_needProject << addCommand(file, tr("&Close Project"), QKeySequence::Close,
                                [this] { closeProject(); });
    addCommand(file, tr("&Quit"), QKeySequence::Quit, [this] { close(); });

    QMenu& edit = *menuBar()->addMenu(tr("&Edit"));
    m_needProject << addCommand(edit, tr("&Undo"), QKeySequence::Undo, [this] {
        m_histories->undo();
    }) << addCommand(edit, tr("&Redo"), QKeySequence::Redo, [this] {
        m_histories->redo();
    }) << addCommand(edit, tr("&Search Texts"), QKeySequence::Find, [this] {
        showPlace(Histories);
        m_histories->focusSearch();
    });

    QMenu& view = *menuBar()->addMenu(tr("&View"));
    const QStringList places{tr("&Histories"), tr("&Runs"), tr("&Inspect"), tr("&Compare")};
    for (int place = Histories; place < places.size(); ++place) {
        m_needProject << addCommand(
            view, places.at(place),
            QKeySequence{Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + place)},
            [this, place] { showPlace(place); });
    }
    m_start = addCommand(view, tr("&Start"), QKeySequence{Qt::CTRL | Qt::Key_1},
                         [this] { showPlace(Start); });
    addCommand(view, tr("&Models"), QKeySequence{Qt::CTRL | Qt::Key_5},
               [this] { showPlace(Models); });
    addCommand(view, tr("Light or &Dark"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_D},
               [this] { toggleTheme(); });

    createWorkMenu();
    createModelsMenu();

    QMenu& help = *menuBar()->addMenu(tr("&Help"));
    addCommand(help, tr("&Commands and Shortcuts"), QKeySequence{Qt::CTRL | Qt::Key_K}, [this] {
        showCommands();
    })->setShortcuts({QKeySequence{Qt::CTRL | Qt::Key_K}, QKeySequence{Qt::CTRL | Qt::Key_Slash}});
    addCommand(help, tr("&About NextQuill Workbench"), {}, [this] {
        QMessageBox::about(
            this, tr("NextQuill Workbench"),
            tr("NextQuill Workbench %1\n\nPersonalization of language models by "
               "causal preference modeling (arXiv 2506.02368).\nFree software, GNU "
               "GPL version 3 or later. Nothing leaves this machine; only fetching a "
               "model asks the network.")
                .arg(QApplication::applicationVersion()));
    });
}

void MainWindow::createWorkMenu()
{
    QMenu& work = *menuBar()->addMenu(tr("&Work"));
    m_needProject << addCommand(work, tr("&New Run…"), QKeySequence{Qt::CTRL | Qt::Key_N}, [this] {
        showPlace(Runs);
        m_runs->newRun();
    });
    m_needProject << addCommand(work, tr("Start or Hold the &Queue"),
                                QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_R}, [this] {
                                    showPlace(Runs);
                                    m_runs->toggleQueue();
                                });
    addCommand(work, tr("Watch a &Run's Folder…"), {}, [this] { m_runs->chooseFolderToWatch(); });
    QMenu& inspect = *work.addMenu(tr("&Inspect"));
    for (QAction* const act : m_inspect->commands()) {
        inspect.addAction(act);
        m_commands.append(act);
        // Where they are chosen from a list, one sees what they do.
        connect(act, &QAction::triggered, this, [this] { showPlace(Inspect); });
    }
    m_needProject << addCommand(work, tr("&Write Texts"), {}, [this] {
        showPlace(Compare);
        m_compare->generate();
    });
}

void MainWindow::createModelsMenu()
{
    QMenu& menu = *menuBar()->addMenu(tr("&Models"));
    const auto add = [&](const QString& text, const QKeySequence& key,
                         void (ModelsView::*command)()) {
        addCommand(menu, text, key, [this, command] {
            showPlace(Models);
            (m_models->*command)();
        });
    };
    add(tr("Add a Model's F&older…"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_O},
        &ModelsView::chooseFolder);
    add(tr("Add &GGUF Files…"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_G},
        &ModelsView::chooseFiles);
    add(tr("&Fetch a Model from the Hub"), QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_F},
        &ModelsView::focusFetch);
    add(tr("&Verify the Chosen Model"), {}, &ModelsView::verify);
    add(tr("&Remove the Chosen Model…"), {}, &ModelsView::askToRemove);
    add(tr("Look at All Models &Anew"), {}, &ModelsView::refresh);
}

void MainWindow::showCommands()
{
    auto* palette = new CommandPalette{m_commands, this};
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->open();
}

} // namespace nextquill::ui
