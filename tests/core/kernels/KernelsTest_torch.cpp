// SPDX-License-Identifier: GPL-3.0-or-later
// Every kernel of every instruction set that this processor has, for every element type, against
// LibTorch's operations in float64.
#include "core/kernels/Kernels.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace nextquill::kernels {

namespace {

using torch::Tensor;

template<class T>
constexpr torch::ScalarType scalarType = std::is_same_v<T, float>    ? torch::kFloat
                                         : std::is_same_v<T, double> ? torch::kDouble
                                                                     : torch::kBFloat16;
/// Of results rounded to T, relative to the largest.
template<class T>
constexpr double tolerance = std::is_same_v<T, float>    ? 2e-6
                             : std::is_same_v<T, double> ? 1e-13
                                                         : 6e-3;
template<class T>
constexpr double wideTolerance = std::is_same_v<T, double> ? 1e-13 : 5e-6;

template<class T>
T* memory(const Tensor& tensor)
{
    return static_cast<T*>(tensor.data_ptr());
}

double relativeDifference(const Tensor& ours, const Tensor& theirs)
{
    const Tensor a = ours.to(torch::kDouble);
    const Tensor b = theirs.to(torch::kDouble);
    return ((a - b).abs().max() / (b.abs().max() + 1e-30)).item<double>();
}

/// Calls the check for each instruction set that is there.
template<class T, class Check>
void everySet(const Check& check)
{
    const torch::NoGradGuard noGrad;
    for (const InstructionSet set : availableInstructionSets()) {
        SCOPED_TRACE(std::string{name(set)});
        torch::manual_seed(5);
        check(kernels<T>(set));
    }
}

template<class T>
class KernelsOf : public ::testing::Test
{
public:
    [[nodiscard]] static Tensor random(torch::IntArrayRef shape)
    {
        return torch::randn(shape, torch::kDouble).to(scalarType<T>);
    }
    [[nodiscard]] static Tensor wide(torch::IntArrayRef shape)
    {
        return torch::zeros(shape, scalarType<Wide<T>>);
    }
    [[nodiscard]] static Tensor exact(const Tensor& x) { return x.to(torch::kDouble); }
};

using Elements = ::testing::Types<float, BFloat16, double>;
TYPED_TEST_SUITE(KernelsOf, Elements);

TYPED_TEST(KernelsOf, RmsNorm)
{
    using T = TypeParam;
    using A = Wide<T>;
    for (const std::int64_t D : {1, 7, 16, 37, 576}) {
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor x = this->random({5, D});
            const Tensor w = this->random({D});
            const Tensor y = this->random({5, D});
            const Tensor r = this->wide({5});
            k.rmsNorm(memory<T>(x), memory<T>(w), 1e-5, D, memory<T>(y), memory<A>(r), 1, 5);
            const Tensor e = this->exact(x);
            const Tensor factor = ((e * e).mean(1, true) + 1e-5).rsqrt();
            EXPECT_LE(relativeDifference(r.narrow(0, 1, 4), factor.squeeze(1).narrow(0, 1, 4)),
                      wideTolerance<T>);
            EXPECT_EQ(r[0].item<double>(), 0) << "rows outside the range are left alone";
            EXPECT_LE(relativeDifference(y.narrow(0, 1, 4),
                                         (e * factor * this->exact(w)).narrow(0, 1, 4)),
                      2 * tolerance<T>);
        });
    }
}

TYPED_TEST(KernelsOf, RmsNormBackward)
{
    using T = TypeParam;
    using A = Wide<T>;
    for (const std::int64_t D : {7, 48, 576}) {
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor x = this->random({4, D});
            const Tensor w = this->random({D});
            const Tensor dy = this->random({4, D});
            const Tensor residual = this->random({4, D});
            const Tensor dx = this->random({4, D});
            const Tensor sum = torch::ones({D}, scalarType<A>);
            Tensor e;
            Tensor weight;
            std::vector<Tensor> gradients;
            {
                const torch::AutoGradMode track{true};
                e = this->exact(x).set_requires_grad(true);
                weight = this->exact(w).set_requires_grad(true);
                const Tensor y = e * ((e * e).mean(1, true) + 1e-5).rsqrt() * weight;
                gradients = torch::autograd::grad({(y * this->exact(dy)).sum()}, {e, weight});
            }
            const Tensor r = ((e * e).mean(1) + 1e-5).rsqrt().to(scalarType<A>);
            k.rmsNormBackward(memory<T>(dy), memory<T>(x), memory<T>(w), memory<A>(r),
                              memory<T>(residual), D, memory<T>(dx), memory<A>(sum), 0, 4);
            EXPECT_LE(relativeDifference(dx, gradients[0] + this->exact(residual)), tolerance<T>);
            EXPECT_LE(relativeDifference(sum, gradients[1] + 1), wideTolerance<T>);
            k.rmsNormBackward(memory<T>(dy), memory<T>(x), memory<T>(w), memory<A>(r), nullptr, D,
                              memory<T>(dx), nullptr, 0, 4);
            EXPECT_LE(relativeDifference(dx, gradients[0]), tolerance<T>);
        });
    }
}

