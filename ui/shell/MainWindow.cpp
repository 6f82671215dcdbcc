// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MainWindow.h"

#include "ui/compare/CompareView.h"
#include "ui/histories/HistoriesView.h"
#include "ui/histories/import/ImportDesk.h"
#include "ui/histories/import/InterruptedImportBar.h"
#include "ui/inspect/InspectView.h"
#include "ui/models/ModelFetches.h"
#include "ui/models/ModelsView.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ProjectWatch.h"
#include "ui/project/ShownText.h"
#include "ui/runs/RunQueue.h"
#include "ui/runs/RunWatch.h"
#include "ui/runs/RunsView.h"
#include "ui/shell/ActivityLine.h"
#include "ui/shell/ProjectStateBar.h"
#include "ui/shell/Rail.h"
#include "ui/shell/WelcomeView.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/Theme.h"

#include <QAction>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr qsizetype recentKept = 8;
const QString recentKey = QStringLiteral("recent");
const QString placeKey = QStringLiteral("place"); // in the project's memory
const QString projectFilter = QStringLiteral("NextQuill (*.nextquill)");

} // namespace

MainWindow::MainWindow(Theme& theme, QWidget* parent)
    : QMainWindow{parent}
    , m_theme{theme}
    , m_session{new ProjectSession{this}}
    , m_rail{new Rail{this}}
    , m_pages{new QStackedWidget{this}}
    , m_messages{new MessageBar{this}}
    , m_state{new ProjectStateBar{*m_session, *new ProjectWatch{*m_session, this}, this}}
    , m_activity{new ActivityLine{this}}
    , m_welcome{new WelcomeView{this}}
    , m_histories{new HistoriesView{*m_session, this}}
    , m_runs{new RunsView{*m_session, this}}
    , m_inspect{new InspectView{*m_session, this}}
    , m_compare{new CompareView{*m_session, this}}
    , m_models{new ModelsView{*m_session, this}}
{
    setAcceptDrops(true);
    setMinimumSize(960, 600);
    createWorkspaces();
    createMenus();
    connectSession();
    restoreLook();
    renewForProject();
}

MainWindow::~MainWindow()
{
    m_models->stop(); // else its worker would be waited for
    // Jobs end while the parts of the window go, one by one: none of them is told any more.
    m_session->disconnect(this);
    m_activity->disconnect(this);
}

void MainWindow::createWorkspaces()
{
    m_rail->addPlace(tr("Histories"), QStringLiteral("histories"), QStringLiteral("Ctrl+1"));
    m_rail->addPlace(tr("Runs"), QStringLiteral("runs"), QStringLiteral("Ctrl+2"));
    m_rail->addPlace(tr("Inspect"), QStringLiteral("inspect"), QStringLiteral("Ctrl+3"));
    m_rail->addPlace(tr("Compare"), QStringLiteral("compare"), QStringLiteral("Ctrl+4"));
    m_rail->addSeparator();
    m_rail->addPlace(tr("Models"), QStringLiteral("models"), QStringLiteral("Ctrl+5"));
    m_rail->addPlace(tr("Start"), QStringLiteral("quill"), QStringLiteral("Ctrl+1"));
    m_rail->moveToTop(Start);
    for (QWidget* page : {static_cast<QWidget*>(m_histories), static_cast<QWidget*>(m_runs),
                          static_cast<QWidget*>(m_inspect), static_cast<QWidget*>(m_compare),
                          static_cast<QWidget*>(m_models), static_cast<QWidget*>(m_welcome)}) {
        m_pages->addWidget(page);
    }
    connect(m_rail, &Rail::chosen, this, &MainWindow::showPlace);
    connect(m_welcome, &WelcomeView::demoRequested, this, &MainWindow::openDemo);
    connect(m_welcome, &WelcomeView::newRequested, this, &MainWindow::newProject);
    connect(m_welcome, &WelcomeView::openRequested, this, &MainWindow::openProject);
    connect(m_welcome, &WelcomeView::fileRequested, this,
            [this](const QString& file) { openFile(pathOf(file)); });

    auto* content = new QWidget{this};
    auto* column = new QVBoxLayout{content};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_state);
    column->addWidget(new InterruptedImportBar{*m_session, m_histories->imports(), content});
    column->addWidget(m_messages);
    column->addWidget(m_pages, 1);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_rail);
    upper->addWidget(content, 1);
    auto* central = new QWidget{this};
    auto* layout = new QVBoxLayout{central};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(upper, 1);
    layout->addWidget(m_activity);
    setCentralWidget(central);
}

