// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/charts/LineChart.h"

#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QImage>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTest>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::ui {
namespace {

class LineChartTest : public ::testing::Test
{
protected:
    LineChartTest()
    {
        chart.setPalette(themePalette(Ground::Light));
        chart.resize(600, 300);
        chart.show();
        chart.activateWindow();
        chart.setFocus();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&chart));
    }

    /// y = 1 everywhere, with 40 at one point.
    int addFlat(int points, int spike)
    {
        QList<double> x;
        QList<double> y;
        for (int i = 0; i < points; ++i) {
            x << i;
            y << (i == spike ? 40 : 1);
        }
        const int series = chart.addSeries(QStringLiteral("loss"));
        chart.setData(series, x, y);
        return series;
    }

    [[nodiscard]] QImage picture() const
    {
        return QImage::fromData(chart.exported(ChartFormat::Png, {600, 300}), "PNG");
    }

    void press(Qt::Key key) { QTest::keyClick(&chart, key); }

    LineChart chart;
};

bool hasColorAbove(const QImage& image, const QColor& color, int bottom)
{
    for (int y = 0; y < bottom; ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (std::abs(pixel.red() - color.red()) + std::abs(pixel.green() - color.green()) +
                    std::abs(pixel.blue() - color.blue()) <
                60) {
                return true;
            }
        }
    }
    return false;
}

TEST_F(LineChartTest, GivesBackTheDataItWasGiven)
{
    const int series = chart.addSeries(QStringLiteral("loss"));
    chart.setData(series, {1, 2, 3}, {0.5, 0.25, 0.125});
    chart.append(series, 4, 0.0625);

    EXPECT_EQ(chart.data(series).x, (QList<double>{1, 2, 3, 4}));
    EXPECT_EQ(chart.data(series).y, (QList<double>{0.5, 0.25, 0.125, 0.0625}));
    EXPECT_EQ(chart.pointsAsText(),
              QStringLiteral("series\tx\ty\nloss\t1\t0.5\nloss\t2\t0.25\nloss\t3\t0.125\n"
                             "loss\t4\t0.0625\n"));
    EXPECT_EQ(chart.seriesName(series), QStringLiteral("loss"));
}

