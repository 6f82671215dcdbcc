// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words and sentences with one color each, and the signs beside the colors: hatching, diamonds.
#include "ui/widgets/TokenUnits.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenSigns.h"
#include "ui/widgets/TokenView.h"

#include "tests/ui/widgets/PlainColorScale.h"
#include "tests/ui/widgets/TokenTexts.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace nextquill::ui {
namespace {

/// Relative luminance as WCAG 2.2 defines it.
double luminance(const QColor& color)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

class TokenUnitsTest : public ::testing::Test
{
protected:
    TokenUnitsTest()
    {
        view.setPalette(themePalette(Ground::Light));
        view.setColorScale(std::make_shared<testing::PlainColorScale>());
        view.resize(400, 120);
        view.show();
        view.activateWindow();
        view.setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&view));
        view.setText(
            tokenText({QStringLiteral("The"), QStringLiteral(" bass"), QStringLiteral(" kill"),
                       QStringLiteral("er"), QStringLiteral("\n"), QStringLiteral("end")}));
        view.setValues({0, 0, 0.02F, 0.4F, 0, -0.3F});
    }
    /// "killer" and the newline as one, of the value.
    void joinKiller(float value)
    {
        view.setUnits({{.firstToken = 2, .endToken = 5, .value = value}});
    }
    void press(Qt::Key key) { QTest::keyClick(&view, key); }
    [[nodiscard]] QImage picture() { return view.viewport()->grab().toImage(); }
    /// Where a token's ground is bare of letters, marks and frames: in its lower right corner.
    [[nodiscard]] QColor groundOf(qsizetype token)
    {
        const QRect rect = view.tokenRect(token);
        return picture().pixelColor(rect.right() - 2, rect.top() + 2);
    }
    [[nodiscard]] bool hasCorner(qsizetype token) { return groundOf(token).lightness() < 60; }
    [[nodiscard]] int pixelsOf(const QColor& color, qsizetype token)
    {
        const QImage image = picture();
        const QRect rect = view.tokenRect(token);
        int found = 0;
        for (int y = rect.top(); y <= rect.bottom(); ++y) {
            for (int x = rect.left(); x <= rect.right(); ++x) {
                found += image.pixelColor(x, y) == color ? 1 : 0;
            }
        }
        return found;
    }
    [[nodiscard]] static QColor cellOf(float value)
    {
        return testing::PlainColorScale{}.color(value, Ground::Light);
    }

    TokenView view;
    const QColor hatch{0x76, 0x76, 0x76};
};

TEST_F(TokenUnitsTest, AllTokensOfAUnitHaveItsColorWithoutASeam)
{
    EXPECT_EQ(groundOf(3), cellOf(0.4F));
    joinKiller(0.2F);
    const QRect first = view.tokenRect(2);
    const QRect second = view.tokenRect(3);
    const QImage image = picture();
    for (int x = first.left() + 1; x < second.right() - 1; ++x) {
        EXPECT_EQ(image.pixelColor(x, first.top() + 1), cellOf(0.2F)) << x;
    }
    EXPECT_NE(groundOf(1), cellOf(0.2F));
}

TEST_F(TokenUnitsTest, OneCornerStandsAtTheLastLettersOfAClippedUnit)
{
    joinKiller(0.9F);
    EXPECT_FALSE(hasCorner(2));
    EXPECT_TRUE(hasCorner(3)); // the newline behind it has no box
    joinKiller(0.3F);
    EXPECT_FALSE(hasCorner(3));
}

TEST_F(TokenUnitsTest, NextAndPreviousGoFromUnitToUnit)
{
    joinKiller(0.2F);
    view.setCurrentToken(0);
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 2);
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 2) << "there is no other, and its own tokens are no stops";
    view.setValues({0, 0.3F, 0.02F, 0.4F, 0, 0.3F});
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 5);
    press(Qt::Key_P);
    EXPECT_EQ(view.currentToken(), 2);
    view.setCurrentToken(3);
    press(Qt::Key_P);
    EXPECT_EQ(view.currentToken(), 1);
    joinKiller(0.01F);
    press(Qt::Key_N);
    EXPECT_EQ(view.currentToken(), 5) << "by the unit's value, not by its tokens'";
}

TEST_F(TokenUnitsTest, LinesBelowFollowTheTokensOwnValues)
{
    joinKiller(0.01F);
    view.setCurrentToken(-1);
    const QRect rect = view.tokenRect(3);
    const QImage image = picture();
    int lines = 0;
    for (int y = rect.center().y(); y <= rect.bottom(); ++y) {
        lines += image.pixelColor(rect.right() - 1, y) == QColor{Qt::black} ? 1 : 0;
    }
    EXPECT_EQ(lines, 2);
}

TEST_F(TokenUnitsTest, ANewTextForgetsTheUnits)
{
    joinKiller(0.2F);
    view.setText(tokenText({QStringLiteral("other"), QStringLiteral(" words")}));
    EXPECT_TRUE(view.text().units.isEmpty());
}

