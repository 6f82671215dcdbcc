// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW on moments of 8 bits, of every instruction set that this processor has, against float64 and
// against the nearest of all 256 codes.
#include "core/kernels/DynamicCode.h"
#include "core/kernels/Kernels.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::kernels {

namespace {

using torch::Tensor;

template<class T>
T* dataOf(const Tensor& tensor)
{
    return static_cast<T*>(tensor.data_ptr());
}

Tensor tableOf(const CodeTable& code)
{
    return torch::from_blob(const_cast<float*>(code.values), {256}, torch::kFloat)
        .to(torch::kDouble);
}

/// A scale for each element.
Tensor spread(const Tensor& scales, std::int64_t n)
{
    return scales.to(torch::kDouble).repeat_interleave(codeBlock).slice(0, 0, n);
}

struct State
{
    explicit State(std::int64_t n)
        : first{torch::zeros({n}, torch::kUInt8)}
        , firstScales{torch::zeros({(n + codeBlock - 1) / codeBlock})}
        , second{torch::zeros({n}, torch::kUInt8)}
        , secondScales{torch::zeros_like(firstScales)}
    {
    }

    [[nodiscard]] EightBitMoments moments() const
    {
        return {.first = dataOf<std::uint8_t>(first),
                .firstScales = dataOf<float>(firstScales),
                .second = dataOf<std::uint8_t>(second),
                .secondScales = dataOf<float>(secondScales)};
    }
    [[nodiscard]] Tensor firstValues() const
    {
        return tableOf(signedCode).index_select(0, first.to(torch::kLong)) *
               spread(firstScales, first.numel());
    }
    [[nodiscard]] Tensor secondValues() const
    {
        return tableOf(unsignedCode).index_select(0, second.to(torch::kLong)) *
               spread(secondScales, second.numel());
    }

