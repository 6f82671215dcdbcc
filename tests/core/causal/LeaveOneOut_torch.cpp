// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/causal/LeaveOneOut_torch.h"

#include "core/causal/SeparatePasses_torch.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

namespace nextquill::causal::testing {

using model::testing::someIds;

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
    const torch::Tensor logp =
        separateLogProbabilities(decoder.network(), promptedTarget(example).prompts, example.target,
                                 {})
            .to(torch::kCPU, torch::kDouble);
    const auto alone = logp.accessor<double, 2>();
    for (int i = 0; i < tree.reviews; ++i) {
        for (std::size_t t = 0; t < example.target.size(); ++t) {
            const auto column = static_cast<std::int64_t>(t);
            const double full = alone[0][column];
            const double less = alone[i + 1][column];
            EXPECT_NEAR(tree.at(t, i), std::exp(full) - std::exp(less), 1e-5)
                << "token " << t << ", review " << i;
            const std::size_t place = t * example.without.size() + static_cast<std::size_t>(i);
            EXPECT_NEAR(tree.logEffect[place], full - less, 1e-4);
        }
    }
}

} // namespace nextquill::causal::testing
