// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/TokenFacts.h"

#include "ui/inspect/MeasuredText.h"
#include "ui/project/ShownText.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <gtest/gtest.h>

#include <map>

namespace nextquill::ui {
namespace {

TokenFacts factsIn(const workflow::Inspection& inspection, qsizetype token)
{
    const auto losses = causal::tokenLosses(inspection.effects, {});
    return factsOf(inspection, losses, tokenText(inspection.text, inspection.effects.tokens),
                   token);
}

std::map<std::string, std::string> byName(const TokenFacts& facts)
{
    std::map<std::string, std::string> rows;
    for (const TokenFacts::Row& row : facts.rows) {
        rows[row.name.toStdString()] = row.value.toStdString();
    }
    return rows;
}

TEST(TokenFacts, HasEveryFigureOfTheToken)
{
    const auto text = inventedInspection({{"so", 0.5F, 0.5F}, {" killer", 0.42F, 0.07F}}, 0);
    const TokenFacts facts = factsIn(*text, 1);
    auto rows = byName(facts);
    EXPECT_EQ(facts.token.toStdString(), "␣killer");
    EXPECT_EQ(facts.sentence.toStdString(),
              "The history made “killer” 6 times as likely (0.07 to 0.42).");
    EXPECT_EQ(rows["with history"], "0.420 (rank 1)");
    EXPECT_EQ(rows["without"], "0.070 (rank 9)");
    EXPECT_EQ(rows["PCE"], "+0.350");
    EXPECT_EQ(rows["bits"], "+2.58");
    EXPECT_EQ(rows["weight in the loss"], "0.9");
    EXPECT_EQ(rows["share of the gradient"], "91.3 %"); // 0.9 · 0.58 against 0.1 · 0.5
    EXPECT_TRUE(facts.cluster.isEmpty());
}

TEST(TokenFacts, SayWhatTheHistorysPartsAndOtherPeoplesDo)
{
    const auto text = inventedInspection({{"killer", 0.42F, 0.07F}, {" bass", 0.5F, 0.5F}}, 3);
    text->attribution->effect = {0, 0.02F, 0.3F, 0, 0, 0};
    text->history[2].review.time = 1'360'000'000'000; // February 2013
    text->controls.emplace().placebo.emplace().verdicts = {{.isOwn = true}, {}};
    EXPECT_EQ(factsIn(*text, 0).sentence.toStdString(),
              "The history made “killer” 6 times as likely (0.07 to 0.42); review 3 of 2013 "
              "accounts for most of it; another person's history does not.");
}

TEST(TokenFacts, NeverShowsASmallProbabilityAsNothing)
{
    const auto text = inventedInspection({{"x", 0.00002F, 0.5F}}, 0);
    EXPECT_EQ(byName(factsIn(*text, 0))["with history"], "2.0e-05 (rank 1)");
}

TEST(TokenFacts, ListsTheTokensOfOneCharacter)
{
    const auto text = inventedInspection(
        {{"a ", 0.5F, 0.5F}, {"\xF0\x9F", 0.2F, 0.1F}, {"\x8E\xB7", 0.9F, 0.8F}, {"!", 0.5F, 0.5F}},
        0);
    for (const qsizetype token : {1, 2}) {
        const TokenFacts facts = factsIn(*text, token);
        ASSERT_EQ(facts.cluster.size(), 2) << token;
        EXPECT_TRUE(facts.cluster[0].contains(QStringLiteral("PCE +0.100")));
        EXPECT_TRUE(facts.cluster[1].contains(QStringLiteral("p 0.900 / 0.800")));
    }
    EXPECT_TRUE(factsIn(*text, 0).cluster.isEmpty());
    EXPECT_TRUE(factsIn(*text, 3).cluster.isEmpty());
}

TEST(TokenFacts, SpeaksOfTheEffectInWords)
{
    const auto text = inventedInspection(
        {{" killer", 0.38F, 0.07F}, {" great", 0.07F, 0.38F}, {" the", 0.5F, 0.499F}}, 0);
    EXPECT_EQ(spokenEffect(*text, 0).toStdString(), "killer, plus 0.31, more likely");
    EXPECT_EQ(spokenEffect(*text, 1).toStdString(), "great, minus 0.31, less likely");
    EXPECT_EQ(spokenEffect(*text, 2).toStdString(), "the, 0, no change");
}

TEST(TokenFacts, CellsHaveOneValueForEachName)
{
    const auto text = inventedInspection({{" killer", 0.42F, 0.07F}}, 0);
    const auto losses = causal::tokenLosses(text->effects, {});
    EXPECT_EQ(valueCells(*text, losses, 0).count(QLatin1Char('\t')),
              valueHeader().count(QLatin1Char('\t')));
    EXPECT_EQ(valueCells(*text, {}, 0).count(QLatin1Char('\t')),
              valueHeader().count(QLatin1Char('\t')));
}

TEST(MeasuredText, SaysAllThatIsHidden)
{
    MeasuredText measured{.inspection = inventedInspection({{"a"}}, 1)};
    EXPECT_TRUE(whatIsHidden(measured, 0, 0.5F).isEmpty());
    auto hidden = inventedInspection({{"a"}}, 1);
    hidden->reviewsDropped = 3;
    hidden->reviewsCut = 1;
    hidden->descriptionCut = true;
    hidden->targetCut = true;
    hidden->writtenToLimit = true;
    measured.inspection = hidden;
    const std::string said = whatIsHidden(measured, 2, 0.5F).toStdString();
    for (const char* part : {"3 older", "1 past text", "description was shortened", "was cut",
                             "after 120 tokens", "2 value", "beyond ±0.5"}) {
        EXPECT_NE(said.find(part), std::string::npos) << part << " is not in: " << said;
    }
}

} // namespace
} // namespace nextquill::ui
