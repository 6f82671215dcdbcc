// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/LinearSurrogate.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include <gtest/gtest.h>

namespace nextquill::causal {
namespace {

constexpr std::size_t parts = 20;

std::vector<PartMask> someMasks(std::size_t count, std::uint64_t seed)
{
    const Random random{seed, 0};
    std::vector<PartMask> masks(count, PartMask(parts));
    std::uint64_t draw = 0;
    for (PartMask& mask : masks) {
        for (std::size_t i = 0; i < parts; ++i) {
            mask[i] = random.uniform(draw++) < 0.5;
        }
    }
    return masks;
}

/// Two values: one linear in parts 3 and 7, one that wants both 1 and 2.
std::vector<float> valuesOf(const PartMask& mask)
{
    return {0.1F + (mask[3] ? 0.5F : 0) - (mask[7] ? 0.2F : 0), mask[1] && mask[2] ? 0.4F : 0};
}

std::vector<std::vector<float>> measured(const std::vector<PartMask>& masks)
{
    std::vector<std::vector<float>> values;
    for (const PartMask& mask : masks) {
        values.push_back(valuesOf(mask));
    }
    return values;
}

TEST(LinearSurrogate, FindsWhatIsLinear)
{
    const std::vector<PartMask> masks = someMasks(96, 1);
    const LinearSurrogate surrogate{masks, measured(masks), 1e-6};
    EXPECT_EQ(surrogate.parts(), parts);
    EXPECT_NEAR(surrogate.weight(0, 3), 0.5, 1e-3);
    EXPECT_NEAR(surrogate.weight(0, 7), -0.2, 1e-3);
    EXPECT_NEAR(surrogate.weight(0, 0), 0, 1e-3);
    EXPECT_NEAR(surrogate.predict(0, PartMask(parts, false)), 0.1, 1e-3);
    EXPECT_NEAR(surrogate.predict(0, PartMask(parts, true)), 0.4, 1e-3);
}

TEST(LinearSurrogate, TellsHowGoodItIsOnSubsetsThatItHasNotSeen)
{
    const std::vector<PartMask> masks = someMasks(160, 2);
    const std::vector<PartMask> unseen = someMasks(200, 3);
    const LinearSurrogate surrogate{masks, measured(masks)};
    const auto fit = surrogate.fit(unseen, measured(unseen));
    ASSERT_TRUE(fit);
    EXPECT_GT(*fit, 0.75);
    EXPECT_LT(*fit, 0.97); // the pair of parts is not linear
    const std::vector<std::vector<float>> constant(unseen.size(), {1, 2});
    EXPECT_FALSE(surrogate.fit(unseen, constant));
}

TEST(LinearSurrogate, HasOneAnswerForFewerSubsetsThanParts)
{
    const std::vector<PartMask> masks = someMasks(8, 4);
    const LinearSurrogate surrogate{masks, measured(masks)};
    for (std::size_t i = 0; i < parts; ++i) {
        EXPECT_LT(std::abs(surrogate.weight(0, i)), 1) << i;
    }
}

TEST(LinearSurrogate, RefusesWhatDoesNotMatch)
{
    const std::vector<PartMask> masks = someMasks(4, 5);
    EXPECT_THROW((LinearSurrogate{masks, measured(someMasks(3, 5))}), Error);
    EXPECT_THROW((LinearSurrogate{{}, {}}), Error);
}

} // namespace
} // namespace nextquill::causal
