// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectSentences.h"

#include <gtest/gtest.h>

#include <cmath>

namespace nextquill::workflow {
namespace {

causal::TokenEffect effectOf(float p_h, float p_0)
{
    return {.p_h = p_h, .p_0 = p_0, .logp_h = std::log(p_h), .logp_0 = std::log(p_0)};
}

/// Two tokens and three past texts, the third of which is from 2013.
Inspection inspectionOf(std::vector<causal::TokenEffect> tokens)
{
    Inspection inspection;
    inspection.tokenTexts = {" killer", " bass"};
    inspection.effects.tokens = std::move(tokens);
    inspection.history.resize(3);
    inspection.history[2].review.time = 1'360'000'000'000; // February 2013
    return inspection;
}

Inspection attributed(std::vector<float> effects)
{
    Inspection inspection = inspectionOf({effectOf(0.42F, 0.07F), effectOf(0.5F, 0.5F)});
    effects.resize(6);
    inspection.attribution = causal::Attribution{.reviews = 3, .effect = std::move(effects)};
    return inspection;
}

std::string sentence(const Inspection& inspection, std::size_t token,
                     PlaceboVerdict placebo = PlaceboVerdict::Unknown)
{
    return tokenSentence(inspection, token, placebo).text();
}

TEST(EffectSentences, SayHowMuchWhichReviewAndWhetherItIsThisPerson)
{
    EXPECT_EQ(sentence(attributed({0, 0.02F, 0.21F}), 0, PlaceboVerdict::OwnAlone),
              "The history made “killer” 6 times as likely (0.07 to 0.42); review 3 of 2013 "
              "accounts for most of it; another person's history does not.");
    EXPECT_EQ(sentence(attributed({0, 0.02F, 0.1F}), 0, PlaceboVerdict::AnyHistory),
              "The history made “killer” 6 times as likely (0.07 to 0.42); review 3 of 2013 "
              "accounts for the largest part of it; another person's history does as much.");
    EXPECT_EQ(sentence(attributed({0, 0.02F, 0.01F}), 0),
              "The history made “killer” 6 times as likely (0.07 to 0.42); no single past text "
              "accounts for it.");
}

TEST(EffectSentences, LinkTheirNumbersToWhatTheyAreAbout)
{
    const EffectSentence sentence =
        tokenSentence(attributed({0, 0, 0.3F}), 0, PlaceboVerdict::OwnAlone);
    std::vector<std::pair<std::string, SentenceTarget>> links;
    for (const SentencePiece& piece : sentence.pieces) {
        if (piece.target) {
            links.emplace_back(piece.text, *piece.target);
        }
    }
    using Kind = SentenceTarget::Kind;
    const std::vector<std::pair<std::string, SentenceTarget>> expected{
        {"“killer”", {Kind::Token, 0}},
        {"6 times as likely", {Kind::Token, 0}},
        {"review 3 of 2013", {Kind::Review, 2}},
        {"another person's history", {Kind::Placebo, 0}}};
    EXPECT_EQ(links, expected);
}

TEST(EffectSentences, SayWhereThereWasNoRoomAndWhereThereIsNoEffect)
{
    const Inspection inspection = inspectionOf({effectOf(0.99F, 0.98F), effectOf(0.5F, 0.49F)});
    EXPECT_EQ(sentence(inspection, 0), "Nothing but “killer” could stand here, with the history "
                                       "(0.99) or without (0.98): no room for an effect.");
    EXPECT_EQ(sentence(inspection, 1), "The history hardly changes “bass” (0.49 to 0.50).");
}

TEST(EffectSentences, SayLessLikely)
{
    const Inspection inspection = inspectionOf({effectOf(0.1F, 0.4F), effectOf(0.5F, 0.0001F)});
    EXPECT_EQ(sentence(inspection, 0),
              "The history made “killer” 4 times less likely (0.40 to 0.10).");
    EXPECT_EQ(sentence(inspection, 1),
              "The history made “bass” over 1,000 times as likely (0.0001 to 0.50).");
}

TEST(EffectSentences, NameTheWordThatATokenIsAPartOf)
{
    Inspection inspection = inspectionOf({effectOf(0.1F, 0.4F), effectOf(0.4F, 0.1F)});
    inspection.text = "a killer";
    inspection.tokenTexts = {" kil", "ler"};
    inspection.effects.tokens[0].bytes = ByteRange{.begin = 1, .end = 5};
    inspection.effects.tokens[1].bytes = ByteRange{.begin = 5, .end = 8};
    EXPECT_EQ(sentence(inspection, 0),
              "The history made “kil” in “killer” 4 times less likely (0.40 to 0.10).");
    EXPECT_EQ(sentence(inspection, 1),
              "The history made “ler” in “killer” 4 times as likely (0.10 to 0.40).");
    // In the middle of a longer text, and where a script has no spaces.
    const std::string before = "so über-\n";
    inspection.text = before + "killer bass. Ünd so";
    inspection.effects.tokens[1].bytes =
        ByteRange{.begin = before.size() + 3, .end = before.size() + 6};
    EXPECT_EQ(sentence(inspection, 1),
              "The history made “ler” in “killer” 4 times as likely (0.10 to 0.40).");
    std::string kanas;
    for (int i = 0; i < 300; ++i) {
        kanas += "\u30AB";
    }
    inspection.text = kanas;
    inspection.effects.tokens[1].bytes = ByteRange{.begin = 450, .end = 453};
    EXPECT_EQ(sentence(inspection, 1), // a sign is a word of its own there
              "The history made “ler” 4 times as likely (0.10 to 0.40).");
}

TEST(EffectSentences, TakeTheirVerdictsFromThePlacebosThatWereMeasured)
{
    Inspection inspection =
        inspectionOf({effectOf(0.42F, 0.07F), effectOf(0.5F, 0.1F), effectOf(0.1F, 0.5F)});
    EXPECT_TRUE(placeboVerdictsOf(inspection).empty());
    inspection.controls.emplace();
    EXPECT_TRUE(placeboVerdictsOf(inspection).empty()); // drawn anew alone, say
    inspection.controls->placebo.emplace();
    inspection.controls->placebo->verdicts = {{.isOwn = true}, {}, {}};
    EXPECT_EQ(placeboVerdictsOf(inspection),
              (std::vector{PlaceboVerdict::OwnAlone, PlaceboVerdict::AnyHistory,
                           PlaceboVerdict::Unknown})); // less likely: not what they test
}

TEST(EffectSentences, BeginWithTheStrongest)
{
    const Inspection inspection = inspectionOf({effectOf(0.3F, 0.2F), effectOf(0.5F, 0.1F)});
    const auto sentences = strongestSentences(inspection, 5);
    ASSERT_EQ(sentences.size(), 2U);
    EXPECT_EQ(sentences[0].text(), "The history made “bass” 5 times as likely (0.10 to 0.50).");
    EXPECT_EQ(strongestSentences(inspection, 1).size(), 1U);
}

} // namespace
} // namespace nextquill::workflow
