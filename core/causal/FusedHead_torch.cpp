// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: T target tokens, V vocabulary, D hidden, c rows of a chunk.
//
//   z_h = hidden_h W^T            d = (hidden_h - hidden_0) W^T            z_0 = z_h - d
//   G_h = k_t (softmax(z_h) - onehot) [+ u_t dw_t/dz_h]          k_t = w_t / Σw      (main term)
//   G_d = α c_t (softmax(d) - onehot)                            c_t = 1/n or w_t / Σw
//   G_0 = [u_t dw_t/dz_0]                                        u_t = (CE_t - L) / Σw (js-weight)
//
//   ∂hidden_h = (G_h + G_d) W     ∂hidden_0 = (G_0 - G_d) W
//   ∂W        = G_h^T hidden_h + G_d^T (hidden_h - hidden_0) + G_0^T hidden_0
#include "core/causal/FusedHead_torch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace nextquill::causal {

namespace {

using torch::Tensor;

constexpr std::int64_t chunkBytes = std::int64_t{512} << 20;
constexpr std::int64_t tensorsPerChunk = 6; // logits, log-softmaxes, gradients of both worlds

/// Log-probabilities and logits of a chunk's rows in both worlds.
struct ChunkLogits
{
    Tensor lp_h; ///< [c, V], undefined when the world is not computed
    Tensor lp_0;
    Tensor lp_d; ///< log softmax of the difference, restricted where asked; only with a causal term
};

/// What the first sweep learns about every token, [T] each.
struct TokenFigures
{
    Tensor ce;   ///< of the main term
    Tensor ce_d; ///< of the causal term
    Tensor w;
    Tensor pce; ///< undefined when one world is missing
};

class FusedHead
{
public:
    FusedHead(const Objective& objective, const TwinHidden& pass, const Tensor& headWeight,
              std::optional<Tensor> effects, std::int64_t chunkRows)
        : m_o{objective}
        , m_pass{pass}
        , m_effects{std::move(effects)}
    {
        const Tensor& some = pass.hidden_h.defined() ? pass.hidden_h : pass.hidden_0;
        m_type = some.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
        m_W = headWeight.detach().to(m_type);
        m_hidden_h = pass.hidden_h.defined() ? pass.hidden_h.detach().to(m_type) : Tensor{};
        m_hidden_0 = pass.hidden_0.defined() ? pass.hidden_0.detach().to(m_type) : Tensor{};
        m_T = pass.targets.size(0);
        const auto rowBytes =
            m_W.size(0) * static_cast<std::int64_t>(m_W.element_size()) * tensorsPerChunk;
        m_chunk = chunkRows > 0 ? chunkRows : std::max<std::int64_t>(1, chunkBytes / rowBytes);
        m_groups = objective.normalize == Normalize::Batch ? std::vector{m_T} : pass.lengths;
    }

    LossReport report(const TokenFigures& figures)
    {
        LossReport report;
        const double share = 1.0 / static_cast<double>(m_groups.size());
        for (const Group& group : m_scales) {
            report.main += share * group.main;
            report.causal += share * group.causal;
        }
        report.loss = report.main + m_o.alpha * report.causal;
        report.tokens = m_T;
        report.hasPce = figures.pce.defined();
        if (report.hasPce) {
            report.meanPce = figures.pce.mean().item<double>();
            report.preferenceRatio =
                (figures.pce > m_o.threshold).to(torch::kDouble).mean().item<double>();
        }
        return report;
    }

    TokenFigures measure()
    {
        const auto options = m_W.options();
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
            ChunkLogits logits = logitsOf(begin, c);
            measureChunk(logits, begin, c, figures);
            if (c == m_T) {
                m_kept = std::move(logits); // one chunk: the gradient needs no second product
            }
        }
        setScales(figures);
        return figures;
    }

    /// Gradients of the whole loss; `∂W` only when asked for.
    struct Gradients
    {
        Tensor hidden_h;
        Tensor hidden_0;
        Tensor head;
    };

    Gradients gradients(const TokenFigures& figures, bool ofHead)
    {
        Gradients result;
        const std::int64_t D = m_W.size(1);
        if (m_hidden_h.defined()) {
            result.hidden_h = torch::zeros({m_T, D}, m_W.options());
        }
        if (m_hidden_0.defined()) {
            result.hidden_0 = torch::zeros({m_T, D}, m_W.options());
        }
        if (ofHead) {
            result.head = torch::zeros_like(m_W);
        }
        for (std::int64_t begin = 0; begin < m_T; begin += m_chunk) {
            const std::int64_t c = std::min(m_chunk, m_T - begin);
            addChunkGradients(c == m_T ? std::exchange(m_kept, {}) : logitsOf(begin, c), figures,
                              begin, c, result);
        }
        return result;
    }

private:
    /// Sums over one record (or the whole batch) that scale its gradient.
    struct Group
    {
        double main = 0;
        double causal = 0;
        double weights = 0;
    };

