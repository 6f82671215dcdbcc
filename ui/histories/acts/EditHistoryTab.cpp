// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/EditHistoryTab.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/StepColumns.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/RowTable.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <memory>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int stepsOfAPage = 200;
constexpr int changesOfAPage = 200;
const QString recipeFilter = QStringLiteral("JSON (*.json)");

void setUpTable(QTableView& table, const QString& objectName, const QString& accessibleName)
{
    table.setObjectName(objectName);
    table.setAccessibleName(accessibleName);
    prepareRowTable(table);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setWordWrap(false);
    table.horizontalHeader()->setStretchLastSection(true);
}

/// Undoes until a step, and all that were made after it, are taken back.
Act::Steps undoFrom(store::Project& project, std::int64_t first, const StopToken& stop,
                    Progress& progress)
{
    store::TableCuration curation{project};
    Act::Steps undone;
    while (!stop.stop_requested()) { // what was undone stays undone: each step is whole
        const auto step = curation.undo(stop, progress);
        if (!step) {
            break;
        }
        undone.push_back(*step);
        if (step->step <= first) {
            break;
        }
    }
    return undone;
}

/// What a recipe did here, and the changes that did not apply, one a line.
QString mismatchesOf(const store::RecipeResult& result)
{
    constexpr std::size_t mostListed = 200;
    QString text;
    for (const store::RecipeMismatch& mismatch : result.mismatches) {
        if (static_cast<std::size_t>(text.count(u'\n')) >= mostListed) {
            text += QChar(0x2026);
            break;
        }
        text += QStringLiteral("%1: %2, %3, %4: %5\n")
                    .arg(shown(mismatch.step), shown(mismatch.user), shown(mismatch.item),
                         shown(mismatch.time), shown(mismatch.why));
    }
    return text;
}

} // namespace

EditHistoryTab::EditHistoryTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_queue{ActQueue::of(session)}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_undo{new QPushButton{themedIcon(QStringLiteral("undo")), tr("&Undo"), this}}
    , m_redo{new QPushButton{themedIcon(QStringLiteral("redo")), tr("Re&do"), this}}
    , m_goTo{new QPushButton{tr("&Go to this step"), this}}
    , m_undoFrom{new QPushButton{tr("Undo &from this step on"), this}}
    , m_export{new QPushButton{themedIcon(QStringLiteral("export")), tr("Export &recipe…"), this}}
    , m_apply{new QPushButton{themedIcon(QStringLiteral("import")), tr("&Apply recipe…"), this}}
    , m_steps{new QTableView{this}}
    , m_heading{new QLabel{this}}
    , m_changes{new QTableView{this}}
    , m_stepModel{new PagedListModel<store::EditStep>{stepColumns(), this}}
    , m_changeModel{new PagedListModel<store::StepChange>{changeColumns(), this}}
{
    m_empty->setIcon(QStringLiteral("undo"));
    m_empty->setTitle(tr("Nothing was changed yet"));
    m_empty->setSentence(tr("Every exclusion, tag, edit, merge and deletion becomes a step here, "
                            "and can be undone at any time."));
    m_empty->setAction(tr("Apply a recipe…"));
    connect(m_empty, &EmptyState::actionRequested, this, &EditHistoryTab::chooseRecipeToApply);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    createToolBar();
    createSteps();
    createChanges();
    m_pages->addWidget(m_empty);
    layout->addWidget(m_pages, 1);
    setFocusProxy(m_steps);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_kept.reset();
        markStale();
    });
    connect(&m_session, &ProjectSession::dataChanged, this, &EditHistoryTab::markStale);
    showChosen();
}

