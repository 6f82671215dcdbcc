// SPDX-License-Identifier: GPL-3.0-or-later
//
// AdamW with 8-bit moments: near the float32 one, small, and the same in parts, on any number of
// threads and without kernels.
#include "core/base/Error.h"
#include "core/kernels/DynamicCode.h"
#include "core/model/Decoder.h"
#include "core/model/RowFunctions_torch.h"
#include "core/train/AdamW_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <limits>

namespace nextquill::train {

namespace {

using model::NamedParameter;
using torch::Tensor;

TrainingSettings withState(OptimizerState state)
{
    TrainingSettings s;
    s.weightDecay = 0.01;
    s.optimizerState = state;
    return s;
}

const TrainingSettings coded = withState(OptimizerState::EightBit);

NamedParameter trainableCopy(const char* name, const Tensor& weight)
{
    return {.name = name, .tensor = weight.detach().clone().set_requires_grad(true)};
}

/// A matrix whose last block is short, and a bias that is too small for codes.
std::vector<NamedParameter> matrixAndBias(torch::ScalarType type = torch::kFloat)
{
    torch::manual_seed(3);
    return {trainableCopy("q_proj.weight", torch::randn({70, 67}).to(type)),
            trainableCopy("q_proj.bias", torch::randn({70}).to(type))};
}

void drawGradients(const std::vector<NamedParameter>& parameters, int step)
{
    torch::manual_seed(100 + static_cast<std::uint64_t>(step));
    for (const NamedParameter& p : parameters) {
        Tensor{p.tensor}.mutable_grad() = torch::randn(p.tensor.sizes()).to(p.tensor.scalar_type());
    }
}

void expectSameState(const AdamW& a, const AdamW& b)
{
    const auto ours = a.state();
    const auto theirs = b.state();
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_TRUE(torch::equal(ours[i].tensor, theirs[i].tensor)) << ours[i].name;
    }
}

void copyState(const AdamW& from, AdamW& to)
{
    const torch::NoGradGuard noGrad;
    const auto target = to.state();
    const auto source = from.state();
    for (std::size_t i = 0; i < target.size(); ++i) {
        ASSERT_EQ(target[i].name, source[i].name);
        ASSERT_EQ(target[i].tensor.scalar_type(), source[i].tensor.scalar_type());
        target[i].tensor.detach().copy_(source[i].tensor);
    }
    to.restored(from.steps());
}

/// Losses of least squares on noisy targets, 32 drawn rows a step; the weight has 64 columns whose
/// inputs differ in size by a factor of 1,000.
std::vector<double> leastSquares(const TrainingSettings& settings, int steps)
{
    torch::manual_seed(11);
    const Tensor scale = torch::pow(10, torch::linspace(-2, 1, 64));
    const Tensor inputs = torch::randn({512, 64}) * scale;
    const Tensor targets = torch::mm(inputs, torch::randn({64, 128})) + torch::randn({512, 128});
    const NamedParameter weight = trainableCopy("q_proj.weight", torch::zeros({64, 128}));
    AdamW optimizer{{weight}, settings};
    std::vector<double> losses;
    for (int step = 0; step < steps; ++step) {
        const Tensor rows = torch::randint(512, {32});
        const Tensor difference =
            torch::mm(inputs.index_select(0, rows), weight.tensor) - targets.index_select(0, rows);
        const Tensor loss = difference.square().mean();
        loss.backward();
        losses.push_back(loss.item<double>());
        optimizer.step(0.05 * (1 - step / static_cast<double>(steps)));
    }
    return losses;
}

TEST(EightBitState, TwoHundredStepsStayNearFloat32)
{
    model::setThreads(1);
    const std::vector<double> wide = leastSquares(withState(OptimizerState::Float32), 200);
    const std::vector<double> narrow = leastSquares(coded, 200);
    double furthest = 0;
    for (std::size_t i = 0; i < wide.size(); ++i) {
        furthest = std::max(furthest, std::abs(narrow[i] / wide[i] - 1));
    }
    std::printf("[ MEASURED ] loss %.4g to %.4g in float32, %.4g in 8 bits; furthest apart %.2g\n",
                wide.front(), wide.back(), narrow.back(), furthest);
    EXPECT_NE(narrow, wide);
    EXPECT_LT(furthest, 0.05);
    EXPECT_LT(narrow.back(), 0.01 * narrow.front());
}

TEST(EightBitState, WeightsWithoutAGradientForLongAreNotThrownFarAway)
{
    // As rows of an embedding: of each block half the elements have a gradient in one step of ten,
    // small beside the others', whose second moment would round to zero.
    const NamedParameter weight = trainableCopy("embed_tokens.weight", torch::zeros({64, 64}));
    AdamW optimizer{{weight}, coded};
    const Tensor rare = torch::arange(4096).remainder(2).view({64, 64}).to(torch::kFloat);
    constexpr double rate = 1e-3;
    for (int step = 0; step < 100; ++step) {
        torch::manual_seed(static_cast<std::uint64_t>(step));
        const Tensor gradient = torch::randn({64, 64});
        const Tensor before = weight.tensor.detach().clone();
        Tensor{weight.tensor}.mutable_grad() =
            gradient * (1 - rare) + gradient * rare * (step % 10 == 0 ? 1e-4 : 0);
        optimizer.step(rate);
        const double moved = (weight.tensor.detach() - before).abs().max().item<double>();
        // The bound of Adam's step, (1 - beta1) / sqrt(1 - beta2), about 3.2.
        EXPECT_LE(moved, 4 * rate) << "step " << step;
    }
}

TEST(EightBitState, MomentsTakeAQuarter)
{
    const auto bytes = [](OptimizerState state) {
        const AdamW optimizer{matrixAndBias(), withState(state)};
        std::size_t sum = 0;
        for (const AdamW::Slot& slot : optimizer.state()) {
            sum += slot.name.starts_with("exp_avg") ? slot.tensor.nbytes() : 0;
        }
        return sum;
    };
    constexpr std::size_t matrix = 70 * 67;
    constexpr std::size_t blocks = 19;
    EXPECT_EQ(bytes(OptimizerState::Float32), 8 * (matrix + 70));
    EXPECT_EQ(bytes(OptimizerState::EightBit), 2 * matrix + 8 * blocks + 8 * 70);
}

TEST(EightBitState, SmallParametersKeepFloat32AndItsSteps)
{
    EXPECT_FALSE(hasEightBitState(coded, 4095));
    EXPECT_TRUE(hasEightBitState(coded, 4096));
    EXPECT_FALSE(hasEightBitState(withState(OptimizerState::Float32), 1 << 20));
    const auto narrow = matrixAndBias();
    const auto wide = matrixAndBias();
    AdamW ofNarrow{narrow, coded};
    AdamW ofWide{wide, withState(OptimizerState::Float32)};
    for (int step = 0; step < 5; ++step) {
        drawGradients(narrow, step);
        drawGradients(wide, step);
        ofNarrow.step(1e-2);
        ofWide.step(1e-2);
    }
    EXPECT_TRUE(torch::equal(narrow[1].tensor, wide[1].tensor));
    EXPECT_FALSE(torch::equal(narrow[0].tensor, wide[0].tensor));
}

TEST(EightBitState, StateThatIsFilledInGoesOnBitByBit)
{
    for (const torch::ScalarType type : {torch::kFloat, torch::kBFloat16}) {
        const auto whole = matrixAndBias(type);
        const auto resumed = matrixAndBias(type);
        AdamW first{whole, coded};
        for (int step = 0; step < 7; ++step) {
            drawGradients(whole, step);
            first.step(1e-2);
        }
        AdamW second{resumed, coded};
        copyState(first, second);
        for (int step = 7; step < 20; ++step) {
            drawGradients(whole, step);
            drawGradients(resumed, step);
            first.step(1e-2);
            second.step(1e-2);
        }
        expectSameState(first, second);
        EXPECT_TRUE(torch::equal(whole[0].tensor, resumed[0].tensor));
    }
}

TEST(EightBitState, MasterCopyOfBFloat16WeightsIsFloat32)
{
    const auto half = matrixAndBias(torch::kBFloat16);
    AdamW optimizer{half, coded};
    const Tensor before = half[0].tensor.detach().clone();
    for (int step = 0; step < 3; ++step) { // less than bfloat16 shows
        Tensor{half[0].tensor}.mutable_grad() = torch::ones({70, 67}, torch::kBFloat16);
        optimizer.step(1e-6);
    }
    const Tensor master = optimizer.state()[0].tensor;
    EXPECT_EQ(master.scalar_type(), torch::kFloat);
    EXPECT_GT((master - before.to(torch::kFloat)).abs().max().item<double>(), 0);
    EXPECT_TRUE(torch::equal(half[0].tensor, master.to(torch::kBFloat16)));
}

TEST(EightBitState, ThreadsChangeNothing)
{
    const auto trained = [](int threads) {
        torch::set_num_threads(threads);
        torch::manual_seed(1);
        const std::vector<NamedParameter> parameters{
            trainableCopy("q_proj.weight", torch::randn({700, 601}))};
        AdamW optimizer{parameters, coded};
        for (int step = 0; step < 3; ++step) {
            drawGradients(parameters, step);
            optimizer.step(1e-2);
        }
        return optimizer;
    };
    const AdamW one = trained(1);
    const AdamW three = trained(3);
    torch::set_num_threads(1);
    expectSameState(one, three);
}

TEST(EightBitState, PartsThatAreCutBetweenBlocksAreTheWhole)
{
    const auto whole = matrixAndBias();
    const auto cut = matrixAndBias();
    const Tensor flat = cut[0].tensor.detach().view({-1});
    // The parts are below 4,096 elements, what they are parts of is not.
    const std::vector<NamedParameter> parts{{"q_proj.weight", flat.slice(0, 0, 2560)},
                                            {"q_proj.weight", flat.slice(0, 2560)}};
    AdamW ofWhole{{whole[0]}, coded};
    AdamW ofParts{parts, coded, {70 * 67, 70 * 67}};
    for (int step = 0; step < 5; ++step) {
        drawGradients(whole, step);
        const Tensor gradient = whole[0].tensor.grad().view({-1});
        Tensor{parts[0].tensor}.mutable_grad() = gradient.slice(0, 0, 2560);
        Tensor{parts[1].tensor}.mutable_grad() = gradient.slice(0, 2560);
        ofWhole.step(1e-2);
        ofParts.step(1e-2);
    }
    EXPECT_TRUE(torch::equal(whole[0].tensor, cut[0].tensor));
    const auto one = ofWhole.state();
    const auto two = ofParts.state();
    ASSERT_EQ(two.size(), 2 * one.size());
    for (std::size_t k = 0; k < one.size(); ++k) {
        EXPECT_TRUE(torch::equal(one[k].tensor.reshape({-1}),
                                 torch::cat({two[k].tensor, two[k + one.size()].tensor})))
            << one[k].name;
    }
}

TEST(EightBitState, WithoutKernelsTheNumbersAreTheSame)
{
    for (const torch::ScalarType type : {torch::kFloat, torch::kBFloat16}) {
        const auto ours = matrixAndBias(type);
        const auto plain = matrixAndBias(type);
        AdamW withKernels{ours, coded};
        AdamW without{plain, coded};
        for (int step = 0; step < 6; ++step) {
            copyState(withKernels, without); // a step is compared, not what becomes of a tie
            drawGradients(ours, step);
            drawGradients(plain, step);
            withKernels.step(1e-2);
            {
                const model::WithoutKernels none;
                without.step(1e-2);
            }
            const auto a = withKernels.state();
            const auto b = without.state();
            for (std::size_t i = 0; i < a.size(); ++i) {
                if (a[i].tensor.scalar_type() != torch::kUInt8) {
                    EXPECT_TRUE(torch::allclose(a[i].tensor, b[i].tensor, 2e-6, 1e-6))
                        << a[i].name << " at " << step;
                    continue;
                }
                const Tensor apart =
                    (a[i].tensor.to(torch::kInt) - b[i].tensor.to(torch::kInt)).abs();
                EXPECT_LE(apart.max().item<int>(), 1) << a[i].name << " at " << step;
                EXPECT_LE(apart.sum().item<int>(), 2) << a[i].name << " at " << step;
            }
        }
    }
}

TEST(EightBitState, WithoutKernelsLargeParametersGoInPieces)
{
    torch::manual_seed(2);
    const Tensor start = torch::randn({(1 << 22) + 300});
    const Tensor gradient = torch::randn_like(start);
    const auto trained = [&](const std::vector<NamedParameter>& parameters) {
        AdamW optimizer{parameters, coded};
        Tensor{parameters[0].tensor}.mutable_grad() = gradient.clone();
        optimizer.step(1e-2);
        return optimizer.state();
    };
    const auto ours = trained({trainableCopy("w", start)});
    const model::WithoutKernels none;
    const auto plain = trained({trainableCopy("w", start)});
    for (const std::size_t i : {0, 2, 4}) { // weights and scales
        EXPECT_TRUE(torch::allclose(ours[i].tensor, plain[i].tensor, 1e-5, 1e-6)) << ours[i].name;
    }
    for (const std::size_t i : {1, 3}) {
        const Tensor apart = (ours[i].tensor.to(torch::kInt) - plain[i].tensor.to(torch::kInt));
        EXPECT_LE(apart.abs().max().item<int>(), 1) << ours[i].name;
        EXPECT_LE(apart.abs().sum().item<std::int64_t>(), 100)
            << ours[i].name; // ties, of 4 million
    }
}

TEST(EightBitState, WeightThatIsNotContiguousTakesThePlainWay)
{
    const auto straight = matrixAndBias();
    const Tensor turned = straight[0].tensor.detach().t().contiguous().t();
    const std::vector<NamedParameter> other{{"q_proj.weight", turned}};
    AdamW ofStraight{{straight[0]}, coded};
    AdamW ofOther{other, coded};
    drawGradients(straight, 0);
    Tensor{turned}.mutable_grad() = straight[0].tensor.grad().clone();
    ofStraight.step(1e-2);
    ofOther.step(1e-2);
    EXPECT_TRUE(torch::allclose(straight[0].tensor, turned, 1e-5, 1e-6));
}

TEST(EightBitState, ValueThatIsNoNumberIsSeen)
{
    for (const float bad :
         {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        const auto parameters = matrixAndBias();
        AdamW optimizer{parameters, coded};
        drawGradients(parameters, 0);
        optimizer.step(1e-3);
        EXPECT_TRUE(optimizer.isFinite());
        for (const AdamW::Slot& slot : optimizer.state()) {
            if (slot.tensor.scalar_type() == torch::kUInt8) {
                continue; // every byte is a number
            }
            const torch::NoGradGuard noGrad;
            const Tensor place = slot.tensor.detach().view(-1)[1];
            const Tensor before = place.clone();
            place.fill_(bad);
            EXPECT_FALSE(optimizer.isFinite()) << slot.name;
            place.copy_(before);
        }
        EXPECT_TRUE(optimizer.isFinite());
    }
}

TEST(EightBitState, GradientThatIsNoNumberWouldBeSeenInTheState)
{
    for (const bool kernels : {true, false}) {
        const auto parameters = matrixAndBias();
        AdamW optimizer{parameters, coded};
        drawGradients(parameters, 0);
        parameters[0].tensor.grad()[69][66] = std::numeric_limits<float>::quiet_NaN();
        const auto step = [&] { optimizer.step(0); };
        if (kernels) {
            step();
        } else {
            const model::WithoutKernels none;
            step();
        }
        for (const AdamW::Slot& slot : optimizer.state()) {
            if (slot.name.ends_with("scale.q_proj.weight")) {
                EXPECT_FALSE(torch::isfinite(slot.tensor).all().item<bool>()) << slot.name;
            }
        }
        EXPECT_FALSE(optimizer.isFinite());
    }
}

TEST(EightBitState, IsRefusedForFloat64)
{
    try {
        const AdamW optimizer{matrixAndBias(torch::kDouble), coded};
        FAIL() << "nothing was refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_EQ(error.where(), "q_proj.weight");
    }
}

} // namespace

} // namespace nextquill::train
