// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the inspector shows of a measured text: colors, sums, the token, and what is hidden.
#include "core/causal/Attribution.h"

#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/EffectNumbers.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/SpanSums.h"
#include "ui/inspect/TokenCard.h"
#include "ui/inspect/TokenPanel.h"
#include "ui/project/EffectColorScale.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenView.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFrame>
#include <QLabel>
#include <QSignalBlocker>

#include <algorithm>
#include <limits>

namespace nextquill::ui {

namespace {

/// What the objective does with tokens on both sides of the threshold, and whose it is.
QString weightsOf(const MeasuredText& measured)
{
    const causal::Objective& objective = measured.objective;
    const bool byThreshold = objective.kind == causal::ObjectiveKind::NextQuill ||
                             objective.kind == causal::ObjectiveKind::TokenWeight;
    const QString weights =
        byThreshold ? InspectView::tr("weights %1 and %2")
                          .arg(QString::number(objective.highWeight, 'g', 3),
                               QString::number(objective.lowWeight, 'g', 3))
                    : InspectView::tr("objective %1").arg(shown(causal::name(objective.kind)));
    return measured.isOfRun ? InspectView::tr("%1 of the model's run").arg(weights) : weights;
}

} // namespace

EffectMeasure InspectView::chosenMeasure() const
{
    return static_cast<EffectMeasure>(m_measure->currentData().toInt());
}

void InspectView::chooseMeasure()
{
    const int measure = static_cast<int>(chosenMeasure());
    const auto usual = static_cast<double>(infoOf(chosenMeasure()).range);
    {
        const QSignalBlocker quiet{m_range};
        m_range->setValue(m_ranges.value(measure, usual));
    }
    recolor();
}

/// The slider's mark, and its value, become those of the run that made the model.
void InspectView::setThresholdOfRun()
{
    const QSignalBlocker quiet{m_threshold};
    m_threshold->setReference(m_measured.objective.threshold);
    m_threshold->setValue(m_measured.objective.threshold);
}

workflow::UnitKind InspectView::chosenUnit() const
{
    return static_cast<workflow::UnitKind>(m_unit->currentData().toInt());
}

Shading InspectView::shading() const
{
    return {.measure = chosenMeasure(), .review = m_review};
}

void InspectView::recolor()
{
    if (!m_measured.inspection) {
        return;
    }
    const MeasureInfo& info = infoOf(chosenMeasure());
    const bool pce = info.measure == EffectMeasure::Pce || m_review >= 0;
    const auto threshold =
        pce ? static_cast<float>(m_threshold->value()) : std::numeric_limits<float>::infinity();
    const auto range = static_cast<float>(m_range->value());
    const auto scale = std::make_shared<EffectColorScale>(range, threshold);
    causal::Objective objective = m_measured.objective;
    objective.threshold = m_threshold->value();
    m_losses = causal::tokenLosses(m_measured.inspection->effects, objective);
    const Shading shading = this->shading();
    m_units.show(m_measured.inspection, chosenUnit());
    const QList<float> values = m_units.values(shading);
    m_text->setColorScale(scale);
    m_text->setValues(m_units.tokenValues(shading));
    m_text->setUnits(m_units.units(shading));
    // Controls are of the whole history: they say nothing of one past text.
    m_text->setSigns(m_review < 0 ? m_units.signs() : QList<TokenText::Signs>{});
    renewValueCells();
    m_legend->setColorScale(scale);
    // What past texts do is PCE, whatever the text shows.
    const double ofPce = m_ranges.value(static_cast<int>(EffectMeasure::Pce),
                                        static_cast<double>(infoOf(EffectMeasure::Pce).range));
    const auto ofReviews = std::make_shared<EffectColorScale>(
        static_cast<float>(ofPce), static_cast<float>(m_threshold->value()));
    m_matrix->setColorScale(ofReviews);
    m_past->setColorScale(ofReviews);
    m_threshold->setEnabled(pce);
    renewLegend(info);
    renewSummary();
    renewNotes(std::count_if(values.begin(), values.end(),
                             [&scale](float value) { return isClipped(*scale, value); }));
    showToken(m_text->currentToken());
}

void InspectView::renewLegend(const MeasureInfo& info)
{
    const bool shaded = m_review >= 0;
    const bool pce = info.measure == EffectMeasure::Pce || shaded;
    const auto tick = static_cast<float>(m_measured.objective.threshold);
    m_legend->setTicks(pce ? QList<float>{-tick, tick} : QList<float>{});
    m_legend->setWords(
        shaded ? tr("less likely because of past text %1").arg(m_review + 1) : info.below,
        shaded ? tr("more likely because of past text %1").arg(m_review + 1) : info.above);
    QStringList words{unitMeaning(m_units.kind(), shading())};
    if (!shaded && m_units.isAnyUncertain()) {
        words << tr("hatched: the 95 % range of histories drawn anew holds 0");
    }
    if (!shaded && m_units.isAnyOwn()) {
        words << tr("\u25C6 the user\u2019s own: above the 95 % range of other users");
    }
    words.removeAll(QString{});
    m_legendWords->setText(words.join(QStringLiteral(" \u00B7 ")));
    m_legendWords->setVisible(!words.isEmpty());
    m_shading->setVisible(shaded);
    if (shaded) {
        const store::ReviewRow& row =
            m_measured.inspection->history[static_cast<std::size_t>(m_review)];
        m_shadedBy->setText(tr("The text by the effect of past text %1 alone: %2, %3")
                                .arg(QString::number(m_review + 1), shownDate(row.review.time),
                                     shown(row.itemTitle)));
    }
}

void InspectView::renewSummary()
{
    const causal::PreferenceEffects& effects = m_measured.inspection->effects;
    const auto threshold = static_cast<float>(m_threshold->value());
    const auto weighted =
        std::count_if(effects.tokens.begin(), effects.tokens.end(),
                      [threshold](const causal::TokenEffect& t) { return t.pce() > threshold; });
    const SpanSums whole =
        sumsOf(effects, {.begin = 0, .end = static_cast<qsizetype>(effects.tokens.size())});
    QString units;
    if (m_units.kind() != workflow::UnitKind::Token) {
        const QList<float> values = m_units.values({});
        const auto beyond = std::count_if(values.begin(), values.end(),
                                          [threshold](float value) { return value > threshold; });
        units = (m_units.kind() == workflow::UnitKind::Word
                     ? tr(" (%1 of %n word(s))", nullptr, static_cast<int>(values.size()))
                     : tr(" (%1 of %n sentence(s))", nullptr, static_cast<int>(values.size())))
                    .arg(beyond);
    }
    m_threshold->setSummary(
        tr("%1 of %n token(s) beyond it, %2%6 · %3 · mean PCE %4 · the history gives %5 bits about "
           "the text",
           nullptr, static_cast<int>(effects.tokens.size()))
            .arg(QString::number(weighted), percentage(effects.preferenceRatio(threshold)),
                 weightsOf(m_measured), QString::number(effects.meanPce(), 'f', 3),
                 QString::number(whole.bits(), 'f', 1), units));
}

void InspectView::renewNotes(qsizetype clipped)
{
    const workflow::Inspection& shown = *m_measured.inspection;
    QString notes =
        tr("%n past text(s) in the prompt", nullptr, static_cast<int>(shown.history.size()));
    const QString hidden = whatIsHidden(m_measured, clipped, static_cast<float>(m_range->value()));
    m_notes->setText(hidden.isEmpty() ? notes : QString(notes % QStringLiteral("; ") % hidden));
}

void InspectView::renewSpan()
{
    QStringList lines;
    if (m_measured.inspection) {
        const TextRange selected = m_text->selectedTokens();
        const QList<qsizetype> pinned = m_text->pinnedTokens();
        if (selected.begin < selected.end) {
            lines << spanSentence(sumsOf(m_measured.inspection->effects, selected));
        }
        if (pinned.size() == 2) {
            lines << pinDifference(*m_measured.inspection, pinned[0], pinned[1]);
        }
    }
    m_span->setText(lines.join(QLatin1Char('\n')));
    m_span->setVisible(!lines.isEmpty());
}

bool InspectView::isToken(qsizetype token) const
{
    return m_measured.inspection && token >= 0 &&
           token < static_cast<qsizetype>(m_measured.inspection->effects.tokens.size());
}

TokenFacts InspectView::factsAt(qsizetype token) const
{
    TokenFacts facts = factsOf(*m_measured.inspection, m_losses, m_text->text(), token);
    facts.unit = unitSentence(m_units, token, shading());
    if (m_review >= 0) {
        const float effect =
            m_measured.inspection->attribution->at(static_cast<std::size_t>(token), m_review);
        facts.rows.append(
            {tr("past text %1").arg(m_review + 1), signedNumber(static_cast<double>(effect), 3)});
    }
    if (m_moreFacts) {
        facts.rows += m_moreFacts(token);
    }
    return facts;
}

QString InspectView::spokenAt(qsizetype token) const
{
    if (!isToken(token)) {
        return {};
    }
    QStringList parts{spokenEffect(*m_measured.inspection, token),
                      unitSentence(m_units, token, shading())};
    const TokenText::Signs signs = m_units.signs().value(token);
    parts << (signs.uncertain ? tr("uncertain") : QString{})
          << (signs.distinguished ? tr("the user\u2019s own") : QString{});
    parts.removeAll(QString{});
    return parts.join(QStringLiteral("; "));
}

/// What Ctrl+Shift+C copies of a token, and what a screen reader gets as its attributes.
void InspectView::renewValueCells()
{
    const QString kind = shown(workflow::name(m_units.kind()));
    const QString measure = m_review >= 0 ? QStringLiteral("past_text_%1").arg(m_review + 1)
                                          : shown(workflow::measureInfo(chosenMeasure()).id);
    const bool inUnits = m_units.kind() != workflow::UnitKind::Token;
    const bool tested = !m_units.signs().isEmpty();
    const QString header =
        valueHeader() % (inUnits ? QStringLiteral("\t%1\t%1_%2").arg(kind, measure) : QString{}) %
        (tested ? QStringLiteral("\tuncertain\town") : QString{});
    m_text->setValueCells(header, [this, inUnits, tested](qsizetype token) {
        if (!isToken(token)) {
            return QString{};
        }
        QStringList cells{valueCells(*m_measured.inspection, m_losses, token)};
        if (inUnits) {
            const auto value = m_units.valueAt(token, shading());
            cells << m_units.textAt(token).simplified()
                  << (value ? QString::number(static_cast<double>(*value), 'g', 6) : QString{});
        }
        if (tested) {
            const workflow::UnitSigns signs = m_units.signsAt(token);
            cells << QString::number(signs.isUncertain ? 1 : 0)
                  << QString::number(signs.isOwn ? 1 : 0);
        }
        return cells.join(QLatin1Char('\t'));
    });
}

void InspectView::showToken(qsizetype token)
{
    m_past->setToken(isToken(token) ? token : -1);
    if (isToken(token)) {
        m_panel->showToken(*m_measured.inspection, factsAt(token), token);
    } else {
        m_panel->showNothing();
    }
}

void InspectView::showCard(qsizetype token)
{
    if (!isToken(token)) {
        m_card->hide();
        return;
    }
    const QRect place = m_text->tokenRect(token);
    m_card->showAt({m_text->viewport()->mapTo(this, place.topLeft()), place.size()},
                   factsAt(token));
}

void InspectView::shadeByReview(int review)
{
    const bool measured = m_measured.inspection && m_measured.inspection->attribution;
    const int chosen = measured ? review : -1;
    if (review < 0) {
        m_past->chooseReview(-1);
    }
    if (chosen == m_review) {
        return;
    }
    m_review = chosen;
    m_past->chooseReview(review);
    m_matrix->setChosenReview(chosen);
    recolor();
}

} // namespace nextquill::ui
