// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/Network_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <map>

namespace nextquill::model {

namespace {

using testing::difference;
using testing::pathTo;
using testing::rowTensor;
using testing::sequence;
using testing::SmallNetwork;
using testing::tree;
using torch::Tensor;

constexpr double tolerance = 1e-11;

/// Every segment's rows in the packed batch equal those of its path as a text of its own.
void expectEqualsSeparate(Network& network, const SegmentedBatch& batch)
{
    const torch::NoGradGuard noGrad;
    const Tensor packed = network.forward(batch);
    for (std::size_t i = 0; i < batch.segments.size(); ++i) {
        const auto path = pathTo(batch, static_cast<int>(i));
        const Tensor alone = network.forward(sequence(path.ids));
        EXPECT_LE(difference(packed.index_select(0, rowTensor(path.rows)), alone), tolerance)
            << render(batch) << ", segment " << i;
    }
}

TEST(Network, APackedTreeEqualsSeparateTexts)
{
    for (const bool variant : {false, true}) {
        const auto network =
            SmallNetwork{.bias = variant, .queryKeyNorm = !variant, .tied = variant}.make();
        expectEqualsSeparate(*network, tree({{-1, 6}, {0, 5}, {0, 4}}));
        expectEqualsSeparate(*network,
                             tree({{-1, 3}, {0, 2}, {1, 4}, {0, 1}, {-1, 5}, {4, 2}, {1, 3}}));
        expectEqualsSeparate(*network, tree({{-1, 0}, {0, 3}, {1, 0}, {2, 2}, {0, 4}}));
    }
}

TEST(Network, TheOrderOfSiblingsChangesNothing)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const auto prefix = testing::someIds(5, 1);
    const auto first = testing::someIds(4, 2);
    const auto second = testing::someIds(7, 3);
    SegmentedBatch one;
    one.add(-1, prefix);
    one.add(0, first);
    one.add(0, second);
    SegmentedBatch other;
    other.add(-1, prefix);
    other.add(0, second);
    other.add(0, first);
    const Tensor a = network->forward(one);
    const Tensor b = network->forward(other);
    EXPECT_LE(difference(a.narrow(0, 0, 5), b.narrow(0, 0, 5)), tolerance);
    EXPECT_LE(difference(a.narrow(0, 5, 4), b.narrow(0, 12, 4)), tolerance);
    EXPECT_LE(difference(a.narrow(0, 9, 7), b.narrow(0, 5, 7)), tolerance);
}

TEST(Network, AnEmptyBatchHasNoRows)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    EXPECT_EQ(network->forward(SegmentedBatch{}).sizes(), (std::vector<std::int64_t>{0, 16}));
    EXPECT_EQ(network->forward(tree({{-1, 0}})).size(0), 0);
}

TEST(Network, ChosenRowsEqualThoseOfAllRows)
{
    const torch::NoGradGuard noGrad;
    for (const std::int64_t layers : {1, 3}) {
        const auto network = SmallNetwork{.layers = layers}.make();
        const SegmentedBatch batch = tree({{-1, 6}, {0, 5}, {0, 4}});
        const Tensor rows = rowTensor({14, 2, 2, 9, 10});
        EXPECT_LE(difference(network->forward(batch, rows),
                             network->forward(batch).index_select(0, rows)),
                  tolerance);
        EXPECT_EQ(network->forward(batch, rowTensor({})).size(0), 0);
    }
}

std::map<std::string, Tensor> gradientsOf(Network& network)
{
    std::map<std::string, Tensor> gradients;
    for (const NamedParameter& parameter : network.parameters()) {
        EXPECT_TRUE(parameter.tensor.grad().defined()) << parameter.name;
        gradients[parameter.name] = parameter.tensor.grad().clone();
        Tensor{parameter.tensor}.mutable_grad() = Tensor{};
    }
    return gradients;
}