TYPED_TEST(KernelsOf, HeadsGoIntoBlocksAndComeBack)
{
    using T = TypeParam;
    using A = Wide<T>;
    constexpr std::int64_t N = 7;
    constexpr std::int64_t H = 6;
    constexpr std::int64_t K = 2;
    const std::vector<std::int32_t> begins{0, 0, 0, 0, 4, 4, 4};
    const std::vector<std::int32_t> rows{4, 4, 4, 4, 3, 3, 3};
    for (const std::int64_t d : {2, 10, 64}) {
        const HeadLayout layout{.rows = N,
                                .heads = H,
                                .keyHeads = K,
                                .size = d,
                                .blockBegin = begins.data(),
                                .blockRows = rows.data()};
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor x = this->random({N, H + 2 * K, d});
            const Tensor angle = torch::randn({N, d / 2}, torch::kDouble);
            const Tensor cos = angle.cos().to(scalarType<A>);
            const Tensor sin = angle.sin().to(scalarType<A>);
            const Tensor q = this->random({N * H * d});
            const Tensor keys = this->random({K, N, d});
            const Tensor values = this->random({K, N, d});
            k.splitHeads(layout, memory<T>(x), memory<A>(cos), memory<A>(sin), memory<T>(q),
                         memory<T>(keys), memory<T>(values), 0, N);

            const Tensor e = this->exact(x);
            const Tensor a = e.narrow(2, 0, d / 2);
            const Tensor b = e.narrow(2, d / 2, d / 2);
            const Tensor c = angle.cos().unsqueeze(1);
            const Tensor s = angle.sin().unsqueeze(1);
            const Tensor turned = torch::cat({a * c - b * s, b * c + a * s}, 2);
            const Tensor first = q.narrow(0, 0, 4 * H * d).view({H, 4, d}).transpose(0, 1);
            const Tensor second = q.narrow(0, 4 * H * d, 3 * H * d).view({H, 3, d}).transpose(0, 1);
            EXPECT_LE(relativeDifference(torch::cat({first, second}), turned.narrow(1, 0, H)),
                      tolerance<T>);
            EXPECT_LE(relativeDifference(keys.transpose(0, 1), turned.narrow(1, H, K)),
                      tolerance<T>);
            EXPECT_TRUE(torch::equal(values.transpose(0, 1), x.narrow(1, H + K, K)));

            const Tensor back = this->random({N, H + 2 * K, d});
            const Tensor wideKeys = keys.to(scalarType<A>);
            const Tensor wideValues = values.to(scalarType<A>);
            k.mergeHeads(layout, memory<T>(q), memory<A>(wideKeys), memory<A>(wideValues),
                         memory<A>(cos), memory<A>(sin), memory<T>(back), 0, N);
            EXPECT_LE(relativeDifference(back, x), 2 * tolerance<T>);

            const Tensor out = this->random({N, H, d});
            k.blocksToRows(layout, memory<T>(q), memory<T>(out), 0, N);
            EXPECT_TRUE(torch::equal(out.narrow(0, 4, 3), second));
            const Tensor O = this->random({N, H, d});
            const Tensor blocks = this->random({N * H * d});
            const Tensor delta = this->wide({N * H});
            k.rowsToBlocks(layout, memory<T>(out), memory<T>(O), memory<T>(blocks),
                           memory<A>(delta), 0, N);
            EXPECT_TRUE(torch::equal(blocks, q));
            const Tensor products = (this->exact(out) * this->exact(O)).sum(2);
            EXPECT_LE(relativeDifference(delta.narrow(0, 4 * H, 3 * H).view({H, 3}).t(),
                                         products.narrow(0, 4, 3)),
                      wideTolerance<T>);
        });
    }
}

