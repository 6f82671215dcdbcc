// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Network_torch.h"
#include "core/train/TrainingSettings.h"

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::train {

/// True for weights that decay: all but norms and biases, as the Hugging Face Trainer has it.
[[nodiscard]] bool decays(const std::string& parameter);

/// L2 norm of all gradients together: squares in float32 (float64 for float64 weights), their sum
/// in float64 and the same whatever the number of threads.
[[nodiscard]] double gradientNorm(const std::vector<model::NamedParameter>& parameters);

/// Scales all gradients by max / (norm + 1e-6) where that is below 1, as clip_grad_norm_ does.
void clipGradients(const std::vector<model::NamedParameter>& parameters, double norm, double max);

/// AdamW with decoupled decay, step by step that of torch.optim.AdamW.
///
/// Numbers  bfloat16 weights have a float32 master copy, in which updates are made and from which
///          the weights are rounded: small updates are not lost
class AdamW
{
public:
    AdamW(std::vector<model::NamedParameter> parameters, const TrainingSettings& settings);

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
    /// After the tensors of state() were filled in place: weights follow their master copies.
    void restored(std::int64_t steps);

    [[nodiscard]] std::int64_t steps() const { return m_steps; }
    [[nodiscard]] const std::vector<model::NamedParameter>& parameters() const
    {
        return m_parameters;
    }

private:
    struct Moments
    {
        torch::Tensor master; ///< the parameter itself where it is float32 or float64
        torch::Tensor first;
        torch::Tensor second;
        bool decay = false;
    };

    std::vector<model::NamedParameter> m_parameters;
    std::vector<Moments> m_moments;
    TrainingSettings m_settings;
    std::int64_t m_steps = 0;
};

} // namespace nextquill::train
