// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QSignalSpy>

#include <optional>
#include <utility>

namespace nextquill::ui {
namespace {

class TableSelectionTest : public TableTest
{
protected:
    store::Selection resolved()
    {
        std::optional<store::Selection> selection;
        table().selection().resolve(
            [&selection](const store::Selection& found) { selection = found; });
        EXPECT_TRUE(waitFor([&] { return selection.has_value(); }));
        return selection.value_or(store::Selection{});
    }
    void choose(int first, int last)
    {
        grid().selectionModel()->select({model().index(first, 0), model().index(last, 0)},
                                        QItemSelectionModel::ClearAndSelect);
    }
    void toggle(int row)
    {
        const QRect rect = grid().visualRect(model().index(row, column("user")));
        QTest::mouseClick(grid().viewport(), Qt::LeftButton, Qt::ControlModifier, rect.center());
    }
};

TEST_F(TableSelectionTest, StandsForTheRowsOfItsCells)
{
    choose(2, 4);
    EXPECT_EQ(table().selection().rows(), 3);
    const store::Selection selection = resolved();
    EXPECT_FALSE(selection.matching);
    EXPECT_EQ(selection.ids, (std::set<std::int64_t>{3, 4, 5}));
}

TEST_F(TableSelectionTest, CountsARowOnceWhoseCellsAreChosenApart)
{
    choose(2, 4);
    grid().selectionModel()->select({model().index(3, 3), model().index(6, 3)},
                                    QItemSelectionModel::Select);
    EXPECT_EQ(table().selection().ranges(), (QList<RowRange>{{2, 6}}));
    EXPECT_EQ(table().selection().rows(), 5);
}

TEST_F(TableSelectionTest, ReadsTheIdsOfRowsThatNobodyHasLookedAt)
{
    choose(300, 700);
    EXPECT_EQ(model().row(600), nullptr);
    const store::Selection selection = resolved();
    ASSERT_EQ(selection.ids.size(), 401U);
    EXPECT_EQ(*selection.ids.begin(), 301);
    EXPECT_EQ(*selection.ids.rbegin(), 701);
}

TEST_F(TableSelectionTest, AnswersEveryoneWhoAsksBeforeTheRowsAreRead)
{
    choose(300, 700);
    ASSERT_EQ(model().row(600), nullptr);
    std::size_t first = 0;
    std::size_t second = 0;
    table().selection().resolve(
        [&first](const store::Selection& found) { first = found.ids.size(); });
    table().selection().read(
        [&second](const std::optional<store::Selection>& found) { second = found->ids.size(); });
    EXPECT_EQ(first + second, 0U);
    EXPECT_TRUE(waitFor([&] { return first == 401U && second == 401U; }))
        << first << " and " << second;
}

TEST_F(TableSelectionTest, AnswersNobodyOnceSomethingElseIsChosen)
{
    choose(300, 700);
    bool isAnswered = false;
    table().selection().resolve([&isAnswered](const store::Selection&) { isAnswered = true; });
    choose(2, 4);
    EXPECT_EQ(resolved().ids.size(), 3U);
    QTest::qWait(200); // an answer would have come
    EXPECT_FALSE(isAnswered);
}

TEST_F(TableSelectionTest, ReadsForAnActWhatWasChosenThenWhateverIsChosenSince)
{
    choose(300, 700);
    ASSERT_EQ(model().row(600), nullptr);
    std::optional<store::Selection> found;
    table().selection().read(
        [&found](std::optional<store::Selection> rows) { found = std::move(rows); });
    choose(2, 4);
    ASSERT_TRUE(waitFor([&] { return found.has_value(); }));
    ASSERT_EQ(found->ids.size(), 401U);
    EXPECT_EQ(*found->ids.begin(), 301);
}

TEST_F(TableSelectionTest, ReadsNothingForAnActOnceTheProjectIsAnotherOne)
{
    choose(300, 700);
    bool isAnswered = false;
    std::optional<store::Selection> found;
    table().selection().read([&](std::optional<store::Selection> rows) {
        isAnswered = true;
        found = std::move(rows);
    });
    m_session.setProject({}, false);
    ASSERT_TRUE(waitFor([&] { return isAnswered; }));
    EXPECT_FALSE(found.has_value());
}

TEST_F(TableSelectionTest, MeansAllThatMatchesAfterCtrlAAndSaysSo)
{
    filter("rating", "5");
    const int rows = model().rowCount();
    grid().setFocus();
    QTest::keyClick(&grid(), Qt::Key_A, Qt::ControlModifier);
    EXPECT_TRUE(table().selection().isEverything());
    EXPECT_EQ(table().selection().rows(), rows);
    EXPECT_EQ(label(QStringLiteral("reviews.choice")).section(QStringLiteral("  "), 0, 0),
              QStringLiteral("all %1 reviews chosen").arg(rows));
    const store::Selection selection = resolved();
    ASSERT_TRUE(selection.matching);
    EXPECT_EQ(selection.matching->typed("rating"), "5");
    EXPECT_TRUE(selection.ids.empty());
}

TEST_F(TableSelectionTest, LeavesOutWhatIsTakenOutOfEverything)
{
    grid().setFocus();
    QTest::keyClick(&grid(), Qt::Key_A, Qt::ControlModifier);
    toggle(3);
    EXPECT_EQ(table().selection().rows(), 848);
    EXPECT_TRUE(table().selection().isEverything());
    const store::Selection selection = resolved();
    ASSERT_TRUE(selection.matching);
    EXPECT_EQ(selection.ids, (std::set<std::int64_t>{4}));
}

TEST_F(TableSelectionTest, IsASelectionLikeAnyOtherAfterAClick)
{
    grid().selectAll();
    ASSERT_TRUE(table().selection().isEverything());
    const QRect rect = grid().visualRect(model().index(5, column("user")));
    QTest::mouseClick(grid().viewport(), Qt::LeftButton, {}, rect.center());
    EXPECT_FALSE(table().selection().isEverything());
    EXPECT_EQ(resolved().ids, (std::set<std::int64_t>{6}));
}

TEST_F(TableSelectionTest, IsNotHandedOnToTheRowsThatTakeThePlacesOfTheChosenOnes)
{
    filter("excluded", "no");
    grid().setCurrentIndex(model().index(2, column("user")));
    choose(2, 4);
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadWrite);
        store::Histories{*project}.setExcluded({ReviewId{3}, ReviewId{4}, ReviewId{5}}, true,
                                               "Exclude 3 reviews");
    }
    m_session.announceData();
    ASSERT_TRUE(waitFor([this] { return model().rowCount() == 846; }));
    EXPECT_TRUE(waitFor([this] { return table().selection().rows() == 1; }))
        << table().selection().rows();
    EXPECT_EQ(resolved().ids, (std::set<std::int64_t>{6}));
}

TEST_F(TableSelectionTest, ChoosesWholeRowsAndColumnsByKeys)
{
    grid().setFocus();
    grid().setCurrentIndex(model().index(4, column("rating")));
    QTest::keyClick(&grid(), Qt::Key_Space, Qt::ShiftModifier);
    EXPECT_EQ(table().selection().columns(), grid().shownColumns());
    EXPECT_EQ(table().selection().rows(), 1);
    grid().setCurrentIndex(model().index(4, column("rating")));
    QTest::keyClick(&grid(), Qt::Key_Space, Qt::ControlModifier);
    EXPECT_EQ(table().selection().columns(), (QList<int>{column("rating")}));
    EXPECT_EQ(table().selection().rows(), 849);
}

} // namespace
} // namespace nextquill::ui
