// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Network_torch.h"
#include "core/train/AdamUpdate_torch.h"
#include "core/train/TrainingSettings.h"

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::train {

/// True for weights that decay: all but norms and biases, as the Hugging Face Trainer has it.
[[nodiscard]] bool decays(const std::string& parameter);

/// L2 norm of all gradients together: squares in float32 (float64 for float64 weights), their sum
/// in float64 and the same whatever the number of threads. Waits for the device once: the norm
/// decides on the host whether a step is taken.
[[nodiscard]] double gradientNorm(const std::vector<model::NamedParameter>& parameters);

/// Scales all gradients by max / (norm + 1e-6) where that is below 1, as clip_grad_norm_ does.
void clipGradients(const std::vector<model::NamedParameter>& parameters, double norm, double max);

/// AdamW with decoupled decay, step by step that of torch.optim.AdamW.
///
/// Numbers  bfloat16 weights have a float32 master copy, in which updates are made and from which
///          the weights are rounded: small updates are not lost. Moments are float32 (float64 for
///          float64 weights) or, by optimizer-state, 8-bit in blocks: then the curve is near that
///          of float32, not the same
/// Source   Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization"
class AdamW
{
public:
    /// `wholeElements`: of the parameters of which these are parts, cut at multiples of
    /// kernels::codeBlock; empty where they are whole.
    /// Throws   Error(Unsupported) for 8-bit moments of float64 weights
    AdamW(std::vector<model::NamedParameter> parameters, const TrainingSettings& settings,
          const std::vector<std::int64_t>& wholeElements = {});

    /// One update from the parameters' gradients, which it clears.
    void step(double learningRate);
    void clearGradients();

    /// True when no weight and no moment is infinite or no number.
    [[nodiscard]] bool isFinite() const;

    /// What a resume needs, as named tensors: fill them in place, then call restored().
    struct Slot
    {
        std::string name;
        torch::Tensor tensor;
    };
    [[nodiscard]] std::vector<Slot> state() const;
    /// What state() has of each parameter, in its order.
    struct SlotKind
    {
        std::string prefix; ///< of its name; the parameter's follows
        torch::ScalarType type = torch::kFloat;
        std::int64_t elements = 1; ///< of the parameter that a number is for: 1, or a block's
    };
    [[nodiscard]] static std::vector<SlotKind> slotKinds(torch::ScalarType weights, bool eightBit);
    /// After the tensors of state() were filled in place: weights follow their master copies.
    void restored(std::int64_t steps);

    [[nodiscard]] std::int64_t steps() const { return m_steps; }
    [[nodiscard]] const std::vector<model::NamedParameter>& parameters() const
    {
        return m_parameters;
    }

private:
    struct Part
    {
        torch::Tensor master; ///< the parameter itself where it is float32 or float64
        Moments moments{};
        bool decay = false;
    };

    std::vector<model::NamedParameter> m_parameters;
    std::vector<Part> m_parts;
    TrainingSettings m_settings;
    std::int64_t m_steps = 0;
};

} // namespace nextquill::train
