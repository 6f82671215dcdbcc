// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/GroundedFacts.h"

#include <gtest/gtest.h>

namespace nextquill::evaluate {
namespace {

/// "kept: a, b | invented: c | missing: d"
std::string render(const GroundedFacts& facts)
{
    std::string line = "kept:";
    for (const TextFact& fact : facts.kept) {
        line += ' ' + fact.text;
    }
    line += " | invented:";
    for (const TextFact& fact : facts.invented) {
        line += ' ' + fact.text;
    }
    line += " | missing:";
    for (const std::string& fact : facts.missing) {
        line += ' ' + fact;
    }
    return line;
}

TEST(GroundedFacts, TellKeptFromInventedNamesAndNumbers)
{
    const GroundedFacts facts =
        groundedFacts("I love Miles Davis. Recorded in 1959, and better than Coltrane in 1961.",
                      "Kind of Blue by Miles Davis\nRecorded in 1959 with 6 players.");
    EXPECT_EQ(render(facts), "kept: Miles Davis 1959 | invented: Coltrane 1961 | missing: 6 Blue "
                             "Kind");
    EXPECT_DOUBLE_EQ(facts.recall(), 0.5);
}

TEST(GroundedFacts, CompareNumbersByTheirValue)
{
    EXPECT_EQ(render(groundedFacts("paid 1299 for 12.50", "for 1,299.00 and 12.5")),
              "kept: 1299 12.50 | invented: | missing:");
    EXPECT_EQ(render(groundedFacts("\u0664 stars", "4 of them")),
              "kept: \u0664 | invented: | missing:");
}

TEST(GroundedFacts, AWordThatAlsoStandsWithoutItsCapitalIsNoName)
{
    EXPECT_EQ(render(groundedFacts("What a kettle. My Kettle is the best.",
                                   "The Steel Kettle of the Year")),
              "kept: | invented: | missing: Steel Year");
}

TEST(GroundedFacts, WordsWithDigitsAreNamesOfThings)
{
    EXPECT_EQ(render(groundedFacts("the xr-200 beats the mp3", "Sound XR-200")),
              "kept: xr-200 | invented: mp3 | missing: Sound");
}

TEST(GroundedFacts, AFirstPersonAndABeginOfASentenceAreNoNames)
{
    EXPECT_EQ(render(groundedFacts("Great. Then I said I'm done! Never again", "")),
              "kept: | invented: | missing:");
    EXPECT_EQ(groundedFacts("", "").recall(), 0);
}

} // namespace
} // namespace nextquill::evaluate
