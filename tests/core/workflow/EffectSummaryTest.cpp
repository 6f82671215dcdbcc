// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectSummary.h"

#include "core/workflow/EffectSummaryText.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {
namespace {

/// A token of a text with its probabilities.
struct Piece
{
    std::string text; ///< empty: the end of the text
    double p_h = 0.5;
    double p_0 = 0.5;
};

MeasuredText textOf(std::int64_t example, std::int64_t user, const std::vector<Piece>& pieces)
{
    MeasuredText text{.example = ExampleId{example},
                      .user = UserId{user},
                      .userName = fmt::format("user {}", user)};
    for (const Piece& piece : pieces) {
        store::KeptToken token{.logp_h = static_cast<float>(std::log(piece.p_h)),
                               .logp_0 = static_cast<float>(std::log(piece.p_0))};
        if (!piece.text.empty()) {
            token.bytes =
                ByteRange{.begin = text.text.size(), .end = text.text.size() + piece.text.size()};
            text.text += piece.text;
        }
        text.tokens.push_back(token);
    }
    return text;
}

/// "name mean tokens/texts" of each group, with the places' texts behind.
std::string render(const std::vector<EffectGroup>& groups, const std::vector<MeasuredText>& texts)
{
    std::string lines;
    for (const EffectGroup& group : groups) {
        lines +=
            fmt::format("{} {:+.2f} {}/{}:", group.name, group.pce.mean, group.tokens, group.texts);
        for (const EffectPlace& place : group.places) {
            for (const MeasuredText& text : texts) {
                if (text.example == place.example) {
                    lines += fmt::format(" {}\"{}\"", number(place.example),
                                         text.text.substr(place.bytes.begin, place.bytes.size()));
                }
            }
        }
        lines += "\n";
    }
    return lines;
}

const std::vector<MeasuredText> twoTexts{
    textOf(7, 1,
           {{"The", 0.5, 0.5},
            {" kil", 0.6, 0.1},
            {"ler", 0.9, 0.8},
            {" bass", 0.5, 0.1},
            {" of", 0.5, 0.5},
            {" 2013", 0.1, 0.2},
            {"!", 0.4, 0.1},
            {"", 0.2, 0.2}}),
    textOf(9, 2, {{"No", 0.5, 0.5}, {" bass", 0.34, 0.2}, {".", 0.5, 0.5}, {"", 0.4, 0.1}})};

TEST(EffectSummary, GroupsByPositionInPowersOfTwo)
{
    const EffectSummary summary = summarize(twoTexts, {}, {});
    EXPECT_EQ(render(summary.positions, twoTexts), "1 +0.00 2/2: 7\"The\" 9\"No\"\n"
                                                   "2 +0.32 2/2: 7\" kil\" 9\" bass\"\n"
                                                   "3 to 4 +0.20 4/2: 7\" bass\" 9\".\"\n"
                                                   "5 to 8 +0.05 4/1: 7\"!\"\n");
}

TEST(EffectSummary, GroupsByClassOfWord)
{
    const EffectSummary summary = summarize(twoTexts, {}, {});
    EXPECT_EQ(render(summary.classes, twoTexts), "content words +0.24 4/2: 7\" kil\" 9\" bass\"\n"
                                                 "function words +0.00 3/2: 7\"The\" 9\"No\"\n"
                                                 "numbers -0.10 1/1: 7\" 2013\"\n"
                                                 "punctuation and signs +0.15 2/2: 7\"!\" 9\".\"\n"
                                                 "end of the text +0.15 2/2: 9\"\" 7\"\"\n");
}

TEST(EffectSummary, SortsUsersByHowMuchTheirHistoryMatters)
{
    const EffectSummary summary = summarize(twoTexts, {}, {});
    ASSERT_EQ(summary.users.size(), 2U);
    EXPECT_EQ(summary.users[0].name, "user 1");
    EXPECT_EQ(summary.users[0].user, UserId{1});
    EXPECT_NEAR(summary.users[0].pce.mean, 1.2 / 8, 1e-6);
    EXPECT_NEAR(summary.users[0].shareAbove, 4.0 / 8, 1e-6);
    EXPECT_NEAR(summary.users[0].bits,
                std::log2(6.0) + std::log2(0.9 / 0.8) + std::log2(5.0) - 1 + 2, 1e-5);
    EXPECT_EQ(summary.all.texts, 2);
    EXPECT_EQ(summary.all.tokens, 12);
    EXPECT_NEAR(summary.all.pce.mean, (1.2 / 8 + 0.44 / 4) / 2, 1e-6);
    EXPECT_LE(summary.all.pce.low, summary.all.pce.mean);
    EXPECT_GE(summary.all.pce.high, summary.all.pce.mean);
}

TEST(EffectSummary, TokensHaveTheFiguresOfAllPlacesWhereTheyStand)
{
    const EffectSummary summary = summarize(twoTexts, {.threshold = 0.15}, {});
    EXPECT_EQ(render(summary.tokens, twoTexts), "bass +0.27 2/2: 7\" bass\" 9\" bass\"\n"
                                                "kil +0.50 1/1: 7\" kil\"\n"
                                                "! +0.30 1/1: 7\"!\"\n");
    const EffectSummary one = summarize(twoTexts, {.threshold = 0.15, .longest = 1}, {});
    EXPECT_EQ(one.tokens.size(), 1U);
    EXPECT_EQ(one.tokensLeftOut, 2);
}

TEST(EffectSummary, PhrasesAreRunsAboveTheThresholdMadeLongerToWholeWords)
{
    // "ler" is below the threshold, but a part of the word.
    const EffectSummary summary = summarize(twoTexts, {.threshold = 0.2}, {});
    EXPECT_EQ(render(summary.phrases, twoTexts), "killer bass +0.33 3/1: 7\"killer bass\"\n"
                                                 "! +0.30 1/1: 7\"!\"\n");
}

TEST(EffectSummary, PhrasesOfOneUserAreThoseOfHisTexts)
{
    const auto phrases = phrasesOf(twoTexts, UserId{2}, {}, {});
    EXPECT_EQ(render(phrases, twoTexts), "bass +0.14 1/1: 9\"bass\"\n");
}

TEST(EffectSummary, APhraseOfSeveralTextsHasTheirPlaces)
{
    std::vector<MeasuredText> texts = twoTexts;
    texts.push_back(textOf(11, 2, {{"KILLER", 0.4, 0.1}, {" bass", 0.5, 0.1}, {" and", 0.5, 0.5}}));
    const EffectSummary summary = summarize(texts, {}, {});
    ASSERT_FALSE(summary.phrases.empty());
    EXPECT_EQ(render({summary.phrases[0]}, texts),
              "killer bass +0.34 5/2: 7\"killer bass\" 11\"KILLER bass\"\n");
}

TEST(EffectSummary, OfNothingIsEmpty)
{
    const EffectSummary summary = summarize({}, {}, {});
    EXPECT_EQ(summary.all.texts, 0);
    EXPECT_TRUE(summary.users.empty());
    EXPECT_TRUE(summary.phrases.empty());
}

TEST(EffectSummary, CsvKeepsFormulasFromSpreadsheets)
{
    const std::vector<MeasuredText> texts{textOf(3, 1, {{"=cmd", 0.9, 0.1}})};
    const std::string csv = toCsv(summarize(texts, {}, {}));
    EXPECT_NE(csv.find("tokens,\"'=cmd\",1,1,"), std::string::npos) << csv;
}

TEST(EffectSummary, JsonSaysHowManyPlacesItLeavesOut)
{
    const OrderedJson json = toJson(summarize(twoTexts, {}, {}), 1);
    EXPECT_EQ(json["positions"][0]["places"].size(), 1U);
    EXPECT_EQ(json["positions"][0]["places"][0]["example"], 7);
    EXPECT_EQ(json["positions"][0]["places_left_out"], 1);
}

} // namespace
} // namespace nextquill::workflow
