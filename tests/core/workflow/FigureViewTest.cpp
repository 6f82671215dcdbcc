// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/FigureView.h"

#include "core/base/Error.h"
#include "core/workflow/Figure.h"

#include "tests/core/workflow/SampleInspection.h"

#include <gmock/gmock.h>
#include <limits>
#include <regex>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Inspection killer()
{
    return inspectionOf({"A", " kill", "er", " end"}, {0.02F, 0.6F, 0.2F, -0.3F});
}

std::size_t count(const std::string& text, const std::string& part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST(FigureViewTest, WordsHaveMeansOfEffectsAndSumsOfBits)
{
    const Inspection inspection = killer();
    const FigureView words = figureView(inspection, {.unit = UnitKind::Word});
    ASSERT_EQ(words.units.size(), 3U);
    EXPECT_NEAR(words.units[1].value, 0.4, 1e-6);
    const FigureView bits =
        figureView(inspection, {.measure = EffectMeasure::LogRatio, .unit = UnitKind::Word});
    EXPECT_NEAR(bits.units[1].value, std::log2(61.0) + std::log2(21.0), 1e-4);
    EXPECT_THAT(legendSentences(words, {.unit = UnitKind::Word}),
                HasSubstr("Causal effect (PCE) of each word (the mean of its tokens)"));
    EXPECT_THAT(legendSentences(bits, {.measure = EffectMeasure::LogRatio, .unit = UnitKind::Word}),
                HasSubstr("Log ratio (bits) of each word (the sum over its tokens)"));
}

TEST(FigureViewTest, ClipsAndWeighsBySettings)
{
    const Inspection inspection = killer();
    const FigureView usual = figureView(inspection, {});
    EXPECT_EQ(usual.clipped, 1U);
    EXPECT_TRUE(usual.units[1].isClipped);
    EXPECT_EQ(usual.weighted.size(), 2U);
    EXPECT_THAT(legendSentences(usual, {}), HasSubstr("Corner: 1 value beyond the range"));
    const FigureView wide = figureView(inspection, {.range = 1, .threshold = 0.5});
    EXPECT_EQ(wide.clipped, 0U);
    EXPECT_EQ(wide.weighted.size(), 1U);
    EXPECT_THAT(legendSentences(wide, {}), Not(HasSubstr("Corner")));
    EXPECT_THAT(legendSentences(wide, {}), HasSubstr("above 0.5, which training would weight"));
}

TEST(FigureViewTest, UnderlinesTheTokensThatTrainingWeightsWhateverIsColored)
{
    const Inspection inspection = killer();
    for (const EffectMeasureInfo& info : effectMeasures()) {
        const FigureView view =
            figureView(inspection, {.measure = info.measure, .unit = UnitKind::Sentence});
        EXPECT_EQ(view.weighted.size(), 2U) << info.id;
        EXPECT_EQ(view.units.size(), 1U) << info.id;
    }
}

TEST(FigureViewTest, SaysWhatIsHidden)
{
    Inspection inspection = killer();
    EXPECT_EQ(hiddenSentences(inspection, figureView(inspection, {})), "");
    inspection.targetCut = true;
    inspection.earlierReviews = 3;
    inspection.reviewsCut = 1;
    inspection.descriptionCut = true;
    inspection.effects.tokens.emplace_back();
    const std::string hidden = hiddenSentences(inspection, figureView(inspection, {}));
    EXPECT_THAT(hidden, HasSubstr("The text is longer than is measured and was cut."));
    EXPECT_THAT(hidden, HasSubstr("3 of 3 earlier reviews are not in the prompt."));
    EXPECT_THAT(hidden, HasSubstr("The past review was shortened"));
    EXPECT_THAT(hidden, HasSubstr("The item's description was shortened"));
    EXPECT_THAT(hidden, HasSubstr("The end of the text is measured but not drawn (1 token)."));
}

TEST(FigureViewTest, CaptionNamesModelExampleDigestsPromptAndSeed)
{
    Inspection inspection = killer();
    inspection.promptWords = "at most 8 past reviews and 2048 tokens, the newest";
    const FigureView view = figureView(inspection, {});
    EXPECT_THAT(caption(inspection, {}, view), HasSubstr("Model demo (SHA-256 aaaaaaaaaaaa), "
                                                         "example 12 (SHA-256 eeeeeeeeeeee)"));
    EXPECT_THAT(caption(inspection, {}, view), HasSubstr("Prompt: at most 8 past reviews"));
    EXPECT_THAT(caption(inspection, {}, view), HasSubstr("No random numbers were used."));
    inspection.seed = 7;
    EXPECT_THAT(caption(inspection, {}, view), HasSubstr("Seed 7."));
}

TEST(FigureViewTest, RefusesSettingsThatMakeNoSense)
{
    EXPECT_NO_THROW(validate({}));
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const FigureSettings& bad : std::initializer_list<FigureSettings>{
             {.range = 0}, {.range = nan}, {.threshold = 2}, {.width = 10}, {.dpi = nan}}) {
        EXPECT_THROW(validate(bad), Error);
    }
}

TEST(FigureViewTest, EveryFormatDrawsTheChosenView)
{
    const Inspection inspection = killer();
    const FigureSettings bits{.measure = EffectMeasure::LogRatio, .unit = UnitKind::Word};
    for (const auto& draw : {figureSvg, figureHtml, figureTex}) {
        const std::string usual = draw(inspection, {});
        EXPECT_EQ(usual, draw(inspection, {})) << "drawn twice";
        EXPECT_NE(usual, draw(inspection, bits));
        EXPECT_NE(usual, draw(inspection, {.range = 0.1}));
        EXPECT_NE(usual, draw(inspection, {.threshold = 0.3}));
        EXPECT_NE(usual, draw(inspection, {.greyscale = true}));
    }
    EXPECT_NE(figureSvg(inspection), figureSvg(inspection, {.ground = Ground::Dark}));
    EXPECT_NE(figureSvg(inspection), figureSvg(inspection, {.width = 400}));
}

TEST(FigureViewTest, HtmlUnderlinesTokensWithinWords)
{
    const std::string html = figureHtml(killer(), {.unit = UnitKind::Word, .threshold = 0.3});
    EXPECT_THAT(html, HasSubstr("<u> kill</u>er<span class=card"));
    EXPECT_EQ(count(html, "<u>"), 1U);
}

TEST(FigureViewTest, HtmlListsAllAlternativesOfBothWorlds)
{
    Inspection inspection = killer();
    for (int i = 0; i < 10; ++i) {
        inspection.effects.tokens[0].top_h.push_back({.p = 0.1F});
        inspection.effects.tokens[0].top_0.push_back({.p = 0.1F});
        inspection.top_h[0].push_back("with" + std::to_string(i));
        inspection.top_0[0].push_back("without" + std::to_string(i));
    }
    const std::string html = figureHtml(inspection);
    EXPECT_THAT(html, HasSubstr("<td>with9</td>"));
    EXPECT_THAT(html, HasSubstr("<td>without9</td>"));
    EXPECT_THAT(html, HasSubstr("the 10 likeliest of each"));
}

TEST(FigureViewTest, GreyFiguresHaveNoHue)
{
    const std::string svg = figureSvg(killer(), {.greyscale = true});
    const std::regex color{"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\""};
    for (std::sregex_iterator match{svg.begin(), svg.end(), color}, end; match != end; ++match) {
        EXPECT_EQ((*match)[1], (*match)[2]);
        EXPECT_EQ((*match)[2], (*match)[3]);
    }
}

} // namespace
} // namespace nextquill::workflow