TEST(Network, GradientsOfAPackedTreeEqualTheSumOfSeparateTexts)
{
    for (const bool variant : {false, true}) {
        const auto network =
            SmallNetwork{.bias = variant, .queryKeyNorm = !variant, .tied = variant}.make();
        const SegmentedBatch batch = tree({{-1, 6}, {0, 5}, {0, 4}});
        torch::manual_seed(9);
        const Tensor weight = torch::randn({9, 50}, torch::kDouble);
        const auto loss = [&](const Tensor& hidden, std::int64_t from, std::int64_t count) {
            return (hidden.matmul(network->headWeight().t()).tanh() * weight.narrow(0, from, count))
                .sum();
        };
        const Tensor rows = rowTensor({6, 7, 8, 9, 10, 11, 12, 13, 14});
        loss(network->forward(batch, rows), 0, 9).backward();
        const auto packed = gradientsOf(*network);

        loss(network->forward(sequence(pathTo(batch, 1).ids)).narrow(0, 6, 5), 0, 5).backward();
        loss(network->forward(sequence(pathTo(batch, 2).ids)).narrow(0, 6, 4), 5, 4).backward();
        for (const auto& [name, gradient] : gradientsOf(*network)) {
            EXPECT_LE(difference(packed.at(name), gradient), 1e-10) << name;
            EXPECT_GT(gradient.abs().max().item<double>(), 1e-6) << name;
        }
    }
}

TEST(Network, RecomputedActivationsGiveTheSameGradients)
{
    const SegmentedBatch batch = tree({{-1, 6}, {0, 5}, {0, 4}});
    const Tensor rows = rowTensor({9, 10, 13, 14});
    for (const bool adapted : {false, true}) {
        const auto network = SmallNetwork{.layers = 3}.make();
        if (adapted) {
            network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0.3}, 1);
            const torch::NoGradGuard noGrad;
            torch::manual_seed(8);
            for (const NamedParameter& parameter : network->adapterParameters()) {
                Tensor{parameter.tensor}.normal_();
            }
            network->setTraining(true);
            network->setDropoutSeed(4);
        }
        const auto gradients = [&](bool recompute) {
            network->setRecompute(recompute);
            network->forward(batch, rows).sin().sum().backward();
            std::map<std::string, Tensor> all;
            for (const NamedParameter& parameter : network->trainableParameters()) {
                all[parameter.name] = parameter.tensor.grad();
                Tensor{parameter.tensor}.mutable_grad() = Tensor{};
            }
            return all;
        };
        std::map<std::string, Tensor> kept;
        for (const auto& [name, gradient] : gradients(false)) {
            kept[name] = gradient.clone();
        }
        for (const auto& [name, gradient] : gradients(true)) {
            EXPECT_TRUE(torch::equal(gradient, kept.at(name))) << name;
        }
    }
}

TEST(Network, AdaptersGradientsAreTheSlopeOfTheLossAlsoUnderDropout)
{
    const auto network = SmallNetwork{.layers = 2}.make();
    network->addAdapters({.rank = 3, .alpha = 6, .dropout = 0.3}, 1);
    {
        const torch::NoGradGuard noGrad;
        torch::manual_seed(8);
        for (const NamedParameter& parameter : network->adapterParameters()) {
            Tensor{parameter.tensor}.normal_().mul_(0.3);
        }
    }
    network->setTraining(true);
    network->setDropoutSeed(4);
    const SegmentedBatch batch = tree({{-1, 4}, {0, 3}, {0, 2}});
    const auto loss = [&] { return network->forward(batch).sin().sum(); };
    loss().backward();
    const torch::NoGradGuard noGrad;
    for (const NamedParameter& parameter : network->adapterParameters()) {
        Tensor weight = parameter.tensor;
        const Tensor direction = torch::randn(weight.sizes(), torch::kDouble);
        constexpr double step = 1e-5;
        weight.add_(direction, step);
        const double above = loss().item<double>();
        weight.sub_(direction, 2 * step);
        const double below = loss().item<double>();
        weight.add_(direction, step);
        const double slope = (above - below) / (2 * step);
        EXPECT_NEAR((weight.grad() * direction).sum().item<double>(), slope,
                    1e-6 * (1 + std::abs(slope)))
            << parameter.name;
    }
}

