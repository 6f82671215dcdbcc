// SPDX-License-Identifier: GPL-3.0-or-later
//
//   f_i = θ^(-2i/d), i < d/2         cos, sin of (position f_i), times the attention factor
//
//   linear    f / s                  dynamic   θ' = θ (s n / L - (s - 1))^(d / (d - 2)), n > L
//   llama3    wavelength λ = 2π/f:   λ < L/h: f     λ > L/l: f / s     between: a mixture
//   yarn      the same with a ramp over i between the dimensions that turn β times within L
//   longrope  f / (short or long factors)
#include "core/model/RotaryTables_torch.h"

#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace nextquill::model {

namespace {

using torch::Tensor;
using Kind = RotaryScaling::Kind;

/// θ^(2i/d)
Tensor wavelengths(double theta, std::int64_t turning, const torch::TensorOptions& wide)
{
    return torch::pow(theta, torch::arange(0, turning, 2, wide) / static_cast<double>(turning));
}

Tensor byWavelength(const RotaryScaling& scaling, const Tensor& f)
{
    const auto length = static_cast<double>(scaling.originalLength);
    const double low = scaling.lowFrequencyFactor;
    const double high = scaling.highFrequencyFactor;
    const Tensor lambda = 2 * std::numbers::pi / f;
    const Tensor isLow = lambda > length / low;
    const Tensor isHigh = lambda < length / high;
    const Tensor scaled = torch::where(isLow, f / scaling.factor, f);
    const Tensor share = (length / lambda - low) / (high - low);
    const Tensor mixed = (1 - share) * scaled / scaling.factor + share * scaled;
    return torch::where(isLow.logical_or(isHigh), scaled, mixed);
}

Tensor byTurns(const RotaryScaling& scaling, double theta, std::int64_t turning,
               const torch::TensorOptions& wide)
{
    const auto d = static_cast<double>(turning);
    const auto dimension = [&](double turns) {
        const double ratio =
            static_cast<double>(scaling.originalLength) / (turns * 2 * std::numbers::pi);
        return d * std::log(ratio) / (2 * std::log(theta));
    };
    double first = dimension(scaling.betaFast);
    double last = dimension(scaling.betaSlow);
    if (scaling.truncates) {
        first = std::floor(first);
        last = std::ceil(last);
    }
    first = std::max(first, 0.0);
    last = std::min(last, d - 1);
    if (first == last) {
        last += 0.001; // as the reference avoids a division by 0
    }
    const Tensor slow = ((torch::arange(turning / 2, wide) - first) / (last - first)).clamp_(0, 1);
    const Tensor keeps = 1 - slow;
    const Tensor lambda = wavelengths(theta, turning, wide);
    return (scaling.factor * lambda).reciprocal() * (1 - keeps) + lambda.reciprocal() * keeps;
}

double grownBase(const RotaryScaling& scaling, double theta, std::int64_t turning,
                 std::int64_t length)
{
    const auto d = static_cast<double>(turning);
    const auto n = static_cast<double>(std::max(length, scaling.originalLength));
    const double grown =
        scaling.factor * n / static_cast<double>(scaling.originalLength) - (scaling.factor - 1);
    return theta * std::pow(grown, d / (d - 2));
}

/// Angles of rows whose sequences have several kinds of length.
Tensor angles(const RotaryScaling& scaling, double theta, std::int64_t turning,
              const std::vector<std::int64_t>& positions, const std::vector<std::int64_t>& lengths,
              const torch::TensorOptions& wide)
{
    const Tensor places = uploaded(positions, wide.device()).to(wide).unsqueeze(1);
    std::map<std::int64_t, std::int64_t> indexOf; // of a kind of length
    std::vector<Tensor> all;
    std::vector<std::int64_t> own;
    for (const std::int64_t length : lengths) {
        const auto [found, isNew] =
            indexOf.try_emplace(scaling.lengthKind(length), std::ssize(all));
        if (isNew) {
            all.push_back(rotaryFrequencies(scaling, theta, turning, length, wide));
        }
        own.push_back(found->second);
    }
    if (all.empty()) {
        return places * rotaryFrequencies(scaling, theta, turning, 0, wide);
    }
    if (all.size() == 1) {
        return places * all.front();
    }
    return places * torch::stack(all).index_select(0, uploaded(own, wide.device()));
}

} // namespace

Tensor rotaryFrequencies(const RotaryScaling& scaling, double theta, std::int64_t turning,
                         std::int64_t length, const torch::TensorOptions& wide)
{
    switch (scaling.kind) {
    case Kind::Linear:
        return wavelengths(theta, turning, wide).reciprocal_().div_(scaling.factor);
    case Kind::Dynamic:
        return wavelengths(grownBase(scaling, theta, turning, length), turning, wide).reciprocal_();
    case Kind::Llama3:
        return byWavelength(scaling, wavelengths(theta, turning, wide).reciprocal_());
    case Kind::Yarn:
        return byTurns(scaling, theta, turning, wide);
    case Kind::LongRope: {
        const auto& factors =
            scaling.lengthKind(length) != 0 ? scaling.longFactors : scaling.shortFactors;
        const Tensor stretched = torch::tensor(factors, torch::kDouble).to(wide);
        return (stretched * wavelengths(theta, turning, wide)).reciprocal_();
    }
    case Kind::None:
        break;
    }
    return wavelengths(theta, turning, wide).reciprocal_();
}

RotaryTables rotaryTables(const ModelConfig& config, const std::vector<std::int64_t>& positions,
                          const std::vector<std::int64_t>& lengths,
                          const torch::TensorOptions& options)
{
    const auto wide =
        options.dtype(options.dtype() == torch::kDouble ? torch::kDouble : torch::kFloat);
    const std::int64_t turning = config.rotarySize != 0 ? config.rotarySize : config.headSize;
    const double factor = config.ropeScaling.attentionFactor;
    const Tensor all =
        angles(config.ropeScaling, config.ropeTheta, turning, positions, lengths, wide);
    RotaryTables tables;
    tables.turning = {.cos = all.cos(), .sin = all.sin()};
    if (factor != 1) {
        tables.turning.cos.mul_(factor);
        tables.turning.sin.mul_(factor);
    }
    if (config.slidingRopeTheta != 0) {
        tables.sliding = rotaryTable(positions, config.headSize, config.slidingRopeTheta, options);
    }
    if (std::ranges::any_of(config.layerKinds, [](const LayerKind& kind) { return !kind.turns; })) {
        tables.still = {.cos = torch::ones_like(all), .sin = torch::zeros_like(all)};
    }
    return tables;
}

} // namespace nextquill::model