TYPED_TEST(KernelsOf, CausalSoftmax)
{
    using T = TypeParam;
    using A = Wide<T>;
    constexpr std::int64_t heads = 2;
    for (const auto& [queries, keys] :
         std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1}, {5, 5}, {4, 21}, {3, 64}}) {
        const ScoreBlock block{.queries = queries, .keys = keys, .scale = 0.3};
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor scores = this->random({heads * queries, keys}) * 5;
            const Tensor dP = this->random({heads * queries, keys});
            const Tensor later = torch::ones({queries, keys}, torch::kBool)
                                     .triu(keys - queries + 1)
                                     .repeat({heads, 1});
            const Tensor e = (this->exact(scores) * 0.3)
                                 .masked_fill(later, -std::numeric_limits<double>::infinity());
            const Tensor P = torch::softmax(e, 1);
            const Tensor sums = torch::logsumexp(e, 1);

            Tensor ours = scores.clone();
            const Tensor logSums = this->wide({heads * queries});
            k.causalSoftmax(block, memory<T>(ours), memory<A>(logSums), 0, heads * queries);
            EXPECT_LE(relativeDifference(ours, P), 2 * tolerance<T>);
            EXPECT_EQ(ours.masked_select(later).to(torch::kDouble).abs().sum().item<double>(), 0);
            EXPECT_LE(relativeDifference(logSums, sums), wideTolerance<T>);

            const Tensor delta = (P * this->exact(dP)).sum(1).to(scalarType<A>);
            const Tensor gradients = dP.clone();
            ours = scores.clone();
            k.causalSoftmaxBackward(block, memory<T>(ours), memory<T>(gradients),
                                    memory<A>(logSums), memory<A>(delta), 0, heads * queries);
            EXPECT_LE(relativeDifference(ours, P), 2 * tolerance<T>);
            if (keys > 1) {
                EXPECT_LE(
                    relativeDifference(
                        gradients, P * 0.3 * (this->exact(dP) - this->exact(delta).unsqueeze(1))),
                    2 * tolerance<T>);
            }
        });
    }
}

TYPED_TEST(KernelsOf, GatedSilu)
{
    using T = TypeParam;
    for (const std::int64_t F : {3, 32, 45}) {
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor x = this->random({4, 2 * F}) * 4;
            const Tensor dy = this->random({4, F});
            Tensor e;
            Tensor y;
            Tensor gradient;
            {
                const torch::AutoGradMode track{true};
                e = this->exact(x).set_requires_grad(true);
                y = torch::silu(e.narrow(1, 0, F)) * e.narrow(1, F, F);
                gradient = torch::autograd::grad({(y * this->exact(dy)).sum()}, {e})[0];
            }
            const Tensor ours = this->random({4, F});
            k.gatedSilu(memory<T>(x), F, memory<T>(ours), 0, 4);
            EXPECT_LE(relativeDifference(ours, y.detach()), tolerance<T>);
            const Tensor used = x.clone();
            k.gatedSiluBackward(memory<T>(dy), F, memory<T>(used), memory<T>(ours), 0, 4);
            EXPECT_LE(relativeDifference(used, gradient), tolerance<T>);
            EXPECT_LE(relativeDifference(ours, y.detach()), tolerance<T>);
        });
    }
}

TYPED_TEST(KernelsOf, AddToAndDropoutTakeAnyRange)
{
    using T = TypeParam;
    using A = Wide<T>;
    everySet<T>([&](const Kernels<T>& k) {
        const Tensor x = this->random({100});
        const Tensor sum = torch::ones({100}, scalarType<A>);
        k.addTo(memory<T>(x), memory<A>(sum), 0, 33);
        k.addTo(memory<T>(x), memory<A>(sum), 33, 99);
        EXPECT_LE(relativeDifference(sum.narrow(0, 0, 99), this->exact(x).narrow(0, 0, 99) + 1),
                  wideTolerance<T>);
        EXPECT_EQ(sum[99].item<double>(), 1);

        const Tensor whole = this->random({100});
        const Tensor parts = this->random({100});
        k.dropout(memory<T>(x), 77, 0.5, memory<T>(whole), 0, 100);
        k.dropout(memory<T>(x), 77, 0.5, memory<T>(parts), 50, 100);
        k.dropout(memory<T>(x), 77, 0.5, memory<T>(parts), 0, 50);
        EXPECT_TRUE(torch::equal(whole, parts));
        const Tensor portable = this->random({100});
        kernels<T>(InstructionSet::Portable)
            .dropout(memory<T>(x), 77, 0.5, memory<T>(portable), 0, 100);
        EXPECT_TRUE(torch::equal(whole, portable)) << "the same draws on every processor";
    });
}