TEST(Network, AGradientIsTheSlopeOfTheLoss)
{
    const auto network = SmallNetwork{.layers = 1}.make();
    const SegmentedBatch batch = tree({{-1, 4}, {0, 3}, {0, 2}});
    const auto loss = [&] {
        return network->forward(batch).matmul(network->headWeight().t()).sin().sum();
    };
    loss().backward();
    for (const auto& [name, gradient] : gradientsOf(*network)) {
        const torch::NoGradGuard noGrad;
        Tensor weight;
        for (const NamedParameter& parameter : network->parameters()) {
            weight = parameter.name == name ? parameter.tensor : weight;
        }
        const Tensor direction = torch::randn(weight.sizes(), torch::kDouble);
        constexpr double step = 1e-5;
        weight.add_(direction, step);
        const double above = loss().item<double>();
        weight.sub_(direction, 2 * step);
        const double below = loss().item<double>();
        weight.add_(direction, step);
        const double slope = (above - below) / (2 * step);
        EXPECT_NEAR((gradient * direction).sum().item<double>(), slope,
                    1e-6 * (1 + std::abs(slope)))
            << name;
    }
}

TEST(Network, ParametersHaveHuggingFaceNamesAndTiedOnesStandOnce)
{
    const auto tied = SmallNetwork{.layers = 1}.make();
    std::vector<std::string> names;
    for (const NamedParameter& parameter : tied->parameters()) {
        names.push_back(parameter.name);
    }
    const std::string layer = "model.layers.0.";
    EXPECT_EQ(names, (std::vector<std::string>{
                         "model.embed_tokens.weight", layer + "input_layernorm.weight",
                         layer + "self_attn.q_proj.weight", layer + "self_attn.q_proj.bias",
                         layer + "self_attn.k_proj.weight", layer + "self_attn.k_proj.bias",
                         layer + "self_attn.v_proj.weight", layer + "self_attn.v_proj.bias",
                         layer + "self_attn.o_proj.weight", layer + "mlp.gate_proj.weight",
                         layer + "mlp.up_proj.weight", layer + "mlp.down_proj.weight",
                         layer + "self_attn.q_norm.weight", layer + "self_attn.k_norm.weight",
                         layer + "post_attention_layernorm.weight", "model.norm.weight"}));
    EXPECT_TRUE(tied->headWeight().is_same(tied->parameters().front().tensor));
    const auto untied = SmallNetwork{.tied = false}.make();
    EXPECT_EQ(untied->parameters().back().name, "lm_head.weight");
}

TEST(Network, IdsOutsideTheVocabularyAreRefused)
{
    const auto network = SmallNetwork{}.make();
    for (const std::int32_t id : {-1, 50}) {
        EXPECT_THROW((void)network->forward(sequence({text::TokenId{id}})), Error) << id;
    }
    EXPECT_NO_THROW((void)network->forward(sequence({text::TokenId{49}})));
}

TEST(Network, BFloat16AndFloat32StayNearFloat64)
{
    const torch::NoGradGuard noGrad;
    const SegmentedBatch batch = tree({{-1, 6}, {0, 5}, {0, 4}});
    const Tensor exact = SmallNetwork{}.make()->forward(batch);
    const Tensor single = SmallNetwork{.type = torch::kFloat}.make()->forward(batch);
    const Tensor half = SmallNetwork{.type = torch::kBFloat16}.make()->forward(batch);
    EXPECT_EQ(half.scalar_type(), torch::kBFloat16);
    EXPECT_LE(difference(single, exact), 1e-4);
    EXPECT_LE(difference(half, exact), 0.3);
}

} // namespace

} // namespace nextquill::model