void MainWindow::connectSession()
{
    connect(m_session, &ProjectSession::projectChanged, this, &MainWindow::renewForProject);
    connect(m_session, &ProjectSession::failed, this, [this](const Failure& failure) {
        m_messages->showMessage(
            {.kind = MessageBar::Kind::Error,
             .text = tr("%1. %2.").arg(asSentence(failure.problem), asSentence(failure.remedy)),
             .details = failure.where});
    });
    connect(m_session, &ProjectSession::noticed, this,
            [this](const QString& text, const QString& actionText,
                   const std::function<void()>& action) {
                m_messages->showMessage({.kind = MessageBar::Kind::Information,
                                         .text = text,
                                         .actionText = actionText,
                                         .action = action});
            });
    connect(m_session, &ProjectSession::attention, this,
            [this](const QString& text, const QString& details, const QString& actionText,
                   const std::function<void()>& action) {
                m_messages->showMessage({.kind = MessageBar::Kind::Error,
                                         .text = text,
                                         .actionText = actionText,
                                         .action = action,
                                         .details = details});
            });
    connect(m_state, &ProjectStateBar::openAgainWanted, this, &MainWindow::openFile);
    connect(m_state, &ProjectStateBar::openElsewhereWanted, this, &MainWindow::openProject);
    connect(m_session, &ProjectSession::jobTracked, m_activity, &ActivityLine::addJob);
    connect(m_session, &ProjectSession::inspectRequested, this, [this](ExampleId example) {
        showPlace(Inspect);
        m_inspect->showExample(example);
    });
    connect(m_session, &ProjectSession::compareRequested, this, [this](ExampleId example) {
        showPlace(Compare);
        m_compare->showExample(example);
    });
    connect(m_session, &ProjectSession::reviewRequested, this, [this](ReviewId review) {
        showPlace(Histories);
        m_histories->showReview(number(review));
    });
    connect(m_inspect, &InspectView::compareWanted, this,
            [this](const std::shared_ptr<const workflow::Inspection>& trunk,
                   const std::shared_ptr<const workflow::Inspection>& branch, const QString& word) {
                showPlace(Compare);
                m_compare->showBranch({.trunk = trunk, .branch = branch, .word = word});
            });
    connect(m_session, &ProjectSession::modelRequested, this, &MainWindow::useModel);
    connect(m_activity, &ActivityLine::jobsChanged, this,
            [this] { m_rail->setBadge(Runs, m_runs->runningRuns()); });
    const auto countFetches = [this] {
        m_rail->setBadge(Models, m_models->fetches().unfinished());
    };
    connect(&m_models->fetches(), &ModelFetches::added, this, countFetches);
    connect(&m_models->fetches(), &ModelFetches::changed, this, countFetches);
    connect(&m_models->fetches(), &ModelFetches::removed, this, countFetches);
}

void MainWindow::renewForProject()
{
    const bool open = m_session->isOpen();
    for (QAction* action : std::as_const(m_needProject)) {
        action->setEnabled(open);
    }
    for (const int place : {Histories, Runs, Inspect, Compare}) {
        m_rail->setPlaceVisible(place, open);
    }
    m_rail->setPlaceVisible(Start, !open);
    m_start->setEnabled(!open);
    setWindowTitle(open ? tr("%1 — NextQuill Workbench").arg(m_session->name())
                        : tr("NextQuill Workbench"));
    m_activity->setProject(m_session->isReadOnly() ? tr("read-only") : QString{});
    showPlace(open ? keptPlace() : Start);
    if (!open) {
        m_welcome->setRecent(QSettings{}.value(recentKey).toStringList());
    }
}

void MainWindow::showPlace(int place)
{
    if (place != Models && m_session->isOpen() != (place != Start)) {
        return;
    }
    m_pages->setCurrentIndex(place);
    m_rail->setCurrent(place);
    m_session->remember(placeKey, place);
}

/// Where the project's user last was.
int MainWindow::keptPlace() const
{
    return std::clamp(m_session->remembered(placeKey).toInt(), int{Histories}, int{Models});
}

void MainWindow::open(const QString& title,
                      const std::function<OpenedProject(const StopToken&, Progress&)>& opening)
{
    auto* job =
        startJob(title, m_session->workers(), this,
                 [opening](StopToken stop, Progress& progress) { return opening(stop, progress); });
    m_session->track(job);
    connect(job, &Job::done, this, [this, job] {
        showOpened(job->takeValue());
        job->deleteLater();
    });
    connect(job, &Job::failed, m_session, &ProjectSession::failed);
    connect(job, &Job::failed, job, &QObject::deleteLater);
    connect(job, &Job::stopped, job, &QObject::deleteLater);
}

void MainWindow::showOpened(const OpenedProject& opened)
{
    m_messages->closeMessage();
    m_session->setProject(opened.file, opened.readOnly);
    remember(shownPath(opened.file));
    if (opened.readOnly) {
        m_state->setReason(shown(opened.why));
    } else if (opened.waiting > 0) {
        const QString waiting = tr("%n run(s) wait in the queue.", nullptr, opened.waiting);
        m_messages->showMessage({.text = opened.interrupted.empty()
                                             ? waiting
                                             : tr("%1 had been interrupted. %2")
                                                   .arg(shown(opened.interrupted.front()), waiting),
                                 .actionText = tr("Start the queue"),
                                 .action = [this] {
                                     showPlace(Runs);
                                     m_runs->queue().setOn(true);
                                 }});
    } else if (!opened.interrupted.empty()) {
        m_messages->showMessage(
            {.kind = MessageBar::Kind::Warning,
             .text = tr("%n run(s) had been interrupted: %1. Resume them in Runs.", nullptr,
                        static_cast<int>(opened.interrupted.size()))
                         .arg(shown(opened.interrupted.front())),
             .actionText = tr("Show runs"),
             .action = [this] { showPlace(Runs); }});
    }
}