TYPED_TEST(KernelsOf, LogitsOfBothWorlds)
{
    using T = TypeParam;
    using A = Wide<T>;
    for (const std::int64_t V : {5, 64, 1003}) {
        everySet<T>([&](const Kernels<T>& k) {
            const Tensor z = torch::randn({3, V}, torch::kDouble).to(scalarType<A>) * 8;
            const Tensor d = torch::randn({3, V}, torch::kDouble).to(scalarType<A>) * 2;
            const Tensor targets = torch::tensor({std::int64_t{0}, V / 2, V - 1});
            const Tensor found = this->wide({3, 6});
            auto* rows = reinterpret_cast<TwinRow<A>*>(memory<A>(found));
            k.measureLogits(memory<A>(z), memory<A>(d), memory<std::int64_t>(targets), V, rows, 0,
                            3);
            const auto logOfTarget = [&](const Tensor& logits) {
                return torch::log_softmax(logits.to(torch::kDouble), 1)
                    .gather(1, targets.unsqueeze(1))
                    .squeeze(1);
            };
            const auto ours = [&](int world) {
                return found.select(1, 2 * world + 1) - found.select(1, 2 * world);
            };
            EXPECT_LE(relativeDifference(ours(0), logOfTarget(z)), wideTolerance<T>);
            EXPECT_LE(relativeDifference(ours(1), logOfTarget(z - d)), wideTolerance<T>);
            EXPECT_LE(relativeDifference(ours(2), logOfTarget(d)), wideTolerance<T>);

            const Tensor scale = torch::tensor({0.5, 1.5, -2.0}).to(scalarType<A>);
            const Tensor other = torch::tensor({0.1, 0.2, 0.3}).to(scalarType<A>);
            const Tensor main = this->random({3, V});
            const Tensor causal = this->random({3, V});
            k.logitGradients(memory<A>(z), memory<A>(d), memory<std::int64_t>(targets), V, rows,
                             memory<A>(scale), memory<A>(other), memory<T>(main), memory<T>(causal),
                             0, 3);
            const auto expected = [&](const Tensor& logits, const Tensor& factor) {
                const Tensor onehot =
                    torch::zeros({3, V}, torch::kDouble).scatter_(1, targets.unsqueeze(1), 1.0);
                return (torch::softmax(logits.to(torch::kDouble), 1) - onehot) *
                       factor.to(torch::kDouble).unsqueeze(1);
            };
            EXPECT_LE(relativeDifference(main, expected(z, scale)), tolerance<T>);
            EXPECT_LE(relativeDifference(causal, expected(d, other)), tolerance<T>);

            // One world alone.
            k.measureLogits(memory<A>(z), nullptr, memory<std::int64_t>(targets), V, rows, 0, 3);
            EXPECT_LE(relativeDifference(ours(0), logOfTarget(z)), wideTolerance<T>);
        });
    }
}

