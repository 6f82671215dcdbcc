// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TokenLoss.h"

#include <algorithm>
#include <cmath>

namespace nextquill::causal {

namespace {

double weightOf(const TokenEffect& token, const Objective& objective)
{
    switch (objective.kind) {
    case ObjectiveKind::NextQuill:
    case ObjectiveKind::TokenWeight:
        return static_cast<double>(token.pce()) > objective.threshold ? objective.highWeight
                                                                      : objective.lowWeight;
    case ObjectiveKind::JsWeight:
        return std::abs(2 * static_cast<double>(token.js)); // both halves are summed, not averaged
    case ObjectiveKind::Perce:
        return std::clamp(static_cast<double>(token.logp_h) - static_cast<double>(token.logp_0),
                          objective.clipLow, objective.clipHigh);
    case ObjectiveKind::Causal:
    case ObjectiveKind::Sft:
    case ObjectiveKind::SftNoHistory:
        return 1;
    }
    return 1;
}

} // namespace

std::vector<TokenLoss> tokenLosses(const PreferenceEffects& effects, const Objective& objective)
{
    const bool plain = objective.kind == ObjectiveKind::SftNoHistory;
    std::vector<TokenLoss> losses;
    losses.reserve(effects.tokens.size());
    double sum = 0;
    for (const TokenEffect& token : effects.tokens) {
        const double weight = weightOf(token, objective);
        const double missing = 1 - static_cast<double>(plain ? token.p_0 : token.p_h);
        losses.push_back({.weight = weight, .gradientShare = weight * missing});
        sum += weight * missing;
    }
    for (TokenLoss& loss : losses) {
        loss.gradientShare = sum > 0 ? loss.gradientShare / sum : 0;
    }
    return losses;
}

} // namespace nextquill::causal