    [[nodiscard]] bool isJs() const { return m_o.kind == ObjectiveKind::JsWeight; }
    [[nodiscard]] bool onPlain() const { return m_o.kind == ObjectiveKind::SftNoHistory; }

    [[nodiscard]] Tensor pick(const Tensor& rows, std::int64_t begin) const
    {
        return rows.gather(1, targets(begin, rows.size(0))).squeeze(1);
    }

    [[nodiscard]] Tensor targets(std::int64_t begin, std::int64_t c) const
    {
        return m_pass.targets.narrow(0, begin, c).unsqueeze(1);
    }

    ChunkLogits logitsOf(std::int64_t begin, std::int64_t c) const
    {
        const auto rows = [begin, c](const Tensor& hidden) { return hidden.narrow(0, begin, c); };
        const Tensor head = m_W.t();
        ChunkLogits logits;
        if (!m_hidden_0.defined()) {
            logits.lp_h = torch::log_softmax(rows(m_hidden_h).matmul(head), 1);
            return logits;
        }
        if (!m_hidden_h.defined()) {
            logits.lp_0 = torch::log_softmax(rows(m_hidden_0).matmul(head), 1);
            return logits;
        }
        const Tensor z_h = rows(m_hidden_h).matmul(head);
        Tensor d = (rows(m_hidden_h) - rows(m_hidden_0)).matmul(head);
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

    void measureChunk(const ChunkLogits& logits, std::int64_t begin, std::int64_t c,
                      TokenFigures& figures) const
    {
        const Tensor main = pick(onPlain() ? logits.lp_0 : logits.lp_h, begin);
        figures.ce.narrow(0, begin, c).copy_(-main);
        if (figures.ce_d.defined()) {
            figures.ce_d.narrow(0, begin, c).copy_(-pick(logits.lp_d, begin));
        }
        if (figures.pce.defined()) {
            figures.pce.narrow(0, begin, c)
                .copy_(pick(logits.lp_h, begin).exp() - pick(logits.lp_0, begin).exp());
        }
        setWeights(logits, begin, c, figures);
    }

    void setWeights(const ChunkLogits& logits, std::int64_t begin, std::int64_t c,
                    TokenFigures& figures) const
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
        case ObjectiveKind::Perce:
            w.copy_((pick(logits.lp_h, begin) - pick(logits.lp_0, begin))
                        .clamp(m_o.clipLow, m_o.clipHigh));
            break;
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

    void setScales(const TokenFigures& figures)
    {
        m_main = torch::zeros_like(figures.w);
        m_causal = torch::zeros_like(figures.w);
        m_js = torch::zeros_like(figures.w);
        const double share = 1.0 / static_cast<double>(m_groups.size());
        std::int64_t begin = 0;
        for (const std::int64_t n : m_groups) {
            const Tensor w = figures.w.narrow(0, begin, n);
            const Tensor ce = figures.ce.narrow(0, begin, n);
            const bool mean = m_o.kind == ObjectiveKind::Perce;
            Group group{.weights = mean ? static_cast<double>(n) : w.sum().item<double>()};
            if (group.weights > 0) {
                group.main = (w * ce).sum().item<double>() / group.weights;
                m_main.narrow(0, begin, n).copy_(w * (share / group.weights));
                m_js.narrow(0, begin, n).copy_((ce - group.main) * (share / group.weights));
            }
            if (figures.ce_d.defined()) {
                setCausalScale(figures, begin, n, group);
            }
            m_scales.push_back(group);
            begin += n;
        }
    }

    void setCausalScale(const TokenFigures& figures, std::int64_t begin, std::int64_t n,
                        Group& group)
    {
        const bool omega = m_o.causalWeighting == CausalWeighting::Omega;
        const Tensor w = figures.w.narrow(0, begin, n);
        const Tensor c = omega ? w / std::max(w.sum().item<double>(), 1e-300)
                               : torch::full_like(w, 1.0 / static_cast<double>(n));
        group.causal = (c * figures.ce_d.narrow(0, begin, n)).sum().item<double>();
        m_causal.narrow(0, begin, n).copy_(c * (m_o.alpha / static_cast<double>(m_groups.size())));
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
        return p * (ratio - mean) * m_js.narrow(0, begin, p.size(0)).unsqueeze(1);
    }

    void addChunkGradients(const ChunkLogits& logits, const TokenFigures& figures,
                           std::int64_t begin, std::int64_t c, Gradients& into) const
    {
        Tensor G_h;
        Tensor G_0;
        if (onPlain()) {
            G_0 = crossEntropyGradient(logits.lp_0, m_main, begin);
        } else {
            G_h = crossEntropyGradient(logits.lp_h, m_main, begin);
        }
        if (isJs() && !m_o.detachWeight) {
            const auto [r, s] = logRatios(logits);
            G_h += jsGradient(logits.lp_h, r, begin);
            G_0 = jsGradient(logits.lp_0, s, begin);
        }
        if (G_h.defined()) {
            carry(G_h, m_hidden_h.narrow(0, begin, c), into.hidden_h.narrow(0, begin, c),
                  into.head);
        }
        if (G_0.defined()) {
            carry(G_0, m_hidden_0.narrow(0, begin, c), into.hidden_0.narrow(0, begin, c),
                  into.head);
        }
        if (figures.ce_d.defined()) {
            addCausalGradients(logits, begin, c, into);
        }
    }

    /// Takes a gradient of logits back to the hidden rows it came from and to the head.
    void carry(const Tensor& G, const Tensor& hidden, Tensor intoHidden, Tensor& intoHead) const
    {
        intoHidden.addmm_(G, m_W);
        if (intoHead.defined()) {
            intoHead.addmm_(G.t(), hidden);
        }
    }

    void addCausalGradients(const ChunkLogits& logits, std::int64_t begin, std::int64_t c,
                            Gradients& into) const
    {
        const Tensor G_d = crossEntropyGradient(logits.lp_d, m_causal, begin);
        const Tensor back = G_d.matmul(m_W);
        into.hidden_h.narrow(0, begin, c).add_(back);
        Tensor seen = m_hidden_h.narrow(0, begin, c);
        if (m_o.noHistoryGradient) {
            into.hidden_0.narrow(0, begin, c).sub_(back);
            seen = seen - m_hidden_0.narrow(0, begin, c);
        }
        if (into.head.defined()) {
            into.head.addmm_(G_d.t(), seen);
        }
    }

    const Objective& m_o;
    const TwinHidden& m_pass;
    std::optional<Tensor> m_effects;
    torch::ScalarType m_type = torch::kFloat;
    Tensor m_W;
    Tensor m_hidden_h;
    Tensor m_hidden_0;
    std::int64_t m_T = 0;
    std::int64_t m_chunk = 0;
    std::vector<std::int64_t> m_groups;
    std::vector<Group> m_scales;
    Tensor m_main;   ///< k_t, [T]
    Tensor m_causal; ///< α c_t
    Tensor m_js;     ///< u_t
    ChunkLogits m_kept;
};

/// A scalar whose gradients are known already.
class KnownGradient : public torch::autograd::Function<KnownGradient>
{
public:
    /// With respect to the two hidden states and the head; undefined where none is wanted.
    struct Gradients
    {
        std::array<Tensor, 3> of;
    };

    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& /*hidden_h*/,
                          const Tensor& /*hidden_0*/, const Tensor& /*head*/, const Tensor& value,
                          const Gradients& known)
    {
        context->save_for_backward({known.of[0], known.of[1], known.of[2]});
        return value.clone();
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& outer)
    {
        torch::autograd::variable_list gradients = context->get_saved_variables();
        for (Tensor& gradient : gradients) {
            if (gradient.defined()) {
                gradient = gradient * outer[0].to(gradient.scalar_type());
            }
        }
        gradients.resize(5); // the value and the known gradients have none
        return gradients;
    }
};

