// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/TextScores.h"

#include <gtest/gtest.h>

namespace nextquill::evaluate {
namespace {

TEST(TextScores, OfAnEqualTextAreWhole)
{
    const std::string text = "The bass is absolutely killer on this one.";
    const TextScores scores = scoreText({.prediction = text, .reference = text});

    EXPECT_DOUBLE_EQ(scores.rouge1, 1);
    EXPECT_DOUBLE_EQ(scores.rougeL, 1);
    EXPECT_NEAR(scores.bleu, 100, 1e-9);
    EXPECT_NEAR(scores.chrf, 100, 1e-9);
    EXPECT_GT(scores.meteor, 0.99);
}

TEST(TextScores, OfEmptyTextsAreZero)
{
    for (const TextPair& pair : {TextPair{"", ""}, TextPair{"", "word"}, TextPair{"word", ""}}) {
        const TextScores scores = scoreText(pair);
        EXPECT_EQ(scores.rouge1, 0);
        EXPECT_EQ(scores.meteor, 0);
        EXPECT_EQ(scores.bleu, 0);
        EXPECT_EQ(scores.chrf, 0);
    }
    EXPECT_EQ(scoreCorpus({}).mean.bleu, 0);
}

TEST(TextScores, SurviveBytesThatAreNoText)
{
    EXPECT_GE(scoreText({.prediction = "a\xff\xfe b", .reference = "a\x80 b"}).rouge1, 0.99);
}

TEST(TextScores, NameWhatWasUsed)
{
    const CorpusScores plain = scoreCorpus({{.prediction = "news", .reference = "news"}});
    const CorpusScores stems =
        scoreCorpus({{.prediction = "news", .reference = "news"}}, {.stemmer = true});

    EXPECT_EQ(plain.signatures.at("bleu"), "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp");
    EXPECT_NE(plain.signatures.at("rouge"), stems.signatures.at("rouge"));
}

} // namespace
} // namespace nextquill::evaluate
