// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/AdamW_torch.h"

#include "core/kernels/Kernels.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/RowFunctions_torch.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace nextquill::train {

using torch::Tensor;

namespace {

bool needsMaster(const Tensor& parameter)
{
    return parameter.scalar_type() != torch::kFloat && parameter.scalar_type() != torch::kDouble;
}

/// Sums of pieces, so that a sum does not depend on how many threads make it.
double squaredNorm(const Tensor& x)
{
    const Tensor flat = x.contiguous();
    constexpr std::int64_t piece = 65536;
    const std::int64_t pieces = (flat.numel() + piece - 1) / piece;
    std::vector<double> sums(static_cast<std::size_t>(pieces));
    const auto add = [&]<class A>(A) {
        model::inParallel(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                sums[static_cast<std::size_t>(i)] = kernels::optimizerKernels<A>().squaredNorm(
                    model::memoryOf<A>(flat), i * piece, std::min((i + 1) * piece, flat.numel()));
            }
        });
    };
    if (flat.scalar_type() == torch::kDouble) {
        add(double{});
    } else {
        add(float{});
    }
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

/// One update on the processor, all arrays read and written once.
template<class A>
void updateWithKernels(const kernels::AdamStep& step, const Tensor& gradient, const Tensor& first,
                       const Tensor& second, const Tensor& master, const Tensor& rounded)
{
    constexpr std::int64_t grain = 32768;
    const kernels::OptimizerKernels<A>& kernels = kernels::optimizerKernels<A>();
    model::inParallel(master.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        using model::memoryOf;
        if (rounded.defined()) {
            kernels.adamwRounded(step, memoryOf<A>(gradient), memoryOf<A>(first),
                                 memoryOf<A>(second), memoryOf<A>(master),
                                 memoryOf<kernels::BFloat16>(rounded), begin, end);
        } else {
            kernels.adamw(step, memoryOf<A>(gradient), memoryOf<A>(first), memoryOf<A>(second),
                          memoryOf<A>(master), begin, end);
        }
    });
}

/// The same by LibTorch's operations, for a device without kernels.
void updatePlainly(const kernels::AdamStep& step, const Tensor& gradient, Tensor& first,
                   Tensor& second, Tensor& master)
{
    master.mul_(1 - step.learningRate * step.weightDecay);
    first.lerp_(gradient, 1 - step.beta1);
    second.mul_(step.beta2).addcmul_(gradient, gradient, 1 - step.beta2);
    const Tensor denominator = (second.sqrt() / std::sqrt(step.bias2)).add_(step.epsilon);
    master.addcdiv_(first, denominator, -step.learningRate / step.bias1);
}

} // namespace

bool decays(const std::string& parameter)
{
    return parameter.find("norm") == std::string::npos && !parameter.ends_with("bias");
}

double gradientNorm(const std::vector<model::NamedParameter>& parameters)
{
    const torch::NoGradGuard noGrad;
    double squares = 0;
    for (const model::NamedParameter& parameter : parameters) {
        const Tensor& gradient = parameter.tensor.grad();
        if (!gradient.defined()) {
            continue;
        }
        const Tensor wide = gradient.to(model::wideType(gradient.scalar_type()));
        squares += model::hasKernels(wide) ? squaredNorm(wide)
                                           : wide.square().sum(torch::kDouble).item<double>();
    }
    return std::sqrt(squares);
}

void clipGradients(const std::vector<model::NamedParameter>& parameters, double norm, double max)
{
    const double scale = max / (norm + 1e-6);
    if (max <= 0 || scale >= 1) {
        return;
    }
    const torch::NoGradGuard noGrad;
    for (const model::NamedParameter& parameter : parameters) {
        if (parameter.tensor.grad().defined()) {
            parameter.tensor.grad().mul_(scale);
        }
    }
}

AdamW::AdamW(std::vector<model::NamedParameter> parameters, const TrainingSettings& settings)
    : m_parameters{std::move(parameters)}
    , m_settings{settings}
{
    const torch::NoGradGuard noGrad;
    for (const model::NamedParameter& parameter : m_parameters) {
        const Tensor& weight = parameter.tensor;
        Moments moments{.master = needsMaster(weight) ? weight.detach().to(torch::kFloat)
                                                      : weight.detach(),
                        .decay = decays(parameter.name)};
        moments.first = torch::zeros_like(moments.master);
        moments.second = torch::zeros_like(moments.master);
        m_moments.push_back(std::move(moments));
    }
}

void AdamW::step(double learningRate)
{
    const torch::NoGradGuard noGrad;
    ++m_steps;
    const auto t = static_cast<double>(m_steps);
    kernels::AdamStep step{.learningRate = learningRate,
                           .weightDecay = 0,
                           .beta1 = m_settings.beta1,
                           .beta2 = m_settings.beta2,
                           .epsilon = m_settings.epsilon,
                           .bias1 = 1 - std::pow(m_settings.beta1, t),
                           .bias2 = 1 - std::pow(m_settings.beta2, t)};
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        Tensor& weight = m_parameters[i].tensor;
        if (!weight.grad().defined()) {
            continue;
        }
        Moments& moments = m_moments[i];
        step.weightDecay = moments.decay ? m_settings.weightDecay : 0;
        const bool hasMaster = needsMaster(weight);
        const Tensor gradient = weight.grad().to(moments.master.scalar_type()).contiguous();
        const bool roundsItself = weight.scalar_type() == torch::kBFloat16;
        if (!model::hasKernels(weight) || !weight.is_contiguous() || (hasMaster && !roundsItself)) {
            updatePlainly(step, gradient, moments.first, moments.second, moments.master);
            if (hasMaster) {
                weight.detach().copy_(moments.master);
            }
        } else if (weight.scalar_type() == torch::kDouble) {
            updateWithKernels<double>(step, gradient, moments.first, moments.second, moments.master,
                                      {});
        } else {
            updateWithKernels<float>(step, gradient, moments.first, moments.second, moments.master,
                                     hasMaster ? weight : Tensor{});
        }
    }
    clearGradients();
}

void AdamW::clearGradients()
{
    for (model::NamedParameter& parameter : m_parameters) {
        parameter.tensor.mutable_grad() = Tensor{};
    }
}

bool AdamW::isFinite() const
{
    const torch::NoGradGuard noGrad;
    return std::ranges::all_of(m_moments, [](const Moments& moments) {
        return torch::isfinite(moments.master).all().item<bool>() &&
               torch::isfinite(moments.first).all().item<bool>() &&
               torch::isfinite(moments.second).all().item<bool>();
    });
}

std::vector<AdamW::Slot> AdamW::state() const
{
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const std::string& name = m_parameters[i].name;
        slots.push_back({.name = "weight." + name, .tensor = m_moments[i].master});
        slots.push_back({.name = "exp_avg." + name, .tensor = m_moments[i].first});
        slots.push_back({.name = "exp_avg_sq." + name, .tensor = m_moments[i].second});
    }
    return slots;
}

void AdamW::restored(std::int64_t steps)
{
    const torch::NoGradGuard noGrad;
    m_steps = steps;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (needsMaster(m_parameters[i].tensor)) {
            m_parameters[i].tensor.detach().copy_(m_moments[i].master);
        }
    }
}

} // namespace nextquill::train