/// The tensor, or an empty one in the place of a world that is not computed: autograd asks every
/// input for its device.
Tensor orEmpty(const Tensor& tensor, const Tensor& like)
{
    return tensor.defined() ? tensor : torch::empty({0}, like.options());
}

Tensor castLike(const Tensor& gradient, const Tensor& value)
{
    return gradient.defined() && value.defined() && value.requires_grad()
               ? gradient.to(value.scalar_type())
               : Tensor{};
}

} // namespace

LossResult objectiveLoss(const Objective& objective, const TwinHidden& pass,
                         const Tensor& headWeight, const std::optional<Tensor>& effects,
                         std::int64_t chunkRows)
{
    LossResult result;
    FusedHead::Gradients gradients;
    const bool wanted = torch::GradMode::is_enabled();
    {
        const torch::NoGradGuard noGrad;
        FusedHead head{objective, pass, headWeight, effects, chunkRows};
        const TokenFigures figures = head.measure();
        result.report = head.report(figures);
        if (wanted) {
            gradients = head.gradients(figures, headWeight.requires_grad());
        }
    }
    const Tensor& some = pass.hidden_h.defined() ? pass.hidden_h : pass.hidden_0;
    const auto type = some.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
    const Tensor value = torch::full({}, result.report.loss, some.options().dtype(type));
    if (!wanted) {
        result.loss = value;
        return result;
    }
    result.loss = KnownGradient::apply(
        orEmpty(pass.hidden_h, value), orEmpty(pass.hidden_0, value), headWeight, value,
        KnownGradient::Gradients{{castLike(gradients.hidden_h, pass.hidden_h),
                                  castLike(gradients.hidden_0, pass.hidden_0),
                                  castLike(gradients.head, headWeight)}});
    return result;
}

} // namespace nextquill::causal
