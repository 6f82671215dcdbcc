// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenView.h"

#include "ui/widgets/Theme.h"

#include "tests/ui/widgets/PlainColorScale.h"
#include "tests/ui/widgets/TokenTexts.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace nextquill::ui {
namespace {

class TokenViewTest : public ::testing::Test
{
protected:
    TokenViewTest()
    {
        view.setPalette(themePalette(Ground::Light));
        view.setColorScale(std::make_shared<testing::PlainColorScale>());
        view.resize(400, 300);
        view.show();
        view.activateWindow();
        view.setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&view));
    }

    void press(Qt::Key key, Qt::KeyboardModifiers held = Qt::NoModifier)
    {
        QTest::keyClick(&view, key, held);
    }

    [[nodiscard]] QPoint middleOf(qsizetype token) const { return view.tokenRect(token).center(); }

    void setWords()
    {
        view.setText(
            tokenText({QStringLiteral("The"), QStringLiteral(" bass"), QStringLiteral(" is"),
                       QStringLiteral(" kill"), QStringLiteral("er"), QStringLiteral(".")}));
    }

    TokenView view;
};

TEST_F(TokenViewTest, WalksByTokenWithTheArrows)
{
    setWords();
    QSignalSpy moved{&view, &TokenView::currentTokenChanged};

    press(Qt::Key_Right);
    EXPECT_EQ(view.currentToken(), 0);
    press(Qt::Key_Right);
    press(Qt::Key_Right);
    EXPECT_EQ(view.currentToken(), 2);
    press(Qt::Key_Left);
    EXPECT_EQ(view.currentToken(), 1);
    press(Qt::Key_Home);
    press(Qt::Key_Left);
    EXPECT_EQ(view.currentToken(), 0);
    press(Qt::Key_End);
    press(Qt::Key_Right);
    EXPECT_EQ(view.currentToken(), 5);
    EXPECT_EQ(moved.count(), 6);
}

TEST_F(TokenViewTest, WalksByWordWithControl)
{
    setWords();
    view.setCurrentToken(2);

    press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(view.currentToken(), 3);
    press(Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(view.currentToken(), 5); // "er" begins no word; the text ends
    press(Qt::Key_Left, Qt::ControlModifier);
    EXPECT_EQ(view.currentToken(), 3);
}

TEST_F(TokenViewTest, KeepsTheColumnAcrossAShortLine)
{
    view.setText(
        tokenText({QStringLiteral("aaaa"), QStringLiteral(" bbbb"), QStringLiteral(" cccc"),
                   QStringLiteral("\n"), QStringLiteral("x"), QStringLiteral("\n"),
                   QStringLiteral("aaaa"), QStringLiteral(" bbbb"), QStringLiteral(" cccc")}));
    view.setCurrentToken(2);

    press(Qt::Key_Down);
    EXPECT_TRUE(view.currentToken() == 4 || view.currentToken() == 5);
    press(Qt::Key_Down);
    EXPECT_EQ(view.currentToken(), 8);
    press(Qt::Key_Up);
    press(Qt::Key_Up);
    EXPECT_EQ(view.currentToken(), 2);
}

TEST_F(TokenViewTest, JumpsBetweenTokensBeyondTheThreshold)
{
    setWords();
    const float none = std::numeric_limits<float>::quiet_NaN();
    view.setValues({0.01F, 0.4F, -0.4F, none, 0.06F, 0.05F});

    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 1);
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 4);
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 1); // around the end
    press(Qt::Key_P);
    EXPECT_EQ(view.currentToken(), 4);
}

TEST_F(TokenViewTest, StaysWhereItIsWithoutATokenBeyondTheThreshold)
{
    setWords();
    view.setValues({0, 0, 0, 0, 0, 0});
    view.setCurrentToken(2);

    press(Qt::Key_N);

    EXPECT_EQ(view.currentToken(), 2);
}

TEST_F(TokenViewTest, PinsTwoTokensAndForgetsTheOldest)
{
    setWords();
    QSignalSpy pinned{&view, &TokenView::pinsChanged};
    view.setCurrentToken(0);

    press(Qt::Key_Space);
    press(Qt::Key_Right);
    press(Qt::Key_Space);
    press(Qt::Key_Right);
    press(Qt::Key_Space);
    EXPECT_EQ(view.pinnedTokens(), (QList<qsizetype>{1, 2}));
    press(Qt::Key_Space);
    EXPECT_EQ(view.pinnedTokens(), QList<qsizetype>{1});
    press(Qt::Key_Escape);
    EXPECT_TRUE(view.pinnedTokens().isEmpty());
    EXPECT_EQ(pinned.count(), 5);
}

