// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/Attribution.h"

#include "tests/core/causal/LeaveOneOut_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::causal {
namespace {

using model::ComputeType;
using testing::expectEqualToSeparatePasses;
using testing::leaveOneOut;

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
