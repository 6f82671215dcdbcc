// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/Attribution.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace nextquill::causal {

double Attribution::textLogEffect(int review) const
{
    const auto k = static_cast<std::size_t>(reviews);
    double sum = 0;
    for (auto i = static_cast<std::size_t>(review); i < logEffect.size(); i += k) {
        sum += logEffect[i];
    }
    return sum;
}

std::vector<int> Attribution::strongestFirst(std::optional<std::size_t> token) const
{
    std::vector<double> strength;
    for (int i = 0; i < reviews; ++i) {
        strength.push_back(token ? static_cast<double>(at(*token, i)) : textLogEffect(i));
    }
    std::vector<int> order(static_cast<std::size_t>(reviews));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](int review) {
        return strength[static_cast<std::size_t>(review)];
    });
    return order;
}

PromptedTarget promptedTarget(const LeaveOneOutExample& example)
{
    PromptedTarget question{.id = example.id,
                            .stage = "leaving out one review after the other",
                            .prompts = {example.full},
                            .target = example.target};
    question.prompts.insert(question.prompts.end(), example.without.begin(), example.without.end());
    return question;
}

Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example,
                      const TreeLimits& limits, const ReviewEffectSink& sink, StopToken stop,
                      Progress& progress)
{
    const std::size_t T = example.target.size();
    const std::size_t k = example.without.size();
    Attribution attribution{.reviews = static_cast<int>(k),
                            .effect = std::vector<float>(T * k),
                            .logEffect = std::vector<float>(T * k)};
    std::vector<float> whole;
    const auto takeRow = [&](std::size_t prompt, std::span<const float> logp) {
        if (prompt == 0) {
            whole.assign(logp.begin(), logp.end());
            return;
        }
        const std::size_t review = prompt - 1;
        std::vector<float> column(T);
        for (std::size_t t = 0; t < T; ++t) {
            column[t] = std::exp(whole[t]) - std::exp(logp[t]);
            attribution.effect[t * k + review] = column[t];
            attribution.logEffect[t * k + review] = whole[t] - logp[t];
        }
        if (sink) {
            sink(static_cast<int>(review), column);
        }
    };
    measureTarget(decoder, promptedTarget(example), limits, takeRow, std::move(stop), progress);
    return attribution;
}

Attribution attribute(model::Decoder& decoder, const LeaveOneOutExample& example, StopToken stop,
                      Progress& progress)
{
    return attribute(decoder, example, {}, {}, std::move(stop), progress);
}

} // namespace nextquill::causal