TEST_F(TokenViewTest, SelectsWithShiftAndCopiesJustThat)
{
    setWords();
    view.setCurrentToken(1);

    press(Qt::Key_Right, Qt::ShiftModifier);
    press(Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(view.selectedTokens(), (TextRange{.begin = 1, .end = 4}));
    press(Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral(" bass is kill"));
    press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_EQ(QApplication::clipboard()->text(),
              QStringLiteral("token\tvalue\n bass\t0.01\n is\t0.02\n kill\t0.03\n"));
    press(Qt::Key_Escape);
    EXPECT_EQ(view.selectedTokens(), TextRange{});
}

TEST_F(TokenViewTest, CopiesNoGlyphForWhatIsInvisible)
{
    TokenText text = tokenText(
        {QStringLiteral("a  b\t"), QStringLiteral("\n"), QStringLiteral("c\x01"), QString{}});
    view.setText(text);
    view.setInvisiblesShown(true);
    view.grab();

    press(Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QApplication::clipboard()->text(), text.text);
    EXPECT_TRUE(view.copiedValues().contains(QStringLiteral("\na  b\\t\t0\n\\n\t0.01\n")));
}

TEST_F(TokenViewTest, SelectsByDraggingAndPinsByClicking)
{
    setWords();

    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, middleOf(3));
    EXPECT_EQ(view.currentToken(), 3);
    EXPECT_EQ(view.pinnedTokens(), QList<qsizetype>{3});
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, middleOf(1));
    QMouseEvent drag{
        QEvent::MouseMove, QPointF{middleOf(4)}, view.viewport()->mapToGlobal(QPointF{middleOf(4)}),
        Qt::NoButton,      Qt::LeftButton,       Qt::NoModifier};
    QApplication::sendEvent(view.viewport(), &drag);
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, middleOf(4));

    EXPECT_EQ(view.selectedTokens(), (TextRange{.begin = 1, .end = 5}));
    EXPECT_EQ(view.pinnedTokens(), QList<qsizetype>{3}); // a drag pins nothing
}

TEST_F(TokenViewTest, TellsWhatThePointerIsOver)
{
    setWords();
    QSignalSpy hovered{&view, &TokenView::tokenHovered};

    QTest::mouseMove(view.viewport(), middleOf(2));
    EXPECT_TRUE(QTest::qWaitFor([this] { return view.hoveredToken() == 2; }, 2000));
    QEvent leave{QEvent::Leave};
    QApplication::sendEvent(view.viewport(), &leave);

    EXPECT_EQ(view.hoveredToken(), -1);
    EXPECT_EQ(hovered.last()[0].toLongLong(), -1);
}

TEST_F(TokenViewTest, RecoloursWithoutMovingALine)
{
    view.setText(longText(400, 60));
    view.setCurrentToken(30);
    QList<QRect> before;
    QList<float> values;
    for (qsizetype token = 0; token < 400; ++token) {
        before << view.tokenRect(token);
        values << 0.4F;
    }
    const QImage first = view.grab().toImage();

    view.setValues(values);

    QList<QRect> after;
    for (qsizetype token = 0; token < 400; ++token) {
        after << view.tokenRect(token);
    }
    EXPECT_EQ(before, after);
    EXPECT_EQ(view.currentToken(), 30);
    EXPECT_NE(first, view.grab().toImage());
}

TEST_F(TokenViewTest, FollowsAChangeOfThePaletteWithColorsAlone)
{
    setWords();
    view.setValues({0.5F, 0.5F, 0.5F, 0.5F, 0.5F, 0.5F});
    const QRect before = view.tokenRect(5);
    const testing::PlainColorScale scale;
    // In the corner of the box, where no glyph is.
    const QPoint corner = view.tokenRect(0).topLeft() + QPoint{1, 2} + view.viewport()->pos();
    EXPECT_EQ(view.grab().toImage().pixelColor(corner), scale.color(0.5F, Ground::Light));

    view.setPalette(themePalette(Ground::Dark));

    EXPECT_EQ(view.grab().toImage().pixelColor(corner), scale.color(0.5F, Ground::Dark));
    EXPECT_EQ(view.tokenRect(5), before);
}

TEST_F(TokenViewTest, DrawsEmojiTheSameASecondTime)
{
    view.setText(tokenText({QString::fromUtf8("a🎸b"), QString::fromUtf8(" 👩‍👩‍👧"),
                            QString::fromUtf8(" 你好"), QString::fromUtf8(" مرحبا")}));
    const auto drawn = [this] {
        QImage image{400, 200, QImage::Format_ARGB32_Premultiplied};
        image.fill(Qt::white);
        QPainter painter{&image};
        view.render(painter, 380);
        return image;
    };

    const QImage first = drawn();

    EXPECT_EQ(first, drawn());
    EXPECT_EQ(view.grab().toImage(), view.grab().toImage());
}