void EditHistoryTab::createToolBar()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    const std::pair<QPushButton*, const char*> names[] = {
        {m_undo, "undoStep"},         {m_redo, "redoStep"},       {m_goTo, "goToStep"},
        {m_undoFrom, "undoFromStep"}, {m_export, "exportRecipe"}, {m_apply, "applyRecipe"}};
    for (const auto& [button, name] : names) {
        button->setObjectName(QString::fromLatin1(name));
    }
    m_undo->setToolTip(tr("Take back the newest step (Ctrl+Z)"));
    m_redo->setToolTip(tr("Do the next step again (Ctrl+Shift+Z)"));
    m_goTo->setToolTip(tr("Undo or redo until the chosen step is the newest one (Enter)"));
    m_undoFrom->setToolTip(tr("Take back the chosen step and all that came after it"));
    m_export->setToolTip(tr("Write these steps to a file, to be done in another project"));
    m_apply->setToolTip(tr("Do the steps of a recipe in this project"));
    connect(m_undo, &QPushButton::clicked, &m_queue, &ActQueue::undo);
    connect(m_redo, &QPushButton::clicked, &m_queue, &ActQueue::redo);
    connect(m_goTo, &QPushButton::clicked, this, &EditHistoryTab::goToChosen);
    connect(m_undoFrom, &QPushButton::clicked, this, &EditHistoryTab::undoFromChosen);
    connect(m_export, &QPushButton::clicked, this, &EditHistoryTab::chooseRecipeToWrite);
    connect(m_apply, &QPushButton::clicked, this, &EditHistoryTab::chooseRecipeToApply);
    auto* row = new QHBoxLayout{bar};
    row->addWidget(m_undo);
    row->addWidget(m_redo);
    row->addWidget(m_goTo);
    row->addWidget(m_undoFrom);
    row->addStretch();
    row->addWidget(m_export);
    row->addWidget(m_apply);
    layout()->addWidget(bar);
}

void EditHistoryTab::createSteps()
{
    setUpTable(*m_steps, QStringLiteral("steps"), tr("Steps, newest first"));
    m_steps->setModel(m_stepModel);
    const int unit = fontMetrics().averageCharWidth();
    m_steps->setColumnWidth(0, 60 * unit);
    m_steps->setColumnWidth(1, 22 * unit);
    m_steps->setColumnWidth(2, 14 * unit);
    connect(m_stepModel, &PagedListModelBase::pageWanted, this, &EditHistoryTab::loadSteps);
    connect(m_steps->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &EditHistoryTab::showChosen);
    connect(m_steps, &QAbstractItemView::activated, this, &EditHistoryTab::goToChosen);
}

void EditHistoryTab::createChanges()
{
    setUpTable(*m_changes, QStringLiteral("stepChanges"), tr("What the step changed"));
    m_changes->setModel(m_changeModel);
    m_heading->setObjectName(QStringLiteral("stepHeading"));
    m_heading->setProperty("role", QStringLiteral("muted"));
    m_heading->setTextFormat(Qt::PlainText);
    const int unit = fontMetrics().averageCharWidth();
    const int widths[] = {26, 34, 14, 40}; // characters
    for (int column = 0; column < 4; ++column) {
        m_changes->setColumnWidth(column, widths[column] * unit);
    }
    connect(m_changeModel, &PagedListModelBase::pageWanted, this, &EditHistoryTab::loadChanges);
    connect(m_changes, &QAbstractItemView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT reviewWanted(m_changeModel->row(index.row()).review);
    });
    auto* lower = new QWidget{this};
    auto* column = new QVBoxLayout{lower};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 8, 12, 4);
    head->addWidget(m_heading);
    column->addLayout(head);
    column->addWidget(m_changes, 1);
    auto* panes = new QSplitter{Qt::Vertical, this};
    panes->addWidget(m_steps);
    panes->addWidget(lower);
    panes->setSizes({360, 260});
    panes->setChildrenCollapsible(false);
    m_pages->addWidget(panes);
}

void EditHistoryTab::markStale()
{
    m_stale = true;
    if (isVisible()) {
        renew();
    }
}

void EditHistoryTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        renew();
    }
}

