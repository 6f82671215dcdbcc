// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/StyleText.h"

#include "core/curate/LexicalDiversity.h"
#include "core/curate/PhraseOdds.h"
#include "core/curate/StyleFigures.h"

#include <gtest/gtest.h>

#include <string>

namespace nextquill::curate {
namespace {

std::string wordsOf(const std::string& text)
{
    const StyleText style{text};
    std::string words;
    for (std::size_t i = 0; i < style.words().size(); ++i) {
        words += style.words()[i].startsClause ? "|" : " ";
        words += style.phraseText(i, 1);
    }
    return words;
}

/// The counts of signs that are not 0.
std::string marksOf(const std::string& text)
{
    const StyleText style{text};
    std::string marks;
    for (std::size_t i = 0; i < styleMarkCount; ++i) {
        if (style.marks()[i] > 0) {
            marks += std::string{nameOf(static_cast<StyleMark>(i))} + " " +
                     std::to_string(style.marks()[i]) + "; ";
        }
    }
    return marks;
}

TEST(StyleText, HasWordsWithApostrophesAndHyphensAndClausesBetweenSigns)
{
    EXPECT_EQ(wordsOf("Don't stop, well-made 'Tea' — it’s GOOD"),
              "|don't stop|well-made|tea|it's good");
    EXPECT_EQ(wordsOf("\u4E2D\u6587 tea"), "|\u4E2D \u6587 tea");
    EXPECT_EQ(wordsOf("a\nb"), "|a|b");
    EXPECT_EQ(wordsOf("...!?"), "");
    EXPECT_EQ(wordsOf(""), "");
}

TEST(StyleText, CountsSignsAsPeopleSeeThem)
{
    EXPECT_EQ(marksOf("Wow!! Really?"), "exclamation mark 2; question mark 1; ");
    EXPECT_EQ(marksOf("so... and so…. end. "), "full stop 2; ellipsis 2; ");
    EXPECT_EQ(marksOf("a - b -- c — d, well-made"), "comma 1; dash 3; ");
    EXPECT_EQ(marksOf("(one) \"two\" “three”: four; 3.5"),
              "full stop 1; colon 1; semicolon 1; brackets 1; quotation marks 2; ");
    EXPECT_EQ(marksOf("fine :-) ;) :D \U0001F600 10:Done"), "colon 1; emoji 4; ");
}

TEST(StyleText, CountsSentencesLettersAndShouting)
{
    const StyleText text{"THE BEST tea. I like it! Really?!\nYes"};
    EXPECT_EQ(text.sentences(), 4);
    EXPECT_EQ(text.shouted(), 2) << "I is no shouting";
    EXPECT_EQ(text.letters(), 3 + 4 + 3 + 1 + 4 + 2 + 6 + 3);
}

TEST(StyleText, PhrasesAreTheSameWhateverTheirCaseAndDoNotGoAcrossSigns)
{
    const StyleText first{"A must have for all"};
    const StyleText second{"It is a  MUST have, for all"};
    EXPECT_EQ(first.phrase(0, 3), second.phrase(2, 3));
    EXPECT_NE(first.phrase(0, 2), first.phrase(0, 3));
    EXPECT_NE(first.phrase(0, 2), first.phrase(1, 2));
    EXPECT_TRUE(second.isPhrase(2, 3));
    EXPECT_FALSE(second.isPhrase(4, 2));
    EXPECT_FALSE(second.isPhrase(5, 3)) << "the text ends";
    EXPECT_EQ(second.phraseText(2, 3), "a must have");
}

TEST(LexicalDiversity, IsThatOfTheMethodsDefinition)
{
    std::vector<std::uint64_t> words;
    for (std::uint64_t i = 0; i < 200; ++i) {
        words.push_back((i * i + i / 7) % 37);
    }
    // Computed by a script from the papers' words.
    EXPECT_NEAR(*mtld(words), 26.20309951060359, 1e-9);
    EXPECT_NEAR(*movingTypeShare(words), 0.5572185430463578, 1e-12);
}

TEST(LexicalDiversity, IsKnownForOneWordAndForDifferentOnesAndForNoShortText)
{
    EXPECT_NEAR(*mtld(std::vector<std::uint64_t>(50, 7)), 2, 1e-12);
    EXPECT_NEAR(*movingTypeShare(std::vector<std::uint64_t>(60, 7)), 1.0 / 50, 1e-12);
    std::vector<std::uint64_t> different;
    for (std::uint64_t i = 0; i < 80; ++i) {
        different.push_back(i);
    }
    EXPECT_NEAR(*mtld(different), 80, 1e-12);
    EXPECT_NEAR(*movingTypeShare(different), 1, 1e-12);
    different.resize(49);
    EXPECT_FALSE(mtld(different));
    EXPECT_FALSE(movingTypeShare(different));
}

TEST(PhraseOdds, AreThoseOfTheFormula)
{
    // Computed by a script from the paper's equations.
    EXPECT_NEAR(phraseOdds({20, 5'000}, {1'000, 1'000'000}).logOdds, 0.9399540612738075, 1e-12);
    EXPECT_NEAR(phraseOdds({20, 5'000}, {1'000, 1'000'000}).z, 4.694157629202141, 1e-12);
    EXPECT_NEAR(phraseOdds({5, 5'000}, {0, 1'000'000}).z, 4.821826435256788, 1e-12);
    EXPECT_NEAR(phraseOdds({0, 5'000}, {1'000, 1'000'000}).z, -1.4079392290753623, 1e-12);
}

TEST(PhraseOdds, GrowWithWhatTheUserWritesAndFallWithTheOthers)
{
    for (std::int64_t times = 1; times < 50; ++times) {
        EXPECT_GT(phraseOdds({times + 1, 5'000}, {100, 100'000}).z,
                  phraseOdds({times, 5'000}, {100, 100'000}).z);
        EXPECT_LT(phraseOdds({20, 5'000}, {times + 1, 100'000}).logOdds,
                  phraseOdds({20, 5'000}, {times, 100'000}).logOdds);
    }
    EXPECT_NEAR(phraseOdds({10, 1'000}, {10, 1'000}).z, 0, 1e-12);
    EXPECT_EQ(phraseOdds({}, {}).z, 0);
}

TEST(StyleFigures, AddTextsUp)
{
    StyleTally tally;
    tally.add(StyleText{"One two three! Four."});
    tally.add(StyleText{"five SIX"});
    const StyleFigures figures = tally.figures();
    EXPECT_EQ(figures.texts, 2);
    EXPECT_EQ(figures.words, 6);
    EXPECT_NEAR(figures.wordsPerText, 3, 1e-12);
    EXPECT_NEAR(figures.wordsPerSentence, 2, 1e-12);
    EXPECT_NEAR(figures.marks(StyleMark::Exclamation), 100.0 / 6, 1e-12);
    EXPECT_NEAR(figures.shoutedPer100Words, 100.0 / 6, 1e-12);
    EXPECT_NEAR(figures.lettersPerWord, (3 + 3 + 5 + 4 + 4 + 3) / 6.0, 1e-12);
    EXPECT_FALSE(figures.mtld);
    const StyleFigures none = StyleTally{}.figures();
    EXPECT_EQ(none.wordsPerText, 0);
}

} // namespace
} // namespace nextquill::curate
