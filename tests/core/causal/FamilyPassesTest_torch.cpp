// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/RandomModel.h"
#include "core/causal/Attribution.h"
#include "core/causal/TwinPass_torch.h"

#include "tests/core/causal/LeaveOneOut_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <map>

// What differs between families, through passes that are more than one sequence. The mathematics
// itself is compared with Transformers by tests/peers/compare_families.py.

namespace nextquill::causal {
namespace {

using model::testing::difference;
using model::testing::Ids;
using model::testing::SmallFamily;
using model::testing::someIds;
using torch::Tensor;

/// Worlds on both sides of the length at which rotary positions change, and beyond every window.
std::vector<TwinExample> examplesOfAllLengths()
{
    std::vector<TwinExample> all;
    const std::size_t prefixes[] = {9, 0, 3};
    const std::size_t histories[] = {13, 20, 2};
    for (int i = 0; i < 3; ++i) {
        all.push_back({.id = std::to_string(i),
                       .prefix = someIds(prefixes[i], 10 * i + 1),
                       .historyBranch = someIds(histories[i], 10 * i + 2),
                       .plainBranch = someIds(static_cast<std::size_t>(i + 1), 10 * i + 3),
                       .target = someIds(4, 10 * i + 4)});
    }
    return all;
}

Tensor separately(model::Network& network, const Ids& prefix, const Ids& branch, const Ids& target)
{
    Ids whole = prefix;
    whole.insert(whole.end(), branch.begin(), branch.end());
    const auto first = std::ssize(whole) - 1;
    whole.insert(whole.end(), target.begin(), target.end() - 1); // the last one predicts nothing
    return network.forward(model::testing::sequence(whole)).narrow(0, first, std::ssize(target));
}

class FamilyPasses : public ::testing::TestWithParam<SmallFamily>
{
};

TEST_P(FamilyPasses, BothWorldsTogetherEqualSeparateOnes)
{
    const auto network = model::testing::withRandomWeights(GetParam().config, torch::kDouble);
    const torch::NoGradGuard noGrad;
    const auto all = examplesOfAllLengths();
    const TwinHidden pass = twinPass(*network, all, {});
    std::vector<Tensor> with;
    std::vector<Tensor> without;
    for (const TwinExample& e : all) {
        with.push_back(separately(*network, e.prefix, e.historyBranch, e.target));
        without.push_back(separately(*network, e.prefix, e.plainBranch, e.target));
    }
    EXPECT_LE(difference(pass.hidden_h, torch::cat(with)), 1e-9);
    EXPECT_LE(difference(pass.hidden_0, torch::cat(without)), 1e-9);
    EXPECT_GT(difference(torch::cat(with), torch::cat(without)), 1e-2); // the history matters
}

TEST_P(FamilyPasses, RecomputedActivationsGiveTheSameGradients)
{
    const auto network = model::testing::withRandomWeights(GetParam().config, torch::kDouble);
    const auto all = examplesOfAllLengths();
    const auto gradients = [&](bool recompute) {
        network->setRecompute(recompute);
        const TwinHidden pass = twinPass(*network, all, {});
        (pass.hidden_h.sin().sum() + pass.hidden_0.cos().sum()).backward();
        std::map<std::string, Tensor> found;
        for (const model::NamedParameter& parameter : network->trainableParameters()) {
            if (parameter.tensor.grad().defined()) { // an untied head has none
                found[parameter.name] = parameter.tensor.grad().clone();
                Tensor{parameter.tensor}.mutable_grad() = Tensor{};
            }
        }
        return found;
    };
    const auto kept = gradients(false);
    const auto recomputed = gradients(true);
    ASSERT_EQ(recomputed.size(), kept.size());
    ASSERT_GT(kept.size(), 10U);
    for (const auto& [name, gradient] : kept) {
        EXPECT_LE(difference(gradient, recomputed.at(name)), 1e-12) << name;
        EXPECT_GT(gradient.abs().max().item<double>(), 1e-6) << name;
    }
}

TEST_P(FamilyPasses, AttributionByATreeEqualsSeparatePasses)
{
    model::ModelConfig config = GetParam().config;
    config.vocabularySize = 256; // of the bytes that the random model's tokenizer has
    NoProgress progress;
    const auto decoder = bench::randomDecoder(config, model::ComputeType::Float32, {}, progress);
    model::testing::fillWithRandomWeights(decoder->network());
    testing::expectEqualToSeparatePasses(*decoder, testing::leaveOneOut(4, 11));
}

INSTANTIATE_TEST_SUITE_P(Small, FamilyPasses, ::testing::ValuesIn(model::testing::smallFamilies()),
                         [](const auto& given) { return given.param.name; });

} // namespace
} // namespace nextquill::causal