void EditHistoryTab::renew()
{
    m_stale = false;
    if (const store::EditStep* const step = chosen()) {
        m_kept = step->id;
    }
    m_stepModel->restart();
    showChosen();
}

const store::EditStep* EditHistoryTab::chosen() const
{
    const QModelIndex current = m_steps->currentIndex();
    return current.isValid() ? &m_stepModel->row(current.row()) : nullptr;
}

void EditHistoryTab::loadSteps(quint64 era)
{
    if (!m_session.isOpen()) {
        m_stepModel->addPage(era, {}, true);
        m_pages->setCurrentWidget(m_empty);
        return;
    }
    const std::int64_t before = m_stepModel->isEmpty() ? 0 : m_stepModel->lastRow().id;
    auto* job = m_session.read(tr("Listing steps"), this,
                               [before](store::Project& project, StopToken, Progress&) {
                                   return store::editSteps(project, before, stepsOfAPage);
                               });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::EditStep> steps = job->takeValue();
        const bool last = steps.size() < stepsOfAPage;
        if (m_stepModel->addPage(era, std::move(steps), last)) {
            m_pages->setCurrentIndex(m_stepModel->isEmpty() ? 1 : 0);
            chooseKept();
        }
    });
    connect(job, &Job::failed, this, [this, era] { m_stepModel->pageFailed(era); });
}

void EditHistoryTab::chooseKept()
{
    if (m_steps->currentIndex().isValid()) {
        showChosen();
        return;
    }
    int row = 0;
    for (int i = 0; m_kept && i < m_stepModel->rowCount(); ++i) {
        if (m_stepModel->row(i).id == *m_kept) {
            row = i;
        }
    }
    m_kept.reset();
    if (!m_stepModel->isEmpty()) {
        m_steps->selectRow(row);
    }
    showChosen();
}

void EditHistoryTab::loadChanges(quint64 era)
{
    const store::EditStep* const step = chosen();
    if (step == nullptr || !m_session.isOpen()) {
        m_changeModel->addPage(era, {}, true);
        return;
    }
    const std::int64_t after = m_changeModel->isEmpty() ? 0 : m_changeModel->lastRow().review;
    auto* job =
        m_session.read(tr("Listing changes"), this,
                       [id = step->id, after](store::Project& project, StopToken, Progress&) {
                           return store::changesOf(project, id, after, changesOfAPage);
                       });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::StepChange> changes = job->takeValue();
        const bool last = changes.size() < changesOfAPage;
        m_changeModel->addPage(era, std::move(changes), last);
    });
    connect(job, &Job::failed, this, [this, era] { m_changeModel->pageFailed(era); });
}

void EditHistoryTab::showChosen()
{
    const store::EditStep* const step = chosen();
    const bool can = m_session.isOpen() && !m_session.isReadOnly();
    bool anyDone = false;
    bool anyUndone = false;
    for (int row = 0; row < m_stepModel->rowCount(); ++row) {
        const store::StepState state = m_stepModel->row(row).state;
        anyDone = anyDone || state == store::StepState::Done;
        anyUndone = anyUndone || state == store::StepState::Undone;
    }
    m_undo->setEnabled(can && anyDone);
    m_redo->setEnabled(can && anyUndone);
    m_goTo->setEnabled(can && step != nullptr && step->state != store::StepState::Dropped);
    m_undoFrom->setEnabled(can && step != nullptr && step->state == store::StepState::Done);
    m_export->setEnabled(anyDone);
    m_apply->setEnabled(can);
    m_heading->setText(step != nullptr ? tr("%1 · %2").arg(shown(step->what), stateOf(*step))
                                       : QString{});
    m_changeModel->restart();
}

void EditHistoryTab::goToChosen()
{
    const store::EditStep* const step = chosen();
    if (step != nullptr && m_goTo->isEnabled()) {
        goTo(step->id, tr("Going to \"%1\"").arg(shown(step->what)));
    }
}

