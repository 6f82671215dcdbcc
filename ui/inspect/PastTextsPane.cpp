// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/PastTextsPane.h"

#include "core/causal/Attribution.h"

#include "ui/inspect/CostLine.h"
#include "ui/inspect/EffectCellDelegate.h"
#include "ui/inspect/HistoryEffectsModel.h"
#include "ui/inspect/PaneJob.h"
#include "ui/inspect/PastTextView.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr qsizetype strongestReviews = 3;

} // namespace

PastTextsPane::PastTextsPane(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_effects{new HistoryEffectsModel{this}}
    , m_table{new QTableView{this}}
    , m_text{new PastTextView{this}}
    , m_attribute{new QPushButton{tr("Effect of each past &text"), this}}
    , m_attributionCost{new CostLine{session.workers(), this}}
    , m_bySentence{new QPushButton{tr("By se&ntence"), this}}
    , m_strongest{new QPushButton{tr("T&hree strongest by sentence"), this}}
    , m_sentencesCost{new CostLine{session.workers(), this}}
    , m_progress{new ProgressLine{this}}
    , m_job{new PaneJob{*m_progress, this}}
{
    createButtons();
    createTable();
    layOut();
    connect(m_attribute, &QPushButton::clicked, this, &PastTextsPane::attributionWanted);
    connect(m_bySentence, &QPushButton::clicked, this, &PastTextsPane::measureSentences);
    connect(m_strongest, &QPushButton::clicked, this, &PastTextsPane::measureStrongest);
    connect(m_job, &PaneJob::ended, this, &PastTextsPane::renew);
    // Of all that waits, too: the one under way may be done before it hears of it.
    connect(m_progress, &ProgressLine::cancelRequested, this, [this] { m_waiting.clear(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_isFilling) {
            m_text->showReview(m_inspection, chosenReview());
            renew();
            Q_EMIT reviewChosen(chosenReview());
        }
    });
    setInspection(nullptr, {});
}

void PastTextsPane::createButtons()
{
    m_attribute->setObjectName(QStringLiteral("attribute"));
    m_attribute->setToolTip(tr("Leaves out one past text after the other, the newest first (A)"));
    m_attributionCost->setObjectName(QStringLiteral("attributionCost"));
    m_bySentence->setObjectName(QStringLiteral("bySentence"));
    m_bySentence->setToolTip(tr("Leaves out one sentence after the other of the chosen past text, "
                                "or of the strongest where none is chosen (S)"));
    m_strongest->setObjectName(QStringLiteral("strongestBySentence"));
    m_strongest->setToolTip(
        tr("The sentences of the three strongest past texts, the strongest first (Shift+S)"));
    m_sentencesCost->setObjectName(QStringLiteral("sentencesCost"));
    m_progress->hide();
}

void PastTextsPane::createTable()
{
    m_table->setObjectName(QStringLiteral("pastTexts"));
    m_table->setModel(m_effects);
    m_table->setItemDelegateForColumn(HistoryEffectsModel::Effect, new EffectCellDelegate{m_table});
    m_table->setAccessibleName(tr("Past texts and their effects"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
    auto* key = new QShortcut{QKeySequence{Qt::SHIFT | Qt::Key_F10}, m_table};
    key->setContext(Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &PastTextsPane::requestMenu);
    QHeaderView& header = *m_table->horizontalHeader();
    header.setStretchLastSection(true);
    for (const int column : {HistoryEffectsModel::Effect, HistoryEffectsModel::Date}) {
        header.setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    header.setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header.setHighlightSections(false);
}

void PastTextsPane::layOut()
{
    auto* attribution = new QHBoxLayout;
    attribution->addWidget(m_attribute);
    attribution->addWidget(m_attributionCost, 1);
    auto* sentences = new QHBoxLayout;
    sentences->addWidget(m_bySentence);
    sentences->addWidget(m_strongest);
    sentences->addWidget(m_sentencesCost, 1);
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(m_table);
    panes->addWidget(m_text);
    panes->setStretchFactor(0, 3);
    panes->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout{this};
    layout->addLayout(attribution);
    layout->addLayout(sentences);
    layout->addWidget(panes, 1);
    layout->addWidget(m_progress);
}

void PastTextsPane::setInspection(InspectionPtr inspection, const QString& model)
{
    const bool isSame =
        inspection && m_inspection && isSameReading(*inspection, *m_inspection) && model == m_model;
    const int chosen = isSame ? chosenReview() : -1;
    if (!isSame) {
        m_job->drop(); // of another text
        m_waiting.clear();
    }
    m_inspection = std::move(inspection);
    m_model = model;
    m_effects->setInspection(m_inspection, /*keepToken=*/isSame);
    m_table->setColumnWidth(HistoryEffectsModel::Item, 180);
    m_isFilling = true; // the same is chosen as before: nothing to announce
    chooseReview(chosen);
    m_isFilling = false;
    m_text->showReview(m_inspection, chosen);
    if (!isSame) {
        m_isAttributionCounted = false;
        m_counted.clear();
    }
    renew();
}

void PastTextsPane::showGrowing(const std::shared_ptr<const causal::Attribution>& effects)
{
    m_effects->showGrowing(effects);
    int known = 0;
    for (int review = 0; review < effects->reviews; ++review) {
        known += effects->effect.empty() || std::isnan(effects->at(0, review)) ? 0 : 1;
    }
    m_attributionCost->say(
        tr("%1 of %2 past texts are measured.").arg(known).arg(effects->reviews));
}

void PastTextsPane::setToken(qsizetype token)
{
    m_effects->setToken(token);
    m_text->setToken(token);
}

void PastTextsPane::setColorScale(std::shared_ptr<const ColorScale> scale)
{
    m_text->setColorScale(std::move(scale));
}

void PastTextsPane::chooseReview(int review)
{
    if (review < 0 || review >= m_effects->rowCount()) {
        m_table->clearSelection();
        m_table->selectionModel()->clearCurrentIndex();
    } else {
        m_table->selectRow(review);
    }
}

int PastTextsPane::chosenReview() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

/// Of the chosen past text, below its row.
void PastTextsPane::requestMenu()
{
    if (chosenReview() >= 0) {
        const QRect row = m_table->visualRect(m_effects->index(chosenReview(), 0));
        Q_EMIT menuRequested(chosenReview(), m_table->viewport()->mapToGlobal(row.bottomLeft()));
    }
}

bool PastTextsPane::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ContextMenu) {
        return QWidget::eventFilter(watched, event);
    }
    const auto& menu = *static_cast<QContextMenuEvent*>(event);
    if (menu.reason() == QContextMenuEvent::Keyboard) {
        requestMenu();
    } else if (const QModelIndex index = m_table->indexAt(menu.pos()); index.isValid()) {
        Q_EMIT menuRequested(index.row(), menu.globalPos());
    }
    return true;
}

HistoryInquiry PastTextsPane::inquiry() const
{
    return {m_session.sharedModels(), m_session.file(), stored(m_model), m_inspection};
}

bool PastTextsPane::isMeasured(int review) const
{
    const auto place = static_cast<std::size_t>(review);
    return m_inspection->history[place].review.text.empty() ||
           std::ranges::find(m_inspection->sentences, place, &workflow::SentenceEffects::review) !=
               m_inspection->sentences.end();
}

QList<int> PastTextsPane::strongestToMeasure() const
{
    QList<int> reviews;
    if (m_inspection && m_inspection->attribution) {
        for (const int review : m_inspection->attribution->strongestFirst()) {
            reviews.append(review);
        }
        reviews.resize(std::min(strongestReviews, reviews.size()));
        reviews.removeIf([this](int review) { return isMeasured(review); });
    }
    return reviews;
}

int PastTextsPane::reviewToMeasure() const
{
    const int chosen = chosenReview();
    if (chosen >= 0) {
        return isMeasured(chosen) ? -1 : chosen;
    }
    if (m_inspection && m_inspection->attribution) {
        for (const int review : m_inspection->attribution->strongestFirst()) {
            if (!isMeasured(review)) {
                return review;
            }
        }
    }
    return -1;
}

void PastTextsPane::measureSentences()
{
    if (const int review = reviewToMeasure(); review >= 0) {
        begin({review});
    }
}

void PastTextsPane::measureStrongest()
{
    begin(strongestToMeasure());
}

void PastTextsPane::begin(const QList<int>& reviews)
{
    if (!m_inspection || m_model.isEmpty() || m_job->isRunning()) {
        return;
    }
    m_waiting = reviews;
    m_shownByAct = chosenReview();
    measureNext();
}

void PastTextsPane::measureNext()
{
    if (m_waiting.isEmpty()) {
        return;
    }
    const int review = m_waiting.takeFirst();
    auto* job =
        startJob(tr("Sentences of past text %1").arg(review + 1), m_session.workers(), this,
                 [inquiry = inquiry(), review](StopToken stop, Progress& progress) {
                     return inquiry.sentences(static_cast<std::size_t>(review), stop, progress);
                 });
    m_job->watch(
        job,
        [this, job, review, of = m_inspection] {
            Q_EMIT sentencesMeasured(of, job->takeValue());
            if (chosenReview() == m_shownByAct) { // nobody chose another one meanwhile
                m_shownByAct = review;
                chooseReview(review);
            }
            measureNext();
        },
        [this](const Failure& failure) {
            m_waiting.clear();
            m_problem = tr("%1: %2").arg(asSentence(failure.problem), failure.remedy);
        });
    renew();
}

void PastTextsPane::renew()
{
    const bool canAsk = m_inspection && !m_model.isEmpty();
    const bool isAttributed = m_inspection && m_inspection->attribution;
    if (isAttributed && m_attribute->hasFocus()) {
        m_table->setFocus(); // the button goes, the keyboard stays in the pane
    }
    m_attribute->setVisible(!isAttributed);
    m_attribute->setEnabled(canAsk);
    m_attributionCost->setVisible(!isAttributed);
    m_bySentence->setEnabled(canAsk && !m_job->isRunning() && reviewToMeasure() >= 0);
    m_strongest->setEnabled(canAsk && !m_job->isRunning() && !strongestToMeasure().isEmpty());
    askCosts();
}

void PastTextsPane::askCosts()
{
    if (!m_inspection || m_model.isEmpty()) {
        m_attributionCost->say({});
        m_sentencesCost->say(
            m_inspection ? tr("This is the edited history: O shows the project’s, which can be "
                              "asked further.")
                         : QString{});
        return;
    }
    if (!m_inspection->attribution && !m_isAttributionCounted) {
        m_isAttributionCounted = true;
        m_attributionCost->ask([inquiry = inquiry()](const StopToken& stop, Progress& progress) {
            return tr("It will take %1.")
                .arg(shown(workflow::toText(inquiry.costOfAttribution(stop, progress))));
        });
    }
    if (!m_job->isRunning()) {
        askCostOfSentences();
    }
}

void PastTextsPane::askCostOfSentences()
{
    const int one = reviewToMeasure();
    const QList<int> strongest = strongestToMeasure();
    const QList<int> wanted = QList<int>{one} + strongest;
    if (!m_problem.isEmpty()) {
        m_counted = wanted;
        m_sentencesCost->say(std::exchange(m_problem, {}));
    } else if (one < 0 && strongest.isEmpty()) {
        m_counted = wanted;
        m_sentencesCost->say(m_inspection->attribution || chosenReview() >= 0
                                 ? QString{}
                                 : tr("Choose a past text, or measure the effect of each first."));
    } else if (wanted != m_counted) {
        m_counted = wanted;
        m_sentencesCost->ask([inquiry = inquiry(), one, strongest](const StopToken& stop,
                                                                   Progress& progress) {
            const auto cost = [&](const QList<int>& reviews) {
                const HistoryInquiry::Reviews places{reviews.begin(), reviews.end()};
                return shown(workflow::toText(inquiry.costOfSentences(places, stop, progress)));
            };
            QStringList words;
            if (one >= 0) {
                words << tr("Past text %1 by sentence: %2.")
                             .arg(QString::number(one + 1), cost({one}));
            }
            if (strongest.size() > 1) {
                words << tr("The %n strongest: %1.", nullptr, static_cast<int>(strongest.size()))
                             .arg(cost(strongest));
            }
            return words.join(QLatin1Char(' '));
        });
    }
}

} // namespace nextquill::ui
