// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/TwinPass_torch.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::causal {
namespace {

using model::testing::difference;
using model::testing::sequence;
using model::testing::SmallNetwork;
using model::testing::someIds;
using testing::Ids;
using torch::Tensor;

Ids joined(std::initializer_list<Ids> parts)
{
    Ids whole;
    for (const Ids& part : parts) {
        whole.insert(whole.end(), part.begin(), part.end());
    }
    return whole;
}

/// Hidden states that predict the target behind a prompt, from that one sequence alone.
Tensor separate(model::Network& network, const Ids& prompt, const Ids& target)
{
    const Tensor all = network.forward(sequence(joined({prompt, target})));
    return all.narrow(0, std::ssize(prompt) - 1, std::ssize(target));
}

/// Examples with shared prefixes of several lengths, none and long; short and long targets.
std::vector<TwinExample> examples()
{
    std::vector<TwinExample> all;
    const int prefixes[] = {9, 1, 0, 20};
    const int targets[] = {6, 1, 11, 3};
    for (int i = 0; i < 4; ++i) {
        all.push_back({.id = std::to_string(i),
                       .prefix = someIds(static_cast<std::size_t>(prefixes[i]), 10 * i + 1),
                       .historyBranch = someIds(13, 10 * i + 2),
                       .plainBranch = someIds(static_cast<std::size_t>(i + 1), 10 * i + 3),
                       .target = someIds(static_cast<std::size_t>(targets[i]), 10 * i + 4)});
    }
    return all;
}

TEST(TwinPass, PackedWorldsEqualSeparatePasses)
{
    const auto network = SmallNetwork{}.make();
    const torch::NoGradGuard noGrad;
    const auto all = examples();
    const TwinHidden pass = twinPass(*network, all, {});
    ASSERT_EQ(pass.lengths, (std::vector<std::int64_t>{6, 1, 11, 3}));
    // Only rows that predict a target come out: the authors' code has 4097 for each record.
    ASSERT_EQ(pass.hidden_h.size(0), 21);
    ASSERT_EQ(pass.hidden_0.size(0), 21);
    std::int64_t begin = 0;
    for (const TwinExample& example : all) {
        const auto T = std::ssize(example.target);
        EXPECT_LE(difference(pass.hidden_h.narrow(0, begin, T),
                             separate(*network, joined({example.prefix, example.historyBranch}),
                                      example.target)),
                  1e-12)
            << example.id;
        EXPECT_LE(difference(pass.hidden_0.narrow(0, begin, T),
                             separate(*network, joined({example.prefix, example.plainBranch}),
                                      example.target)),
                  1e-12)
            << example.id;
        for (std::int64_t t = 0; t < T; ++t) {
            EXPECT_EQ(pass.targets[begin + t].item<std::int64_t>(),
                      static_cast<std::int64_t>(example.target[static_cast<std::size_t>(t)]));
        }
        begin += T;
    }
}

TEST(TwinPass, GradientsEqualThoseOfSeparatePasses)
{
    const auto network = SmallNetwork{}.make();
    const auto all = examples();
    const auto gradients = [&](const Tensor& loss) {
        std::vector<Tensor> result;
        for (const model::NamedParameter& parameter : network->parameters()) {
            result.push_back(parameter.tensor);
        }
        return torch::autograd::grad({loss}, result, {}, /*retain_graph=*/false,
                                     /*create_graph=*/false, /*allow_unused=*/true);
    };
    for (const model::NamedParameter& parameter : network->parameters()) {
        Tensor{parameter.tensor}.set_requires_grad(true);
    }
    // A loss in which each row of both worlds has a weight of its own.
    const Tensor direction = torch::randn({42, 16}, torch::kDouble);
    const TwinHidden pass = twinPass(*network, all, {});
    const auto packed = gradients((torch::cat({pass.hidden_h, pass.hidden_0}) * direction).sum());
    std::vector<Tensor> hidden_h;
    std::vector<Tensor> hidden_0;
    for (const TwinExample& example : all) {
        hidden_h.push_back(
            separate(*network, joined({example.prefix, example.historyBranch}), example.target));
        hidden_0.push_back(
            separate(*network, joined({example.prefix, example.plainBranch}), example.target));
    }
    const auto apart =
        gradients((torch::cat({torch::cat(hidden_h), torch::cat(hidden_0)}) * direction).sum());
    ASSERT_EQ(packed.size(), apart.size());
    for (std::size_t i = 0; i < packed.size(); ++i) {
        ASSERT_EQ(packed[i].defined(), apart[i].defined());
        if (packed[i].defined()) {
            EXPECT_LE(testing::relativeDifference(packed[i], apart[i]), 1e-11)
                << network->parameters()[i].name;
        }
    }
}

TEST(TwinPass, ComputesOneWorldAloneWhenAsked)
{
    const auto network = SmallNetwork{}.make();
    const torch::NoGradGuard noGrad;
    const auto all = examples();
    const TwinHidden both = twinPass(*network, all, {});
    const TwinHidden history = twinPass(*network, all, {.history = true, .plain = false});
    const TwinHidden plain = twinPass(*network, all, {.history = false, .plain = true});
    EXPECT_FALSE(history.hidden_0.defined());
    EXPECT_FALSE(plain.hidden_h.defined());
    EXPECT_LE(difference(history.hidden_h, both.hidden_h), 1e-12);
    EXPECT_LE(difference(plain.hidden_0, both.hidden_0), 1e-12);
}

} // namespace
} // namespace nextquill::causal
