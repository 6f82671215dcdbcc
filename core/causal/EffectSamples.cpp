// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/EffectSamples.h"

#include "core/causal/FalseDiscovery.h"

#include <algorithm>
#include <cmath>

namespace nextquill::causal {

float quantile(std::span<const float> sorted, double q)
{
    const double place = q * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return std::lerp(sorted[low], sorted[high],
                     static_cast<float>(place - static_cast<double>(low)));
}

EffectRange middleRange(std::span<const float> values)
{
    if (values.empty()) {
        return {};
    }
    std::vector<float> sorted{values.begin(), values.end()};
    std::ranges::sort(sorted);
    return {.low = quantile(sorted, 0.025), .high = quantile(sorted, 0.975)};
}

std::vector<PlaceboVerdict> placeboVerdicts(std::span<const float> effect,
                                            const EffectSamples& placebos)
{
    std::vector<PlaceboVerdict> verdicts(effect.size());
    std::vector<double> p(effect.size());
    for (std::size_t t = 0; t < effect.size(); ++t) {
        const std::span<const float> others = placebos.of(t);
        PlaceboVerdict& verdict = verdicts[t];
        const auto asStrong =
            std::ranges::count_if(others, [&](float other) { return other >= effect[t]; });
        p[t] = (1 + static_cast<double>(asStrong)) / (1 + static_cast<double>(others.size()));
        verdict.placebo = middleRange(others);
        verdict.p = p[t];
        verdict.isOwn = !others.empty() && effect[t] > verdict.placebo.high && effect[t] > 0;
    }
    const std::vector<double> q = falseDiscoveryRates(p);
    for (std::size_t t = 0; t < effect.size(); ++t) {
        verdicts[t].q = q[t];
    }
    return verdicts;
}

} // namespace nextquill::causal
