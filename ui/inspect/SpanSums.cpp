// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/SpanSums.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/inspect/EffectNumbers.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace nextquill::ui {

double SpanSums::bits() const
{
    return (logp_h - logp_0) / std::numbers::ln2;
}

SpanSums sumsOf(const causal::PreferenceEffects& effects, const TextRange& tokens)
{
    SpanSums sums;
    double whole = 0; // bits
    const auto count = static_cast<qsizetype>(effects.tokens.size());
    for (qsizetype t = 0; t < count; ++t) {
        const causal::TokenEffect& token = effects.tokens[static_cast<std::size_t>(t)];
        const auto logp_h = static_cast<double>(token.logp_h);
        const auto logp_0 = static_cast<double>(token.logp_0);
        whole += (logp_h - logp_0) / std::numbers::ln2;
        if (t >= tokens.begin && t < tokens.end) {
            ++sums.tokens;
            sums.logp_h += logp_h;
            sums.logp_0 += logp_0;
            sums.meanPce += static_cast<double>(token.pce());
        }
    }
    sums.meanPce /= static_cast<double>(std::max<qsizetype>(1, sums.tokens));
    constexpr double nothing = 0.05; // bits
    sums.share =
        std::abs(whole) < nothing ? std::numeric_limits<double>::quiet_NaN() : sums.bits() / whole;
    return sums;
}

QString spanSentence(const SpanSums& sums)
{
    return QCoreApplication::translate(
               "nextquill::ui::SpanSums",
               "%n token(s) chosen · Σ %1 bits, %2 of the text's · mean PCE %3 · Σ log p %4 with "
               "history, %5 without",
               nullptr, static_cast<int>(sums.tokens))
        .arg(signedNumber(sums.bits(), 1), percentage(sums.share), signedNumber(sums.meanPce, 3),
             signedNumber(sums.logp_h, 1), signedNumber(sums.logp_0, 1));
}

QString pinDifference(const workflow::Inspection& inspection, qsizetype first, qsizetype second)
{
    const auto a = static_cast<std::size_t>(first);
    const auto b = static_cast<std::size_t>(second);
    const causal::TokenEffect& from = inspection.effects.tokens[a];
    const causal::TokenEffect& to = inspection.effects.tokens[b];
    const auto less = [](float x, float y) {
        return static_cast<double>(x) - static_cast<double>(y);
    };
    return QCoreApplication::translate(
               "nextquill::ui::SpanSums",
               "Pinned “%1” → “%2”: PCE %3 · %4 bits · p %5 with history, %6 without")
        .arg(shownToken(inspection.tokenTexts[a]), shownToken(inspection.tokenTexts[b]),
             signedNumber(less(to.pce(), from.pce()), 3),
             signedNumber(less(bitsOf(to), bitsOf(from)), 2),
             signedNumber(less(to.p_h, from.p_h), 3), signedNumber(less(to.p_0, from.p_0), 3));
}

} // namespace nextquill::ui
