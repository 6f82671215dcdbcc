// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/AttributionFaithfulness.h"

#include "core/base/Error.h"
#include "core/causal/RankCorrelation.h"
#include "core/workflow/RandomHistories.h"

#include "tests/core/workflow/InspectedText.h"

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class FaithfulnessTest : public testing::InspectedText
{
protected:
    Faithfulness measured()
    {
        return measureFaithfulness(*m_decoder, planFaithfulness(*m_variants, m_inspection, 4, {}),
                                   {}, m_progress);
    }
};

TEST_F(FaithfulnessTest, DropsAreThoseOfTheStrongestReviewsTogether)
{
    const Faithfulness faithfulness = measured();
    ASSERT_EQ(faithfulness.drops.size(), 2U); // never all of three
    const std::vector<int> strongest = m_inspection.attribution->strongestFirst();
    EXPECT_NEAR(faithfulness.drops[0].strongest,
                m_inspection.attribution->textLogEffect(strongest[0]), 1e-3);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < reviews; ++i) {
        if (static_cast<int>(i) != strongest[0] && static_cast<int>(i) != strongest[1]) {
            left.push_back(i);
        }
    }
    EXPECT_NEAR(faithfulness.drops[1].strongest, textLogp(pOf({0, 1, 2})) - textLogp(pOf(left)),
                1e-2);
}

TEST_F(FaithfulnessTest, ScoreIsTheCorrelationOverHalves)
{
    const Faithfulness faithfulness = measured();
    EXPECT_EQ(faithfulness.subsets, 32U);
    ASSERT_TRUE(faithfulness.lds);
    std::vector<double> predicted;
    std::vector<double> real;
    for (std::uint64_t draw = 0; draw < 32; ++draw) {
        const std::vector<bool> mask = randomHalf(reviews, 4, draw);
        std::vector<std::size_t> kept;
        double sum = 0;
        for (std::size_t i = 0; i < reviews; ++i) {
            if (mask[i]) {
                kept.push_back(i);
                sum += m_inspection.attribution->textLogEffect(static_cast<int>(i));
            }
        }
        predicted.push_back(sum);
        real.push_back(textLogp(pOf(kept)));
    }
    EXPECT_NEAR(*faithfulness.lds, *causal::rankCorrelation(predicted, real), 0.02);
    EXPECT_THAT(sentencesOn(faithfulness), Contains(HasSubstr("(LDS; 1 is perfect")));
    EXPECT_EQ(toJson(faithfulness).at("drops").size(), 2U);
}

TEST_F(FaithfulnessTest, NeedsAnAttribution)
{
    m_inspection.attribution.reset();
    EXPECT_THROW(static_cast<void>(measured()), Error);
}

} // namespace
} // namespace nextquill::workflow