TEST_F(LineChartTest, DrawsASpikeOfOnePointAmongAMillion)
{
    addFlat(1'000'000, 700'001);

    const QImage image = picture();

    // Only the spike reaches into the upper half of the picture.
    EXPECT_TRUE(hasColorAbove(image, themeColors(Ground::Light).series[0], image.height() / 2));
}

TEST_F(LineChartTest, KeepsEveryPointOfAMillion)
{
    const int series = addFlat(1'000'000, -1);
    chart.append(series, 1'000'000, 1.0001);

    QList<double> y = chart.data(series).y;
    EXPECT_EQ(*std::max_element(y.begin(), y.end()), 1.0001);
    EXPECT_EQ(y.size(), 1'000'001);
}

TEST_F(LineChartTest, FollowsNewPointsUntilItIsZoomed)
{
    const int series = addFlat(100, 50);
    EXPECT_EQ(chart.visibleEnd(), 99);

    chart.append(series, 100, 1);
    EXPECT_TRUE(QTest::qWaitFor([this] { return chart.visibleEnd() == 100.0; }, 5000));
    press(Qt::Key_Plus);
    const double end = chart.visibleEnd();
    EXPECT_LT(end, 100);
    chart.append(series, 101, 1);
    chart.grab();
    EXPECT_EQ(chart.visibleEnd(), end);
    press(Qt::Key_0);
    EXPECT_EQ(chart.visibleEnd(), 101);
}

TEST_F(LineChartTest, ZoomsOutNoFurtherThanItsData)
{
    addFlat(100, 50);

    press(Qt::Key_Plus);
    press(Qt::Key_Minus);
    press(Qt::Key_Minus);
    press(Qt::Key_Minus);

    EXPECT_EQ(chart.visibleBegin(), 0);
    EXPECT_EQ(chart.visibleEnd(), 99);
}

TEST_F(LineChartTest, MovesItsCrosshairPointByPoint)
{
    const int series = chart.addSeries(QStringLiteral("loss"));
    chart.setData(series, {0, 10, 15, 40}, {4, 3, 2, 1});
    QSignalSpy moved{&chart, &LineChart::crosshairMoved};
    EXPECT_TRUE(std::isnan(chart.crosshair()));

    press(Qt::Key_Right);
    press(Qt::Key_Right);
    EXPECT_EQ(chart.crosshair(), 10);
    press(Qt::Key_End);
    EXPECT_EQ(chart.crosshair(), 40);
    press(Qt::Key_Right);
    press(Qt::Key_Left);
    EXPECT_EQ(chart.crosshair(), 15);
    press(Qt::Key_Home);
    EXPECT_EQ(chart.crosshair(), 0);
    EXPECT_EQ(moved.count(), 5);
    chart.setCrosshair(12);
    EXPECT_EQ(chart.crosshair(), 10); // the nearest point
    chart.setCrosshair(std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(std::isnan(chart.crosshair()));
}

TEST_F(LineChartTest, TogglesItsLogarithmicAxisAndSurvivesZeroAndNaN)
{
    const int series = chart.addSeries(QStringLiteral("loss"));
    const double none = std::numeric_limits<double>::quiet_NaN();
    chart.setData(series, {0, 1, 2, 3, 4}, {0, 10, none, -5, 1000});
    QSignalSpy changed{&chart, &LineChart::logarithmicChanged};

    press(Qt::Key_L);
    EXPECT_TRUE(chart.isLogarithmic());
    EXPECT_FALSE(picture().isNull());
    press(Qt::Key_L);
    EXPECT_FALSE(chart.isLogarithmic());
    EXPECT_EQ(changed.count(), 2);
}

TEST_F(LineChartTest, SmoothsOverTheRawLineWithoutChangingIt)
{
    const int series = addFlat(1000, 500);
    const QImage raw = picture();

    chart.setSmoothing(0.9);

    EXPECT_NE(picture(), raw);
    EXPECT_EQ(chart.data(series).y[500], 40);
    chart.append(series, 1000, 1);
    chart.setSmoothing(0);
    EXPECT_EQ(chart.data(series).y.size(), 1001);
}

TEST_F(LineChartTest, WritesFilesThatOtherProgramsOpen)
{
    addFlat(50, 25);
    chart.addSeries(QStringLiteral("other"));
    chart.setTitle(QStringLiteral("Loss"));
    chart.addMarker(10, QStringLiteral("checkpoint"));
    chart.addLevel(5, QStringLiteral("target"));

    const QByteArray svg = chart.exported(ChartFormat::Svg, {500, 300});
    QSvgRenderer renderer{svg};
    EXPECT_TRUE(renderer.isValid());
    EXPECT_EQ(renderer.viewBox(), QRect(0, 0, 500, 300));
    EXPECT_TRUE(svg.contains("checkpoint"));
    EXPECT_TRUE(chart.exported(ChartFormat::Pdf, {500, 300}).startsWith("%PDF-"));
    EXPECT_EQ(picture().size(), QSize(1200, 600));
}

TEST_F(LineChartTest, ExportsOnLightGroundFromADarkWindow)
{
    addFlat(50, 25);
    chart.setPalette(themePalette(Ground::Dark));

    EXPECT_EQ(picture().pixelColor(2, 2), QColor(Qt::white));
    EXPECT_EQ(chart.grab().toImage().pixelColor(20, 290).lightness() < 60, true);
}

TEST_F(LineChartTest, MayBeClearedAndFilledAgain)
{
    addFlat(50, 25);
    chart.addMarker(10, QStringLiteral("checkpoint"));
    press(Qt::Key_Right);

    chart.clear();
    chart.grab();
    EXPECT_EQ(chart.seriesCount(), 0);
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_End, Qt::Key_Plus, Qt::Key_0, Qt::Key_L}) {
        press(key);
    }
    addFlat(10, 3);

    EXPECT_EQ(chart.seriesCount(), 1);
    EXPECT_EQ(chart.visibleEnd(), 9);
}

TEST_F(LineChartTest, CopiesItsPoints)
{
    addFlat(2, -1);
    QTest::keyClick(&chart, Qt::Key_C, Qt::ControlModifier);

    EXPECT_EQ(QApplication::clipboard()->text(),
              QStringLiteral("series\tx\ty\nloss\t0\t1\nloss\t1\t1\n"));
}

} // namespace
} // namespace nextquill::ui
