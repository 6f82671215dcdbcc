// SPDX-License-Identifier: GPL-3.0-or-later
//
// log p_s(y) = z_y - logsumexp(z) with z = log p_0 + s (log p_h - log p_0), for each row.
#include "core/base/Error.h"
#include "core/causal/StrengthLikelihood.h"
#include "core/causal/TwinExample.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/Decoder.h"
#include "core/model/TorchErrors_torch.h"

#include <algorithm>

namespace nextquill::causal {

namespace {

constexpr std::int64_t strengthRows = 128;

double sumUnder(double s, const torch::Tensor& lp_0, const torch::Tensor& shift,
                const torch::Tensor& targets)
{
    const torch::Tensor z = lp_0 + s * shift;
    return (z.gather(1, targets).squeeze(1) - z.logsumexp(1)).sum(torch::kDouble).item<double>();
}

void requireRoomFor(const TwinExample& example, std::int64_t context)
{
    const std::size_t longest = example.prefix.size() + example.target.size() +
                                std::max(example.historyBranch.size(), example.plainBranch.size());
    if (example.target.empty() || std::cmp_greater(longest, context)) {
        throw Error{ErrorKind::BadInput,
                    example.target.empty() ? "the target text is empty"
                                           : "prompt and text are longer than the model's context",
                    example.id, "choose a text with words, or lower the prompt budget"};
    }
}

std::vector<double> likelihoods(model::Decoder& decoder, const TwinExample& example,
                                std::span<const double> strengths, const StopToken& stop,
                                Progress& progress)
{
    const torch::NoGradGuard noGrad;
    requireRoomFor(example, decoder.config().contextLength);
    model::Network& network = decoder.network();
    const TwinHidden pass =
        twinPass(network, std::span{&example, 1}, {.history = true, .plain = true});
    const model::OutputHead head = network.head();
    const std::int64_t T = pass.targets.size(0);
    std::vector<double> sums(strengths.size(), 0);
    for (std::int64_t begin = 0; begin < T; begin += strengthRows) {
        progress.report({.done = begin, .total = T, .stage = "looking for the strength"});
        const std::int64_t c = std::min(strengthRows, T - begin);
        const auto logSoftmax = [&](const torch::Tensor& hidden) {
            return torch::log_softmax(head.logits(hidden.narrow(0, begin, c)), 1);
        };
        const torch::Tensor lp_0 = logSoftmax(pass.hidden_0);
        const torch::Tensor shift = logSoftmax(pass.hidden_h) - lp_0;
        const torch::Tensor targets = pass.targets.narrow(0, begin, c).unsqueeze(1);
        for (std::size_t i = 0; i < strengths.size(); ++i) {
            stopPoint(stop);
            sums[i] += sumUnder(strengths[i], lp_0, shift, targets);
        }
    }
    return sums;
}

} // namespace

std::vector<double> strengthLikelihoods(model::Decoder& decoder, const TwinExample& example,
                                        std::span<const double> strengths, StopToken stop,
                                        Progress& progress)
{
    return model::translated("looking for the strength", [&] {
        return likelihoods(decoder, example, strengths, stop, progress);
    });
}

} // namespace nextquill::causal
