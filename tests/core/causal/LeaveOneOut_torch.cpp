// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/causal/LeaveOneOut_torch.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::causal::testing {

using model::testing::someIds;

namespace {

/// P(target | prompt) by one pass of its own.
std::vector<double> alone(model::Network& network, Ids prompt, const Ids& target)
{
    const auto first = std::ssize(prompt) - 1;
    prompt.insert(prompt.end(), target.begin(), target.end() - 1); // the last one predicts nothing
    torch::Tensor logits =
        model::testing::logitsOf(network, model::testing::sequence(prompt)).to(torch::kDouble);
    if (const double cap = network.config().logitCap; cap > 0) {
        logits = torch::tanh(logits / cap) * cap;
    }
    const torch::Tensor p = torch::softmax(logits, 1);
    std::vector<double> result;
    for (std::size_t t = 0; t < target.size(); ++t) {
        result.push_back(
            p[first + static_cast<std::int64_t>(t)][static_cast<std::int64_t>(target[t])]
                .item<double>());
    }
    return result;
}

} // namespace

LeaveOneOutExample leaveOneOut(int reviews, std::size_t length)
{
    LeaveOneOutExample example{.id = "made", .target = someIds(7, 99)};
    std::vector<Ids> parts;
    for (int i = 0; i < reviews; ++i) {
        parts.push_back(someIds(length, i + 2));
    }
    const auto prompt = [&](int left) {
        Ids whole = someIds(5, 1);
        for (int i = 0; i < reviews; ++i) {
            if (i != left) {
                const Ids& part = parts[static_cast<std::size_t>(i)];
                whole.insert(whole.end(), part.begin(), part.end());
            }
        }
        const Ids tail = someIds(4, 50);
        whole.insert(whole.end(), tail.begin(), tail.end());
        return whole;
    };
    example.full = prompt(-1);
    for (int i = 0; i < reviews; ++i) {
        example.without.push_back(prompt(i));
    }
    return example;
}

void expectEqualToSeparatePasses(model::Decoder& decoder, const LeaveOneOutExample& example)
{
    NoProgress progress;
    const Attribution tree = attribute(decoder, example, {}, progress);
    ASSERT_EQ(tree.reviews, static_cast<int>(example.without.size()));
    ASSERT_EQ(tree.effect.size(), example.without.size() * example.target.size());
    const auto full = alone(decoder.network(), example.full, example.target);
    for (int i = 0; i < tree.reviews; ++i) {
        const auto less =
            alone(decoder.network(), example.without[static_cast<std::size_t>(i)], example.target);
        for (std::size_t t = 0; t < example.target.size(); ++t) {
            EXPECT_NEAR(tree.at(t, i), full[t] - less[t], 1e-5)
                << "token " << t << ", review " << i;
        }
    }
}

} // namespace nextquill::causal::testing
