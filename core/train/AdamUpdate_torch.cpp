// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/AdamUpdate_torch.h"

#include "core/kernels/DynamicCode.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nextquill::train {

using torch::Tensor;

namespace {

constexpr std::int64_t grain = 32768; ///< elements that are worth a thread

/// One update on the processor, all arrays read and written once.
template<class A>
void updateWithKernels(const kernels::AdamStep& step, const Tensor& gradient,
                       const Moments& moments, const Tensor& master, const Tensor& rounded)
{
    const kernels::OptimizerKernels<A>& kernels = kernels::optimizerKernels<A>();
    model::inParallel(master.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
        using model::memoryOf;
        if (rounded.defined()) {
            kernels.adamwRounded(step, memoryOf<A>(gradient), memoryOf<A>(moments.first),
                                 memoryOf<A>(moments.second), memoryOf<A>(master),
                                 memoryOf<kernels::BFloat16>(rounded), begin, end);
        } else {
            kernels.adamw(step, memoryOf<A>(gradient), memoryOf<A>(moments.first),
                          memoryOf<A>(moments.second), memoryOf<A>(master), begin, end);
        }
    });
}

void updateEightBitWithKernels(const kernels::AdamStep& step, const Tensor& gradient,
                               const Moments& moments, const Tensor& master, const Tensor& rounded)
{
    using model::memoryOf;
    const kernels::EightBitKernels& kernels = kernels::eightBitKernels();
    const kernels::EightBitMoments coded{.first = memoryOf<std::uint8_t>(moments.first),
                                         .firstScales = memoryOf<float>(moments.firstScales),
                                         .second = memoryOf<std::uint8_t>(moments.second),
                                         .secondScales = memoryOf<float>(moments.secondScales)};
    const std::int64_t blocks = moments.firstScales.numel();
    model::inParallel(
        blocks, grain / kernels::codeBlock, [&](std::int64_t begin, std::int64_t end) {
            if (rounded.defined()) {
                kernels.adamwRounded(step, memoryOf<float>(gradient), coded,
                                     memoryOf<float>(master), memoryOf<kernels::BFloat16>(rounded),
                                     master.numel(), begin, end);
            } else {
                kernels.adamw(step, memoryOf<float>(gradient), coded, memoryOf<float>(master),
                              master.numel(), begin, end);
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

/// A code for LibTorch's operations on a device.
struct PlainCode
{
    /// `codes`: those of numbers that are not negative, the first of the table.
    PlainCode(const kernels::CodeTable& table, int codes, const Tensor& like)
    {
        std::vector<float> middles;
        for (int code = 1; code < codes; ++code) {
            middles.push_back((table.values[code - 1] + table.values[code]) / 2);
        }
        const std::vector<float> all{std::begin(table.values), std::end(table.values)};
        values = model::uploaded(all, like.device());
        boundaries = model::uploaded(middles, like.device());
    }

    [[nodiscard]] Tensor decoded(const Tensor& codes, const Tensor& scales) const
    {
        Tensor numbers = values.index_select(0, codes.to(torch::kInt));
        const std::int64_t n = numbers.numel();
        return numbers.mul_(scales.repeat_interleave(kernels::codeBlock).slice(0, 0, n));
    }

    /// Overwrites codes and scales.
    void encode(const Tensor& numbers, Tensor codes, Tensor scales) const
    {
        const std::int64_t n = numbers.numel();
        const std::int64_t filled = scales.numel() * kernels::codeBlock;
        const Tensor sizes = torch::constant_pad_nd(numbers.abs(), {0, filled - n})
                                 .view({scales.numel(), kernels::codeBlock});
        torch::amax_out(scales, sizes, 1); // no number where one of them is
        const Tensor divisor = torch::where(scales > 0, scales, 1).unsqueeze(1);
        const Tensor shares = (sizes / divisor).view({-1}).slice(0, 0, n);
        const Tensor places =
            torch::bucketize(shares, boundaries, /*out_int32=*/true, /*right=*/true);
        const bool hasSign = boundaries.numel() < 255;
        codes.copy_(hasSign ? places + 128 * (numbers < 0).logical_and_(places > 0)
                            : torch::maximum(places, (numbers > 0).to(torch::kInt)));
    }

    Tensor values;
    Tensor boundaries; ///< a number above the one at i is nearer to code i + 1 than to code i
};

void updateEightBitPlainly(const kernels::AdamStep& step, const Tensor& gradient, Moments& moments,
                           Tensor& master)
{
    constexpr std::int64_t piece = std::int64_t{1} << 22;
    static_assert(piece % kernels::codeBlock == 0);
    const PlainCode ofFirst{kernels::signedCode, 128, master};
    const PlainCode ofSecond{kernels::unsignedCode, 256, master};
    const Tensor weights = master.contiguous().view({-1});
    const Tensor gradients = gradient.reshape({-1});
    const Tensor firstCodes = moments.first.view({-1});
    const Tensor secondCodes = moments.second.view({-1});
    for (std::int64_t begin = 0; begin < weights.numel(); begin += piece) {
        const std::int64_t end = std::min(begin + piece, weights.numel());
        const std::int64_t firstBlock = begin / kernels::codeBlock;
        const std::int64_t lastBlock = (end + kernels::codeBlock - 1) / kernels::codeBlock;
        const Tensor firstScales = moments.firstScales.slice(0, firstBlock, lastBlock);
        const Tensor secondScales = moments.secondScales.slice(0, firstBlock, lastBlock);
        Tensor first = ofFirst.decoded(firstCodes.slice(0, begin, end), firstScales);
        Tensor second = ofSecond.decoded(secondCodes.slice(0, begin, end), secondScales);
        Tensor weight = weights.slice(0, begin, end);
        updatePlainly(step, gradients.slice(0, begin, end), first, second, weight);
        ofFirst.encode(first, firstCodes.slice(0, begin, end), firstScales);
        ofSecond.encode(second, secondCodes.slice(0, begin, end), secondScales);
    }
    if (!master.is_contiguous()) {
        master.copy_(weights.view(master.sizes()));
    }
}

} // namespace

Moments zeroMoments(const Tensor& master, bool eightBit)
{
    if (!eightBit) {
        return {.first = torch::zeros_like(master), .second = torch::zeros_like(master)};
    }
    const std::int64_t blocks = (master.numel() + kernels::codeBlock - 1) / kernels::codeBlock;
    const auto bytes = [&] {
        return torch::zeros(master.sizes(),
                            torch::TensorOptions{}.dtype(torch::kUInt8).device(master.device()));
    };
    const auto scales = [&] {
        return torch::zeros({blocks},
                            torch::TensorOptions{}.dtype(torch::kFloat).device(master.device()));
    };
    return {.first = bytes(), .firstScales = scales(), .second = bytes(), .secondScales = scales()};
}

void update(const kernels::AdamStep& step, const Tensor& gradient, Moments& moments, Tensor& master,
            Tensor& weight)
{
    const bool hasMaster = weight.scalar_type() != master.scalar_type();
    const bool roundsItself = weight.scalar_type() == torch::kBFloat16;
    if (!model::hasKernels(weight) || !weight.is_contiguous() || (hasMaster && !roundsItself)) {
        if (moments.isEightBit()) {
            updateEightBitPlainly(step, gradient, moments, master);
        } else {
            updatePlainly(step, gradient, moments.first, moments.second, master);
        }
        if (hasMaster) {
            weight.detach().copy_(master);
        }
        return;
    }
    const Tensor rounded = hasMaster ? weight : Tensor{};
    if (moments.isEightBit()) {
        updateEightBitWithKernels(step, gradient, moments, master, rounded);
    } else if (weight.scalar_type() == torch::kDouble) {
        updateWithKernels<double>(step, gradient, moments, master, {});
    } else {
        updateWithKernels<float>(step, gradient, moments, master, rounded);
    }
}

} // namespace nextquill::train
