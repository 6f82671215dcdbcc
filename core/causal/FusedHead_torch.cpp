// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: T target tokens, V vocabulary, D hidden, c rows of a chunk.
//
//   z_h = hidden_h W^T            d = (hidden_h - hidden_0) W^T            z_0 = z_h - d
//   G_h = k_t (softmax(z_h) - onehot) [+ u_t dw_t/dz_h]          k_t = w_t / Σw      (main term)
//   G_d = α c_t (softmax(d) - onehot)                            c_t = 1/n or w_t / Σw
//   G_0 = [u_t dw_t/dz_0]                                        u_t = (CE_t - L) / Σw (js-weight)
//
//   With a cap c: z = c tanh(W hidden / c) and d = z_h - z_0; gradients of logits are multiplied by
//   1 - (z / c)² of their own world before they are taken back.
//
//   ∂hidden_h = (G_h + G_d) W     ∂hidden_0 = (G_0 - G_d) W
//   ∂W        = G_h^T hidden_h + G_d^T (hidden_h - hidden_0) + G_0^T hidden_0
#include "core/causal/FusedHead_torch.h"

#include "core/causal/GroupScales_torch.h"
#include "core/causal/KnownGradient_torch.h"
#include "core/causal/TwinLogits_torch.h"
#include "core/model/Gradients_torch.h"
#include "core/model/PanelProduct_torch.h"
#include "core/model/RowFunctions_torch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace nextquill::causal {

namespace {

using torch::Tensor;

constexpr std::int64_t chunkBytes = std::int64_t{512} << 20;
constexpr std::int64_t tensorsPerChunk = 6;     // logits, log-softmaxes, gradients of both worlds
constexpr std::int64_t tensorsOfTwinLogits = 3; // logits of both worlds, and their gradients

/// Log-probabilities of a chunk's rows in both worlds, for the objectives that need more of them
/// than their targets' (js-weight, plausible-only).
struct ChunkLogits
{
    Tensor lp_h; ///< [c, V], undefined when the world is not computed
    Tensor lp_0;
    Tensor lp_d; ///< log softmax of the difference, restricted where asked; only with a causal term
    Tensor slope_h; ///< of capped logits by uncapped ones; undefined without a cap
    Tensor slope_0;
};

/// Log-probabilities of a chunk's targets, [c] each; undefined where not computed.
struct TargetLogs
{
    Tensor h;
    Tensor plain;
    Tensor difference;
};

class FusedHead
{
public:
    FusedHead(const Objective& objective, const TwinHidden& pass, const model::OutputHead& head,
              std::optional<Tensor> effects, std::int64_t chunkRows)
        : m_o{objective}
        , m_targets{pass.targets}
        , m_effects{std::move(effects)}
        , m_head{head.weight}
        , m_cap{head}
        , m_hidden_h{pass.hidden_h.defined() ? pass.hidden_h.detach() : Tensor{}}
        , m_hidden_0{pass.hidden_0.defined() ? pass.hidden_0.detach() : Tensor{}}
        , m_T{pass.targets.size(0)}
        , m_targetsAlone{needsTargetsAlone()}
    {
        const Tensor& some = m_hidden_h.defined() ? m_hidden_h : m_hidden_0;
        m_type = model::wideType(some.scalar_type());
        if (!m_targetsAlone) {
            m_W = head.weight.detach().to(m_type);
            m_wide_h = m_hidden_h.defined() ? m_hidden_h.to(m_type) : Tensor{};
            m_wide_0 = m_hidden_0.defined() ? m_hidden_0.to(m_type) : Tensor{};
        }
        const auto rowBytes = head.weight.size(0) *
                              static_cast<std::int64_t>(c10::elementSize(m_type)) *
                              (m_targetsAlone ? tensorsOfTwinLogits : tensorsPerChunk);
        m_chunk = chunkRows > 0 ? chunkRows : std::max<std::int64_t>(1, chunkBytes / rowBytes);
        m_groups = objective.normalize == Normalize::Batch ? std::vector{m_T} : pass.lengths;
    }

