// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/TokenFacts.h"

#include "core/workflow/EffectSentences.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/inspect/EffectNumbers.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/TokenCluster.h"

#include <QCoreApplication>

#include <cmath>

namespace nextquill::ui {

namespace {

class Facts
{
    Q_DECLARE_TR_FUNCTIONS(nextquill::ui::TokenFacts)

public:
    static QString placed(float p, std::int32_t rank)
    {
        return tr("%1 (rank %2)").arg(probability(static_cast<double>(p))).arg(rank);
    }

    static QList<TokenFacts::Row> rows(const causal::TokenEffect& effect)
    {
        return {
            {tr("with history"), placed(effect.p_h, effect.rank_h)},
            {tr("without"), placed(effect.p_0, effect.rank_0)},
            {tr("PCE"), signedNumber(static_cast<double>(effect.pce()), 3)},
            {tr("bits"), signedNumber(static_cast<double>(bitsOf(effect)), 2)},
            {tr("shift (JS)"), probability(static_cast<double>(effect.js))},
        };
    }

    static QList<TokenFacts::Row> lossRows(const causal::TokenLoss& loss)
    {
        return {{tr("weight in the loss"), QString::number(loss.weight, 'g', 3)},
                {tr("share of the gradient"), percentage(loss.gradientShare)}};
    }

    static QString spoken(const causal::TokenEffect& effect, const QString& word)
    {
        const auto value = static_cast<double>(effect.pce());
        const QString number = QString::number(std::abs(value), 'f', 2);
        constexpr double shown = 0.005; // what two digits show as 0
        if (std::abs(value) < shown) {
            return tr("%1, 0, no change").arg(word);
        }
        return value > 0 ? tr("%1, plus %2, more likely").arg(word, number)
                         : tr("%1, minus %2, less likely").arg(word, number);
    }
};

const causal::TokenEffect& effectAt(const workflow::Inspection& inspection, qsizetype token)
{
    return inspection.effects.tokens[static_cast<std::size_t>(token)];
}

const std::string& textAt(const workflow::Inspection& inspection, qsizetype token)
{
    return inspection.tokenTexts[static_cast<std::size_t>(token)];
}

} // namespace

QString effectSentence(const workflow::Inspection& inspection, qsizetype token)
{
    const auto at = static_cast<std::size_t>(token);
    const std::vector<workflow::PlaceboVerdict> placebo = workflow::placeboVerdictsOf(inspection);
    return shown(
        workflow::tokenSentence(inspection, at,
                                placebo.empty() ? workflow::PlaceboVerdict::Unknown : placebo[at])
            .text());
}

QString spokenEffect(const workflow::Inspection& inspection, qsizetype token)
{
    return Facts::spoken(effectAt(inspection, token), spokenToken(textAt(inspection, token)));
}

TokenFacts factsOf(const workflow::Inspection& inspection,
                   const std::vector<causal::TokenLoss>& losses, const TokenText& text,
                   qsizetype token)
{
    TokenFacts facts;
    facts.token = shownToken(textAt(inspection, token));
    facts.sentence = effectSentence(inspection, token);
    facts.rows = Facts::rows(effectAt(inspection, token));
    if (static_cast<std::size_t>(token) < losses.size()) {
        facts.rows += Facts::lossRows(losses[static_cast<std::size_t>(token)]);
    }
    const TextRange cluster = tokensOfCharacter(text, token);
    for (qsizetype one = cluster.begin; cluster.end - cluster.begin > 1 && one < cluster.end;
         ++one) {
        const causal::TokenEffect& effect = effectAt(inspection, one);
        facts.cluster << Facts::tr("%1   PCE %2   p %3 / %4")
                             .arg(shownToken(textAt(inspection, one)),
                                  signedNumber(static_cast<double>(effect.pce()), 3),
                                  probability(static_cast<double>(effect.p_h)),
                                  probability(static_cast<double>(effect.p_0)));
    }
    return facts;
}

QString valueHeader()
{
    return QStringLiteral("pce\tbits\tjs\tp_h\tp_0\trank_h\trank_0\tweight");
}

QString valueCells(const workflow::Inspection& inspection,
                   const std::vector<causal::TokenLoss>& losses, qsizetype token)
{
    const causal::TokenEffect& effect = effectAt(inspection, token);
    QStringList cells;
    for (const float value : {effect.pce(), bitsOf(effect), effect.js, effect.p_h, effect.p_0}) {
        cells << QString::number(static_cast<double>(value), 'g', 6);
    }
    cells << QString::number(effect.rank_h) << QString::number(effect.rank_0)
          << (static_cast<std::size_t>(token) < losses.size()
                  ? QString::number(losses[static_cast<std::size_t>(token)].weight, 'g', 6)
                  : QString{});
    return cells.join(QLatin1Char('\t'));
}

} // namespace nextquill::ui
