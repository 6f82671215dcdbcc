// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/OverviewTab.h"

#include "ui/histories/privacy/BarChart.h"

#include "tests/ui/histories/privacy/PrivacyPaneTest.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class OverviewTabTest : public PaneTest<OverviewTab>
{
protected:
    void openClub()
    {
        open(reviewLine("ann", "i", 1'600'000'000, "one two three", 5) +
             reviewLine("ben", "i", 1'700'000'000, "one two three four", 1));
    }
};

TEST_F(OverviewTabTest, CountsAPageWhenItIsLookedAtAndPassesItsWishesOn)
{
    openClub();
    QSignalSpy wanted{m_pane.get(), &OverviewTab::filterWanted};
    auto& bars = find<BarChart>("distribution-ratingBars");
    ASSERT_TRUE(waitFor([&] { return !bars.bars().isEmpty(); }));
    bars.setFocus();
    QTest::keyClick(&bars, Qt::Key_End);
    QTest::mouseClick(&find<QPushButton>("distribution-ratingFilter"), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_TRUE(wanted[0][0].toString().contains(QStringLiteral("rating:5")));
}

TEST_F(OverviewTabTest, ShowsAUsersStyleWhenItIsAsked)
{
    openClub();
    const UserId ben =
        read([](const store::Histories& histories) { return histories.findUser("ben")->id; });
    m_pane->showStyle(number(ben));
    EXPECT_EQ(find<QTabWidget>("overviewPages").currentIndex(), 2);
    ASSERT_TRUE(waitFor([this] { return find<QTableView>("stylePhrases").isVisible(); }));
}

TEST_F(OverviewTabTest, ChangesItsPagesByKeyboard)
{
    openClub();
    auto& pages = find<QTabWidget>("overviewPages");
    pages.setFocus();
    QTest::keyClick(&pages, Qt::Key_2, Qt::AltModifier);
    EXPECT_EQ(pages.currentIndex(), 1);
    QTest::keyClick(&pages, Qt::Key_3, Qt::AltModifier);
    EXPECT_EQ(pages.currentIndex(), 2);
}

} // namespace
} // namespace nextquill::ui
