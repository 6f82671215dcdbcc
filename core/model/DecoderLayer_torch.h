// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Attention_torch.h"
#include "core/model/LayerFunctions_torch.h"
#include "core/model/LowRankAdapter_torch.h"

#include <torch/torch.h>

#include <memory>
#include <optional>
#include <span>

namespace nextquill::model {

class KeyValueCache;

/// What all layers of a forward pass share.
struct PassContext
{
    std::shared_ptr<const AttentionPlan> plan;
    RotaryTable rotary;
    std::span<KeyValueCache* const> caches; ///< none, or one per root of the batch
    bool useAdapters = true;
    std::optional<torch::Generator> dropout; ///< none: no dropout
};

/// y = W·x + b, with a low-rank adapter beside W where there is one.
struct LinearLayer
{
    torch::Tensor weight;                  ///< [out, in]
    torch::Tensor bias;                    ///< [out], or undefined
    std::optional<LowRankAdapter> adapter; ///< none: weight alone

    [[nodiscard]] torch::Tensor apply(const torch::Tensor& x, PassContext& context) const;
};

/// Attention and gated network, each behind a norm and beside the stream of hidden states.
struct DecoderLayer
{
    torch::Tensor inputNorm; ///< [D]
    LinearLayer query;
    LinearLayer key;
    LinearLayer value;
    torch::Tensor queryNorm; ///< [headSize], or undefined
    torch::Tensor keyNorm;
    LinearLayer output;
    torch::Tensor postAttentionNorm; ///< [D]
    LinearLayer gate;
    LinearLayer up;
    LinearLayer down;
    std::int64_t headSize = 0;
    double normEpsilon = 0;

    /// Hidden states [N, D] → [rows, D]; all rows when none are named. Rows that are not named take
    /// part as keys and values only.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, std::size_t index,
                                        const std::optional<torch::Tensor>& rows,
                                        PassContext& context) const;

private:
    /// The attention's heads for all rows, [N, H·headSize].
    [[nodiscard]] torch::Tensor attend(const torch::Tensor& x, std::size_t index,
                                       PassContext& context) const;
};

} // namespace nextquill::model