TYPED_TEST(KernelsOf, WhatIsNoNumberStaysNone)
{
    using T = TypeParam;
    using A = Wide<T>;
    everySet<T>([&](const Kernels<T>& k) {
        for (const double poison : {std::nan(""), std::numeric_limits<double>::infinity()}) {
            const Tensor z = torch::zeros({1, 40}, scalarType<A>);
            z[0][17] = poison;
            const Tensor targets = torch::tensor({std::int64_t{3}});
            const Tensor found = this->wide({1, 6});
            k.measureLogits(memory<A>(z), nullptr, memory<std::int64_t>(targets), 40,
                            reinterpret_cast<TwinRow<A>*>(memory<A>(found)), 0, 1);
            EXPECT_FALSE(std::isfinite(found[0][0].item<double>())) << poison;

            const Tensor x = this->random({1, 40});
            x[0][39] = poison;
            const Tensor w = torch::ones({40}, scalarType<T>);
            const Tensor y = torch::zeros({1, 40}, scalarType<T>);
            const Tensor r = this->wide({1});
            k.rmsNorm(memory<T>(x), memory<T>(w), 1e-5, 40, memory<T>(y), memory<A>(r), 0, 1);
            EXPECT_FALSE(torch::isfinite(y).all().item<bool>()) << poison;

            const Tensor gate = torch::zeros({1, 80}, scalarType<T>);
            gate[0][79] = poison;
            gate[0][39] = 1;
            k.gatedSilu(memory<T>(gate), 40, memory<T>(y), 0, 1);
            EXPECT_FALSE(std::isfinite(y[0][39].item<double>())) << poison;

            const Tensor scores = this->random({2, 2});
            scores[1][1] = poison;
            const Tensor sums = this->wide({2});
            k.causalSoftmax({.queries = 2, .keys = 2, .scale = 1}, memory<T>(scores),
                            memory<A>(sums), 0, 2);
            EXPECT_FALSE(std::isfinite(scores[1][1].item<double>())) << poison;
        }
    });
}

template<class A>
class OptimizerKernelsOf : public ::testing::Test
{
};
using WideElements = ::testing::Types<float, double>;
TYPED_TEST_SUITE(OptimizerKernelsOf, WideElements);

TYPED_TEST(OptimizerKernelsOf, AdamwUpdatesAndRounds)
{
    using A = TypeParam;
    const torch::NoGradGuard noGrad;
    const AdamStep step{.learningRate = 0.01,
                        .weightDecay = 0.1,
                        .beta1 = 0.9,
                        .beta2 = 0.99,
                        .epsilon = 1e-8,
                        .bias1 = 0.19,
                        .bias2 = 0.0199};
    for (const InstructionSet set : availableInstructionSets()) {
        SCOPED_TRACE(std::string{name(set)});
        torch::manual_seed(6);
        const auto make = [] { return torch::randn({37}, torch::kDouble); };
        const Tensor g = make();
        const Tensor m = make();
        const Tensor v = make().abs();
        const Tensor w = make();
        const Tensor first = m + (g - m) * 0.1;
        const Tensor second = v * 0.99 + g * g * 0.01;
        const Tensor weight =
            w * (1 - 0.01 * 0.1) - 0.01 / 0.19 * first / ((second / 0.0199).sqrt() + 1e-8);
        const Tensor ours[4] = {g.to(scalarType<A>), m.to(scalarType<A>), v.to(scalarType<A>),
                                w.to(scalarType<A>)};
        const Tensor rounded = torch::zeros({37}, torch::kBFloat16);
        const auto& k = optimizerKernels<A>(set);
        if (std::is_same_v<A, float>) {
            k.adamwRounded(step, memory<A>(ours[0]), memory<A>(ours[1]), memory<A>(ours[2]),
                           memory<A>(ours[3]), memory<BFloat16>(rounded), 0, 37);
            EXPECT_TRUE(torch::equal(rounded, ours[3].to(torch::kBFloat16)));
        } else {
            k.adamw(step, memory<A>(ours[0]), memory<A>(ours[1]), memory<A>(ours[2]),
                    memory<A>(ours[3]), 0, 37);
        }
        EXPECT_LE(relativeDifference(ours[1], first), wideTolerance<A>);
        EXPECT_LE(relativeDifference(ours[2], second), wideTolerance<A>);
        EXPECT_LE(relativeDifference(ours[3], weight), wideTolerance<A>);
        EXPECT_NEAR(k.squaredNorm(memory<A>(ours[3]), 2, 37),
                    ours[3].narrow(0, 2, 35).to(torch::kDouble).square().sum().item<double>(),
                    1e-4);
    }
}

TEST(InstructionSets, AreThoseOfTheProcessorWeakestFirst)
{
    const auto sets = availableInstructionSets();
    EXPECT_EQ(sets.front(), InstructionSet::Portable);
    EXPECT_EQ(&kernels<float>(), &kernels<float>(sets.back()));
    EXPECT_EQ(name(InstructionSet::Avx512), "AVX-512");
}

} // namespace

} // namespace nextquill::kernels
