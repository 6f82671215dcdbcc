// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenLayout.h"

#include "ui/widgets/Theme.h"

#include "tests/ui/widgets/TokenTexts.h"

#include <gtest/gtest.h>

#include <set>

namespace nextquill::ui {
namespace {

TokenLayout layoutOf(const TokenText& text, double width = 300)
{
    TokenLayout layout;
    layout.setGeometry(readingFont(10), width);
    layout.setText(text);
    return layout;
}

const QString family = QString::fromUtf8("👩‍👩‍👧");
const QString guitar = QString::fromUtf8("🎸");
const QString arabic = QString::fromUtf8("مرحبا بالعالم");

QList<TokenText> manyTexts()
{
    return {tokenText({}),
            tokenText({QStringLiteral("one"), QStringLiteral(" two"), QStringLiteral(" three")}),
            longText(500, 40),
            tokenText({QStringLiteral("a\n"), QStringLiteral("\n\nb"), QStringLiteral("\n")}),
            tokenText({QStringLiteral("x "), family, guitar, QString::fromUtf8(" 你好世界"), arabic,
                       QStringLiteral(" end"), QString{}})};
}

TEST(TokenLayout, CoversTheTextWithLinesWithoutGapOrOverlap)
{
    for (const TokenText& text : manyTexts()) {
        const TokenLayout layout = layoutOf(text);
        qsizetype at = 0;
        double bottom = 0;
        for (int line = 0; line < layout.lineCount(); ++line) {
            const TokenLayout::Line place = layout.line(line);
            EXPECT_EQ(place.text.begin, at);
            EXPECT_GE(place.top, bottom);
            EXPECT_GT(place.baseline, place.top);
            EXPECT_LT(place.baseline, place.top + place.height);
            EXPECT_EQ(layout.lineAt(place.top + place.height / 2), line);
            at = place.text.end;
            bottom = place.top + place.height - 1;
        }
        EXPECT_EQ(at, text.text.size());
        EXPECT_LE(bottom, layout.height());
    }
}

TEST(TokenLayout, GivesEveryTokenABoxThatIsFoundAgain)
{
    for (const TokenText& text : manyTexts()) {
        const TokenLayout layout = layoutOf(text);
        for (qsizetype token = 0; token < text.tokens.size(); ++token) {
            const QRectF rect = layout.tokenRect(token);
            ASSERT_FALSE(rect.isEmpty()) << "token " << token;
            EXPECT_GE(rect.left(), 0);
            EXPECT_LE(rect.right(), 300);
        }
        for (int line = 0; line < layout.lineCount(); ++line) {
            for (const TokenLayout::Box& box : layout.boxes(line)) {
                if (!box.invisible) {
                    EXPECT_EQ(layout.tokenAt(box.rect.center()), box.firstToken);
                }
            }
        }
    }
}

TEST(TokenLayout, DrawsNeighboursOfALineWithoutASeam)
{
    const TokenLayout layout = layoutOf(longText(200, 1000));
    for (int line = 0; line < layout.lineCount(); ++line) {
        const auto& boxes = layout.boxes(line);
        for (qsizetype box = 1; box < boxes.size(); ++box) {
            EXPECT_NEAR(boxes[box - 1].rect.right(), boxes[box].rect.left(), 0.01);
        }
    }
}

TEST(TokenLayout, GivesTokensWithinOneCharacterItsWholeBox)
{
    TokenText text =
        tokenText({QStringLiteral("a"), guitar.left(1), guitar.mid(1), QStringLiteral("b")});

    const TokenLayout layout = layoutOf(text);

    ASSERT_EQ(layout.boxes(0).size(), 3);
    EXPECT_EQ(layout.boxes(0)[1].firstToken, 1);
    EXPECT_EQ(layout.boxes(0)[1].endToken, 3);
    EXPECT_EQ(layout.tokenRect(1), layout.tokenRect(2));
}

TEST(TokenLayout, RunsFromRightToLeftWhereTheScriptDoes)
{
    const TokenText text = tokenText({QString::fromUtf8("مرحبا"), QString::fromUtf8(" بالعالم")});

    const TokenLayout layout = layoutOf(text);

    EXPECT_GT(layout.tokenRect(0).left(), layout.tokenRect(1).left());
    EXPECT_NEAR(layout.tokenRect(0).left(), layout.tokenRect(1).right(), 0.5);
    EXPECT_GT(layout.tokenRect(0).right(), 200); // the paragraph begins at the right
}

TEST(TokenLayout, GivesATokenOfTwoDirectionsABoxForEachRun)
{
    // One token holds the end of the Latin part and the beginning of the Arabic part, which
    // lies at the far end of its run.
    const TokenText text =
        tokenText({QStringLiteral("abc"), QStringLiteral("def ") + arabic.left(2), arabic.mid(2),
                   QStringLiteral(" ghi")});
    const TokenLayout layout = layoutOf(text);
    int boxes = 0;
    for (const TokenLayout::Box& box : layout.boxes(0)) {
        boxes += box.firstToken == 1 ? 1 : 0;
    }
    EXPECT_EQ(boxes, 2);
}

TEST(TokenLayout, SetsNewlinesAndEmptyTokensBehindTheLine)
{
    const TokenText text =
        tokenText({QStringLiteral("end."), QStringLiteral("\n"), QStringLiteral("x"), QString{}});

    const TokenLayout layout = layoutOf(text);

    ASSERT_EQ(layout.lineCount(), 2);
    EXPECT_TRUE(layout.boxes(0).last().invisible);
    EXPECT_GE(layout.tokenRect(1).left(), layout.tokenRect(0).right() - 0.01);
    EXPECT_EQ(layout.lineOfToken(1), 0);
    EXPECT_EQ(layout.lineOfToken(3), 1);
    EXPECT_TRUE(layout.boxes(1).last().invisible);
}

TEST(TokenLayout, ReplacesControlsOneByOne)
{
    const QString text = QStringLiteral("a\x01"
                                        u"b\u202Ec\u2066d\te\nf\x7F") +
                         QChar{0x85};

    const QString shown = TokenLayout::displayed(text);

    EXPECT_EQ(shown.size(), text.size());
    EXPECT_EQ(shown, QStringLiteral("a\u2401b\uFFFDc\uFFFDd\te\nf\u2421\uFFFD"));
    EXPECT_EQ(TokenLayout::displayed(family), family); // its joiners stay
}

TEST(TokenLayout, TakesTokensThatReachBeyondTheText)
{
    TokenText text;
    text.text = QStringLiteral("short");
    text.tokens = {{.begin = -5, .end = 2}, {.begin = 2, .end = 900}, {.begin = 800, .end = 900}};

    const TokenLayout layout = layoutOf(text);

    EXPECT_EQ(layout.tokenRange(0).begin, 0);
    EXPECT_EQ(layout.tokenRange(1).end, 5);
    EXPECT_FALSE(layout.tokenRect(1).isEmpty());
}

TEST(TokenLayout, LeavesGapsBetweenTokensWithoutABox)
{
    TokenText text;
    text.text = QStringLiteral("one two three");
    text.tokens = {{.begin = 0, .end = 3}, {.begin = 8, .end = 13}};

    const TokenLayout layout = layoutOf(text);

    ASSERT_EQ(layout.boxes(0).size(), 2);
    const double gap = (layout.tokenRect(0).right() + layout.tokenRect(1).left()) / 2;
    EXPECT_EQ(layout.tokenAt({gap, layout.tokenRect(0).center().y()}), -1);
}

} // namespace
} // namespace nextquill::ui