    /// After measure(). The device's, not read.
    [[nodiscard]] LossFigures figures(const TokenFigures& tokens) const
    {
        const Tensor& main = m_scales.mainLoss;
        const Tensor& causal = m_scales.causalLoss;
        const bool hasPce = tokens.pce.defined();
        const Tensor none = torch::zeros_like(main);
        const Tensor isPreference =
            hasPce ? (tokens.pce > m_o.threshold).to(torch::kDouble) : Tensor{};
        return {.numbers = torch::stack({main + m_o.alpha * causal, main, causal,
                                         hasPce ? tokens.pce.mean(torch::kDouble) : none,
                                         hasPce ? isPreference.mean() : none}),
                .tokens = m_T,
                .hasPce = hasPce};
    }

    TokenFigures measure()
    {
        const auto options = wideOptions();
        TokenFigures figures{.ce = torch::empty({m_T}, options)};
        figures.w = torch::ones({m_T}, options);
        if (m_o.hasCausalTerm()) {
            figures.ce_d = torch::empty({m_T}, options);
        }
        if (m_hidden_h.defined() && m_hidden_0.defined()) {
            figures.pce = torch::empty({m_T}, options);
        }
        for (std::int64_t begin = 0; begin < m_T; begin += m_chunk) {
            const std::int64_t c = std::min(m_chunk, m_T - begin);
            if (m_targetsAlone) {
                auto logits = std::make_unique<TwinLogits>(twinLogits(begin, c));
                const TwinLogits::Figures& found = logits->figures();
                const bool one = !found.plain.defined();
                measureChunk({.h = one && onPlain() ? Tensor{} : found.h,
                              .plain = one && onPlain() ? found.h : found.plain,
                              .difference = found.difference},
                             begin, c, figures);
                setWeights(begin, c, figures, {});
                m_keptTwin = c == m_T ? std::move(logits) : nullptr;
            } else {
                ChunkLogits logits = logitsOf(begin, c);
                measureChunk(targetLogs(logits, begin), begin, c, figures);
                setWeights(begin, c, figures, logits);
                if (c == m_T) {
                    m_kept = std::move(logits); // one chunk: no second product for the gradient
                }
            }
        }
        m_scales = groupScales(m_o, figures, m_groups);
        return figures;
    }

    /// Gradients of `scale` times the whole loss; that of the head is added to its own.
    struct Gradients
    {
        Tensor hidden_h;
        Tensor hidden_0;
    };

    /// `scale` is a scalar.
    Gradients gradients(const Tensor& scale)
    {
        Gradients result;
        const std::int64_t D = m_head.size(1);
        if (m_hidden_h.defined()) {
            result.hidden_h = torch::zeros({m_T, D}, wideOptions());
        }
        if (m_hidden_0.defined()) {
            result.hidden_0 = torch::zeros({m_T, D}, wideOptions());
        }
        for (Tensor* scales : {&m_scales.main, &m_scales.causal, &m_scales.js}) {
            if (scales->defined()) {
                scales->mul_(scale);
            }
        }
        for (std::int64_t begin = 0; begin < m_T; begin += m_chunk) {
            const std::int64_t c = std::min(m_chunk, m_T - begin);
            if (m_targetsAlone) {
                addTwinGradients(m_keptTwin ? std::move(*std::exchange(m_keptTwin, nullptr))
                                            : twinLogits(begin, c),
                                 begin, c, result);
            } else {
                addChunkGradients(c == m_T ? std::exchange(m_kept, {}) : logitsOf(begin, c), begin,
                                  c, result);
            }
        }
        return result;
    }

private:
    [[nodiscard]] bool isJs() const { return m_o.kind == ObjectiveKind::JsWeight; }
    [[nodiscard]] bool onPlain() const { return m_o.kind == ObjectiveKind::SftNoHistory; }

    /// True where a row's loss and gradient follow from its targets' figures and softmaxes alone.
    [[nodiscard]] bool needsTargetsAlone() const
    {
        const bool bothWorlds = m_hidden_h.defined() && m_hidden_0.defined();
        return m_cap.cap == 0 && !isJs() && !(m_o.hasCausalTerm() && m_o.plausibleOnly) &&
               !(onPlain() && bothWorlds);
    }

    [[nodiscard]] torch::TensorOptions wideOptions() const
    {
        return m_head.options().dtype(m_type).requires_grad(false);
    }

