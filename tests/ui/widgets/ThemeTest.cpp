// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Theme.h"

#include "ui/widgets/ColorScale.h"
#include "ui/widgets/ThemedIcon.h"

#include <QApplication>
#include <QImage>
#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {
namespace {

double luminance(const QColor& color)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

class ThemeTest : public ::testing::TestWithParam<Ground>
{
protected:
    QPalette palette = themePalette(GetParam());
    ThemeColors colors = themeColors(GetParam());
};

TEST_P(ThemeTest, LetsEveryTextBeRead)
{
    constexpr double enough = 4.5; // WCAG AA
    for (const auto ground : {QPalette::Window, QPalette::Base, QPalette::AlternateBase}) {
        const QColor behind = palette.color(ground);
        for (const QColor& ink :
             {palette.color(QPalette::Text), palette.color(QPalette::WindowText), colors.muted,
              colors.accent, colors.information, colors.success, colors.warning, colors.error}) {
            EXPECT_GE(contrast(ink, behind), enough)
                << ink.name().toStdString() << " on " << behind.name().toStdString();
        }
    }
    EXPECT_GE(contrast(palette.color(QPalette::ButtonText), palette.color(QPalette::Button)),
              enough);
    EXPECT_GE(contrast(colors.accentInk, colors.accent), enough);
    EXPECT_GE(contrast(palette.color(QPalette::Text), colors.accentSoft), enough);
    EXPECT_GE(contrast(colors.muted, colors.rail), enough);
    EXPECT_GE(contrast(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)),
              enough);
}

TEST_P(ThemeTest, DrawsLinesOfChartsThatAreSeen)
{
    constexpr double enough = 3; // WCAG for graphics
    for (const QColor& line : colors.series) {
        EXPECT_GE(contrast(line, palette.color(QPalette::Base)), enough)
            << line.name().toStdString();
    }
}

TEST_P(ThemeTest, IsRecognisedFromItsPalette)
{
    EXPECT_EQ(groundOf(palette), GetParam());
}

TEST_P(ThemeTest, LeavesNoNameUnfilledInTheStyleSheet)
{
    const QString rules = themeStyleSheet(GetParam());

    EXPECT_FALSE(rules.contains(QLatin1Char('@')));
    EXPECT_EQ(rules.count(QLatin1Char('{')), rules.count(QLatin1Char('}')));
    QRegularExpression picture{QStringLiteral(R"(url\((:[^)]+)\))")};
    for (auto found = picture.globalMatch(rules); found.hasNext();) {
        EXPECT_FALSE(QImage{found.next().captured(1)}.isNull());
    }
}

INSTANTIATE_TEST_SUITE_P(Both, ThemeTest, ::testing::Values(Ground::Light, Ground::Dark));

TEST(Theme, PaintsTheApplicationAndSaysSo)
{
    const QPalette before = QApplication::palette();
    const QString rules = qApp->styleSheet();
    Theme theme{*qApp};
    QSignalSpy changed{&theme, &Theme::groundChanged};

    theme.apply(ThemeChoice::Dark);
    EXPECT_EQ(groundOf(QApplication::palette()), Ground::Dark);
    theme.apply(ThemeChoice::Light);
    EXPECT_EQ(groundOf(QApplication::palette()), Ground::Light);
    EXPECT_EQ(theme.ground(), Ground::Light);
    EXPECT_EQ(changed.count(), 2);

    QApplication::setPalette(before);
    qApp->setStyleSheet(rules);
}

TEST(ThemedIcon, IsDrawnInTheColorOfThePalette)
{
    const QPalette before = QApplication::palette();
    const QIcon icon = themedIcon(QStringLiteral("stop"));
    for (const Ground ground : {Ground::Light, Ground::Dark}) {
        QApplication::setPalette(themePalette(ground));
        const QColor middle = icon.pixmap(QSize{24, 24}).toImage().pixelColor(12, 12);
        EXPECT_EQ(middle.name(), themePalette(ground).color(QPalette::WindowText).name());
    }
    QApplication::setPalette(before);
}

TEST(ThemedIcon, DrawsEveryNameOfItsFolder)
{
    const QStringList names = themedIconNames();
    EXPECT_GE(names.size(), 16);
    for (const QString& name : names) {
        const QImage image = themedIcon(name).pixmap(QSize{32, 32}).toImage();
        int inked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                inked += qAlpha(image.pixel(x, y)) > 128 ? 1 : 0;
            }
        }
        EXPECT_GT(inked, 20) << name.toStdString();
    }
}

} // namespace
} // namespace nextquill::ui
