// SPDX-License-Identifier: GPL-3.0-or-later
//
// The oracle is LibTorch's own AdamW, with a group of weights that decay and one of those that do
// not.
#include "core/train/AdamW_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

namespace nextquill::train {

namespace {

using model::NamedParameter;
using torch::Tensor;

constexpr int comparedSteps = 25;

TrainingSettings settings()
{
    TrainingSettings s;
    s.weightDecay = 0.1;
    s.beta1 = 0.8;
    s.beta2 = 0.95;
    s.epsilon = 1e-7;
    return s;
}

std::vector<NamedParameter> someParameters(torch::ScalarType type)
{
    torch::manual_seed(3);
    std::vector<NamedParameter> parameters;
    const std::vector<std::pair<const char*, std::vector<std::int64_t>>> shapes{
        {"model.layers.0.self_attn.q_proj.weight", {5, 7}},
        {"model.layers.0.self_attn.q_proj.bias", {5}},
        {"model.layers.0.input_layernorm.weight", {7}},
        {"model.layers.0.mlp.up_proj.lora_A.weight", {2, 7}},
    };
    for (const auto& [name, shape] : shapes) {
        parameters.push_back(
            {name, torch::randn(shape, torch::kDouble).to(type).set_requires_grad(true)});
    }
    return parameters;
}

std::vector<NamedParameter> copyOf(const std::vector<NamedParameter>& parameters)
{
    std::vector<NamedParameter> copies;
    for (const NamedParameter& p : parameters) {
        copies.push_back({p.name, p.tensor.detach().clone().set_requires_grad(true)});
    }
    return copies;
}

void setGradients(const std::vector<NamedParameter>& parameters, int step)
{
    torch::manual_seed(100 + static_cast<std::uint64_t>(step));
    for (const NamedParameter& p : parameters) {
        const Tensor gradient = torch::randn(p.tensor.sizes(), torch::kDouble);
        Tensor{p.tensor}.mutable_grad() = gradient.to(p.tensor.scalar_type());
    }
}

double largestDifference(const std::vector<NamedParameter>& a, const std::vector<NamedParameter>& b)
{
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const Tensor difference = (a[i].tensor - b[i].tensor).abs().max();
        largest = std::max(largest, difference.to(torch::kDouble).item<double>());
    }
    return largest;
}

double rateOf(int step)
{
    return 1e-2 * (1 + 0.1 * step);
}

/// How far ours and LibTorch's are apart after `comparedSteps`, at most, over all steps.
double distanceFromLibTorch(torch::ScalarType type)
{
    const std::vector<NamedParameter> ours = someParameters(type);
    const std::vector<NamedParameter> theirs = copyOf(ours);
    std::vector<Tensor> decayed;
    std::vector<Tensor> free;
    for (const NamedParameter& p : theirs) {
        const bool isWeight = p.name.ends_with("proj.weight") || p.name.ends_with("A.weight");
        (isWeight ? decayed : free).push_back(p.tensor);
    }
    const auto options = [](double decay) {
        return std::make_unique<torch::optim::AdamWOptions>(
            torch::optim::AdamWOptions{1e-2}.betas({0.8, 0.95}).eps(1e-7).weight_decay(decay));
    };
    torch::optim::AdamW oracle{{torch::optim::OptimizerParamGroup{decayed, options(0.1)},
                                torch::optim::OptimizerParamGroup{free, options(0)}},
                               torch::optim::AdamWOptions{1e-2}};
    AdamW optimizer{ours, settings()};
    double largest = 0;
    for (int step = 0; step < comparedSteps; ++step) {
        setGradients(ours, step);
        setGradients(theirs, step);
        for (torch::optim::OptimizerParamGroup& group : oracle.param_groups()) {
            group.options().set_lr(rateOf(step));
        }
        optimizer.step(rateOf(step));
        oracle.step();
        const torch::NoGradGuard noGrad;
        largest = std::max(largest, largestDifference(ours, theirs));
    }
    return largest;
}

TEST(AdamW, EveryStepIsLibTorchs)
{
    EXPECT_LT(distanceFromLibTorch(torch::kDouble), 1e-12);
    EXPECT_LT(distanceFromLibTorch(torch::kFloat),
              2e-6); // lerp rounds once where mul, add do twice
}

TEST(AdamW, WeightsDecayAndNormsAndBiasesDoNot)
{
    EXPECT_TRUE(decays("model.embed_tokens.weight"));
    EXPECT_TRUE(decays("model.layers.3.mlp.down_proj.weight"));
    EXPECT_TRUE(decays("model.layers.3.mlp.down_proj.lora_B.weight"));
    EXPECT_TRUE(decays("lm_head.weight"));
    EXPECT_FALSE(decays("model.norm.weight"));
    EXPECT_FALSE(decays("model.layers.3.input_layernorm.weight"));
    EXPECT_FALSE(decays("model.layers.3.post_attention_layernorm.weight"));
    EXPECT_FALSE(decays("model.layers.3.self_attn.q_norm.weight"));
    EXPECT_FALSE(decays("model.layers.3.self_attn.q_proj.bias"));
}

TEST(AdamW, StepTakesTheGradientsAway)
{
    const std::vector<NamedParameter> parameters = someParameters(torch::kFloat);
    AdamW optimizer{parameters, settings()};
    setGradients(parameters, 0);
    optimizer.step(1e-3);
    for (const NamedParameter& p : parameters) {
        EXPECT_FALSE(p.tensor.grad().defined()) << p.name;
    }
    EXPECT_EQ(optimizer.steps(), 1);
}

TEST(AdamW, ParameterWithoutAGradientStaysAsItIs)
{
    const std::vector<NamedParameter> parameters = someParameters(torch::kFloat);
    const std::vector<NamedParameter> before = copyOf(parameters);
    AdamW optimizer{parameters, settings()};
    setGradients(parameters, 0);
    Tensor{parameters[0].tensor}.mutable_grad() = Tensor{};
    optimizer.step(1e-2);
    EXPECT_TRUE(torch::equal(parameters[0].tensor, before[0].tensor));
    EXPECT_FALSE(torch::equal(parameters[1].tensor, before[1].tensor));
}

/// A weight of 1 in bfloat16, whose neighbours are 2^-8 below and 2^-7 above.
std::vector<NamedParameter> oneInBFloat16()
{
    return {{"norm", torch::ones({1}, torch::kBFloat16).set_requires_grad(true)}};
}

TEST(AdamW, UpdatesBelowBFloat16sStepAddUpInTheMasterCopy)
{
    const std::vector<NamedParameter> parameters = oneInBFloat16();
    AdamW optimizer{parameters, {}};
    for (int i = 0; i < 100; ++i) {
        Tensor{parameters[0].tensor}.mutable_grad() = torch::ones({1}, torch::kBFloat16);
        optimizer.step(1e-4); // a twentieth of what rounding would swallow
    }
    EXPECT_NEAR(optimizer.state()[0].tensor.item<float>(), 0.99, 1e-5);
    EXPECT_EQ(parameters[0].tensor.item<float>(),
              torch::tensor(0.99).to(torch::kBFloat16).item<float>());
    EXPECT_EQ(parameters[0].tensor.scalar_type(), torch::kBFloat16);
}

TEST(AdamW, BFloat16WeightsFollowTheFloat32Run)
{
    const std::vector<NamedParameter> half = someParameters(torch::kBFloat16);
    std::vector<NamedParameter> full;
    for (const NamedParameter& p : half) {
        full.push_back({p.name, p.tensor.detach().to(torch::kFloat).set_requires_grad(true)});
    }
    AdamW ofHalf{half, settings()};
    AdamW ofFull{full, settings()};
    for (int step = 0; step < comparedSteps; ++step) {
        setGradients(half, step);
        for (std::size_t i = 0; i < half.size(); ++i) {
            full[i].tensor.mutable_grad() = half[i].tensor.grad().to(torch::kFloat);
        }
        ofHalf.step(rateOf(step));
        ofFull.step(rateOf(step));
    }
    for (std::size_t i = 0; i < half.size(); ++i) {
        EXPECT_TRUE(torch::equal(half[i].tensor, full[i].tensor.to(torch::kBFloat16)));
    }
}

TEST(AdamW, StateThatIsFilledInGoesOnBitByBit)
{
    for (const torch::ScalarType type : {torch::kFloat, torch::kDouble, torch::kBFloat16}) {
        const std::vector<NamedParameter> whole = someParameters(type);
        const std::vector<NamedParameter> resumed = copyOf(whole);
        AdamW first{whole, settings()};
        for (int step = 0; step < 7; ++step) {
            setGradients(whole, step);
            first.step(rateOf(step));
        }
        AdamW second{resumed, settings()};
        {
            const torch::NoGradGuard noGrad;
            const auto to = second.state();
            const auto from = first.state();
            for (std::size_t i = 0; i < to.size(); ++i) {
                ASSERT_EQ(to[i].name, from[i].name);
                to[i].tensor.detach().copy_(from[i].tensor);
            }
        }
        second.restored(first.steps());
        for (int step = 7; step < 20; ++step) {
            setGradients(whole, step);
            setGradients(resumed, step);
            first.step(rateOf(step));
            second.step(rateOf(step));
            for (std::size_t i = 0; i < whole.size(); ++i) {
                ASSERT_TRUE(torch::equal(whole[i].tensor, resumed[i].tensor)) << "step " << step;
            }
        }
    }
}

TEST(AdamW, ValueThatIsNoNumberIsSeen)
{
    const float bad[] = {std::numeric_limits<float>::infinity(),
                         -std::numeric_limits<float>::infinity(),
                         std::numeric_limits<float>::quiet_NaN()};
    for (const float value : bad) {
        for (std::size_t slot = 0; slot < 12; ++slot) {
            AdamW optimizer{someParameters(torch::kFloat), settings()};
            EXPECT_TRUE(optimizer.isFinite());
            const torch::NoGradGuard noGrad;
            optimizer.state().at(slot).tensor.detach().view(-1)[1] = value;
            EXPECT_FALSE(optimizer.isFinite()) << optimizer.state().at(slot).name;
        }
    }
}

TEST(AdamW, NormAndClippingAreLibTorchs)
{
    for (const torch::ScalarType type : {torch::kDouble, torch::kFloat}) {
        const double tolerance = type == torch::kDouble ? 1e-13 : 1e-6;
        for (const double max : {0.5, 3.0, 1000.0}) {
            const std::vector<NamedParameter> ours = someParameters(type);
            const std::vector<NamedParameter> theirs = copyOf(ours);
            setGradients(ours, 1);
            setGradients(theirs, 1);
            std::vector<Tensor> tensors;
            for (const NamedParameter& p : theirs) {
                tensors.push_back(p.tensor);
            }

            const double norm = gradientNorm(ours);
            clipGradients(ours, norm, max);
            const double expected = torch::nn::utils::clip_grad_norm_(tensors, max);

            EXPECT_NEAR(norm, expected, tolerance * expected);
            for (std::size_t i = 0; i < ours.size(); ++i) {
                EXPECT_TRUE(torch::allclose(ours[i].tensor.grad(), theirs[i].tensor.grad(),
                                            tolerance, tolerance))
                    << ours[i].name << " at " << max;
            }
        }
    }
}

TEST(AdamW, ClippingToZeroIsNoClipping)
{
    const std::vector<NamedParameter> parameters = someParameters(torch::kFloat);
    setGradients(parameters, 1);
    const Tensor before = parameters[0].tensor.grad().clone();
    clipGradients(parameters, gradientNorm(parameters), 0);
    EXPECT_TRUE(torch::equal(parameters[0].tensor.grad(), before));
}

TEST(AdamW, NormWithoutGradientsIsZeroAndOfANonNumberNoNumber)
{
    const std::vector<NamedParameter> parameters = someParameters(torch::kFloat);
    EXPECT_EQ(gradientNorm(parameters), 0);
    setGradients(parameters, 1);
    parameters[2].tensor.grad()[0] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(std::isnan(gradientNorm(parameters)));
}

} // namespace

} // namespace nextquill::train
