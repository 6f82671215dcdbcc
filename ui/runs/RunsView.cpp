// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunsView.h"

#include "core/store/RunLedger.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunCharts.h"
#include "ui/runs/RunFollower.h"
#include "ui/runs/RunListModel.h"
#include "ui/runs/RunQueue.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/ThemedIcon.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace nextquill::ui {

RunsView::RunsView(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_queue{new RunQueue{session, this}}
    , m_follower{new RunFollower{session, this}}
    , m_model{new RunListModel{this}}
    , m_list{new QTableView{this}}
    , m_charts{new RunCharts{this}}
    , m_heading{new QLabel{this}}
    , m_figures{new QLabel{this}}
    , m_new{new QPushButton{accentIcon(QStringLiteral("add")), tr("&New run…"), this}}
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
    createPanes();
    layout->addWidget(m_pages, 1);
    connect(m_queue, &RunQueue::changed, this, &RunsView::renewButtons);
    connect(m_follower, &RunFollower::restarted, m_charts, &RunCharts::clear);
    connect(m_follower, &RunFollower::arrived, this, &RunsView::showEvents);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_chosen.clear();
        m_follower->follow({});
        reload();
    });
    connect(&m_session, &ProjectSession::runsChanged, this, &RunsView::reload);
    reload();
}

void RunsView::createToolBar()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    m_new->setObjectName(QStringLiteral("newRun"));
    m_new->setProperty("role", QStringLiteral("primary"));
    row->addWidget(m_new);
    row->addStretch(1);
    for (QPushButton* button : {m_pause, m_stop, m_resume}) {
        row->addWidget(button);
    }
    layout()->addWidget(bar);
    connect(m_new, &QPushButton::clicked, this, &RunsView::newRun);
    connect(m_pause, &QPushButton::clicked, this, &RunsView::togglePause);
    connect(m_stop, &QPushButton::clicked, m_queue, &RunQueue::stop);
    connect(m_resume, &QPushButton::clicked, this, &RunsView::resumeChosen);
}

void RunsView::createPanes()
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
    m_list->horizontalHeader()->setSectionResizeMode(RunListModel::Name, QHeaderView::Stretch);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { showRun(index.row()); });
    const auto key = [this](const QKeySequence& keys, auto slot) {
        auto* shortcut = new QShortcut{keys, m_list};
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, slot);
    };
    key(Qt::Key_Space, &RunsView::togglePause);
    key(QKeySequence{Qt::CTRL | Qt::Key_Period}, [this] { m_queue->stop(); });

    m_heading->setProperty("role", QStringLiteral("heading"));
    for (QLabel* label : {m_heading, m_figures}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(true);
    }
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addWidget(m_list);
    auto* right = new QWidget{this};
    auto* rightLayout = new QVBoxLayout{right};
    rightLayout->addWidget(m_heading);
    rightLayout->addWidget(m_figures);
    rightLayout->addWidget(m_charts, 1);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(left);
    panes->addWidget(right);
    panes->setSizes({460, 700});
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
    auto* job =
        m_session.read(tr("Listing runs"), this, [](store::Project& project, StopToken, Progress&) {
            return store::RunLedger{project}.all();
        });
    connect(job, &Job::done, this, [this, job] {
        const std::string chosen = m_chosen;
        m_model->setRuns(job->takeValue());
        m_pages->setCurrentIndex(m_model->rowCount() > 0 ? 0 : 1);
        const int row = std::max(0, m_model->rowOf(chosen));
        if (m_model->rowCount() > 0) {
            m_list->setCurrentIndex(m_model->index(row, 0));
        }
        renewButtons();
    });
}

void RunsView::showRun(int row)
{
    if (row < 0 || row >= m_model->rowCount()) {
        return;
    }
    const store::RunRow& run = m_model->run(row);
    m_heading->setText(
        tr("%1 · %2 on %3").arg(shown(run.name), shown(run.objective), shown(run.model)));
    if (run.name != m_chosen) {
        m_chosen = run.name;
        m_lastStep = Json::object();
        m_lastEvaluation = Json::object();
        m_figures->setText(shown(run.error));
        const std::filesystem::path file = m_session.file();
        m_follower->follow(file.parent_path() / (file.filename().string() + ".d") / run.folder);
    }
    renewButtons();
}

void RunsView::showEvents(const std::vector<Json>& events)
{
    m_charts->add(events);
    for (const Json& event : events) {
        const std::string kind = event.value("event", "");
        if (kind == "step") {
            m_lastStep = event;
        } else if (kind == "evaluate") {
            m_lastEvaluation = event;
        }
    }
    m_figures->setText(
        tr("step %1 · loss %2 · held-out %3 · mean PCE %4 · preference ratio %5 · %6 "
           "tokens/s")
            .arg(shownFigure(m_lastStep, "step", 0), shownFigure(m_lastStep, "loss", 3),
                 shownFigure(m_lastEvaluation, "loss", 3), shownFigure(m_lastStep, "mean_pce", 3),
                 shownFigure(m_lastStep, "preference_ratio", 2),
                 shownFigure(m_lastStep, "tokens_per_second", 0)));
}

void RunsView::renewButtons()
{
    const bool running = m_queue->isRunning();
    m_new->setEnabled(m_session.isOpen() && !m_session.isReadOnly());
    m_pause->setEnabled(running);
    m_pause->setText(m_queue->isPaused() ? tr("&Continue") : tr("&Pause"));
    m_stop->setEnabled(running);
    const int row = m_model->rowOf(m_chosen);
    const bool resumable = row >= 0 && m_chosen != m_queue->current() &&
                           (m_model->run(row).state == store::RunState::Stopped ||
                            m_model->run(row).state == store::RunState::Paused);
    m_resume->setEnabled(resumable && !m_session.isReadOnly());
}

void RunsView::newRun()
{
    auto* dialog = new NewRunDialog{m_session, this};
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { m_queue->add(dialog->request()); });
    dialog->open();
}

void RunsView::togglePause()
{
    m_queue->setPaused(!m_queue->isPaused());
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

void RunsView::requestStopAll()
{
    m_queue->stop();
}

} // namespace nextquill::ui
