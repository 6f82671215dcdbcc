// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunsView.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/QueueBar.h"
#include "ui/runs/RunListModel.h"
#include "ui/runs/RunPane.h"
#include "ui/runs/RunQueue.h"
#include "ui/runs/RunWatch.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QFileDialog>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int readMilliseconds = 1'500; // other programs change the ledger, too

/// The ledger; runs whose program has ended are marked as interrupted on the way.
std::vector<store::RunRow> runsOf(store::Project& project, bool mayChange)
{
    std::vector<store::RunRow> runs = store::RunLedger{project}.all();
    const bool anyDead = std::ranges::any_of(runs, [](const store::RunRow& row) {
        return row.state == store::RunState::Running && livenessOf(row.process) == Liveness::Gone;
    });
    if (anyDead && mayChange) {
        const auto ledger = store::Project::open(project.file(), store::OpenMode::Ledger);
        store::RunLedger{*ledger}.recoverInterrupted();
        runs = store::RunLedger{project}.all();
    }
    return runs;
}

bool isResumable(const store::RunRow& row)
{
    const bool never = row.state == store::RunState::Waiting && !row.isInQueue();
    return never || row.state == store::RunState::Stopped || row.state == store::RunState::Failed ||
           row.state == store::RunState::Paused;
}

} // namespace

RunsView::RunsView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_queue{new RunQueue{session, this}}
    , m_model{new RunListModel{this}}
    , m_list{new QTableView{this}}
    , m_bar{new QueueBar{this}}
    , m_pane{new RunPane{session, this}}
    , m_timer{new QTimer{this}}
    , m_new{new QPushButton{accentIcon(QStringLiteral("add")), tr("&New run…"), this}}
    , m_watch{new QPushButton{tr("Watch a f&older…"), this}}
    , m_pause{new QPushButton{themedIcon(QStringLiteral("pause")), tr("&Pause"), this}}
    , m_stop{new QPushButton{themedIcon(QStringLiteral("stop")), tr("&Stop"), this}}
    , m_resume{new QPushButton{themedIcon(QStringLiteral("play")), tr("&Resume"), this}}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
{
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createToolBar();
    createList();
    createQueueBar();
    createPanes();
    layout->addWidget(m_pages, 1);
    connect(m_queue, &RunQueue::changed, this, &RunsView::renewButtons);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_timer->start();
        m_chosen.clear();
        m_pane->follow({}, {});
        reload();
    });
    connect(&m_session, &ProjectSession::runsChanged, this, &RunsView::reload);
    m_timer->setInterval(readMilliseconds);
    connect(m_timer, &QTimer::timeout, this, [this] {
        if (isVisible() || m_queue->isOn()) {
            reload();
        }
    });
    m_timer->start();
    reload();
}

void RunsView::createToolBar()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    m_new->setObjectName(QStringLiteral("newRun"));
    m_new->setProperty("role", QStringLiteral("primary"));
    m_watch->setObjectName(QStringLiteral("watchFolder"));
    m_watch->setToolTip(tr("A run's folder from elsewhere, read-only"));
    row->addWidget(m_new);
    row->addWidget(m_watch);
    row->addStretch(1);
    for (QPushButton* button : {m_pause, m_stop, m_resume}) {
        row->addWidget(button);
    }
    layout()->addWidget(bar);
    connect(m_new, &QPushButton::clicked, this, &RunsView::newRun);
    connect(m_watch, &QPushButton::clicked, this, &RunsView::chooseFolderToWatch);
    connect(m_pause, &QPushButton::clicked, this, &RunsView::togglePause);
    connect(m_stop, &QPushButton::clicked, m_queue, &RunQueue::stop);
    connect(m_resume, &QPushButton::clicked, this, &RunsView::resumeChosen);
}

void RunsView::createList()
{
    m_list->setObjectName(QStringLiteral("runList"));
    m_list->setAccessibleName(tr("Runs"));
    m_list->setModel(m_model);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setShowGrid(false);
    m_list->setTabKeyNavigation(false);
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->horizontalHeader()->setSectionResizeMode(RunListModel::State, QHeaderView::Stretch);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { showRun(index.row()); });
    const auto key = [this](const QKeySequence& keys, auto slot) {
        auto* shortcut = new QShortcut{keys, m_list};
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    const auto ifWaiting = [this](auto change) {
        return [this, change] {
            if (m_model->placeOf(m_model->rowOf(m_chosen)) > 0 && !m_session.isReadOnly()) {
                change();
            }
        };
    };
    key(Qt::Key_Space, &RunsView::togglePause);
    key(QKeySequence{Qt::CTRL | Qt::Key_Period}, [this] { m_queue->stop(); });
    key(QKeySequence{Qt::ALT | Qt::Key_Up}, ifWaiting([this] { m_queue->moveBy(m_chosen, -1); }));
    key(QKeySequence{Qt::ALT | Qt::Key_Down}, ifWaiting([this] { m_queue->moveBy(m_chosen, 1); }));
    key(QKeySequence{Qt::ALT | Qt::Key_Home}, ifWaiting([this] { m_queue->moveFirst(m_chosen); }));
    key(Qt::Key_Delete, ifWaiting([this] { m_queue->takeOut(m_chosen); }));
}

