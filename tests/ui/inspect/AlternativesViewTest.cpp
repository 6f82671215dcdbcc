// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/AlternativesView.h"

#include "ui/widgets/Theme.h"

#include <QImage>
#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class AlternativesViewTest : public ::testing::Test
{
protected:
    AlternativesViewTest()
    {
        view.setPalette(themePalette(Ground::Light));
        view.resize(300, 300);
        view.show();
        view.activateWindow();
        EXPECT_TRUE(QTest::qWaitForWindowActive(&view));
    }

    void setKiller()
    {
        view.setAlternatives({{.id = 7, .text = QStringLiteral("killer"), .p = 0.42F},
                              {.id = 3, .text = QStringLiteral("great"), .p = 0.18F}},
                             {{.id = 3, .text = QStringLiteral("great"), .p = 0.31F},
                              {.id = 4, .text = QStringLiteral("good"), .p = 0.2F},
                              {.id = 7, .text = QStringLiteral("killer"), .p = 0.07F}},
                             7);
    }

    AlternativesView view;
};

TEST_F(AlternativesViewTest, JoinsTheSameTokenOfBothWorlds)
{
    setKiller();
    using Pairs = std::vector<std::pair<int, int>>;
    EXPECT_EQ(view.joined(), (Pairs{{0, 2}, {1, 0}}));
}

TEST_F(AlternativesViewTest, DrawsLinesOnlyWhereATokenIsInBoth)
{
    const auto inkBetween = [this] {
        const QImage picture = view.grab().toImage();
        const int middle = picture.width() / 2;
        int ink = 0;
        for (int y = 0; y < picture.height(); ++y) {
            ink += picture.pixelColor(middle, y) != picture.pixelColor(middle, 1) ? 1 : 0;
        }
        return ink;
    };
    setKiller();
    EXPECT_GT(inkBetween(), 2);
    view.setAlternatives({{.id = 7, .text = QStringLiteral("killer"), .p = 0.42F}},
                         {{.id = 3, .text = QStringLiteral("great"), .p = 0.31F}}, 7);
    EXPECT_EQ(inkBetween(), 0);
}

TEST_F(AlternativesViewTest, IsWalkedAndTakenByKeys)
{
    setKiller();
    QSignalSpy taken{&view, &AlternativesView::activated};
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Down);
    QTest::keyClick(&view, Qt::Key_Return);
    QTest::keyClick(&view, Qt::Key_Right);
    QTest::keyClick(&view, Qt::Key_Return);
    ASSERT_EQ(taken.count(), 2);
    EXPECT_EQ(taken[0][0].toLongLong(), 3);
    EXPECT_TRUE(taken[0][1].toBool());
    EXPECT_EQ(taken[1][0].toLongLong(), 4);
    EXPECT_FALSE(taken[1][1].toBool());
}

TEST_F(AlternativesViewTest, TellsAScreenReaderBothLists)
{
    setKiller();
    EXPECT_TRUE(
        view.accessibleDescription().contains(QStringLiteral("without history; great, 0.310")));
}

} // namespace
} // namespace nextquill::ui
