// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/GroupScales_torch.h"

#include "core/base/Error.h"
#include "core/model/Transfer_torch.h"

#include <numeric>
#include <string>

namespace nextquill::causal {

namespace {

using torch::Tensor;

constexpr double leastSum = 1e-300; ///< of weights that divide, so that 0 / 0 is 0

/// From tokens to their groups and back, without asking the device for anything.
class Groups
{
public:
    Groups(const std::vector<std::int64_t>& lengths, torch::Device device)
        : m_lengths{model::uploaded(lengths, device)}
    {
        std::vector<std::int64_t> groups;
        for (std::size_t g = 0; g < lengths.size(); ++g) {
            groups.insert(groups.end(), static_cast<std::size_t>(lengths[g]),
                          static_cast<std::int64_t>(g));
        }
        m_ofToken = model::uploaded(groups, device);
    }

    [[nodiscard]] Tensor lengths() const { return m_lengths.to(torch::kDouble); }

    /// [T] → [G]. Not by adding at indices, whose order a GPU leaves open. "Unsafe" leaves out
    /// LibTorch's look at the lengths, for which it would wait for the device.
    [[nodiscard]] Tensor sums(const Tensor& x) const
    {
        return torch::segment_reduce(x, "sum", m_lengths, {}, {}, /*axis=*/0,
                                     /*unsafe=*/true);
    }

    /// [G] → [T]
    [[nodiscard]] Tensor atTokens(const Tensor& x) const { return x.index_select(0, m_ofToken); }

private:
    Tensor m_lengths;
    Tensor m_ofToken;
};

void requireLengths(const std::vector<std::int64_t>& lengths, std::int64_t tokens)
{
    const std::int64_t sum = std::accumulate(lengths.begin(), lengths.end(), std::int64_t{0});
    if (sum != tokens) {
        throw Error{ErrorKind::Internal,
                    "groups of " + std::to_string(sum) + " of " + std::to_string(tokens) +
                        " target tokens",
                    "core/causal/GroupScales", "report this"};
    }
}

} // namespace

GroupScales groupScales(const Objective& objective, const TokenFigures& figures,
                        const std::vector<std::int64_t>& lengths)
{
    requireLengths(lengths, figures.w.size(0));
    const auto type = figures.w.scalar_type();
    const double share = 1.0 / static_cast<double>(lengths.size());
    const Groups groups{lengths, figures.w.device()};
    const Tensor w = figures.w.to(torch::kDouble);
    const Tensor ce = figures.ce.to(torch::kDouble);
    const Tensor sums = groups.sums(w);
    const Tensor weights = objective.kind == ObjectiveKind::Perce ? groups.lengths() : sums;
    const Tensor isNothing = weights <= 0;
    const Tensor main = (groups.sums(w * ce) / weights).masked_fill_(isNothing, 0);
    const Tensor factor = groups.atTokens((share / weights).masked_fill_(isNothing, 0));

    GroupScales scales{.main = (w * factor).to(type), .mainLoss = main.mean()};
    if (objective.kind == ObjectiveKind::JsWeight) {
        scales.js = ((ce - groups.atTokens(main)) * factor).to(type);
    }
    scales.causalLoss = torch::zeros_like(scales.mainLoss);
    if (figures.ce_d.defined()) {
        const bool omega = objective.causalWeighting == CausalWeighting::Omega;
        const Tensor divisor = groups.atTokens(omega ? sums.clamp_min(leastSum) : groups.lengths());
        const Tensor c = (omega ? w / divisor : divisor.reciprocal()).mul_(share);
        scales.causalLoss = (c * figures.ce_d).sum();
        scales.causal = (c * objective.alpha).to(type);
    }
    return scales;
}

} // namespace nextquill::causal
