// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panes below the inspected text that ask further: other histories, other models, other words.
#include "core/workflow/FigureSettings.h"
#include "core/workflow/WrittenInspection.h"

#include "ui/inspect/AlongTraining.h"
#include "ui/inspect/AlternativesView.h"
#include "ui/inspect/BranchTree.h"
#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/LiveText.h"
#include "ui/inspect/ModelStack.h"
#include "ui/inspect/PaneJob.h"
#include "ui/inspect/SummaryPane.h"
#include "ui/inspect/TokenCard.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/inspect/WhatIfPane.h"
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenView.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>

#include <utility>

namespace nextquill::ui {

void InspectView::createMoreTabs()
{
    m_summary = new SummaryPane{m_session, this};
    m_controls = new ControlsPane{m_session, this};
    m_whatIf = new WhatIfPane{m_session, this};
    m_branches = new BranchTree{this};
    m_models = new ModelStack{m_session, this};
    m_dataset = new DatasetPane{m_session, this};
    m_live = new LiveText{this};
    m_branches->setObjectName(QStringLiteral("branches"));
    m_tabs->insertTab(0, m_summary, tr("Summary"));
    m_tabs->setCurrentWidget(m_summary);
    addTab(m_controls, tr("Placebo"));
    addTab(m_whatIf, tr("What if"));
    addTab(m_branches, tr("Branches"));
    addTab(m_models, tr("Models"));
    addTab(m_dataset, tr("Data set"));
    setMoreFacts([this](qsizetype token) { return m_controls->factsOf(token); });
    m_needText << addAct(tr("Inspect: The Project's or the Edited History"), {Qt::Key_O},
                         [this] { toggleOther(); });
    createMoreActs();
    connectMoreTabs();
    connectSummary();
    connectBranches();
}

void InspectView::createMoreActs()
{
    m_needText << addAct(tr("Inspect: What Does This Mean?"), {Qt::Key_E}, [this] {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_summary);
    }) << addAct(tr("Inspect: Find the Likeliest Strength of the History"), {}, [this] {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_summary);
        m_summary->findStrength();
    }) << addAct(tr("Inspect: Compare the Branch with the Text Above It"), {Qt::Key_C}, [this] {
        // The window shows this place for each of its acts; this one leads to another, behind it.
        QMetaObject::invokeMethod(m_branches, &BranchTree::compareCurrent, Qt::QueuedConnection);
    });
    const auto stepBy = [this](int steps) {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_models);
        m_models->alongTraining().goBy(steps);
    };
    m_needText << addAct(tr("Inspect: Along a Run\u2019s Training"), {}, [this] {
        m_tabs->show();
        m_tabs->setCurrentWidget(m_models);
        m_models->alongTraining().setFocus();
    }) << addAct(tr("Inspect: The Text at an Earlier Checkpoint"), {Qt::Key_Comma}, [stepBy] {
        stepBy(-1);
    }) << addAct(tr("Inspect: The Text at a Later Checkpoint"), {Qt::Key_Period}, [stepBy] {
        stepBy(1);
    });
}

/// A number's link leads to what the number is about.
void InspectView::connectSummary()
{
    connect(m_text, &TokenView::currentTokenChanged, m_summary, &SummaryPane::setToken);
    connect(m_summary, &SummaryPane::tokenWanted, this, &InspectView::goToToken);
    connect(m_summary, &SummaryPane::reviewWanted, this, [this](int review) {
        m_tabs->setCurrentWidget(m_past);
        m_past->chooseReview(review); // shades the text by it
    });
    connect(m_summary, &SummaryPane::placeboWanted, this, [this](qsizetype token) {
        m_text->setCurrentToken(token);
        m_tabs->setCurrentWidget(m_controls);
    });
}

void InspectView::connectBranches()
{
    connect(m_branches, &BranchTree::chosen, this,
            [this](const std::shared_ptr<const workflow::Inspection>& branch) {
                if (branch != inspection()) {
                    showOther(branch);
                }
            });
    connect(m_branches, &BranchTree::compareWanted, this, &InspectView::compareWanted);
    connect(&m_panel->alternatives(), &AlternativesView::activated, this,
            [this](std::int64_t id) { branchOff(id); });
}

