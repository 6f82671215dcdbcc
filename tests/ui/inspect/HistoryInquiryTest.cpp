// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/inspect/AskedHistory.h"

#include <cmath>
#include <vector>

namespace nextquill::ui {
namespace {

TEST_F(AskedHistory, IsMeasuredReviewByReviewTheNewestFirst)
{
    std::vector<int> order;
    std::vector<float> first;
    const causal::Attribution attribution = inquiry().attribution(
        [&](int review, std::span<const float> effect) {
            order.push_back(review);
            if (review == 0) {
                first.assign(effect.begin(), effect.end());
            }
        },
        {}, m_quiet);
    EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
    ASSERT_EQ(first.size(), m_inspection->effects.tokens.size());
    for (std::size_t t = 0; t < first.size(); ++t) {
        EXPECT_EQ(first[t], attribution.at(t, 0));
    }
}

TEST_F(AskedHistory, CostsWhatIsMeasured)
{
    EXPECT_EQ(inquiry().costOfAttribution({}, m_quiet).tree.prompts, 4);    // and with all
    EXPECT_EQ(inquiry().costOfSentences({0}, {}, m_quiet).tree.prompts, 4); // and with all
    EXPECT_EQ(inquiry().costOfSentences({2}, {}, m_quiet).tree.prompts,
              69); // 4 subsets for each of 17
    const workflow::InspectionCost both = inquiry().costOfSentences({0, 1}, {}, m_quiet);
    EXPECT_EQ(both.tree.prompts, 8);
    EXPECT_EQ(both.tree.passes, 2);
    ASSERT_TRUE(both.seconds);
    EXPECT_GT(*both.seconds, *inquiry().costOfSentences({0}, {}, m_quiet).seconds);
}

TEST_F(AskedHistory, IsTheSameReadingHoweverMuchIsKnown)
{
    EXPECT_TRUE(isSameReading(*m_inspection, *attributed()));
    workflow::Inspection other = *m_inspection;
    other.exampleDigest = "another history";
    EXPECT_FALSE(isSameReading(*m_inspection, other));
}

} // namespace
} // namespace nextquill::ui