TEST_F(TokenUnitsTest, TheUnitOfATokenIsFoundAmongMany)
{
    TokenText text = tokenText(QStringList(10, QStringLiteral(" a")));
    text.units = {{.firstToken = 1, .endToken = 3, .value = 1},
                  {.firstToken = 3, .endToken = 4, .value = 2},
                  {.firstToken = 7, .endToken = 10, .value = 3}};
    const std::array<float, 10> expected{0, 1, 1, 2, 0.04F, 0.05F, 0.06F, 3, 3, 3};
    for (qsizetype token = 0; token < 10; ++token) {
        EXPECT_FLOAT_EQ(unitOf(text, token).value, expected[static_cast<std::size_t>(token)])
            << token;
    }
    EXPECT_EQ(unitOf(text, 8).firstToken, 7);
    EXPECT_EQ(unitOf(text, 5).endToken, 6);
}

TEST_F(TokenUnitsTest, UncertainTokensAreHatchedAndOnlyThey)
{
    view.setSigns({{}, {}, {.uncertain = true}});
    EXPECT_GT(pixelsOf(hatch, 2), 20);
    EXPECT_EQ(pixelsOf(hatch, 1), 0);
    EXPECT_EQ(pixelsOf(hatch, 3), 0);
    view.setSigns({});
    EXPECT_EQ(pixelsOf(hatch, 2), 0);
}

TEST_F(TokenUnitsTest, HatchingNeedsNoHue)
{
    view.setGreyscale(true);
    view.setSigns({{}, {}, {.uncertain = true}, {.distinguished = true}});
    EXPECT_GT(pixelsOf(hatch, 2), 20);
    const QImage with = picture();
    view.setSigns({{}, {}, {.uncertain = true}, {}});
    EXPECT_NE(with, picture()) << "the diamond is seen, too";
}

TEST_F(TokenUnitsTest, LinesOfNeighboursMeet)
{
    QImage whole{120, 24, QImage::Format_RGB32};
    QImage parts = whole;
    whole.fill(Qt::white);
    parts.fill(Qt::white);
    QPainter one{&whole};
    drawHatching(one, {3, 1, 97, 20}, hatch);
    one.end();
    QPainter two{&parts};
    drawHatching(two, {3, 1, 41, 20}, hatch);
    drawHatching(two, {44, 1, 56, 20}, hatch);
    two.end();
    EXPECT_EQ(whole, parts);
}

TEST_F(TokenUnitsTest, ADiamondStandsBeforeTheFirstLetter)
{
    const QImage without = picture();
    view.setSigns({{}, {.distinguished = true}});
    const QImage with = picture();
    QRect changed;
    for (int y = 0; y < with.height(); ++y) {
        for (int x = 0; x < with.width(); ++x) {
            if (with.pixel(x, y) != without.pixel(x, y)) {
                changed |= QRect{x, y, 1, 1};
            }
        }
    }
    const QRect token = view.tokenRect(1);
    ASSERT_FALSE(changed.isEmpty());
    EXPECT_TRUE(token.adjusted(-4, 0, 0, 0).contains(changed));
    EXPECT_LT(changed.right(), token.left() + 8) << "in the space, not on the letter";
    EXPECT_LT(changed.bottom(), token.center().y());
}

TEST_F(TokenUnitsTest, TextStaysReadableOnTheHatching)
{
    for (const Ground ground : {Ground::Light, Ground::Dark}) {
        const testing::PlainColorScale scale;
        const QColor lines = scale.hatching(scale.color(0.3F, ground), ground);
        EXPECT_GE(contrast(lines, scale.ink(ground)), 4.5);
    }
}

TEST_F(TokenUnitsTest, TheMenuIsAskedForByMouseAndKey)
{
    QSignalSpy asked{&view, &TokenView::menuRequested};
    const QPoint place = view.tokenRect(1).center();
    QContextMenuEvent byMouse{QContextMenuEvent::Mouse, place, view.viewport()->mapToGlobal(place)};
    QApplication::sendEvent(view.viewport(), &byMouse);
    ASSERT_EQ(asked.count(), 1);
    EXPECT_EQ(asked.at(0).at(0).toInt(), 1);
    view.setCurrentToken(3);
    QContextMenuEvent byKey{QContextMenuEvent::Keyboard, {}, {}};
    QApplication::sendEvent(view.viewport(), &byKey);
    ASSERT_EQ(asked.count(), 2);
    EXPECT_EQ(asked.at(1).at(0).toInt(), 3);
    EXPECT_EQ(asked.at(1).at(1).toPoint(),
              view.viewport()->mapToGlobal(view.tokenRect(3).bottomLeft()));
    view.setCurrentToken(-1);
    view.requestMenu();
    EXPECT_EQ(asked.count(), 2);
}

TEST_F(TokenUnitsTest, CopiesTheValuesOfSomeTokens)
{
    EXPECT_EQ(view.copiedValues({.begin = 2, .end = 4}).toStdString(),
              "token\tvalue\n kill\t0.02\ner\t0.4\n");
}

} // namespace
} // namespace nextquill::ui