    [[nodiscard]] TwinLogits twinLogits(std::int64_t begin, std::int64_t c) const
    {
        const auto rows = [begin, c](const Tensor& hidden) {
            return hidden.defined() ? hidden.narrow(0, begin, c) : hidden;
        };
        return {rows(m_hidden_h), rows(m_hidden_0), m_head.detach(), m_targets.narrow(0, begin, c)};
    }

    [[nodiscard]] TargetLogs targetLogs(const ChunkLogits& logits, std::int64_t begin) const
    {
        const auto of = [&](const Tensor& rows) {
            return rows.defined() ? pick(rows, begin) : Tensor{};
        };
        return {.h = of(logits.lp_h), .plain = of(logits.lp_0), .difference = of(logits.lp_d)};
    }

    [[nodiscard]] Tensor pick(const Tensor& rows, std::int64_t begin) const
    {
        return rows.gather(1, targets(begin, rows.size(0))).squeeze(1);
    }

    [[nodiscard]] Tensor targets(std::int64_t begin, std::int64_t c) const
    {
        return m_targets.narrow(0, begin, c).unsqueeze(1);
    }

    ChunkLogits logitsOf(std::int64_t begin, std::int64_t c) const
    {
        const auto rows = [begin, c](const Tensor& hidden) { return hidden.narrow(0, begin, c); };
        const Tensor head = m_W.t();
        ChunkLogits logits;
        const auto world = [&](const Tensor& hidden, Tensor& slope) {
            Tensor z = rows(hidden).matmul(head);
            if (m_cap.cap != 0) {
                m_cap.capInPlace(z);
                slope = m_cap.slope(z);
            }
            return z;
        };
        if (!m_wide_0.defined()) {
            logits.lp_h = torch::log_softmax(world(m_wide_h, logits.slope_h), 1);
            return logits;
        }
        if (!m_wide_h.defined()) {
            logits.lp_0 = torch::log_softmax(world(m_wide_0, logits.slope_0), 1);
            return logits;
        }
        const Tensor z_h = world(m_wide_h, logits.slope_h);
        Tensor d = m_cap.cap != 0 ? z_h - world(m_wide_0, logits.slope_0)
                                  : (rows(m_wide_h) - rows(m_wide_0)).matmul(head);
        logits.lp_h = torch::log_softmax(z_h, 1);
        logits.lp_0 = torch::log_softmax(z_h - d, 1);
        if (m_o.hasCausalTerm()) {
            if (m_o.plausibleOnly) {
                const Tensor floor = logits.lp_h.amax(1, /*keepdim=*/true) + std::log(0.1);
                Tensor keep = logits.lp_h >= floor;
                keep.scatter_(1, targets(begin, c), true);
                d.masked_fill_(keep.logical_not_(), -INFINITY);
            }
            logits.lp_d = torch::log_softmax(d, 1);
        }
        return logits;
    }

    void measureChunk(const TargetLogs& logs, std::int64_t begin, std::int64_t c,
                      TokenFigures& figures) const
    {
        figures.ce.narrow(0, begin, c).copy_(-(onPlain() ? logs.plain : logs.h));
        if (figures.ce_d.defined()) {
            figures.ce_d.narrow(0, begin, c).copy_(-logs.difference);
        }
        if (figures.pce.defined()) {
            figures.pce.narrow(0, begin, c).copy_(logs.h.exp() - logs.plain.exp());
        }
        if (m_o.kind == ObjectiveKind::Perce) {
            figures.w.narrow(0, begin, c)
                .copy_((logs.h - logs.plain).clamp(m_o.clipLow, m_o.clipHigh));
        }
    }

    void setWeights(std::int64_t begin, std::int64_t c, TokenFigures& figures,
                    const ChunkLogits& logits) const
    {
        Tensor w = figures.w.narrow(0, begin, c);
        switch (m_o.kind) {
        case ObjectiveKind::NextQuill:
        case ObjectiveKind::TokenWeight: {
            const Tensor pce =
                (m_effects ? m_effects->to(m_type) : figures.pce).narrow(0, begin, c);
            w.copy_((pce > m_o.threshold).to(m_type) * (m_o.highWeight - m_o.lowWeight) +
                    m_o.lowWeight);
            break;
        }
        case ObjectiveKind::JsWeight: {
            const auto [r, s] = logRatios(logits);
            w.copy_(((logits.lp_h.exp() * r).sum(1) + (logits.lp_0.exp() * s).sum(1)).abs());
            break;
        }
        case ObjectiveKind::Perce: // from the targets' log-probabilities, in measureChunk()
        case ObjectiveKind::Causal:
        case ObjectiveKind::Sft:
        case ObjectiveKind::SftNoHistory:
            break; // 1
        }
    }

