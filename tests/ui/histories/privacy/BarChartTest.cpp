// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/BarChart.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class BarChartTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        QList<BarChart::Bar> bars;
        for (int i = 0; i < 10; ++i) {
            bars << BarChart::Bar{.from = QString::number(10 * i),
                                  .label = QStringLiteral("%1 words").arg(10 * i),
                                  .count = i * i};
        }
        m_chart.setBars(bars);
        m_chart.resize(400, 200);
        m_chart.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&m_chart));
        m_chart.setFocus();
    }

    [[nodiscard]] QPoint barAt(int bar) const { return {4 + 392 * bar / 10 + 19, 150}; }
    [[nodiscard]] std::pair<int, int> chosen() const
    {
        return {m_chart.firstChosen(), m_chart.lastChosen()};
    }

    BarChart m_chart;
};

TEST_F(BarChartTest, ChoosesByMouseABarOrSeveralInARow)
{
    QSignalSpy made{&m_chart, &BarChart::choiceMade};
    EXPECT_EQ(chosen(), std::pair(-1, -1));
    QTest::mouseClick(&m_chart, Qt::LeftButton, {}, barAt(3));
    EXPECT_EQ(chosen(), std::pair(3, 3));
    EXPECT_EQ(made.count(), 1);
    QTest::mousePress(&m_chart, Qt::LeftButton, {}, barAt(6));
    QTest::mouseMove(&m_chart, barAt(4));
    QMouseEvent move{QEvent::MouseMove, QPointF{barAt(4)}, m_chart.mapToGlobal(QPointF{barAt(4)}),
                     Qt::LeftButton,    Qt::LeftButton,    Qt::NoModifier};
    QCoreApplication::sendEvent(&m_chart, &move);
    QTest::mouseRelease(&m_chart, Qt::LeftButton, {}, barAt(4));
    EXPECT_EQ(chosen(), std::pair(4, 6));
    EXPECT_EQ(made.count(), 2);
}

TEST_F(BarChartTest, ChoosesByKeyboard)
{
    QSignalSpy made{&m_chart, &BarChart::choiceMade};
    QTest::keyClick(&m_chart, Qt::Key_Return);
    EXPECT_EQ(made.count(), 0) << "nothing is chosen";
    QTest::keyClick(&m_chart, Qt::Key_Right);
    QTest::keyClick(&m_chart, Qt::Key_Right);
    QTest::keyClick(&m_chart, Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(chosen(), std::pair(1, 2));
    QTest::keyClick(&m_chart, Qt::Key_Return);
    EXPECT_EQ(made.count(), 1);
    QTest::keyClick(&m_chart, Qt::Key_End);
    QTest::keyClick(&m_chart, Qt::Key_Right);
    EXPECT_EQ(chosen(), std::pair(9, 9));
    QTest::keyClick(&m_chart, Qt::Key_Home, Qt::ShiftModifier);
    EXPECT_EQ(chosen(), std::pair(0, 9));
    QTest::keyClick(&m_chart, Qt::Key_Escape);
    EXPECT_EQ(chosen(), std::pair(-1, -1));
}

TEST_F(BarChartTest, IsATableForTheClipboardAndForScreenReaders)
{
    QTest::keyClick(&m_chart, Qt::Key_C, Qt::ControlModifier);
    EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(
        QStringLiteral("0 words\t0\n10 words\t1\n20 words\t4\n")));
    EXPECT_TRUE(
        m_chart.accessibleDescription().startsWith(QStringLiteral("0 words: 0; 10 words: 1; ")));
}

TEST_F(BarChartTest, DrawsAHigherBarForMoreAndNoneForNothing)
{
    const QImage image = m_chart.grab().toImage();
    const auto inkOf = [&](int bar) {
        int ink = 0;
        const QColor ground = image.pixelColor(barAt(0).x(), 100);
        for (int y = 40; y < 170; ++y) {
            ink += image.pixelColor(barAt(bar).x(), y) != ground ? 1 : 0;
        }
        return ink;
    };
    EXPECT_EQ(inkOf(0), 0);
    EXPECT_GT(inkOf(5), 10);
    EXPECT_GT(inkOf(9), inkOf(5));
}

TEST_F(BarChartTest, HasNothingToChooseWithoutBars)
{
    m_chart.setBars({});
    QTest::keyClick(&m_chart, Qt::Key_Right);
    QTest::mouseClick(&m_chart, Qt::LeftButton, {}, barAt(3));
    EXPECT_EQ(chosen(), std::pair(-1, -1));
}

} // namespace
} // namespace nextquill::ui
