// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ShownUnits.h"

#include "core/causal/Attribution.h"
#include "core/workflow/FigureView.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

using workflow::UnitKind;

/// "A killer end. A Killer!" with an emoji of two tokens and the end of the text.
std::shared_ptr<workflow::Inspection> killers()
{
    const std::string sax = "\xf0\x9f\x8e\xb7";
    auto inspection = inventedInspection({{"A", 0.5F, 0.48F},
                                          {" kill", 0.7F, 0.1F},
                                          {"er", 0.3F, 0.1F},
                                          {" end", 0.1F, 0.4F},
                                          {".", 0.5F, 0.5F},
                                          {" A", 0.5F, 0.5F},
                                          {" Killer", 0.2F, 0.1F},
                                          {"! ", 0.5F, 0.5F},
                                          {sax.substr(0, 2), 0.9F, 0.1F},
                                          {sax.substr(2), 0.1F, 0.5F}},
                                         3);
    inspection->effects.tokens.emplace_back(); // the end: without bytes
    inspection->tokenTexts.emplace_back("<|im_end|>");
    inspection->top_h.emplace_back();
    inspection->top_0.emplace_back();
    inspection->attribution->effect.resize(inspection->effects.tokens.size() * 3, 0);
    return inspection;
}

ShownUnits unitsOf(const ShownUnits::InspectionPtr& inspection, UnitKind kind)
{
    ShownUnits units;
    units.show(inspection, kind);
    return units;
}

TEST(ShownUnits, HaveTheValuesOfTheFigures)
{
    const auto inspection = killers();
    for (const UnitKind kind : {UnitKind::Token, UnitKind::Word, UnitKind::Sentence}) {
        const ShownUnits units = unitsOf(inspection, kind);
        for (const MeasureInfo& info : effectMeasures()) {
            const workflow::FigureView figure =
                workflow::figureView(*inspection, {.measure = info.measure, .unit = kind});
            const QList<float> values = units.values({.measure = info.measure});
            ASSERT_EQ(static_cast<std::size_t>(values.size()), figure.units.size());
            for (std::size_t i = 0; i < figure.units.size(); ++i) {
                EXPECT_FLOAT_EQ(values[static_cast<qsizetype>(i)],
                                static_cast<float>(figure.units[i].value));
            }
        }
    }
}

TEST(ShownUnits, ColorAllTokensOfAWordAlike)
{
    const ShownUnits units = unitsOf(killers(), UnitKind::Word);
    const QList<TokenText::Unit> shown = units.units({});
    ASSERT_FALSE(shown.isEmpty());
    EXPECT_EQ(shown[0].firstToken, 1);
    EXPECT_EQ(shown[0].endToken, 3);
    EXPECT_NEAR(shown[0].value, 0.4F, 1e-6); // the mean of 0.6 and 0.2
    EXPECT_NEAR(units.tokenValues({})[2], 0.2F, 1e-6) << "lines below follow the tokens";
}

TEST(ShownUnits, TokensOfOneCharacterHaveOneValue)
{
    const ShownUnits units = unitsOf(killers(), UnitKind::Token);
    const QList<TokenText::Unit> shown = units.units({});
    ASSERT_EQ(shown.size(), 1);
    EXPECT_EQ(shown[0].firstToken, 8);
    EXPECT_NEAR(shown[0].value, 0.2F, 1e-6); // of 0.8 and -0.4
    EXPECT_NEAR(units.tokenValues({})[9], 0.2F, 1e-6);
    EXPECT_EQ(units.tokenValues({}).size(), 11);
}

TEST(ShownUnits, ASentenceHasTheMeanEffectOfAPastText)
{
    const auto inspection = killers();
    const ShownUnits units = unitsOf(inspection, UnitKind::Sentence);
    const std::optional<float> value = units.valueAt(1, {.review = 1});
    ASSERT_TRUE(value);
    EXPECT_NEAR(*value, 0.2F / 5, 1e-6); // of five tokens, one with 0.2
}