    /// log a - log m and log b - log m with a, b the two distributions and m their mean; 0 where
    /// the term's own probability is 0.
    static std::pair<Tensor, Tensor> logRatios(const ChunkLogits& logits)
    {
        const Tensor lm = torch::logaddexp(logits.lp_h, logits.lp_0) - std::log(2.0);
        return {(logits.lp_h - lm).nan_to_num(0, 0, 0), (logits.lp_0 - lm).nan_to_num(0, 0, 0)};
    }

    /// scale_t (softmax - onehot), from log-probabilities; overwrites nothing.
    [[nodiscard]] Tensor crossEntropyGradient(const Tensor& logProbabilities, const Tensor& scale,
                                              std::int64_t begin) const
    {
        const std::int64_t c = logProbabilities.size(0);
        const Tensor column = scale.narrow(0, begin, c).unsqueeze(1);
        Tensor gradient = logProbabilities.exp().mul_(column);
        gradient.scatter_add_(1, targets(begin, c), -column);
        return gradient;
    }

    /// u_t dw_t/dz of one world: p ⊙ (r - Σ p r).
    [[nodiscard]] Tensor jsGradient(const Tensor& logProbabilities, const Tensor& ratio,
                                    std::int64_t begin) const
    {
        const Tensor p = logProbabilities.exp();
        const Tensor mean = (p * ratio).sum(1, /*keepdim=*/true);
        return p * (ratio - mean) * m_scales.js.narrow(0, begin, p.size(0)).unsqueeze(1);
    }

    void addTwinGradients(TwinLogits logits, std::int64_t begin, std::int64_t c,
                          Gradients& into) const
    {
        const bool causal = m_o.hasCausalTerm();
        logits.toGradients(m_scales.main.narrow(0, begin, c),
                           causal ? m_scales.causal.narrow(0, begin, c) : Tensor{});
        const Tensor back = torch::mm(logits.gradients(), m_head.detach());
        const Tensor& hidden = onPlain() ? m_hidden_0 : m_hidden_h;
        Tensor& into_z = onPlain() ? into.hidden_0 : into.hidden_h;
        into_z.narrow(0, begin, c).add_(back.narrow(0, 0, c));
        Tensor seen = hidden.narrow(0, begin, c);
        if (causal) {
            const Tensor back_d = back.narrow(0, c, c);
            into.hidden_h.narrow(0, begin, c).add_(back_d);
            Tensor seen_d = seen;
            if (m_o.noHistoryGradient) {
                into.hidden_0.narrow(0, begin, c).sub_(back_d);
                seen_d = (seen.to(m_type) - m_hidden_0.narrow(0, begin, c)).to(seen.scalar_type());
            }
            seen = torch::cat({seen, seen_d});
        }
        addToHead(logits.gradients(), seen);
    }

    /// Gᵀ hidden into the head's gradient, if it is trained.
    void addToHead(const Tensor& G, const Tensor& hidden) const
    {
        if (!m_head.requires_grad()) {
            return;
        }
        Tensor sum = model::gradientOf(m_head);
        model::putGradientProduct(G, hidden, sum, /*adds=*/true);
    }

