// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/PlainObjective_torch.h"

#include <vector>

namespace nextquill::causal {

namespace {

using torch::Tensor;

Tensor crossEntropy(const Tensor& logits, const Tensor& targets)
{
    return -torch::log_softmax(logits, 1).gather(1, targets.unsqueeze(1)).squeeze(1);
}

/// Σ_v a (log a - log m) with 0 where a is 0.
Tensor divergence(const Tensor& a, const Tensor& m)
{
    return torch::where(a > 0, a * (a.log() - m.log()), torch::zeros_like(a)).sum(1);
}

Tensor tokenWeight(const Objective& o, const Tensor& z_h, const Tensor& z_0, const Tensor& y,
                   const std::optional<Tensor>& effects)
{
    const auto pick = [&y](const Tensor& rows) {
        return rows.gather(1, y.unsqueeze(1)).squeeze(1);
    };
    switch (o.kind) {
    case ObjectiveKind::NextQuill:
    case ObjectiveKind::TokenWeight: {
        const Tensor pce =
            effects ? *effects : pick(torch::softmax(z_h, 1)) - pick(torch::softmax(z_0, 1));
        return torch::where(pce.detach() > o.threshold, torch::full_like(pce, o.highWeight),
                            torch::full_like(pce, o.lowWeight))
            .detach();
    }
    case ObjectiveKind::JsWeight: {
        const Tensor a = torch::softmax(z_h, 1);
        const Tensor b = torch::softmax(z_0, 1);
        const Tensor m = (a + b) / 2;
        const Tensor w = (divergence(a, m) + divergence(b, m)).abs();
        return o.detachWeight ? w.detach() : w;
    }
    case ObjectiveKind::Perce:
        return (pick(torch::log_softmax(z_h, 1)) - pick(torch::log_softmax(z_0, 1)))
            .clamp(o.clipLow, o.clipHigh)
            .detach();
    case ObjectiveKind::Causal:
    case ObjectiveKind::Sft:
    case ObjectiveKind::SftNoHistory:
        break;
    }
    return torch::ones({y.size(0)}, (z_h.defined() ? z_h : z_0).options());
}

Tensor causalCrossEntropy(const Objective& o, const Tensor& z_h, Tensor z_0, const Tensor& y)
{
    if (!o.noHistoryGradient) {
        z_0 = z_0.detach();
    }
    Tensor d = z_h - z_0;
    if (o.plausibleOnly) {
        const Tensor p = torch::softmax(z_h.detach(), 1);
        Tensor keep = p >= 0.1 * p.amax(1, /*keepdim=*/true);
        keep.scatter_(1, y.unsqueeze(1), true);
        d = d.masked_fill(keep.logical_not(), -INFINITY);
    }
    return crossEntropy(d, y);
}

} // namespace

LossResult plainObjectiveLoss(const Objective& o, const TwinHidden& pass,
                              const model::OutputHead& head, const std::optional<Tensor>& effects)
{
    const Tensor& some = pass.hidden_h.defined() ? pass.hidden_h : pass.hidden_0;
    const auto type = some.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
    const Tensor W = head.weight.to(type);
    const auto logits = [&](const Tensor& hidden) {
        if (!hidden.defined()) {
            return Tensor{};
        }
        const Tensor z = hidden.to(type).matmul(W.t());
        return head.cap != 0 ? head.cap * torch::tanh(z / head.cap) : z;
    };
    const Tensor z_h = logits(pass.hidden_h);
    const Tensor z_0 = logits(pass.hidden_0);

    std::vector<std::int64_t> groups = pass.lengths;
    if (o.normalize == Normalize::Batch) {
        groups = {pass.targets.size(0)};
    }
    LossResult result{.loss = torch::zeros({}, some.options().dtype(type))};
    const auto zero = torch::zeros({}, some.options().dtype(torch::kDouble).requires_grad(false));
    Tensor mains = zero;
    Tensor causals = zero;
    const double share = 1.0 / static_cast<double>(groups.size());
    std::int64_t begin = 0;
    for (const std::int64_t n : groups) {
        const auto rows = [begin, n](const Tensor& tensor) {
            return tensor.defined() ? tensor.narrow(0, begin, n) : Tensor{};
        };
        const Tensor y = rows(pass.targets);
        const std::optional<Tensor> own =
            effects ? std::optional{rows(*effects).to(type)} : std::nullopt;
        const Tensor w = tokenWeight(o, rows(z_h), rows(z_0), y, own);
        const bool onPlain = o.kind == ObjectiveKind::SftNoHistory;
        const Tensor ce = crossEntropy(rows(onPlain ? z_0 : z_h), y);
        const Tensor main =
            o.kind == ObjectiveKind::Perce ? (w * ce).mean() : (w * ce).sum() / w.sum();
        mains = mains + share * main.detach();
        result.loss = result.loss + share * main;
        if (o.hasCausalTerm()) {
            const Tensor ce_d = causalCrossEntropy(o, rows(z_h), rows(z_0), y);
            const Tensor omega = w.detach();
            const Tensor causal = o.causalWeighting == CausalWeighting::Omega
                                      ? (omega * ce_d).sum() / omega.sum()
                                      : ce_d.mean();
            causals = causals + share * causal.detach();
            result.loss = result.loss + share * o.alpha * causal;
        }
        begin += n;
    }
    result.figures = {.numbers = torch::stack(
                          {result.loss.detach().to(torch::kDouble), mains, causals, zero, zero}),
                      .tokens = pass.targets.size(0)};
    return result;
}

} // namespace nextquill::causal
