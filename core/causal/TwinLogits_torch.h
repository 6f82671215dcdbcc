// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace nextquill::causal {

/// Logits of a chunk of target rows in both worlds, and what is made of them in their place.
///
/// Shapes   c rows, V vocabulary, D hidden
/// Numbers  logits and softmaxes in the wide type: z_h, and d = z_h - z_0 (from the difference of
///          the hidden states where these are wide, too); gradients of logits are rounded to the
///          type of the hidden states, in which they are taken back
class TwinLogits
{
public:
    /// One product for both worlds. Either may be undefined: then there is one world, and no d.
    TwinLogits(const torch::Tensor& hidden_h, const torch::Tensor& hidden_0,
               const torch::Tensor& headWeight, const torch::Tensor& targets);

    /// What a sweep over the rows finds, [c] each, in the wide type. With one world `h` is that
    /// world's, whichever it is.
    struct Figures
    {
        torch::Tensor h;          ///< log p of the target
        torch::Tensor plain;      ///< undefined with one world
        torch::Tensor difference; ///< under softmax(d); undefined with one world
    };
    [[nodiscard]] const Figures& figures() const { return m_figures; }

    /// Logits become gradients: mainScale_t (softmax(z) - onehot) and, where causalScale is
    /// defined, causalScale_t (softmax(d) - onehot). Once.
    void toGradients(const torch::Tensor& mainScale, const torch::Tensor& causalScale);

    /// After toGradients(): [c, V] each; `difference` undefined without a causal term.
    [[nodiscard]] torch::Tensor mainGradient() const;
    [[nodiscard]] torch::Tensor causalGradient() const;
    /// Both below each other, [c or 2c, V]: one product takes both back.
    [[nodiscard]] const torch::Tensor& gradients() const { return m_gradients; }

private:
    torch::Tensor m_logits;    ///< [c or 2c, V] in the wide type, z above d; until toGradients()
    torch::Tensor m_gradients; ///< the same in the hidden states' type
    torch::Tensor m_rows;      ///< [c, 6], kernels::TwinRow
    torch::Tensor m_targets;
    Figures m_figures;
    torch::ScalarType m_type = torch::kFloat;
    bool m_twin = false;
    bool m_hasCausal = false;
};

} // namespace nextquill::causal
