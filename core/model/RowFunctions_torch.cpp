// SPDX-License-Identifier: GPL-3.0-or-later
//
//   rmsNorm     r = 1 / sqrt(mean(x²) + ε)    n = x r          y = w n
//               ∂w = Σ_rows ∂y n              g = w ∂y         ∂x = r (g - n mean(g n))
//   rotate      y1 = x1 cos - x2 sin          y2 = x2 cos + x1 sin
//   gatedSilu   y = u g s    s = σ(g)         ∂u = ∂y g s      ∂g = ∂y u s (1 + g (1 - s))
#include "core/model/RowFunctions_torch.h"

#include "core/model/KernelCall_torch.h"
#include "core/model/Transfer_torch.h"

#include <atomic>

namespace nextquill::model {

namespace {

using kernels::Wide;
using torch::Tensor;

constexpr std::int64_t rowGrain = 8;
constexpr std::int64_t elementGrain = 16384;

std::atomic<int> kernelsOff{0};

/// Kernels round before the weight, which is right for OnePlusWeight only where nothing is rounded.
bool hasNormKernels(const Tensor& x, NormScale scale)
{
    return hasKernels(x) &&
           (scale == NormScale::Weight || x.scalar_type() == wideType(x.scalar_type()));
}

/// The factor in the type of the weight, or in the wide one.
Tensor factorOf(const Tensor& weight, NormScale scale)
{
    return scale == NormScale::Weight ? weight : weight.to(wideType(weight.scalar_type())) + 1;
}

} // namespace

torch::ScalarType wideType(torch::ScalarType type)
{
    return type == torch::kDouble ? torch::kDouble : torch::kFloat;
}

bool hasKernels(const Tensor& x)
{
    return x.device().is_cpu() && kernelsOff.load(std::memory_order_relaxed) == 0;
}

WithoutKernels::WithoutKernels()
{
    ++kernelsOff;
}

WithoutKernels::~WithoutKernels()
{
    --kernelsOff;
}

Normed rmsNorm(const Tensor& x, const Tensor& given, double epsilon, NormScale scale)
{
    const Tensor weight = factorOf(given, scale);
    const std::int64_t D = x.size(-1);
    const auto wide = wideType(x.scalar_type());
    if (!hasNormKernels(x, scale)) {
        const Tensor all = x.to(wide);
        const Tensor r = (all * all).mean(-1, true).add_(epsilon).rsqrt_();
        if (scale == NormScale::OnePlusWeight) {
            return {.y = (all * r).mul_(weight).to(x.scalar_type()), .r = r.squeeze(-1)};
        }
        return {.y = (all * r).to(x.scalar_type()).mul_(weight), .r = r.squeeze(-1)};
    }
    Normed result{.y = torch::empty(x.sizes(), x.options()),
                  .r = torch::empty({x.size(0)}, x.options().dtype(wide))};
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.size(0), rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().rmsNorm(memoryOf<T>(x), memoryOf<T>(weight), epsilon, D,
                                          memoryOf<T>(result.y), memoryOf<Wide<T>>(result.r), begin,
                                          end);
        });
    });
    return result;
}

NormGradients rmsNormBackward(const Tensor& dy, const Tensor& x, const Tensor& given,
                              const Tensor& r, const Tensor& residual, bool ofWeight,
                              NormScale scale)
{
    const Tensor weight = factorOf(given, scale);
    const std::int64_t D = x.size(-1);
    const auto wide = wideType(x.scalar_type());
    if (!hasNormKernels(x, scale)) {
        const Tensor factor = r.unsqueeze(-1);
        const Tensor n = x.to(wide) * factor;
        Tensor g = dy.to(wide);
        NormGradients result;
        if (ofWeight) {
            result.weight = (g * n).sum(0);
        }
        g = g * weight.to(wide);
        const Tensor mean = (g * n).mean(-1, true);
        Tensor back = g.sub_(n * mean).mul_(factor);
        if (residual.defined()) {
            back.add_(residual);
        }
        result.x = back.to(x.scalar_type());
        return result;
    }
    NormGradients result{.x = torch::empty(x.sizes(), x.options()), .weight = {}};
    Tensor sums; // a row for each thread
    if (ofWeight) {
        sums = torch::zeros({parallelThreads(), D}, x.options().dtype(wide));
    }
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.size(0), rowGrain, [&](std::int64_t begin, std::int64_t end) {
            Wide<T>* sum = ofWeight ? memoryOf<Wide<T>>(sums) + parallelThread() * D : nullptr;
            kernels::kernels<T>().rmsNormBackward(
                memoryOf<T>(dy), memoryOf<T>(x), memoryOf<T>(weight), memoryOf<Wide<T>>(r),
                residual.defined() ? memoryOf<T>(residual) : nullptr, D, memoryOf<T>(result.x), sum,
                begin, end);
        });
    });
    if (ofWeight) {
        result.weight = sums.sum(0);
    }
    return result;
}

