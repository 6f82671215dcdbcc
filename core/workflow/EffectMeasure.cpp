// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectMeasure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace nextquill::workflow {

std::span<const EffectMeasureInfo> effectMeasures()
{
    static constexpr std::array<EffectMeasureInfo, 6> measures{{
        {EffectMeasure::Pce, "pce", "Causal effect (PCE)",
         "Probability with the history less that without it", 0.5,
         "less likely because of the history", "more likely because of the history", "", false},
        {EffectMeasure::LogRatio, "bits", "Log ratio (bits)",
         "log p with less log p without history, known as P-CXMI", 6,
         "the history speaks against it", "the history speaks for it", "bits", true},
        {EffectMeasure::Divergence, "js", "Shift of the choice (JS)",
         "Jensen-Shannon divergence of the two next-token distributions", 0.69, "",
         "the history changes what may stand here", "nats", false},
        {EffectMeasure::WithHistory, "p_h", "p with history",
         "Probability of the token with the history", 1, "", "likely", "", false},
        {EffectMeasure::WithoutHistory, "p_0", "p without history",
         "Probability of the token without the history", 1, "", "likely", "", false},
        {EffectMeasure::RankChange, "rank", "Rank change",
         "Doublings of rank that the token gains by the history", 8, "falls", "rises", "doublings",
         false},
    }};
    return measures;
}

const EffectMeasureInfo& measureInfo(EffectMeasure measure)
{
    return *std::ranges::find(effectMeasures(), measure, &EffectMeasureInfo::measure);
}

std::optional<EffectMeasure> measureCalled(std::string_view id)
{
    const auto found = std::ranges::find(effectMeasures(), id, &EffectMeasureInfo::id);
    return found == effectMeasures().end() ? std::nullopt : std::optional{found->measure};
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

std::string shownValue(double value, EffectMeasure measure)
{
    const EffectMeasureInfo& info = measureInfo(measure);
    const std::string number = info.below.empty() ? fmt::format("{:.3f}", value)
                               : info.range >= 2  ? fmt::format("{:+.2f}", value)
                                                  : fmt::format("{:+.3f}", value);
    return info.unit.empty() ? number : number + " " + std::string{info.unit};
}

} // namespace nextquill::workflow