    Tensor first;
    Tensor firstScales;
    Tensor second;
    Tensor secondScales;
};

/// A step after which the moments are the gradient and its square.
constexpr AdamStep forgetful{.learningRate = 0,
                             .weightDecay = 0,
                             .beta1 = 0,
                             .beta2 = 0,
                             .epsilon = 1e-8,
                             .bias1 = 1,
                             .bias2 = 1};

constexpr AdamStep usual{.learningRate = 0.01,
                         .weightDecay = 0.1,
                         .beta1 = 0.9,
                         .beta2 = 0.99,
                         .epsilon = 1e-8,
                         .bias1 = 0.19,
                         .bias2 = 0.0199};

void step(const EightBitKernels& k, const AdamStep& adam, const Tensor& gradient,
          const State& state, const Tensor& weight)
{
    k.adamw(adam, dataOf<float>(gradient), state.moments(), dataOf<float>(weight), gradient.numel(),
            0, state.firstScales.numel());
}

/// Calls the check for each instruction set that is there.
template<class Check>
void eachSet(const Check& check)
{
    const torch::NoGradGuard noGrad;
    for (const InstructionSet set : availableInstructionSets()) {
        SCOPED_TRACE(std::string{name(set)});
        torch::manual_seed(5);
        check(eightBitKernels(set));
    }
}

/// Gradients of all kinds, with their names.
std::vector<std::pair<std::string, Tensor>> gradients()
{
    std::vector<std::pair<std::string, Tensor>> all;
    for (const std::int64_t n : {1, 16, 37, 256, 257, 1000}) {
        const std::string size = std::to_string(n) + " ";
        const Tensor normal = torch::randn({n});
        Tensor outlier = normal * 1e-3;
        outlier[n / 2] = -1e4;
        all.emplace_back(size + "random", normal);
        all.emplace_back(size + "of many sizes", normal * torch::pow(10, torch::rand({n}) * -12));
        all.emplace_back(size + "of zero", torch::zeros({n}));
        all.emplace_back(size + "negative zero", torch::full({n}, -0.0F));
        all.emplace_back(size + "equal", torch::full({n}, -0.3F));
        all.emplace_back(size + "with an outlier", outlier);
        all.emplace_back(size + "denormal", normal * 1e-40);
        all.emplace_back(size + "of the least denormal", torch::full({n}, 1.4e-45F));
        all.emplace_back(size + "huge", normal * 1e18);
        all.emplace_back(size + "none", torch::where(torch::rand({n}) < 0.9, 0, normal));
    }
    return all;
}

/// Largest |value - decoded| beyond that of the nearest code, as a share of the block's scale.
double beyondNearest(const Tensor& values, const Tensor& decoded, const Tensor& scales,
                     const CodeTable& code)
{
    const Tensor scale = spread(scales, values.numel());
    const Tensor exact = values.to(torch::kDouble);
    const Tensor all = tableOf(code).unsqueeze(0) * scale.unsqueeze(1);
    const Tensor least = std::get<0>((exact.unsqueeze(1) - all).abs().min(1));
    const Tensor beyond = (exact - decoded).abs() - least;
    return (beyond / torch::where(scale > 0, scale, 1)).max().item<double>();
}

Tensor largestOfBlocks(const Tensor& values)
{
    const std::int64_t blocks = (values.numel() + codeBlock - 1) / codeBlock;
    return torch::constant_pad_nd(values, {0, blocks * codeBlock - values.numel()})
        .view({blocks, codeBlock})
        .abs()
        .amax(1);
}

TEST(DynamicCode, RisesFromZeroToOneInDecades)
{
    for (int byte = 1; byte < 256; ++byte) {
        EXPECT_GT(unsignedCode.values[byte], unsignedCode.values[byte - 1]) << byte;
    }
    EXPECT_EQ(unsignedCode.values[0], 0);
    EXPECT_EQ(unsignedCode.values[1], 1e-7F);
    EXPECT_EQ(unsignedCode.values[127], 0.1F);
    EXPECT_EQ(unsignedCode.values[255], 1);
    EXPECT_FLOAT_EQ(unsignedCode.values[128], 0.1F + 0.9F / 128);
    for (int byte = 1; byte < 128; ++byte) {
        EXPECT_GT(signedCode.values[byte], signedCode.values[byte - 1]) << byte;
        EXPECT_EQ(signedCode.values[byte + 128], -signedCode.values[byte]) << byte;
    }
    EXPECT_EQ(signedCode.values[0], 0);
    EXPECT_EQ(signedCode.values[128], 0);
    EXPECT_EQ(signedCode.values[1], 1e-6F);
    EXPECT_EQ(signedCode.values[127], 1);
}

TEST(EightBitKernels, MomentsBecomeTheNearestCodes)
{
    eachSet([](const EightBitKernels& k) {
        for (const auto& [name, gradient] : gradients()) {
            SCOPED_TRACE(name);
            const State state{gradient.numel()};
            step(k, forgetful, gradient, state, torch::zeros_like(gradient));
            const Tensor square = gradient * gradient;

            EXPECT_TRUE(torch::equal(state.firstScales, largestOfBlocks(gradient)));
            EXPECT_TRUE(torch::equal(state.secondScales, largestOfBlocks(square)));
            // Which of two codes is nearer is decided in float32, to some 1e-5 of a step.
            EXPECT_LE(beyondNearest(gradient, state.firstValues(), state.firstScales, signedCode),
                      3e-7);
            // What is above zero does not become zero: up to the least code beside it.
            EXPECT_LE(beyondNearest(square, state.secondValues(), state.secondScales, unsignedCode),
                      1.01e-7 + 1e-7);
        }
    });
}

TEST(EightBitKernels, RoundingIsBoundedBySizeAndByScale)
{
    eachSet([](const EightBitKernels& k) {
        for (const auto& [name, gradient] : gradients()) {
            SCOPED_TRACE(name);
            const State state{gradient.numel()};
            step(k, forgetful, gradient, state, torch::zeros_like(gradient));
            const Tensor exact = gradient.to(torch::kDouble);
            const Tensor scale = spread(state.firstScales, exact.numel());
            const Tensor error = (state.firstValues() - exact).abs();
            // Half a step of the uppermost decade; below, half of that number's own decade's.
            EXPECT_TRUE((error <= 0.45 / 64 * 1.0001 * scale).all().item<bool>());
            const Tensor above = exact.abs() >= 1e-2 * scale;
            EXPECT_TRUE(
                (error <= 0.45 / 3.2 * exact.abs()).masked_select(above).all().item<bool>());
            // Signs stay, zeros stay, the largest of a block stays to the last bit.
            EXPECT_TRUE((state.firstValues() * exact >= 0).all().item<bool>());
            EXPECT_TRUE((state.firstValues().masked_select(exact == 0) == 0).all().item<bool>());
            const Tensor isLargest = exact.abs() == scale;
            EXPECT_TRUE(torch::equal(state.firstValues().masked_select(isLargest),
                                     exact.masked_select(isLargest)));
            const Tensor square = gradient * gradient;
            const Tensor positive = square > 0;
            EXPECT_TRUE((state.second.masked_select(positive) > 0).all().item<bool>());
            EXPECT_TRUE((state.second.masked_select(square == 0) == 0).all().item<bool>());
        }
    });
}

TEST(EightBitKernels, CodesOfCodesAreThemselves)
{
    eachSet([](const EightBitKernels& k) {
        const Tensor all = torch::arange(256).to(torch::kUInt8);
        for (const float scale : {1.0F, 3.7F, 1e-30F, 1e-42F, 1e30F}) {
            SCOPED_TRACE(scale);
            const Tensor values = tableOf(signedCode).to(torch::kFloat) * scale;
            const State state{256};
            step(k, forgetful, values, state, torch::zeros_like(values));
            const Tensor decoded = state.firstValues().to(torch::kFloat);
            EXPECT_TRUE(torch::equal(decoded, values));
            if (scale > 1e-36F) { // below, neighbouring codes are the same denormal
                Tensor expected = all.clone();
                expected[128] = 0; // a negative zero is not written
                EXPECT_TRUE(torch::equal(state.first, expected));
            }
        }
        // A second moment that does not change: no gradient, no forgetting.
        AdamStep still = usual;
        still.beta2 = 1;
        const State state{256};
        state.second.copy_(all);
        state.secondScales.fill_(0.37F);
        step(k, still, torch::zeros({256}), state, torch::zeros({256}));
        EXPECT_TRUE(torch::equal(state.second, all));
        EXPECT_EQ(state.secondScales.item<float>(), 0.37F);
    });
}

State randomState(std::int64_t n)
{
    State state{n};
    state.first.random_(0, 128).add_(128 * torch::randint(2, {n}).to(torch::kUInt8));
    state.first.masked_fill_(state.first == 128, 0);
    state.second.random_(1, 256);
    state.firstScales.uniform_(0.5, 2);
    state.secondScales.uniform_(0.5, 2);
    return state;
}

TEST(EightBitKernels, UpdateIsThatOfAdamwOnTheDecodedMoments)
{
    eachSet([](const EightBitKernels& k) {
        for (const std::int64_t n : {5, 256, 700}) {
            const State state = randomState(n);
            const Tensor gradient = torch::randn({n});
            const Tensor weight = torch::randn({n});
            const Tensor rounded = torch::zeros({n}, torch::kBFloat16);
            const Tensor g = gradient.to(torch::kDouble);
            const Tensor m = state.firstValues();
            const Tensor first = m + (g - m) * 0.1;
            const Tensor second = state.secondValues() * 0.99 + g * g * 0.01;
            const Tensor expected = weight.to(torch::kDouble) * (1 - 0.01 * 0.1) -
                                    0.01 / 0.19 * first / ((second / 0.0199).sqrt() + 1e-8);

            k.adamwRounded(usual, dataOf<float>(gradient), state.moments(), dataOf<float>(weight),
                           dataOf<BFloat16>(rounded), n, 0, state.firstScales.numel());

            EXPECT_TRUE(torch::allclose(weight.to(torch::kDouble), expected, 1e-5, 1e-6));
            EXPECT_TRUE(torch::equal(rounded, weight.to(torch::kBFloat16)));
            EXPECT_TRUE(torch::allclose(state.firstScales.to(torch::kDouble),
                                        largestOfBlocks(first), 1e-6, 0));
            EXPECT_TRUE(torch::allclose(state.secondScales.to(torch::kDouble),
                                        largestOfBlocks(second), 1e-6, 0));
            EXPECT_LE(beyondNearest(first, state.firstValues(), state.firstScales, signedCode),
                      2e-6);
            EXPECT_LE(beyondNearest(second, state.secondValues(), state.secondScales, unsignedCode),
                      2e-6);
        }
    });
}

TEST(EightBitKernels, BlocksAreUpdatedInAnyDivisionAndNoOthers)
{
    eachSet([](const EightBitKernels& k) {
        constexpr std::int64_t n = 1000;
        const Tensor gradient = torch::randn({n});
        const State whole = randomState(n);
        const State parts{n};
        const std::vector<std::pair<Tensor, Tensor>> pairs{
            {parts.first, whole.first},
            {parts.firstScales, whole.firstScales},
            {parts.second, whole.second},
            {parts.secondScales, whole.secondScales}};
        for (const auto& [to, from] : pairs) {
            to.copy_(from);
        }
        const Tensor a = torch::ones({n});
        const Tensor b = torch::ones({n});
        k.adamw(usual, dataOf<float>(gradient), parts.moments(), dataOf<float>(b), n, 3, 4);
        EXPECT_TRUE(torch::equal(b.slice(0, 0, 768), a.slice(0, 0, 768)));
        EXPECT_TRUE(torch::equal(parts.first.slice(0, 0, 768), whole.first.slice(0, 0, 768)));
        k.adamw(usual, dataOf<float>(gradient), parts.moments(), dataOf<float>(b), n, 0, 1);
        k.adamw(usual, dataOf<float>(gradient), parts.moments(), dataOf<float>(b), n, 1, 3);
        step(k, usual, gradient, whole, a);
        EXPECT_TRUE(torch::equal(a, b));
        for (const auto& [to, from] : pairs) {
            EXPECT_TRUE(torch::equal(to, from));
        }
    });
}

TEST(EightBitKernels, WhatIsNoNumberShowsInTheScale)
{
    eachSet([](const EightBitKernels& k) {
        for (const float poison :
             {std::nanf(""), -std::nanf(""), std::numeric_limits<float>::infinity()}) {
            for (const std::int64_t place : {0, 17, 299}) {
                const State state{300};
                Tensor gradient = torch::randn({300});
                gradient[place] = poison;
                step(k, usual, gradient, state, torch::zeros({300}));
                const std::int64_t block = place / codeBlock;
                EXPECT_FALSE(std::isfinite(state.firstScales[block].item<float>()));
                EXPECT_FALSE(std::isfinite(state.secondScales[block].item<float>()));
                EXPECT_TRUE(std::isfinite(state.firstScales[1 - block].item<float>()));
            }
        }
    });
}

} // namespace

} // namespace nextquill::kernels
