// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/HiddenEffects_torch.h"

#include "core/base/Progress.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::causal {

namespace {

using torch::Tensor;

constexpr std::int64_t chunkRows = 128;

/// Figures of all rows of a chunk, on the CPU.
struct ChunkFigures
{
    Tensor logp_h; ///< [c]
    Tensor logp_0;
    Tensor js;
    Tensor rank_h;
    Tensor rank_0;
    Tensor topP_h; ///< [c, k]; undefined when no alternatives are asked for
    Tensor topId_h;
    Tensor topP_0;
    Tensor topId_0;
};

Tensor pick(const Tensor& rows, const Tensor& targets)
{
    return rows.gather(1, targets).squeeze(1);
}

Tensor rankOf(const Tensor& logProbabilities, const Tensor& targets)
{
    return (logProbabilities > logProbabilities.gather(1, targets)).sum(1) + 1;
}

/// Jensen-Shannon divergence of two rows of log-probabilities, nats.
Tensor jensenShannon(const Tensor& lp_h, const Tensor& lp_0)
{
    const Tensor lm = torch::logaddexp(lp_h, lp_0) - std::log(2.0);
    const Tensor terms =
        lp_h.exp() * (lp_h - lm).nan_to_num(0, 0, 0) + lp_0.exp() * (lp_0 - lm).nan_to_num(0, 0, 0);
    return (terms.sum(1) / 2).clamp(0, std::log(2.0));
}

ChunkFigures measureChunk(const TwinHidden& pass, const model::OutputHead& head, std::int64_t begin,
                          std::int64_t c, int alternatives)
{
    const auto logSoftmax = [&](const Tensor& hidden) {
        return torch::log_softmax(head.logits(hidden.narrow(0, begin, c)), 1);
    };
    const Tensor lp_h = logSoftmax(pass.hidden_h);
    const Tensor lp_0 = logSoftmax(pass.hidden_0);
    const Tensor targets = pass.targets.narrow(0, begin, c).unsqueeze(1);
    ChunkFigures figures{
        .logp_h = pick(lp_h, targets).to(torch::kCPU, torch::kFloat),
        .logp_0 = pick(lp_0, targets).to(torch::kCPU, torch::kFloat),
        .js = jensenShannon(lp_h, lp_0).to(torch::kCPU, torch::kFloat),
        .rank_h = rankOf(lp_h, targets).to(torch::kCPU),
        .rank_0 = rankOf(lp_0, targets).to(torch::kCPU),
    };
    if (alternatives > 0) {
        const std::int64_t k = std::min<std::int64_t>(alternatives, lp_h.size(1));
        const auto [top_h, id_h] = lp_h.topk(k, 1);
        const auto [top_0, id_0] = lp_0.topk(k, 1);
        figures.topP_h = top_h.exp().to(torch::kCPU, torch::kFloat).contiguous();
        figures.topId_h = id_h.to(torch::kCPU).contiguous();
        figures.topP_0 = top_0.exp().to(torch::kCPU, torch::kFloat).contiguous();
        figures.topId_0 = id_0.to(torch::kCPU).contiguous();
    }
    return figures;
}

std::vector<Alternative> alternativesAt(const Tensor& p, const Tensor& ids, std::int64_t row)
{
    std::vector<Alternative> alternatives;
    if (!p.defined()) {
        return alternatives;
    }
    const auto values = p.accessor<float, 2>();
    const auto tokens = ids.accessor<std::int64_t, 2>();
    for (std::int64_t i = 0; i < p.size(1); ++i) {
        alternatives.push_back({.token = text::TokenId{static_cast<std::int32_t>(tokens[row][i])},
                                .p = values[row][i]});
    }
    return alternatives;
}

TokenEffect effectAt(const ChunkFigures& figures, std::int64_t row)
{
    TokenEffect effect;
    effect.logp_h = figures.logp_h.accessor<float, 1>()[row];
    effect.logp_0 = figures.logp_0.accessor<float, 1>()[row];
    effect.p_h = std::exp(effect.logp_h);
    effect.p_0 = std::exp(effect.logp_0);
    effect.js = figures.js.accessor<float, 1>()[row];
    effect.rank_h = static_cast<std::int32_t>(figures.rank_h.accessor<std::int64_t, 1>()[row]);
    effect.rank_0 = static_cast<std::int32_t>(figures.rank_0.accessor<std::int64_t, 1>()[row]);
    effect.top_h = alternativesAt(figures.topP_h, figures.topId_h, row);
    effect.top_0 = alternativesAt(figures.topP_0, figures.topId_0, row);
    return effect;
}

} // namespace

PreferenceEffects effectsOf(const TwinHidden& pass, std::int64_t begin,
                            const model::OutputHead& head, const TwinExample& example,
                            int alternatives, const StopToken& stop)
{
    PreferenceEffects effects;
    const auto T = static_cast<std::int64_t>(example.target.size());
    effects.tokens.reserve(example.target.size());
    for (std::int64_t done = 0; done < T; done += chunkRows) {
        stopPoint(stop);
        const std::int64_t c = std::min(chunkRows, T - done);
        const ChunkFigures figures = measureChunk(pass, head, begin + done, c, alternatives);
        for (std::int64_t row = 0; row < c; ++row) {
            const auto t = static_cast<std::size_t>(done + row);
            TokenEffect effect = effectAt(figures, row);
            effect.token = example.target[t];
            effect.bytes = example.targetBytes[t];
            effects.tokens.push_back(std::move(effect));
        }
    }
    return effects;
}

} // namespace nextquill::causal
