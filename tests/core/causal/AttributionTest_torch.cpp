// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/Attribution.h"

#include "tests/core/causal/NextQuillFixture_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::causal {
namespace {

using model::ComputeType;
using model::testing::someIds;
using testing::Ids;

/// A prompt of a head, `reviews` of a given length and a tail; and the same without each of them.
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

/// P(target | prompt) by one pass of its own.
std::vector<double> alone(model::Network& network, Ids prompt, const Ids& target)
{
    const auto first = std::ssize(prompt) - 1;
    prompt.insert(prompt.end(), target.begin(), target.end());
    const torch::Tensor logits =
        model::testing::logitsOf(network, model::testing::sequence(prompt));
    const torch::Tensor p = torch::softmax(logits.to(torch::kDouble), 1);
    std::vector<double> result;
    for (std::size_t t = 0; t < target.size(); ++t) {
        result.push_back(
            p[first + static_cast<std::int64_t>(t)][static_cast<std::int64_t>(target[t])]
                .item<double>());
    }
    return result;
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

TEST(Attribution, OfTheTreeEqualsSeparatePasses)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    expectEqualToSeparatePasses(*decoder, leaveOneOut(4, 11));
}

TEST(Attribution, OfOneReviewEqualsSeparatePasses)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    expectEqualToSeparatePasses(*decoder, leaveOneOut(1, 3));
}

TEST(Attribution, OfEqualReviewsEqualsSeparatePasses)
{
    // Leaving out either gives the same prompt: their paths in the tree are one.
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    LeaveOneOutExample example = leaveOneOut(3, 6);
    example.without[1] = example.without[2];
    example.without[0] = example.full;
    expectEqualToSeparatePasses(*decoder, example);
}

TEST(Attribution, OfNoReviewIsEmpty)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    NoProgress progress;
    const Attribution none = attribute(*decoder, leaveOneOut(0, 0), {}, progress);
    EXPECT_EQ(none.reviews, 0);
    EXPECT_TRUE(none.effect.empty());
}

TEST(Attribution, RefusesAPromptLongerThanTheContext)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    LeaveOneOutExample example = leaveOneOut(2, 4);
    example.full.resize(static_cast<std::size_t>(decoder->config().contextLength),
                        example.full.front());
    NoProgress progress;
    EXPECT_THROW((void)attribute(*decoder, example, {}, progress), Error);
}

TEST(Attribution, RefusesAnEmptyTarget)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    LeaveOneOutExample example = leaveOneOut(2, 4);
    example.target.clear();
    NoProgress progress;
    EXPECT_THROW((void)attribute(*decoder, example, {}, progress), Error);
}

TEST(Attribution, StopsWhenAsked)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const auto decoder = model::testing::loadFrom(model, ComputeType::Float32);
    std::stop_source stop;
    stop.request_stop();
    NoProgress progress;
    EXPECT_THROW((void)attribute(*decoder, leaveOneOut(2, 4), stop.get_token(), progress), Stopped);
}

} // namespace
} // namespace nextquill::causal
