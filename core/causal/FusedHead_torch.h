// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/LossFigures_torch.h"
#include "core/causal/Objective.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/OutputHead_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <optional>

namespace nextquill::causal {

struct LossResult
{
    /// Scalar. Its backward(), which can run once, carries the gradient to the hidden states and
    /// adds that of the head to the head's own (core/model/Gradients).
    torch::Tensor loss;
    LossFigures figures;

    /// Waits for the device. Who has several losses reads their figures together (reportsOf).
    [[nodiscard]] LossReport report() const { return reportsOf({&figures, 1}).front(); }
};

/// Loss of METHOD.md and its gradient in one go, from hidden states at target positions.
///
/// The head's products, softmaxes, weights, losses and gradients are computed over chunks of target
/// rows; no [T, V] tensor outlives its chunk. Where all rows fit one chunk (`chunkRows`, by default
/// what about half a GiB allows) the head is computed once; beyond that its logits are computed a
/// second time for the gradient, whose scale (the sum of the weights) is known only then.
///
/// Shapes   head.weight [V, D]; effects [T], p_h - p_0 of a frozen model for the weights, or none
/// Numbers  logits, softmaxes and losses in float32 (float64 when the hidden states are): two
///          products, not three, the difference subtracted in the wide type.
///          Gradients of logits are rounded to the type of the hidden states before they are taken
///          back. Logits of a head with a cap are capped before anything is made of them, d is
///          their difference, and whole distributions are computed. A sum of weights that is 0
///          (js-weight on equal worlds) gives a main term of 0.
/// Speed    no number is read back from the device, here or in backward()
/// Source   METHOD.md, Training objectives and its gradient
[[nodiscard]] LossResult objectiveLoss(const Objective& objective, const TwinHidden& pass,
                                       const model::OutputHead& head,
                                       const std::optional<torch::Tensor>& effects = std::nullopt,
                                       std::int64_t chunkRows = 0);

/// p_h - p_0 of the target tokens of both worlds, [T] in the wide type, on the device: what the
/// weights of another model's loss are taken from.
[[nodiscard]] torch::Tensor targetEffects(const TwinHidden& pass, const model::OutputHead& head);

} // namespace nextquill::causal
