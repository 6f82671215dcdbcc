// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/UnitSigns.h"

#include "core/workflow/Figure.h"
#include "core/workflow/FigureView.h"

#include "tests/core/workflow/SampleInspection.h"

#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Two effects on each token, for two histories.
causal::EffectSamples samplesOf(const std::vector<std::pair<float, float>>& effects)
{
    causal::EffectSamples samples{.samples = 2};
    for (const auto& [first, second] : effects) {
        samples.effect.insert(samples.effect.end(), {first, second});
    }
    return samples;
}

/// "A killer end", tested: "kill" hangs on the drawing, "er" does not; "killer" is the user's own,
/// though " kill" alone is not.
Inspection tested()
{
    Inspection inspection = inspectionOf({"A", " kill", "er", " end"}, {0.02F, 0.1F, 0.5F, -0.3F});
    InspectionControls controls{.seed = 7};
    PlaceboControl placebo;
    placebo.effects = samplesOf({{0.1F, 0.2F}, {0.1F, 0.3F}, {0.0F, 0.1F}, {-0.9F, -0.8F}});
    std::vector<float> effects;
    for (const causal::TokenEffect& token : inspection.effects.tokens) {
        effects.push_back(token.pce());
    }
    placebo.verdicts = causal::placeboVerdicts(effects, placebo.effects);
    controls.placebo = placebo;
    HistorySamples resampled;
    resampled.effects = samplesOf({{0.01F, 0.03F}, {-0.2F, 0.2F}, {0.4F, 0.6F}, {-0.5F, -0.1F}});
    controls.resampled = resampled;
    inspection.controls = controls;
    return inspection;
}

std::vector<UnitSigns> signs(const Inspection& inspection, UnitKind kind)
{
    std::vector<UnitSigns> all;
    for (const TextUnit& unit : textUnits(inspection.text, inspection.effects, kind)) {
        all.push_back(signsOf(unit, inspection));
    }
    return all;
}

TEST(UnitSigns, OfATokenAreItsVerdicts)
{
    const Inspection inspection = tested();
    const std::vector<UnitSigns> tokens = signs(inspection, UnitKind::Token);
    ASSERT_EQ(tokens.size(), 4U);
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        const causal::PlaceboVerdict& verdict = inspection.controls->placebo->verdicts[t];
        EXPECT_EQ(tokens[t].isOwn, verdict.isOwn) << t;
        EXPECT_EQ(tokens[t].placebo->high, verdict.placebo.high) << t;
        EXPECT_EQ(tokens[t].isUncertain, t == 1) << t;
    }
    EXPECT_FALSE(tokens[3].isOwn) << "above other users' effects, but not above 0";
}

TEST(UnitSigns, OfAWordAreThoseOfItsMeanEffect)
{
    const std::vector<UnitSigns> words = signs(tested(), UnitKind::Word);
    ASSERT_EQ(words.size(), 3U);
    EXPECT_FALSE(words[1].isUncertain);
    EXPECT_NEAR(words[1].resampled->low, 0.1F + 0.025F * 0.3F, 1e-5);
    EXPECT_NEAR(words[1].resampled->high, 0.4F - 0.025F * 0.3F, 1e-5);
    EXPECT_TRUE(words[1].isOwn);
    EXPECT_FALSE(signs(tested(), UnitKind::Token)[1].isOwn);
}

TEST(UnitSigns, AreNoneWithoutControlsOrWithOneKindOfThem)
{
    Inspection inspection = tested();
    inspection.controls->placebo.reset();
    EXPECT_TRUE(signs(inspection, UnitKind::Token)[1].isUncertain);
    EXPECT_FALSE(signs(inspection, UnitKind::Token)[2].isOwn);
    inspection.controls.reset();
    EXPECT_FALSE(signs(inspection, UnitKind::Token)[1].isUncertain);
    EXPECT_EQ(signWords(signs(inspection, UnitKind::Token)[1]), "");
}

