// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/AdamW_torch.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::train {

using torch::Tensor;

namespace {

bool needsMaster(const Tensor& parameter)
{
    return parameter.scalar_type() != torch::kFloat && parameter.scalar_type() != torch::kDouble;
}

} // namespace

bool decays(const std::string& parameter)
{
    return parameter.find("norm") == std::string::npos && !parameter.ends_with("bias");
}

double gradientNorm(const std::vector<model::NamedParameter>& parameters)
{
    const torch::NoGradGuard noGrad;
    Tensor squares;
    for (const model::NamedParameter& parameter : parameters) {
        const Tensor& gradient = parameter.tensor.grad();
        if (!gradient.defined()) {
            continue;
        }
        const auto type = gradient.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
        const Tensor square =
            torch::linalg_vector_norm(gradient, 2, c10::nullopt, false, type).square();
        squares = squares.defined() ? squares + square : square;
    }
    return squares.defined() ? std::sqrt(squares.item<double>()) : 0.0;
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
    const double bias1 = 1 - std::pow(m_settings.beta1, t);
    const double bias2 = 1 - std::pow(m_settings.beta2, t);
    for (std::size_t i = 0; i < m_parameters.size(); ++i) {
        Tensor& weight = m_parameters[i].tensor;
        if (!weight.grad().defined()) {
            continue;
        }
        Moments& moments = m_moments[i];
        const Tensor gradient = weight.grad().to(moments.master.scalar_type());
        if (moments.decay) {
            moments.master.mul_(1 - learningRate * m_settings.weightDecay);
        }
        moments.first.lerp_(gradient, 1 - m_settings.beta1);
        moments.second.mul_(m_settings.beta2).addcmul_(gradient, gradient, 1 - m_settings.beta2);
        const Tensor denominator =
            (moments.second.sqrt() / std::sqrt(bias2)).add_(m_settings.epsilon);
        moments.master.addcdiv_(moments.first, denominator, -learningRate / bias1);
        if (needsMaster(weight)) {
            weight.detach().copy_(moments.master);
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
