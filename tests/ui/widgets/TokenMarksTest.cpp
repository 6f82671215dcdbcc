// SPDX-License-Identifier: GPL-3.0-or-later
//
// Signs beside the colors: corners of clipped values, dots of shared characters, ticks of the
// legend, and what a screen reader gets.
#include "ui/widgets/ColorLegend.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/ui/widgets/PlainColorScale.h"
#include "tests/ui/widgets/TokenTexts.h"

#include <QAccessible>
#include <QTest>

#include <gtest/gtest.h>

#include <limits>

namespace nextquill::ui {
namespace {

class TokenMarksTest : public ::testing::Test
{
protected:
    TokenMarksTest()
    {
        view.setPalette(themePalette(Ground::Light));
        view.setColorScale(std::make_shared<testing::PlainColorScale>());
        view.resize(400, 120);
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
    }

    /// Whether the upper right corner of a token is in ink.
    [[nodiscard]] bool hasCorner(qsizetype token)
    {
        const QRect rect = view.tokenRect(token);
        const QColor corner =
            view.viewport()->grab().toImage().pixelColor(rect.right() - 2, rect.top() + 1);
        return corner.lightness() < 60;
    }

    TokenView view;
};

TEST_F(TokenMarksTest, AValueBeyondTheScaleGetsACorner)
{
    view.setText(tokenText({QStringLiteral("over"), QStringLiteral(" at"), QStringLiteral(" below"),
                            QStringLiteral(" none")}));
    view.setValues({0.7F, 0.5F, -0.9F, std::numeric_limits<float>::quiet_NaN()});
    EXPECT_TRUE(hasCorner(0));
    EXPECT_FALSE(hasCorner(1)); // the end of the scale is not beyond it
    EXPECT_TRUE(hasCorner(2));
    EXPECT_FALSE(hasCorner(3));
}

TEST_F(TokenMarksTest, TokensOfOneCharacterAreCountedByDotsOnDemand)
{
    TokenText text{.text = QStringLiteral("x 🎷 y")};
    text.tokens = {{.begin = 0, .end = 1},
                   {.begin = 1, .end = 4},
                   {.begin = 2, .end = 4},
                   {.begin = 2, .end = 4},
                   {.begin = 4, .end = 6}};
    view.setText(text);
    const QImage plain = view.viewport()->grab().toImage();
    view.setInvisiblesShown(true);
    EXPECT_NE(view.viewport()->grab().toImage(), plain);
}

TEST_F(TokenMarksTest, TheEndOfTheTextHasItsColorOnDemand)
{
    TokenText text{.text = QStringLiteral("end")};
    text.tokens = {{.begin = 0, .end = 3}, {.begin = 3, .end = 3, .value = 0.4F}};
    view.setText(text);
    view.setInvisiblesShown(true);
    const QRect rect = view.tokenRect(1);
    const QColor color =
        view.viewport()->grab().toImage().pixelColor(rect.left() + 1, rect.top() + 2);
    EXPECT_EQ(color, testing::PlainColorScale{}.color(0.4F, Ground::Light));
}

TEST_F(TokenMarksTest, TheLegendMarksTheTicksOnBothSides)
{
    ColorLegend legend;
    legend.setPalette(themePalette(Ground::Light));
    legend.setWords(QStringLiteral("less"), QStringLiteral("more"));
    legend.setColorScale(std::make_shared<testing::PlainColorScale>());
    legend.resize(legend.sizeHint());
    const QImage without = legend.grab().toImage();
    legend.setTicks({-0.05F, 0.05F});
    const QImage with = legend.grab().toImage();
    EXPECT_NE(with, without);
}

TEST_F(TokenMarksTest, AScreenReaderGetsAllValuesAndHearsTheEffectAtTheCursor)
{
    view.setText(tokenText({QStringLiteral("The"), QStringLiteral(" bass")}));
    view.setValueCells(QStringLiteral("pce\tbits"),
                       [](qsizetype) { return QStringLiteral("0.31\t2;6"); });
    view.setDescription([](qsizetype token) {
        return token == 1 ? QStringLiteral("bass, plus 0.31, more likely") : QString{};
    });
    QAccessibleInterface* const reader = QAccessible::queryAccessibleInterface(&view);
    ASSERT_NE(reader, nullptr);
    int begin = 0;
    int end = 0;
    EXPECT_EQ(reader->textInterface()->attributes(4, &begin, &end).toStdString(),
              "pce:0.31;bits:2\\;6;");

    view.setCurrentToken(1);
    EXPECT_EQ(reader->text(QAccessible::Description).toStdString(), "bass, plus 0.31, more likely");
}

} // namespace
} // namespace nextquill::ui