void MainWindow::openFile(const std::filesystem::path& file)
{
    open(tr("Opening %1").arg(shownPath(file.filename())),
         [file = std::filesystem::absolute(file)](const StopToken&, Progress&) {
             return ui::openProject(file);
         });
}

void MainWindow::openDemo()
{
    open(tr("Opening the demo"),
         [](const StopToken& stop, Progress& progress) { return ui::openDemo(stop, progress); });
}

void MainWindow::newProject()
{
    QString file = QFileDialog::getSaveFileName(this, tr("New project"), {}, projectFilter);
    if (file.isEmpty()) {
        return;
    }
    if (!file.endsWith(QStringLiteral(".nextquill"))) {
        file += QStringLiteral(".nextquill");
    }
    open(tr("Making a project"),
         [path = pathOf(file)](const StopToken&, Progress&) { return createProject(path); });
}

void MainWindow::openProject()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open project"), {}, projectFilter);
    if (!file.isEmpty()) {
        openFile(pathOf(file));
    }
}

void MainWindow::closeProject()
{
    m_session->setProject({}, false);
}

void MainWindow::useModel(const QString& model, ModelUse use)
{
    switch (use) {
    case ModelUse::Inspect:
        showPlace(Inspect);
        m_inspect->useModel(model);
        break;
    case ModelUse::Compare:
        showPlace(Compare);
        m_compare->useModel(model);
        break;
    case ModelUse::Train:
        showPlace(Runs);
        m_runs->newRunOn(model);
        break;
    }
}

void MainWindow::toggleTheme()
{
    m_theme.apply(m_theme.ground() == Ground::Light ? ThemeChoice::Dark : ThemeChoice::Light);
    QSettings{}.setValue(QStringLiteral("theme"), static_cast<int>(m_theme.choice()));
}

void MainWindow::remember(const QString& file)
{
    QSettings settings;
    QStringList recent = settings.value(recentKey).toStringList();
    recent.removeAll(file);
    recent.prepend(file);
    settings.setValue(recentKey, recent.mid(0, recentKept));
}

void MainWindow::restoreLook()
{
    const QSettings settings;
    resize(1280, 800);
    restoreGeometry(settings.value(QStringLiteral("geometry")).toByteArray());
}

bool MainWindow::endRuns()
{
    RunQueue& queue = m_runs->queue();
    if (m_runs->runningRuns() == 0) {
        return true;
    }
    QMessageBox question{
        QMessageBox::Question, tr("A run is going on"),
        tr("Stop it after this micro-batch and close? A checkpoint is written, and "
           "the run keeps its place in the queue."),
        QMessageBox::Close | QMessageBox::Cancel, this};
    question.setObjectName(QStringLiteral("endRuns"));
    question.setDefaultButton(QMessageBox::Cancel);
    QPushButton* leave = nullptr;
    if (queue.isApart()) {
        question.setText(tr("It has a process of its own, which can go on without this window. "
                            "Stopped, it writes a checkpoint and keeps its place in the queue."));
        question.button(QMessageBox::Close)->setText(tr("&Stop and close"));
        leave = question.addButton(tr("&Let it go on"), QMessageBox::AcceptRole);
    }
    question.exec();
    if (leave != nullptr && question.clickedButton() == leave) {
        queue.leaveAlone();
        return true;
    }
    if (question.standardButton(question.clickedButton()) != QMessageBox::Close) {
        return false;
    }
    queue.stopAndKeepPlace();
    return true;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!endRuns()) {
        event->ignore();
        return;
    }
    m_models->stop(); // a fetch is there again, paused, when the window is
    QSettings{}.setValue(QStringLiteral("geometry"), saveGeometry());
    event->accept(); // what still works is waited for when the session ends
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event)
{
    std::vector<std::filesystem::path> models;
    for (const QUrl& url : event->mimeData()->urls()) {
        const auto file = pathOf(url.toLocalFile());
        if (url.toLocalFile().endsWith(QStringLiteral(".nextquill"))) {
            event->acceptProposedAction();
            openFile(file);
            return;
        }
        if (RunWatch::holdsARun(file)) {
            event->acceptProposedAction();
            m_runs->watchFolder(file);
            return;
        }
        if (ModelsView::looksLikeModel(file)) {
            models.push_back(file);
        }
    }
    if (!models.empty()) {
        event->acceptProposedAction();
        showPlace(Models);
        m_models->add(models);
    }
}

} // namespace nextquill::ui
