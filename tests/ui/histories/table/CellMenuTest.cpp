// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/CellMenu.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QSignalSpy>

namespace nextquill::ui {
namespace {

class CellMenuTest : public TableTest
{
protected:
    /// The menu as a right click on that cell brings it.
    CellMenu& menuOf(int row, const char* name)
    {
        const QRect rect = grid().visualRect(model().index(row, column(name)));
        Q_EMIT grid().customContextMenuRequested(rect.center());
        auto* menu = table().findChild<CellMenu*>();
        if (menu == nullptr) {
            throw std::runtime_error{"there is no menu"};
        }
        return *menu;
    }
    /// Chooses the first act whose text begins so; waits for the answer.
    void act(CellMenu& menu, const QString& text)
    {
        const QSignalSpy answered{&model(), &HistoryTableModel::answered};
        for (QAction* action : menu.actions()) {
            if (action->text().remove(QLatin1Char('&')).startsWith(text)) {
                action->trigger();
                menu.close();
                ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
                settle();
                return;
            }
        }
        FAIL() << "no act " << qPrintable(text);
    }
};

TEST_F(CellMenuTest, FiltersByTheValueOfItsCell)
{
    const QString rating = cell(3, "rating");
    act(menuOf(3, "rating"), QStringLiteral("Only this"));
    EXPECT_EQ(cell(0, "rating"), rating);
    EXPECT_LT(model().rowCount(), 849);
    const int same = model().rowCount();
    act(menuOf(0, "rating"), QStringLiteral("Not this"));
    EXPECT_EQ(model().rowCount(), 849 - same);
}

TEST_F(CellMenuTest, FiltersByGreaterAndLess)
{
    const int words = cell(3, "words").toInt();
    act(menuOf(3, "words"), QStringLiteral("Greater than"));
    const int greater = model().rowCount();
    for (int row = 0; row < 20; ++row) {
        EXPECT_GT(cell(row, "words").toInt(), words);
    }
    filter("words", "");
    act(menuOf(3, "words"), QStringLiteral("Less than"));
    EXPECT_LT(model().rowCount(), 849 - greater) << "neither has the equal ones";
}

TEST_F(CellMenuTest, FiltersBetweenTheEndsOfWhatIsChosen)
{
    int low = cell(2, "words").toInt();
    int high = low;
    for (int row = 3; row <= 5; ++row) {
        low = std::min(low, cell(row, "words").toInt());
        high = std::max(high, cell(row, "words").toInt());
    }
    grid().selectionModel()->select(
        {model().index(2, column("words")), model().index(5, column("words"))},
        QItemSelectionModel::ClearAndSelect);
    act(menuOf(3, "words"), QStringLiteral("Between"));
    EXPECT_EQ(field("words").text(), QStringLiteral("%1..%2").arg(low).arg(high));
    for (int row = 0; row < std::min(20, model().rowCount()); ++row) {
        EXPECT_GE(cell(row, "words").toInt(), low);
        EXPECT_LE(cell(row, "words").toInt(), high);
    }
}

TEST_F(CellMenuTest, BeginsARangeInTheFieldOfOneChosenCell)
{
    grid().setCurrentIndex(model().index(3, column("words")));
    CellMenu& menu = menuOf(3, "words");
    for (QAction* action : menu.actions()) {
        if (action->text().contains(QStringLiteral("Between"))) {
            action->trigger();
            break;
        }
    }
    menu.close();
    EXPECT_EQ(field("words").text(), cell(3, "words") + QStringLiteral(".."));
    EXPECT_TRUE(field("words").hasFocus());
    EXPECT_EQ(model().rowCount(), 849) << "not before it is finished";
}

TEST_F(CellMenuTest, FindsTheReviewsOfTheSameUserAndItemFromAnyCell)
{
    const QString user = cell(3, "user");
    act(menuOf(3, "rating"), QStringLiteral("Same user"));
    const int ofUser = model().rowCount();
    EXPECT_GT(ofUser, 0);
    EXPECT_LT(ofUser, 849);
    for (int row = 0; row < ofUser; ++row) {
        EXPECT_EQ(cell(row, "user"), user);
    }
    filter("user", "");
    const QString item = cell(3, "item");
    act(menuOf(3, "rating"), QStringLiteral("Same item"));
    EXPECT_EQ(cell(0, "item"), item);
    EXPECT_LT(model().rowCount(), 849);
}

TEST_F(CellMenuTest, OrdersByItsColumn)
{
    act(menuOf(3, "words"), QStringLiteral("Order by Words, greatest"));
    EXPECT_GE(cell(0, "words").toInt(), cell(30, "words").toInt());
    EXPECT_EQ(grid().header().sortIndicatorSection(), column("words"));
}

} // namespace
} // namespace nextquill::ui