TEST(ShownUnits, FindTheNextPlaceOfTheSameWord)
{
    const ShownUnits words = unitsOf(killers(), UnitKind::Word);
    EXPECT_EQ(words.nextLike(2), 6) << "whatever the case, from any token of it";
    EXPECT_EQ(words.nextLike(6), 1);
    EXPECT_EQ(words.nextLike(3), -1);
    EXPECT_EQ(words.nextLike(10), -1) << "the end of the text";
    const ShownUnits tokens = unitsOf(killers(), UnitKind::Token);
    EXPECT_EQ(tokens.nextLike(0), 5);
    EXPECT_EQ(tokens.nextLike(2), -1);
}

TEST(ShownUnits, SayWhatTheyAre)
{
    const auto inspection = killers();
    const ShownUnits words = unitsOf(inspection, UnitKind::Word);
    EXPECT_EQ(unitSentence(words, 1, {}).toStdString(),
              "The word “killer”: PCE +0.400, the mean of its tokens");
    EXPECT_EQ(unitSentence(words, 1, {.measure = EffectMeasure::LogRatio}).toStdString(),
              "The word “killer”: Log ratio (bits) +4.39 bits, the sum over its tokens");
    EXPECT_EQ(unitSentence(words, 3, {}).toStdString(),
              "The word “end”: PCE −0.300, the mean of its tokens");
    EXPECT_TRUE(unitSentence(words, 10, {}).isEmpty());
    EXPECT_TRUE(unitSentence(unitsOf(inspection, UnitKind::Token), 1, {}).isEmpty());
    EXPECT_TRUE(unitMeaning(UnitKind::Token, {}).isEmpty());
    EXPECT_EQ(unitMeaning(UnitKind::Word, {}).toStdString(),
              "Causal effect (PCE) of each word: the mean of its tokens");
    EXPECT_EQ(unitMeaning(UnitKind::Sentence, {.measure = EffectMeasure::LogRatio}).toStdString(),
              "Log ratio (bits) of each sentence: the sum over its tokens");
}

TEST(ShownUnits, HaveTheSignsOfControls)
{
    auto inspection = killers();
    const std::size_t tokens = inspection->effects.tokens.size();
    workflow::HistorySamples resampled;
    resampled.effects = {.samples = 2, .effect = std::vector<float>(tokens * 2, 0.1F)};
    resampled.effects.effect[2 * 3] = -0.1F; // " end" hangs on the drawing
    workflow::PlaceboControl placebo;
    placebo.effects = {.samples = 2, .effect = std::vector<float>(tokens * 2, 0.3F)};
    inspection->controls = workflow::InspectionControls{};
    inspection->controls->resampled = resampled;
    inspection->controls->placebo = placebo;

    const ShownUnits words = unitsOf(inspection, UnitKind::Word);
    EXPECT_TRUE(words.isAnyUncertain());
    EXPECT_TRUE(words.isAnyOwn());
    EXPECT_EQ(words.signs()[3], (TokenText::Signs{.uncertain = true}));
    EXPECT_EQ(words.signs()[1], (TokenText::Signs{.distinguished = true})) << "0.4 above 0.3";
    EXPECT_EQ(words.signs()[2], TokenText::Signs{}) << "one diamond a word";
    EXPECT_TRUE(words.signsAt(2).isOwn);
    EXPECT_TRUE(unitSentence(words, 1, {}).contains(QStringLiteral("the user's own")));

    const ShownUnits tokensAlone = unitsOf(inspection, UnitKind::Token);
    EXPECT_TRUE(tokensAlone.signs()[1].distinguished);
    EXPECT_FALSE(tokensAlone.signsAt(2).isOwn) << "0.2 is not above 0.3";

    inspection = std::make_shared<workflow::Inspection>(*inspection);
    inspection->controls.reset();
    EXPECT_TRUE(unitsOf(inspection, UnitKind::Word).signs().isEmpty());
}

} // namespace
} // namespace nextquill::ui
