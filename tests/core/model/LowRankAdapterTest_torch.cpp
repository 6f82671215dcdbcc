// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/LowRankAdapter_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

namespace nextquill::model {

namespace {

using testing::difference;
using testing::SmallNetwork;
using testing::tree;
using torch::Tensor;

const std::vector<std::string> all{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                   "gate_proj", "up_proj", "down_proj"};

/// Values in B, so that the adapters do something.
void disturb(Network& network)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(21);
    for (const NamedParameter& parameter : network.adapterParameters()) {
        Tensor{parameter.tensor}.add_(torch::randn(parameter.tensor.sizes(), torch::kDouble) * 0.2);
    }
}

TEST(LowRankAdapter, BeginsAsTheBaseModel)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const SegmentedBatch batch = tree({{-1, 5}, {0, 3}, {0, 2}});
    const Tensor base = network->forward(batch);
    network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0, .targets = all}, 1);
    EXPECT_TRUE(torch::equal(network->forward(batch), base));
    disturb(*network);
    EXPECT_GT(difference(network->forward(batch), base), 1e-3);
    network->enableAdapters(false);
    EXPECT_TRUE(torch::equal(network->forward(batch), base));
    network->enableAdapters(true);
    EXPECT_GT(difference(network->forward(batch), base), 1e-3);
}

TEST(LowRankAdapter, MergesScaleTimesBTimesA)
{
    const torch::NoGradGuard noGrad;
    torch::manual_seed(4);
    const Tensor weight = torch::randn({5, 7}, torch::kDouble);
    LowRankAdapter adapter = LowRankAdapter::fresh(
        weight, 2, 1.5, 0, at::globalContext().defaultGenerator(torch::kCPU).clone());
    adapter.B.normal_();
    const Tensor x = torch::randn({4, 7}, torch::kDouble);
    const Tensor expected = x.matmul((weight + 1.5 * adapter.B.matmul(adapter.A)).t());
    EXPECT_LE(difference(x.matmul(adapter.mergedInto(weight).t()), expected), 1e-13);
}

TEST(LowRankAdapter, IsFloat32BesideBFloat16WeightsAndDrawnAsPeftDoes)
{
    const torch::NoGradGuard noGrad;
    const Tensor weight = torch::zeros({8, 400}, torch::kBFloat16);
    const LowRankAdapter adapter = LowRankAdapter::fresh(
        weight, 16, 1, 0, at::globalContext().defaultGenerator(torch::kCPU).clone());
    EXPECT_EQ(adapter.A.scalar_type(), torch::kFloat);
    EXPECT_TRUE(adapter.A.requires_grad());
    EXPECT_EQ(adapter.B.abs().max().item<double>(), 0);
    const double bound = 1 / std::sqrt(400.0);
    EXPECT_LE(adapter.A.abs().max().item<double>(), bound);
    EXPECT_GE(adapter.A.abs().max().item<double>(), 0.99 * bound);
    EXPECT_NEAR(adapter.A.std().item<double>(), bound / std::sqrt(3.0), 0.02 * bound);
}

TEST(LowRankAdapter, MergedWeightsComputeTheSame)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const SegmentedBatch batch = tree({{-1, 5}, {0, 3}, {0, 2}});
    network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0, .targets = {"v_proj", "up_proj"}},
                         1);
    disturb(*network);
    const Tensor adapted = network->forward(batch);
    const auto merged = network->mergedParameters();
    const auto plain = SmallNetwork{}.make();
    const auto target = plain->parameters();
    ASSERT_EQ(merged.size(), target.size());
    for (std::size_t i = 0; i < merged.size(); ++i) {
        ASSERT_EQ(merged[i].name, target[i].name);
        Tensor{target[i].tensor}.copy_(merged[i].tensor);
    }
    EXPECT_LE(difference(plain->forward(batch), adapted), 1e-11);
}

