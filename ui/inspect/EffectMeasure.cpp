// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectMeasure.h"

#include <QObject>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nextquill::ui {

const QList<MeasureInfo>& effectMeasures()
{
    static const QList<MeasureInfo> measures{
        {EffectMeasure::Pce, QObject::tr("Causal effect (PCE)"),
         QObject::tr("Probability with the history less that without it"), 0.5F,
         QObject::tr("less likely because of the history"),
         QObject::tr("more likely because of the history")},
        {EffectMeasure::LogRatio, QObject::tr("Log ratio (bits)"),
         QObject::tr("log p with less log p without history, known as P-CXMI"), 6,
         QObject::tr("the history speaks against it"), QObject::tr("the history speaks for it")},
        {EffectMeasure::Divergence, QObject::tr("Shift of the choice (JS)"),
         QObject::tr("Jensen-Shannon divergence of the two next-token distributions"), 0.69F,
         QString{}, QObject::tr("the history changes what may stand here")},
        {EffectMeasure::WithHistory, QObject::tr("p with history"),
         QObject::tr("Probability of the token with the history"), 1, QString{},
         QObject::tr("likely")},
        {EffectMeasure::WithoutHistory, QObject::tr("p without history"),
         QObject::tr("Probability of the token without the history"), 1, QString{},
         QObject::tr("likely")},
        {EffectMeasure::RankChange, QObject::tr("Rank change"),
         QObject::tr("Doublings of rank that the token gains by the history"), 8,
         QObject::tr("falls"), QObject::tr("rises")},
    };
    return measures;
}

const MeasureInfo& infoOf(EffectMeasure measure)
{
    const QList<MeasureInfo>& all = effectMeasures();
    return *std::find_if(all.begin(), all.end(),
                         [measure](const MeasureInfo& info) { return info.measure == measure; });
}

float bitsOf(const causal::TokenEffect& token)
{
    return (token.logp_h - token.logp_0) / std::numbers::ln2_v<float>;
}

float valueOf(const causal::TokenEffect& token, EffectMeasure measure)
{
    switch (measure) {
    case EffectMeasure::Pce:
        return token.pce();
    case EffectMeasure::LogRatio:
        return bitsOf(token);
    case EffectMeasure::Divergence:
        return token.js;
    case EffectMeasure::WithHistory:
        return token.p_h;
    case EffectMeasure::WithoutHistory:
        return token.p_0;
    case EffectMeasure::RankChange:
        return std::log2(static_cast<float>(std::max(token.rank_0, 1)) /
                         static_cast<float>(std::max(token.rank_h, 1)));
    }
    return 0;
}

} // namespace nextquill::ui