void InspectView::connectMoreTabs()
{
    connect(this, &InspectView::inspectionShown, this, &InspectView::renewMoreTabs);
    connect(m_text, &TokenView::currentTokenChanged, m_controls, &ControlsPane::setToken);
    connect(m_controls, &ControlsPane::measured, this,
            [this](const std::shared_ptr<const workflow::Inspection>& tested) {
                addTo(tested, [&tested](workflow::Inspection& further) {
                    further.controls = tested->controls;
                });
            });
    connect(m_whatIf, &WhatIfPane::measured, this,
            [this](const std::shared_ptr<const workflow::Inspection>& other) { showOther(other); });
    connect(m_whatIf, &WhatIfPane::dropped, this, [this] { showOther(m_base); });
    const auto recolorStack = [this] {
        m_models->setMeasure(chosenMeasure(), m_threshold->value());
    };
    connect(m_measure, &QComboBox::currentIndexChanged, this, recolorStack);
    connect(m_threshold, &ThresholdSlider::valueChanged, this, recolorStack);
    connect(m_dataset, &DatasetPane::exampleWanted, this,
            [this](ExampleId example, const QString& model) {
                m_tabs->setCurrentIndex(0);
                m_model->setModel(model);
                showExample(example);
            });
    connect(m_job, &PaneJob::ended, m_live, &LiveText::stop);
    connect(m_live, &LiveText::grown, this, &InspectView::showLive);
}

/// What is another view of the same question (a branch, an edited history) leaves the panes.
void InspectView::renewMoreTabs(const std::shared_ptr<const workflow::Inspection>& inspection)
{
    m_summary->setInspection(inspection, isEdited() ? QString{} : m_model->model());
    if (isEdited()) { // they would ask about the project's own history
        m_controls->setInspection(nullptr, {});
        return;
    }
    m_controls->setInspection(inspection, m_model->model());
    m_models->setInspection(inspection);
    if (m_isShowingOther) {
        return;
    }
    m_base = inspection;
    m_whatIf->setInspection(inspection, m_model->model());
    m_branches->setTrunk(inspection);
}

void InspectView::showOther(const std::shared_ptr<const workflow::Inspection>& other)
{
    if (!other) {
        return;
    }
    m_isShowingOther = true;
    MeasuredText measured = m_measured;
    measured.inspection = other;
    showMeasured(std::move(measured));
    m_isShowingOther = false;
}

bool InspectView::isEdited() const
{
    return inspection() != nullptr && inspection() == m_whatIf->other();
}

/// What goes on from an edited history would go on from the project's.
bool InspectView::refusesEdited()
{
    if (isEdited()) {
        Q_EMIT m_session.noticed(
            tr("This is the edited history: press O for the project\u2019s, or save the edits"), {},
            {});
    }
    return isEdited();
}

void InspectView::toggleOther()
{
    const std::shared_ptr<const workflow::Inspection> other = m_whatIf->other();
    showOther(other && inspection() != other ? other : m_base);
}

/// The model goes on from another token in the place of the current one.
void InspectView::branchOff(std::int64_t id)
{
    const qsizetype token = m_text->currentToken();
    const std::shared_ptr<const workflow::Inspection> from = inspection();
    if (!from || !isToken(token) || m_model->model().isEmpty() || refusesEdited()) {
        return;
    }
    const auto at = static_cast<std::size_t>(token);
    MeasureRequest request;
    request.project = m_session.file();
    request.model = stored(m_model->model());
    request.example = from->example;
    request.generated = true;
    request.beginning =
        workflow::branchOff(*from, at, text::TokenId{static_cast<std::int32_t>(id)});
    auto* job =
        startJob(tr("Writing on from another word"), m_session.workers(), this,
                 [models = m_session.sharedModels(), request](StopToken stop, Progress& progress) {
                     return measureText(*models, request, stop, progress);
                 });
    watch(job, [this, job, from, at] {
        const MeasuredText branch = job->takeValue();
        m_tabs->setCurrentWidget(m_branches);
        m_branches->addBranch(from, at, branch.inspection); // shows it
        m_text->setCurrentToken(static_cast<qsizetype>(at));
    });
}

/// Colours with each token, while the model writes.
void InspectView::showLive()
{
    if (m_measured.inspection) {
        m_measured.inspection = nullptr; // its tokens are others
        m_card->hide();
        m_panel->showNothing();
        showInPanes(nullptr);
        renewActions();
    }
    m_pages->setCurrentIndex(0);
    m_heading->setText(tr("The model writes\u2026"));
    m_text->setText(tokenText(m_live->text(), m_live->tokens()));
    QList<float> values;
    for (const causal::TokenEffect& token : m_live->tokens()) {
        values.append(valueOf(token, chosenMeasure()));
    }
    m_text->setValues(values);
}

workflow::FigureSettings InspectView::figureSettings() const
{
    workflow::FigureSettings settings;
    settings.measure = chosenMeasure();
    settings.unit = chosenUnit();
    settings.range = m_range->value();
    settings.threshold = m_threshold->value();
    settings.greyscale = m_greyscale->isChecked();
    return settings;
}

} // namespace nextquill::ui
