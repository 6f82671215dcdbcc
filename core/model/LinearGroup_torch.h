// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/LowRankAdapter_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace nextquill::model {

/// Linear layers of one input, such as queries, keys and values: y_j = W_j x + b_j, all y_j side by
/// side, as one matrix product. Low-rank adapters may stand beside any of them.
///
/// Without gradient tracking; the gradients of the parameters go into core/model/Gradients.
/// Letters: N rows, r rank.
class LinearGroup
{
public:
    /// One of the layers: rows of the group's matrix under a name of their own.
    struct Part
    {
        torch::Tensor weight; ///< [out_j, in], a view of the group's weight
        torch::Tensor bias;   ///< [out_j], or undefined
        std::optional<LowRankAdapter> adapter;
    };

    /// How adapters take part in a pass.
    struct Adapting
    {
        bool on = true;
        /// Of the dropout before the adapters; none: no dropout. Another one for each group.
        std::optional<std::uint64_t> dropoutKey;
    };

    /// What an adapter's input became, for the backward pass: [N, Σ r_j], undefined without
    /// adapters.
    using Inner = torch::Tensor;

    LinearGroup(std::int64_t in, const std::vector<std::int64_t>& outs, bool bias,
                const torch::TensorOptions& options);

    /// x [N, in] → [N, Σ out_j], plus `residual` where there is one. `inner` may be null.
    [[nodiscard]] torch::Tensor apply(const torch::Tensor& x, const Adapting& adapting,
                                      const torch::Tensor& residual, Inner* inner) const;

    /// Gradients of x and of the adapters' inner rows for that of y.
    struct Back
    {
        torch::Tensor dx;    ///< [N, in]; undefined when it was not asked for
        torch::Tensor inner; ///< [N, Σ r_j]; undefined without adapters
    };
    [[nodiscard]] Back inputGradient(const torch::Tensor& dy, const Adapting& adapting,
                                     bool ofInput = true) const;

    /// Adds the gradients of the parameters that are trained to theirs. `dInner` is that of
    /// inputGradient(), which may be taken before x is there again.
    void addGradients(const torch::Tensor& dy, const torch::Tensor& x, const Inner& inner,
                      const torch::Tensor& dInner, const Adapting& adapting);

    [[nodiscard]] std::vector<Part>& parts() { return m_parts; }
    [[nodiscard]] const std::vector<Part>& parts() const { return m_parts; }

private:
    /// All adapters' A below each other, in the type of x: [Σ r_j, in].
    [[nodiscard]] torch::Tensor innerWeight(const torch::Tensor& x) const;
    [[nodiscard]] bool isAdapted(const Adapting& adapting) const;
    [[nodiscard]] double dropoutShare() const;
    [[nodiscard]] bool isDropping(const Adapting& adapting) const;
    [[nodiscard]] torch::Tensor dropped(const torch::Tensor& x, const Adapting& adapting,
                                        std::size_t part) const;
    void addWeightGradient(const torch::Tensor& dy, const torch::Tensor& x);
    void addBiasGradient(const torch::Tensor& dy);
    void addAdapterGradients(const torch::Tensor& dy, const torch::Tensor& x, const Inner& inner,
                             const torch::Tensor& dInner, const Adapting& adapting);

    torch::Tensor m_weight;   ///< [Σ out_j, in]
    torch::Tensor m_bias;     ///< [Σ out_j], or undefined
    torch::Tensor m_gradient; ///< of the weight, whose rows are the gradients of the parts'
    std::vector<Part> m_parts;
};

} // namespace nextquill::model
