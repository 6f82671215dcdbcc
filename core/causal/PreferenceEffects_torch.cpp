// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/HiddenEffects_torch.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TargetChecks.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/Decoder.h"
#include "core/model/PassStop.h"
#include "core/model/TorchErrors_torch.h"

#include <algorithm>

namespace nextquill::causal {

namespace {

std::size_t packedTokens(const TwinExample& example)
{
    return example.prefix.size() + example.historyBranch.size() + example.plainBranch.size() +
           2 * example.target.size();
}

void measureGroup(model::Decoder& decoder, std::span<const TwinExample> group, int alternatives,
                  const StopToken& stop, std::vector<PreferenceEffects>& results)
{
    model::Network& network = decoder.network();
    const TwinHidden pass = twinPass(network, group, {.history = true, .plain = true});
    const model::OutputHead head = network.head();
    std::int64_t begin = 0;
    for (const TwinExample& example : group) {
        results.push_back(effectsOf(pass, begin, head, example, alternatives, stop));
        begin += static_cast<std::int64_t>(example.target.size());
    }
}

std::vector<PreferenceEffects> measureAll(model::Decoder& decoder,
                                          std::span<const TwinExample> examples,
                                          const EffectLimits& limits, const StopToken& stop,
                                          Progress& progress)
{
    const torch::NoGradGuard noGrad;
    const model::PassStop stopOfPasses{stop};
    std::vector<PreferenceEffects> results;
    results.reserve(examples.size());
    const auto total = static_cast<std::int64_t>(examples.size());
    while (results.size() < examples.size()) {
        stopPoint(stop);
        progress.report({.done = static_cast<std::int64_t>(results.size()),
                         .total = total,
                         .stage = "measuring effects"});
        const std::size_t first = results.size();
        std::size_t last = first;
        std::size_t tokens = 0;
        do { // at least one, however long it is
            requireUsable(examples[last], decoder.config());
            tokens += packedTokens(examples[last]);
            ++last;
        } while (last < examples.size() &&
                 tokens + packedTokens(examples[last]) <= limits.tokensPerPass);
        measureGroup(decoder, examples.subspan(first, last - first), limits.alternatives, stop,
                     results);
    }
    progress.report({.done = total, .total = total, .stage = "measuring effects"});
    return results;
}

} // namespace

std::vector<PreferenceEffects> measurePreferenceEffects(model::Decoder& decoder,
                                                        std::span<const TwinExample> examples,
                                                        const EffectLimits& limits, StopToken stop,
                                                        Progress& progress)
{
    return model::translated("measuring effects",
                             [&] { return measureAll(decoder, examples, limits, stop, progress); });
}

} // namespace nextquill::causal