    void addChunkGradients(const ChunkLogits& logits, std::int64_t begin, std::int64_t c,
                           Gradients& into) const
    {
        Tensor G_h;
        Tensor G_0;
        if (onPlain()) {
            G_0 = crossEntropyGradient(logits.lp_0, m_scales.main, begin);
        } else {
            G_h = crossEntropyGradient(logits.lp_h, m_scales.main, begin);
        }
        if (isJs() && !m_o.detachWeight) {
            const auto [r, s] = logRatios(logits);
            G_h += jsGradient(logits.lp_h, r, begin);
            G_0 = jsGradient(logits.lp_0, s, begin);
        }
        if (logits.slope_h.defined() && G_h.defined()) {
            G_h.mul_(logits.slope_h);
        }
        if (logits.slope_0.defined() && G_0.defined()) {
            G_0.mul_(logits.slope_0);
        }
        if (G_h.defined()) {
            carry(G_h, m_wide_h.narrow(0, begin, c), into.hidden_h.narrow(0, begin, c));
        }
        if (G_0.defined()) {
            carry(G_0, m_wide_0.narrow(0, begin, c), into.hidden_0.narrow(0, begin, c));
        }
        if (m_o.hasCausalTerm()) {
            addCausalGradients(logits, begin, c, into);
        }
    }

    /// Takes a gradient of logits back to the hidden rows it came from and to the head.
    void carry(const Tensor& G, const Tensor& hidden, Tensor intoHidden) const
    {
        intoHidden.addmm_(G, m_W);
        addToHead(G, hidden);
    }

    void addCausalGradients(const ChunkLogits& logits, std::int64_t begin, std::int64_t c,
                            Gradients& into) const
    {
        const Tensor G_d = crossEntropyGradient(logits.lp_d, m_scales.causal, begin);
        if (m_cap.cap != 0) { // not of one difference of hidden states
            carry(G_d * logits.slope_h, m_wide_h.narrow(0, begin, c),
                  into.hidden_h.narrow(0, begin, c));
            if (m_o.noHistoryGradient) {
                carry(-(G_d * logits.slope_0), m_wide_0.narrow(0, begin, c),
                      into.hidden_0.narrow(0, begin, c));
            }
            return;
        }
        const Tensor back = G_d.matmul(m_W);
        into.hidden_h.narrow(0, begin, c).add_(back);
        Tensor seen = m_wide_h.narrow(0, begin, c);
        if (m_o.noHistoryGradient) {
            into.hidden_0.narrow(0, begin, c).sub_(back);
            seen = seen - m_wide_0.narrow(0, begin, c);
        }
        addToHead(G_d, seen);
    }

    Objective m_o;
    Tensor m_targets;
    std::optional<Tensor> m_effects;
    Tensor m_head;
    model::OutputHead m_cap; ///< the same with its cap
    Tensor m_hidden_h;
    Tensor m_hidden_0;
    std::int64_t m_T = 0;
    bool m_targetsAlone = false; ///< by TwinLogits; else by whole distributions, in the wide type
    torch::ScalarType m_type = torch::kFloat; ///< the wide one
    Tensor m_W;                               ///< wide copies of head and hidden states
    Tensor m_wide_h;
    Tensor m_wide_0;
    std::int64_t m_chunk = 0;
    std::vector<std::int64_t> m_groups;
    GroupScales m_scales;
    ChunkLogits m_kept;
    std::unique_ptr<TwinLogits> m_keptTwin;
};

} // namespace

LossResult objectiveLoss(const Objective& objective, const TwinHidden& pass,
                         const model::OutputHead& output, const std::optional<Tensor>& effects,
                         std::int64_t chunkRows)
{
    LossResult result;
    std::shared_ptr<FusedHead> head;
    {
        const torch::NoGradGuard noGrad;
        head = std::make_shared<FusedHead>(objective, pass, output, effects, chunkRows);
        result.figures = head->figures(head->measure());
    }
    const Tensor& some = pass.hidden_h.defined() ? pass.hidden_h : pass.hidden_0;
    const Tensor value =
        result.figures.numbers.select(0, 0).to(model::wideType(some.scalar_type()));
    result.loss = value;
    if (torch::GradMode::is_enabled()) {
        result.loss = withKnownGradient(value, pass.hidden_h, pass.hidden_0,
                                        [head = std::move(head)](const Tensor& outer) {
                                            const auto known = head->gradients(outer);
                                            return std::array{known.hidden_h, known.hidden_0};
                                        });
    }
    return result;
}

Tensor targetEffects(const TwinHidden& pass, const model::OutputHead& head)
{
    const torch::NoGradGuard noGrad;
    const Objective objective = Objective::defaults(ObjectiveKind::NextQuill);
    return FusedHead{objective, pass, head, std::nullopt, 0}.measure().pce;
}

} // namespace nextquill::causal