TEST(LowRankAdapter, OnlyAdaptersTrain)
{
    const auto network = SmallNetwork{.layers = 2}.make();
    EXPECT_EQ(network->trainableParameters().size(), network->parameters().size());
    network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0, .targets = {"q_proj", "down_proj"}},
                         1);
    disturb(*network);
    const auto trainable = network->trainableParameters();
    ASSERT_EQ(trainable.size(), 8U);
    EXPECT_EQ(trainable[0].name, "model.layers.0.self_attn.q_proj.lora_A.weight");
    EXPECT_EQ(trainable[3].name, "model.layers.0.mlp.down_proj.lora_B.weight");
    network->forward(tree({{-1, 5}, {0, 3}, {0, 2}})).sin().sum().backward();
    for (const NamedParameter& parameter : trainable) {
        ASSERT_TRUE(parameter.tensor.grad().defined()) << parameter.name;
        EXPECT_GT(parameter.tensor.grad().abs().max().item<double>(), 1e-9) << parameter.name;
    }
    for (const NamedParameter& parameter : network->parameters()) {
        EXPECT_FALSE(parameter.tensor.grad().defined()) << parameter.name;
    }
}

TEST(LowRankAdapter, SeedsDecideTheStart)
{
    const auto first = SmallNetwork{}.make();
    const auto second = SmallNetwork{}.make();
    const auto third = SmallNetwork{}.make();
    const LowRankSettings settings{.rank = 3, .alpha = 6, .dropout = 0, .targets = all};
    first->addAdapters(settings, 1);
    second->addAdapters(settings, 1);
    third->addAdapters(settings, 2);
    const auto a = first->adapterParameters();
    const auto b = second->adapterParameters();
    const auto c = third->adapterParameters();
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_TRUE(torch::equal(a[i].tensor, b[i].tensor));
    }
    EXPECT_FALSE(torch::equal(a[0].tensor, c[0].tensor));
    EXPECT_FALSE(torch::equal(a[0].tensor, a[2].tensor)) << "layers must not begin alike";
}

TEST(LowRankAdapter, DropoutIsAFunctionOfItsSeedAndOnlyInTraining)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const SegmentedBatch batch = tree({{-1, 5}, {0, 3}});
    network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0.4, .targets = all}, 1);
    disturb(*network);
    const Tensor still = network->forward(batch);
    EXPECT_TRUE(torch::equal(network->forward(batch), still));
    network->setTraining(true);
    network->setDropoutSeed(7);
    const Tensor seven = network->forward(batch);
    network->setDropoutSeed(8);
    const Tensor eight = network->forward(batch);
    network->setDropoutSeed(7);
    EXPECT_TRUE(torch::equal(network->forward(batch), seven));
    EXPECT_GT(difference(seven, eight), 1e-6);
    EXPECT_GT(difference(seven, still), 1e-6);
    network->setTraining(false);
    EXPECT_TRUE(torch::equal(network->forward(batch), still));
}

TEST(LowRankAdapter, SettingsOutOfRangeAreRefused)
{
    const auto network = SmallNetwork{}.make();
    const auto refused = [&](const LowRankSettings& settings) {
        EXPECT_THROW(network->addAdapters(settings, 1), Error);
        EXPECT_FALSE(network->adapters().has_value());
    };
    refused({.rank = 0, .alpha = 6, .dropout = 0, .targets = all});
    refused({.rank = 17, .alpha = 6, .dropout = 0, .targets = all});
    refused({.rank = 2, .alpha = 6, .dropout = 1, .targets = all});
    refused({.rank = 2, .alpha = 6, .dropout = -0.1, .targets = all});
    refused({.rank = 2, .alpha = 6, .dropout = 0, .targets = {}});
    refused({.rank = 2, .alpha = 6, .dropout = 0, .targets = {"q_proj", "lm_head"}});
    EXPECT_NO_THROW(
        network->addAdapters({.rank = 16, .alpha = 6, .dropout = 0, .targets = {"q_proj"}}, 1));
}

} // namespace

} // namespace nextquill::model
