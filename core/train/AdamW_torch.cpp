// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/AdamW_torch.h"

#include "core/base/Error.h"
#include "core/kernels/DynamicCode.h"
#include "core/kernels/Kernels.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/Transfer_torch.h"

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

std::int64_t elementsOf(const std::vector<std::int64_t>& whole, std::size_t i, const Tensor& weight)
{
    return whole.empty() ? weight.numel() : whole.at(i);
}

/// Adds a tensor's least and most number: one that is none is both. One reading of it, without
/// torch::isfinite()'s tensors between.
void addExtremes(const Tensor& x, std::vector<Tensor>& extremes)
{
    if (x.numel() > 0) {
        const auto [least, most] = torch::aminmax(x);
        extremes.push_back(least.to(torch::kDouble));
        extremes.push_back(most.to(torch::kDouble));
    }
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
    std::vector<Tensor> onDevice; // read together: each read waits for the device
    for (const model::NamedParameter& parameter : parameters) {
        const Tensor& gradient = parameter.tensor.grad();
        if (!gradient.defined()) {
            continue;
        }
        const Tensor wide = gradient.to(model::wideType(gradient.scalar_type()));
        if (model::hasKernels(wide)) {
            squares += squaredNorm(wide);
        } else {
            onDevice.push_back(wide.square().sum(torch::kDouble));
        }
    }
    if (!onDevice.empty()) {
        const std::vector<double> sums = model::downloaded(torch::stack(onDevice));
        squares = std::accumulate(sums.begin(), sums.end(), squares);
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

AdamW::AdamW(std::vector<model::NamedParameter> parameters, const TrainingSettings& settings,
             const std::vector<std::int64_t>& wholeElements)
    : m_parameters{std::move(parameters)}
    , m_settings{settings}
{
    const torch::NoGradGuard noGrad;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const model::NamedParameter& parameter = m_parameters[i];
        const Tensor& weight = parameter.tensor;
        const bool eightBit = hasEightBitState(settings, elementsOf(wholeElements, i, weight));
        if (eightBit && weight.scalar_type() == torch::kDouble) {
            throw Error{ErrorKind::Unsupported, "8-bit optimizer state for float64 weights",
                        parameter.name, "set optimizer-state to float32"};
        }
        Part part{.master =
                      needsMaster(weight) ? weight.detach().to(torch::kFloat) : weight.detach(),
                  .decay = decays(parameter.name)};
        part.moments = zeroMoments(part.master, eightBit);
        m_parts.push_back(std::move(part));
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
        Part& part = m_parts[i];
        step.weightDecay = part.decay ? m_settings.weightDecay : 0;
        const Tensor gradient = weight.grad().to(part.master.scalar_type()).contiguous();
        update(step, gradient, part.moments, part.master, weight);
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
    std::vector<Tensor> extremes; // read together
    for (const Part& part : m_parts) {
        // What was infinite or no number in 8-bit moments is so in its block's scale.
        const Moments& moments = part.moments;
        const bool eightBit = moments.isEightBit();
        addExtremes(part.master, extremes);
        addExtremes(eightBit ? moments.firstScales : moments.first, extremes);
        addExtremes(eightBit ? moments.secondScales : moments.second, extremes);
    }
    return extremes.empty() ||
           model::downloaded(torch::isfinite(torch::stack(extremes)).all()).front() != 0;
}

std::vector<AdamW::SlotKind> AdamW::slotKinds(torch::ScalarType weights, bool eightBit)
{
    const torch::ScalarType wide = model::wideType(weights);
    if (!eightBit) {
        return {{.prefix = "weight.", .type = wide},
                {.prefix = "exp_avg.", .type = wide},
                {.prefix = "exp_avg_sq.", .type = wide}};
    }
    constexpr std::int64_t block = kernels::codeBlock;
    return {{.prefix = "weight.", .type = wide},
            {.prefix = "exp_avg.", .type = torch::kUInt8},
            {.prefix = "exp_avg_scale.", .type = torch::kFloat, .elements = block},
            {.prefix = "exp_avg_sq.", .type = torch::kUInt8},
            {.prefix = "exp_avg_sq_scale.", .type = torch::kFloat, .elements = block}};
}

std::vector<AdamW::Slot> AdamW::state() const
{
    std::vector<Slot> slots;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        const Moments& moments = m_parts[i].moments;
        std::vector<Tensor> tensors{m_parts[i].master, moments.first, moments.second};
        if (moments.isEightBit()) {
            tensors = {m_parts[i].master, moments.first, moments.firstScales, moments.second,
                       moments.secondScales};
        }
        const std::vector<SlotKind> kinds =
            slotKinds(m_parameters[i].tensor.scalar_type(), moments.isEightBit());
        for (std::size_t k = 0; k < kinds.size(); ++k) {
            slots.push_back({.name = kinds[k].prefix + m_parameters[i].name, .tensor = tensors[k]});
        }
    }
    return slots;
}

void AdamW::restored(std::int64_t steps)
{
    const torch::NoGradGuard noGrad;
    m_steps = steps;
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        if (needsMaster(m_parameters[i].tensor)) {
            m_parameters[i].tensor.detach().copy_(m_parts[i].master);
        }
    }
}

} // namespace nextquill::train