Tensor gatedSilu(const Tensor& x)
{
    const std::int64_t F = x.size(1) / 2;
    if (!hasKernels(x)) {
        return torch::silu(x.narrow(1, 0, F)).mul_(x.narrow(1, F, F));
    }
    Tensor y = torch::empty({x.size(0), F}, x.options());
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.size(0), rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().gatedSilu(memoryOf<T>(x), F, memoryOf<T>(y), begin, end);
        });
    });
    return y;
}

Tensor gatedSiluBackward(const Tensor& dy, Tensor& x)
{
    const std::int64_t F = x.size(1) / 2;
    if (!hasKernels(x)) {
        const Tensor gate = x.narrow(1, 0, F).clone();
        Tensor up = x.narrow(1, F, F);
        const Tensor silu = torch::silu(gate);
        const Tensor y = silu * up;
        x.narrow(1, 0, F).copy_(at::silu_backward(dy * up, gate));
        up.copy_(silu * dy);
        return y;
    }
    Tensor y = torch::empty({x.size(0), F}, x.options());
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.size(0), rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().gatedSiluBackward(memoryOf<T>(dy), F, memoryOf<T>(x),
                                                    memoryOf<T>(y), begin, end);
        });
    });
    return y;
}

Tensor gatedGelu(const Tensor& x)
{
    const std::int64_t F = x.size(1) / 2;
    return torch::gelu(x.narrow(1, 0, F), "tanh").mul_(x.narrow(1, F, F));
}

Tensor gatedGeluBackward(const Tensor& dy, Tensor& x)
{
    const std::int64_t F = x.size(1) / 2;
    const Tensor gate = x.narrow(1, 0, F).clone();
    Tensor up = x.narrow(1, F, F);
    const Tensor active = torch::gelu(gate, "tanh");
    const Tensor y = active * up;
    x.narrow(1, 0, F).copy_(at::gelu_backward(dy * up, gate, "tanh"));
    up.copy_(active * dy);
    return y;
}

Tensor droppedOut(const Tensor& x, double share, std::uint64_t key)
{
    if (!hasKernels(x)) {
        torch::Generator generator = at::globalContext().defaultGenerator(x.device()).clone();
        generator.set_current_seed(key);
        Tensor kept = torch::empty(x.sizes(), x.options());
        kept.bernoulli_(1 - share, generator).div_(1 - share);
        return kept.mul_(x);
    }
    Tensor y = torch::empty(x.sizes(), x.options());
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.numel(), elementGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().dropout(memoryOf<T>(x), key, share, memoryOf<T>(y), begin, end);
        });
    });
    return y;
}

void addTo(const Tensor& x, Tensor& sum)
{
    if (!hasKernels(x)) {
        sum.add_(x);
        return;
    }
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(x.numel(), elementGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().addTo(memoryOf<T>(x), memoryOf<Wide<T>>(sum), begin, end);
        });
    });
}

RotaryTable rotaryTable(const std::vector<std::int64_t>& positions, std::int64_t headSize,
                        double theta, const torch::TensorOptions& options)
{
    const auto wide =
        options.dtype(options.dtype() == torch::kDouble ? torch::kDouble : torch::kFloat);
    const Tensor exponents = torch::arange(0, headSize, 2, wide) / static_cast<double>(headSize);
    const Tensor frequencies = torch::pow(theta, exponents).reciprocal_();
    const Tensor places = uploaded(positions, wide.device()).to(wide);
    const Tensor angles = places.unsqueeze(1) * frequencies;
    return {.cos = angles.cos(), .sin = angles.sin()};
}

Tensor rotate(const Tensor& x, const RotaryTable& table)
{
    const std::int64_t half = table.cos.size(-1);
    const std::int64_t rest = x.size(-1) - 2 * half;
    const Tensor cos = table.cos.unsqueeze(1);
    const Tensor sin = table.sin.unsqueeze(1);
    const Tensor all = x.to(cos.scalar_type());
    const Tensor first = all.narrow(-1, 0, half);
    const Tensor second = all.narrow(-1, half, half);
    std::vector<Tensor> parts{first * cos - second * sin, second * cos + first * sin};
    if (rest > 0) {
        parts.push_back(all.narrow(-1, 2 * half, rest));
    }
    return torch::cat(parts, -1).to(x.scalar_type());
}

} // namespace nextquill::model