void EditHistoryTab::undoFromChosen()
{
    const store::EditStep* const step = chosen();
    if (step == nullptr) {
        return;
    }
    // The newest that is done before it may lie on a page that was not read: the core looks for it.
    m_queue.add(
        {.title = tr("Undoing from \"%1\" on").arg(shown(step->what)),
         .work = [first = step->id](
                     store::Project& project, const StopToken& stop,
                     Progress& progress) { return undoFrom(project, first, stop, progress); },
         .told =
             [](const Act::Steps& steps) {
                 return steps.empty()
                            ? tr("Nothing to undo.")
                            : tr("%Ln step(s) undone.", nullptr, static_cast<int>(steps.size()));
             },
         .isMove = true});
}

void EditHistoryTab::goTo(std::int64_t step, const QString& title)
{
    // How many steps moved is all that a walk tells: each is one that there was before.
    m_queue.add({.title = title,
                 .work =
                     [step](store::Project& project, StopToken stop, Progress& progress) {
                         constexpr std::int64_t oneStep = 1;
                         const std::int64_t moved =
                             store::TableCuration{project}.goTo(step, std::move(stop), progress);
                         return Act::Steps(static_cast<std::size_t>(moved),
                                           store::StepResult{.step = std::max(step, oneStep)});
                     },
                 .told =
                     [](const Act::Steps& steps) {
                         return steps.empty() ? tr("It is the newest step already.")
                                              : tr("%Ln step(s) undone or done again.", nullptr,
                                                   static_cast<int>(steps.size()));
                     },
                 .isMove = true});
}

void EditHistoryTab::chooseRecipeToWrite()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Export recipe"),
                                                      QStringLiteral("recipe.json"), recipeFilter);
    if (!file.isEmpty()) {
        exportRecipe(file);
    }
}

void EditHistoryTab::exportRecipe(const QString& file)
{
    auto* job =
        m_session.read(tr("Writing a recipe"), this,
                       [to = pathOf(file)](store::Project& project, StopToken stop, Progress&) {
                           return store::writeRecipe(project, to, true, std::move(stop));
                       });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job, file] {
        const auto steps = static_cast<int>(job->takeValue());
        Q_EMIT m_session.noticed(
            tr("%Ln step(s) written to %1. It has user names and edited texts.", nullptr, steps)
                .arg(file),
            {}, {});
    });
}

void EditHistoryTab::chooseRecipeToApply()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Apply recipe"), {}, recipeFilter);
    if (!file.isEmpty()) {
        applyRecipe(file);
    }
}

void EditHistoryTab::applyRecipe(const QString& file)
{
    const auto result = std::make_shared<store::RecipeResult>();
    m_queue.add(
        {.title = tr("Applying %1").arg(shownPath(pathOf(file).filename())),
         .work =
             [from = pathOf(file), result](store::Project& project, StopToken stop, Progress&) {
                 *result = store::applyRecipe(project, from, std::move(stop));
                 return Act::Steps(static_cast<std::size_t>(result->steps),
                                   store::StepResult{.step = 1});
             },
         .told = [this, result](const Act::Steps&) { return toldOf(*result); }});
}

QString EditHistoryTab::toldOf(const store::RecipeResult& result)
{
    const QString done = tr("Recipe applied: %1, %2.")
                             .arg(tr("%Ln step(s)", nullptr, static_cast<int>(result.steps)),
                                  tr("%Ln change(s)", nullptr, static_cast<int>(result.changes)));
    if (result.mismatches.empty()) {
        return done;
    }
    const QString left = tr("%Ln change(s) of it did not apply.", nullptr,
                            static_cast<int>(result.mismatches.size()));
    Q_EMIT m_session.attention(QString(done % u' ' % left), mismatchesOf(result), {}, {});
    return {};
}

} // namespace nextquill::ui