TEST(UnitSigns, SayTheirRangesInWords)
{
    EXPECT_EQ(signWords(signs(tested(), UnitKind::Token)[1]),
              "drawn anew −0.190 … +0.190, holds 0; other users +0.105 … +0.295");
    EXPECT_THAT(signWords(signs(tested(), UnitKind::Token)[2]), HasSubstr("the user's own"));
}

TEST(UnitSigns, EveryFigureDrawsThemAndSaysWhatTheyMean)
{
    const Inspection inspection = tested();
    Inspection untested = inspection;
    untested.controls.reset();
    const std::string svg = figureSvg(inspection);
    EXPECT_THAT(svg, HasSubstr("stroke=\"#767676\""));
    EXPECT_THAT(svg, HasSubstr("l2.6 2.6l-2.6 2.6"));
    EXPECT_THAT(svg, HasSubstr("PCE drawn anew −0.190 … +0.190, holds 0"));
    const std::string html = figureHtml(inspection);
    EXPECT_THAT(html, HasSubstr("<span class=\"t unsure\""));
    EXPECT_THAT(html, HasSubstr("<span class=\"t own\""));
    EXPECT_THAT(html, HasSubstr(";--hl:#767676;--hd:"));
    const std::string tex = figureTex(inspection);
    EXPECT_THAT(tex, HasSubstr("\\nqhatch{767676}{kill}"));
    EXPECT_THAT(tex, HasSubstr("{\\nqown{}er}"));
    for (const std::string& document : {html, tex}) {
        EXPECT_THAT(document, HasSubstr("Hatched: the 95 "));
        EXPECT_THAT(document, HasSubstr("Diamond: the user"));
        EXPECT_THAT(document, Not(HasSubstr("No random numbers were used")));
    }
    for (const auto& draw : {figureSvg, figureHtml, figureTex}) {
        const std::string without = draw(untested, {});
        EXPECT_THAT(without, Not(HasSubstr("stroke=\"#767676\"")));
        EXPECT_THAT(without, Not(HasSubstr("class=\"t unsure")));
        EXPECT_THAT(without, Not(HasSubstr("\\nqhatch{767676}")));
        EXPECT_THAT(without, Not(HasSubstr("Hatched")));
    }
}

TEST(UnitSigns, AWordHasOneDiamondAndOneHatching)
{
    const std::string tex = figureTex(tested(), {.unit = UnitKind::Word});
    EXPECT_THAT(tex, HasSubstr("\\nqown{}kill"));
    EXPECT_THAT(tex, Not(HasSubstr("\\nqown{}er")));
    EXPECT_THAT(tex, Not(HasSubstr("\\nqhatch{767676}")));
}

TEST(UnitSigns, TheCaptionCountsThem)
{
    const Inspection inspection = tested();
    EXPECT_THAT(caption(inspection, {}, figureView(inspection, {})),
                HasSubstr("The PCE was tested by 2 other users' histories (1 of 4 tokens above "
                          "their 95 % range) and 2 histories drawn anew (1 of 4 tokens with 0 in "
                          "their 95 % range), seed 7."));
    Inspection placebosOnly = inspection;
    placebosOnly.controls->resampled.reset();
    const FigureSettings words{.unit = UnitKind::Word};
    EXPECT_THAT(caption(placebosOnly, words, figureView(placebosOnly, words)),
                HasSubstr("tested by 2 other users' histories (1 of 3 words above their 95 % "
                          "range), seed 7."));
}

TEST(UnitSigns, GreyFiguresHaveThemWithoutHue)
{
    const std::string svg = figureSvg(tested(), {.greyscale = true});
    EXPECT_THAT(svg, HasSubstr("stroke=\"#767676\""));
    EXPECT_THAT(svg, HasSubstr("l2.6 2.6l-2.6 2.6"));
}

} // namespace
} // namespace nextquill::workflow
