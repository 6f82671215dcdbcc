// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/SpanSums.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

TEST(SpanSums, AddsLogsAndSharesTheTextsBits)
{
    // One, two and minus one bits.
    const auto text =
        inventedInspection({{"a", 0.5F, 0.25F}, {" b", 0.5F, 0.125F}, {" c", 0.25F, 0.5F}}, 0);
    const SpanSums two = sumsOf(text->effects, {.begin = 0, .end = 2});
    EXPECT_EQ(two.tokens, 2);
    EXPECT_NEAR(two.bits(), 3, 1e-6);
    EXPECT_NEAR(two.share, 1.5, 1e-6); // the third takes back a third
    EXPECT_NEAR(two.meanPce, (0.25 + 0.375) / 2, 1e-6);
    EXPECT_NEAR(two.logp_h, 2 * std::log(0.5), 1e-6);
    EXPECT_NEAR(two.logp_0, std::log(0.25) + std::log(0.125), 1e-6);
    const std::string sentence = spanSentence(two).toStdString();
    EXPECT_NE(sentence.find("+3.0 bits, 150.0 %"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("mean PCE +0.313"), std::string::npos) << sentence; // 0.3125
}

TEST(SpanSums, PartsAddUpToTheWhole)
{
    const auto text = inventedInspection(
        {{"a", 0.5F, 0.3F}, {" b", 0.1F, 0.2F}, {" c", 0.9F, 0.2F}, {" d", 0.4F, 0.4F}}, 0);
    const SpanSums whole = sumsOf(text->effects, {.begin = 0, .end = 4});
    for (qsizetype cut = 0; cut <= 4; ++cut) {
        const SpanSums left = sumsOf(text->effects, {.begin = 0, .end = cut});
        const SpanSums right = sumsOf(text->effects, {.begin = cut, .end = 4});
        EXPECT_NEAR(left.bits() + right.bits(), whole.bits(), 1e-9);
        EXPECT_NEAR(left.share + right.share, 1, 1e-9);
    }
}

TEST(SpanSums, HasNoShareOfATextWithoutEffect)
{
    const auto text = inventedInspection({{"a", 0.5F, 0.5F}}, 0);
    const SpanSums sums = sumsOf(text->effects, {.begin = 0, .end = 1});
    EXPECT_TRUE(std::isnan(sums.share));
    EXPECT_TRUE(spanSentence(sums).contains(QStringLiteral("bits, – of the text's")));
}

TEST(SpanSums, SaysWhatDiffersBetweenTwoPins)
{
    const auto text = inventedInspection({{"a", 0.5F, 0.25F}, {" b", 0.5F, 0.125F}}, 0);
    const std::string sentence = pinDifference(*text, 0, 1).toStdString();
    EXPECT_NE(sentence.find("PCE +0.125"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("+1.00 bits"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("p +0.000 with history, −0.125 without"), std::string::npos)
        << sentence;
}

} // namespace
} // namespace nextquill::ui