TEST_F(TokenViewTest, PaintsVisibleLinesOnlyOfTenThousandTokens)
{
    view.setText(longText(10'000, 90));
    view.grab();
    const int top = view.linesPaintedLast();
    EXPECT_GT(top, 3);
    EXPECT_LT(top, 40);

    view.verticalScrollBar()->setValue(view.verticalScrollBar()->maximum());
    view.grab();

    EXPECT_LT(view.linesPaintedLast(), 40);
    press(Qt::Key_Home, Qt::ControlModifier);
    press(Qt::Key_End, Qt::ControlModifier);
    EXPECT_EQ(view.currentToken(), 9'999);
    EXPECT_TRUE(view.viewport()->rect().intersects(view.tokenRect(9'999)));
}

TEST_F(TokenViewTest, ScrollsToTheTokenItWalksTo)
{
    view.setText(longText(2'000, 50));

    press(Qt::Key_Right);
    for (int page = 0; page < 6; ++page) {
        press(Qt::Key_PageDown);
        EXPECT_TRUE(view.viewport()->rect().contains(view.tokenRect(view.currentToken()).center()));
    }
    EXPECT_GT(view.currentToken(), 100);
    press(Qt::Key_Home, Qt::ControlModifier);
    EXPECT_EQ(view.verticalScrollBar()->value(), 0);
}

TEST_F(TokenViewTest, ChangesTheSizeOfItsTextWithinLimits)
{
    setWords();
    const double size = view.textSize();

    press(Qt::Key_Plus, Qt::ControlModifier);
    EXPECT_EQ(view.textSize(), size + 1);
    press(Qt::Key_Minus, Qt::ControlModifier);
    press(Qt::Key_Minus, Qt::ControlModifier);
    EXPECT_EQ(view.textSize(), size - 1);
    press(Qt::Key_0, Qt::ControlModifier);
    EXPECT_EQ(view.textSize(), size);
    view.setTextSize(1000);
    EXPECT_EQ(view.textSize(), 48);
    view.setTextSize(1);
    EXPECT_EQ(view.textSize(), 6);
}

TEST_F(TokenViewTest, AsksToFindAndLeavesOtherKeysAlone)
{
    setWords();
    QSignalSpy find{&view, &TokenView::findRequested};
    press(Qt::Key_Slash);
    EXPECT_EQ(find.count(), 1);

    QKeyEvent other{QEvent::KeyPress, Qt::Key_M, Qt::NoModifier, QStringLiteral("m")};
    QApplication::sendEvent(&view, &other);
    EXPECT_FALSE(other.isAccepted());
    QKeyEvent ours{QEvent::ShortcutOverride, Qt::Key_N, Qt::NoModifier, QStringLiteral("n")};
    ours.ignore();
    QApplication::sendEvent(&view, &ours);
    EXPECT_TRUE(ours.isAccepted());
}

TEST_F(TokenViewTest, DoesNothingWrongWithoutAnyText)
{
    view.setText({});
    view.setEmptyText(QStringLiteral("Choose an example"));
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_N, Qt::Key_Space, Qt::Key_End}) {
        press(key);
        press(key, Qt::ShiftModifier);
    }
    press(Qt::Key_A, Qt::ControlModifier);
    view.grab();
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, {50, 50});

    EXPECT_EQ(view.currentToken(), -1);
    EXPECT_EQ(view.selectedTokens(), TextRange{});
}

TEST_F(TokenViewTest, TellsAScreenReaderTextAndValues)
{
    setWords();
    view.setCurrentToken(3);
    QAccessibleInterface* reader = QAccessible::queryAccessibleInterface(&view);
    ASSERT_NE(reader, nullptr);
    QAccessibleTextInterface* text = reader->textInterface();
    ASSERT_NE(text, nullptr);

    int begin = 0;
    int end = 0;
    EXPECT_EQ(text->attributes(12, &begin, &end), QStringLiteral("value:0.03;"));
    EXPECT_EQ(text->text(begin, end), QStringLiteral(" kill"));
    EXPECT_EQ(text->cursorPosition(), begin);
    EXPECT_EQ(text->characterCount(), view.text().text.size());
    EXPECT_EQ(reader->text(QAccessible::Value), QStringLiteral("kill, 0.03"));
    view.setDescription([](qsizetype) { return QStringLiteral("killer, plus 0.31, more likely"); });
    EXPECT_EQ(reader->text(QAccessible::Value), QStringLiteral("killer, plus 0.31, more likely"));
}

} // namespace
} // namespace nextquill::ui
