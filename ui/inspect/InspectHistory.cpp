// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the inspector asks further of the past texts, and where the answers go.
#include "ui/inspect/BranchTree.h"
#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/FaithfulnessView.h"
#include "ui/inspect/HistoryInquiry.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/LiveEffects.h"
#include "ui/inspect/PaneJob.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/WhatIfPane.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/TokenView.h"

#include <QAction>
#include <QSplitter>
#include <QTabWidget>

#include <algorithm>

namespace nextquill::ui {

/// The matrix, and beside it whether it can be believed.
QWidget* InspectView::createMatrixPage()
{
    m_faithfulness = new FaithfulnessView{m_session, this};
    m_faithfulness->setMinimumWidth(240);
    m_matrixPage = new QSplitter{this};
    m_matrixPage->setObjectName(QStringLiteral("matrixPage"));
    m_matrixPage->setChildrenCollapsible(false);
    m_matrixPage->addWidget(m_matrix);
    m_matrixPage->addWidget(m_faithfulness);
    m_matrixPage->setSizes({620, 280});
    m_matrixPage->setStretchFactor(0, 1);
    return m_matrixPage;
}

void InspectView::connectHistory()
{
    m_liveEffects = new LiveEffects{this};
    connect(m_past, &PastTextsPane::attributionWanted, this, &InspectView::attribute);
    connect(m_past, &PastTextsPane::reviewChosen, this, &InspectView::shadeByReview);
    connect(m_past, &PastTextsPane::sentencesMeasured, this,
            [this](const std::shared_ptr<const workflow::Inspection>& of,
                   const workflow::SentenceEffects& effects) {
                addTo(of, [&effects](workflow::Inspection& further) {
                    std::erase_if(further.sentences, [&](const workflow::SentenceEffects& before) {
                        return before.review == effects.review;
                    });
                    further.sentences.push_back(effects);
                });
            });
    connect(m_faithfulness, &FaithfulnessView::measured, this,
            [this](const std::shared_ptr<const workflow::Inspection>& of,
                   const workflow::Faithfulness& faithfulness) {
                addTo(of, [&faithfulness](workflow::Inspection& further) {
                    further.faithfulness = faithfulness;
                });
            });
    connect(m_liveEffects, &LiveEffects::grown, this, &InspectView::showGrowing);
    connect(m_job, &PaneJob::ended, m_liveEffects, &LiveEffects::stop);
    connect(m_text, &TokenView::tokenHovered, m_matrix, &EffectMatrix::setHoveredToken);
    connect(m_matrix, &EffectMatrix::cellHovered, m_text, &TokenView::setHoveredToken);
}

void InspectView::createHistoryActs()
{
    m_needText << addAct(tr("Inspect: Sentences of the Past Text"), {Qt::Key_S},
                         [this] {
                             m_tabs->setCurrentWidget(m_past);
                             m_past->measureSentences();
                         })
               << addAct(tr("Inspect: Three Strongest Past Texts by Sentence"),
                         {QKeySequence{Qt::SHIFT | Qt::Key_S}},
                         [this] {
                             m_tabs->setCurrentWidget(m_past);
                             m_past->measureStrongest();
                         })
               << addAct(tr("Inspect: Check the Effects of Past Texts"), {Qt::Key_F}, [this] {
                      m_tabs->setCurrentWidget(m_matrixPage);
                      m_faithfulness->measure();
                  });
}

/// By a key: what it did is shown in the text, once that is known; before, it can be read.
void InspectView::openReview(int review)
{
    if (m_measured.inspection && !m_measured.inspection->attribution) {
        m_tabs->setCurrentWidget(m_past);
    }
    m_past->chooseReview(review);
}

/// What may be asked further is asked with this model; none of an edited history.
QString InspectView::modelToAsk() const
{
    return isEdited() ? QString{} : m_model->model();
}

void InspectView::showInPanes(const std::shared_ptr<const workflow::Inspection>& shown)
{
    m_past->setInspection(shown, shown ? modelToAsk() : QString{});
    m_matrix->setInspection(shown);
    m_faithfulness->setInspection(shown, shown ? modelToAsk() : QString{});
}

void InspectView::attribute()
{
    const std::shared_ptr<const workflow::Inspection> of = m_measured.inspection;
    if (!of || of->attribution || m_job->isRunning() || refusesEdited()) {
        return;
    }
    const HistoryInquiry inquiry{m_session.sharedModels(), m_session.file(),
                                 stored(m_model->model()), of};
    const auto relay = ReviewRelay::create();
    m_liveEffects->follow(relay, of);
    auto* job = startJob(tr("Leaving out past texts"), m_session.workers(), this,
                         [inquiry, relay](StopToken stop, Progress& progress) {
                             return inquiry.attribution(
                                 [&relay](int review, std::span<const float> effect) {
                                     relay->say(review, {effect.begin(), effect.end()});
                                 },
                                 stop, progress);
                         });
    m_job->watch(
        job,
        [this, job, of] {
            m_liveEffects->stop();
            addTo(of, [attribution = job->takeValue()](workflow::Inspection& further) {
                further.attribution = attribution;
            });
        },
        [this](const Failure& failure) { Q_EMIT m_session.failed(failure); });
}

/// The rows of the matrix that are known by now.
void InspectView::showGrowing()
{
    const std::shared_ptr<const workflow::Inspection>& of = m_liveEffects->inspection();
    const std::shared_ptr<const workflow::Inspection>& shown = m_measured.inspection;
    if (of && shown && !shown->attribution && isSameReading(*of, *shown)) {
        const auto effects = m_liveEffects->effects();
        m_past->showGrowing(effects);
        m_matrix->showGrowing(effects);
        m_matrix->setCurrentToken(m_text->currentToken());
    }
}

/// What was measured joins what else is known of the same reading by now, shown or not.
void InspectView::addTo(const std::shared_ptr<const workflow::Inspection>& of,
                        const std::function<void(workflow::Inspection&)>& answer)
{
    const std::shared_ptr<const workflow::Inspection> shown = m_measured.inspection;
    const bool isShown = shown && isSameReading(*of, *shown);
    const bool isBase = m_base && isSameReading(*of, *m_base);
    const std::shared_ptr<const workflow::Inspection> before = isShown  ? shown
                                                               : isBase ? m_base
                                                                        : of;
    const auto further = std::make_shared<workflow::Inspection>(*before);
    answer(*further);
    m_branches->replace(before, further);
    if (before == m_base) {
        m_base = further;
        m_whatIf->replaceInspection(further);
    }
    if (isShown) {
        showFurther(further);
    }
}

/// The same text, known better: cursor, pins and what is chosen stay.
void InspectView::showFurther(const std::shared_ptr<const workflow::Inspection>& further)
{
    m_measured.inspection = further;
    showInPanes(further);
    m_matrix->setCurrentToken(m_text->currentToken());
    m_isShowingOther = true;
    Q_EMIT inspectionShown(further);
    m_isShowingOther = false;
    if (m_past->chosenReview() >= 0) {
        shadeByReview(m_past->chosenReview());
    }
    recolor();
    renewActions();
}

} // namespace nextquill::ui