void RunsView::createQueueBar()
{
    connect(m_bar, &QueueBar::onRequested, m_queue, &RunQueue::setOn);
    connect(m_bar, &QueueBar::skipRequested, m_queue, &RunQueue::setSkipsFailed);
    connect(m_bar, &QueueBar::moveRequested, this,
            [this](int places) { m_queue->moveBy(m_chosen, places); });
    connect(m_bar, &QueueBar::firstRequested, this, [this] { m_queue->moveFirst(m_chosen); });
    connect(m_bar, &QueueBar::takeOutRequested, this, [this] { m_queue->takeOut(m_chosen); });
}

void RunsView::createPanes()
{
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(m_bar);
    leftLayout->addWidget(m_list, 1);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(left);
    panes->addWidget(m_pane);
    panes->setSizes({480, 680});
    panes->setStretchFactor(1, 1);
    m_empty->setIcon(QStringLiteral("runs"));
    m_empty->setTitle(tr("No runs"));
    m_empty->setSentence(
        tr("Train a small model on this project's histories: the CPU try-out takes "
           "minutes on two cores."));
    m_empty->setAction(tr("New run…"));
    connect(m_empty, &EmptyState::actionRequested, this, &RunsView::newRun);
    m_pages->addWidget(panes);
    m_pages->addWidget(m_empty);
}

void RunsView::reload()
{
    renewButtons();
    if (!m_session.isOpen()) {
        m_model->setRuns({});
        m_pages->setCurrentIndex(1);
        return;
    }
    if (std::exchange(m_reading, true)) {
        m_readAgain = true;
        return;
    }
    auto* job = m_session.read(
        tr("Listing runs"), this,
        [mayChange = !m_session.isReadOnly()](store::Project& project, StopToken, Progress&) {
            return runsOf(project, mayChange);
        });
    connect(job, &QObject::destroyed, this, [this] { m_reading = false; });
    connect(job, &Job::failed, m_timer, &QTimer::stop); // it is said once, not all the time
    connect(job, &Job::done, this, [this, job, file = m_session.file()] {
        m_reading = false;
        const bool again = std::exchange(m_readAgain, false);
        std::vector<store::RunRow> runs = job->takeValue();
        if (again || file != m_session.file()) {
            reload(); // what was read is old
        }
        if (file == m_session.file()) {
            showRuns(std::move(runs));
        }
    });
}

void RunsView::showRuns(std::vector<store::RunRow> runs)
{
    const std::string chosen = m_chosen;
    if (m_model->setRuns(std::move(runs))) {
        m_pages->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
        const int row = std::max(0, m_model->rowOf(chosen));
        if (m_model->rowCount() > 0) {
            m_list->setCurrentIndex(m_model->index(row, 0));
        }
    }
    if (m_model->waitingRuns() > 0) {
        m_queue->noticeWaiting();
    }
    renewButtons();
}

void RunsView::showRun(int row)
{
    if (row < 0 || row >= m_model->rowCount()) {
        return;
    }
    const store::RunRow& run = m_model->run(row);
    m_pane->setHeading(
        tr("%1 · %2 on %3").arg(shown(run.name), shown(run.objective), shown(run.model)));
    if (run.name != m_chosen) {
        m_chosen = run.name;
        const std::filesystem::path file = m_session.file();
        m_pane->follow(file.parent_path() / (file.filename().string() + ".d") / run.folder,
                       shown(run.error));
    }
    renewButtons();
}

void RunsView::renewButtons()
{
    const bool mayChange = m_session.isOpen() && !m_session.isReadOnly();
    const bool running = m_queue->isRunning();
    m_new->setEnabled(mayChange);
    m_pause->setEnabled(running && !m_queue->isApart());
    m_pause->setToolTip(m_queue->isApart()
                            ? tr("A run in a process of its own can be stopped, not paused")
                            : QString{});
    m_pause->setText(m_queue->isPaused() ? tr("&Continue") : tr("&Pause"));
    m_stop->setEnabled(running);
    const int row = m_model->rowOf(m_chosen);
    m_resume->setEnabled(mayChange && row >= 0 && m_chosen != m_queue->current() &&
                         isResumable(m_model->run(row)));
    m_bar->setState({.on = m_queue->isOn(),
                     .mayChange = mayChange,
                     .running = shown(m_queue->current()),
                     .waiting = m_model->waitingRuns(),
                     .place = row >= 0 ? m_model->placeOf(row) : 0});
}

void RunsView::newRun()
{
    newRunOn({});
}

void RunsView::newRunOn(const QString& model)
{
    auto* dialog = new NewRunDialog{m_session, this};
    dialog->setModel(model);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { m_queue->add(dialog->request(), dialog->isToStart()); });
    dialog->open();
}

void RunsView::chooseFolderToWatch()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("A run's folder"));
    if (!folder.isEmpty()) {
        watchFolder(pathOf(folder));
    }
}

void RunsView::watchFolder(const std::filesystem::path& folder)
{
    if (!RunWatch::holdsARun(folder)) {
        Q_EMIT m_session.failed({.problem = tr("The folder holds no run"),
                                 .where = shownPath(folder),
                                 .remedy = tr("choose one with a run.toml")});
        return;
    }
    auto* watch = new RunWatch{m_session, folder, window()};
    watch->setAttribute(Qt::WA_DeleteOnClose);
    watch->show();
}

void RunsView::togglePause()
{
    m_queue->setPaused(!m_queue->isPaused());
}

void RunsView::toggleQueue()
{
    m_queue->setOn(!m_queue->isOn());
}

void RunsView::resumeChosen()
{
    if (!m_chosen.empty()) {
        m_queue->resume(m_chosen);
    }
}

int RunsView::runningRuns() const
{
    return m_queue->isRunning() ? 1 : 0;
}

} // namespace nextquill::ui
