// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Histories.h"

#include "tests/ui/histories/table/TableFixture.h"

#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolButton>

#include <set>

namespace nextquill::ui {
namespace {

class HistoryTableTest : public TableTest
{
protected:
    [[nodiscard]] QString count() { return label(QStringLiteral("reviews.count")); }
    [[nodiscard]] QLineEdit& search()
    {
        return *table().findChild<QLineEdit*>(QStringLiteral("searchTexts"));
    }
    void find(const char* words)
    {
        const QSignalSpy answered{&model(), &HistoryTableModel::answered};
        search().clear();
        QTest::keyClicks(&search(), QString::fromUtf8(words));
        QTest::keyClick(&search(), Qt::Key_Return);
        ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
        settle();
    }
};

TEST_F(HistoryTableTest, KnowsAllRowsAndReadsThoseThatAreSeen)
{
    EXPECT_EQ(model().rowCount(), 849);
    EXPECT_EQ(count(), QStringLiteral("849 reviews"));
    EXPECT_NE(model().row(0), nullptr);
    EXPECT_EQ(model().row(800), nullptr);
    grid().verticalScrollBar()->setValue(grid().verticalScrollBar()->maximum());
    settle();
    ASSERT_NE(model().row(848), nullptr);
    EXPECT_FALSE(cell(848, "user").isEmpty());
}

TEST_F(HistoryTableTest, HasTheSameRowsInTheSameOrderByScrollingAsByReading)
{
    std::set<std::int64_t> ids;
    for (int row = 0; row < model().rowCount(); row += 150) {
        grid().scrollTo(model().index(row, column("user")), QAbstractItemView::PositionAtTop);
        settle();
        ASSERT_NE(model().row(row), nullptr) << row;
        EXPECT_EQ(model().row(row)->id, row + 1) << "imported in this order";
        ids.insert(model().row(row)->id);
    }
    EXPECT_EQ(ids.size(), 6U);
}

TEST_F(HistoryTableTest, ShowsTheRowsThatSeveralFieldsMatch)
{
    filter("rating", "5");
    const int five = model().rowCount();
    EXPECT_GT(five, 0);
    EXPECT_LT(five, 849);
    filter("words", "40..");
    EXPECT_LT(model().rowCount(), five);
    EXPECT_EQ(count(), QStringLiteral("%1 of 849 reviews").arg(model().rowCount()));
    for (int row = 0; row < std::min(20, model().rowCount()); ++row) {
        EXPECT_EQ(cell(row, "rating"), QStringLiteral("5.0"));
        EXPECT_GE(cell(row, "words").toInt(), 40);
    }
    filter("rating", "");
    filter("words", "");
    EXPECT_EQ(count(), QStringLiteral("849 reviews"));
}

TEST_F(HistoryTableTest, OpensARowByEnterInTheRowsAndNotInAField)
{
    const QSignalSpy opened{&table(), &HistoryTable::rowOpened};
    filter("rating", "5");
    EXPECT_EQ(opened.count(), 0);
    grid().setFocus();
    QTest::keyClick(&grid(), Qt::Key_Return);
    EXPECT_EQ(opened.count(), 1);
}

TEST_F(HistoryTableTest, MarksWhatCannotBeReadAndLeavesTheRows)
{
    filter("rating", "5");
    const int rows = model().rowCount();
    field("rating").setFocus();
    field("rating").selectAll();
    QTest::keyClicks(&field("rating"), QStringLiteral("often"));
    QTest::keyClick(&field("rating"), Qt::Key_Return);
    EXPECT_FALSE(field("rating").error().isEmpty());
    EXPECT_TRUE(table().findChild<QLabel*>(QStringLiteral("reviews.rating.error"))->isVisible());
    EXPECT_FALSE(model().isAsking());
    EXPECT_EQ(model().rowCount(), rows);
    filter("rating", "4");
    EXPECT_TRUE(field("rating").error().isEmpty());
    EXPECT_EQ(cell(0, "rating"), QStringLiteral("4.0"));
}

TEST_F(HistoryTableTest, SearchesTextsAndMarksTheSearchThatCannotBeRead)
{
    find("battery");
    const int hits = model().rowCount();
    EXPECT_GT(hits, 0);
    EXPECT_LT(hits, 849);
    QTest::keyClicks(&search(), QStringLiteral(" \"never closed"));
    QTest::keyClick(&search(), Qt::Key_Return);
    auto* error = table().findChild<QLabel*>(QStringLiteral("reviews.searchError"));
    EXPECT_TRUE(error->isVisible());
    EXPECT_FALSE(error->text().isEmpty());
    EXPECT_EQ(model().rowCount(), hits) << "the rows stay as they are";
    find("xylophonically");
    EXPECT_FALSE(error->isVisible());
    EXPECT_EQ(model().rowCount(), 0);
}

TEST_F(HistoryTableTest, OffersToTakeTheLastConditionAwayWhereNoRowIsLeft)
{
    filter("rating", "5");
    const int five = model().rowCount();
    filter("words", "100000..");
    auto* cover = table().findChild<QWidget*>(QStringLiteral("noRows"));
    ASSERT_TRUE(cover->isVisible());
    QPushButton* remove = nullptr;
    for (QPushButton* button : cover->findChildren<QPushButton*>()) {
        remove = button->text().contains(QStringLiteral("Words")) ? button : remove;
    }
    ASSERT_NE(remove, nullptr);
    QTest::mouseClick(remove, Qt::LeftButton);
    ASSERT_TRUE(waitFor([&] { return model().rowCount() == five; }));
    EXPECT_FALSE(cover->isVisible());
    EXPECT_EQ(field("words").text(), QString{});
}

TEST_F(HistoryTableTest, ShowsTheDistributionOverTheFilterAndFiltersByDraggedBars)
{
    TableHeader& header = grid().header();
    const int rating = column("rating");
    ASSERT_TRUE(waitFor([&] {
        return !header.histogram(rating).bars.isEmpty() && header.histogram(rating).isWhole;
    }));
    qint64 all = 0;
    for (const HistogramBar& bar : header.histogram(rating).bars) {
        all += bar.count;
    }
    EXPECT_EQ(all, 849);
    EXPECT_EQ(header.histogram(rating).note, QStringLiteral("of 849 reviews"));

    // The last bar alone: five stars.
    const HistogramBar last = header.histogram(rating).bars.back();
    const QSignalSpy answered{&model(), &HistoryTableModel::answered};
    const QRect bars = header.barsRect(rating);
    QTest::mouseClick(header.viewport(), Qt::LeftButton, {},
                      QPoint{bars.right() - 1, bars.center().y()});
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
    settle();
    EXPECT_EQ(model().rowCount(), last.count);
    EXPECT_FALSE(field("rating").text().isEmpty());
    EXPECT_TRUE(waitFor([&] {
        return header.histogram(column("words")).note ==
               QStringLiteral("of %1 reviews").arg(last.count);
    })) << qPrintable(header.histogram(column("words")).note);
}

TEST_F(HistoryTableTest, OrdersByAColumnUpAndDown)
{
    TableHeader& header = grid().header();
    const QPoint title{header.sectionViewportPosition(column("words")) + 20, 10};
    const auto order = [&] {
        const QSignalSpy answered{&model(), &HistoryTableModel::answered};
        QTest::mouseClick(header.viewport(), Qt::LeftButton, {}, title);
        ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
        settle();
    };
    order();
    const int least = cell(0, "words").toInt();
    EXPECT_LE(least, cell(20, "words").toInt());
    order();
    EXPECT_GT(cell(0, "words").toInt(), least);
    EXPECT_GE(cell(0, "words").toInt(), cell(20, "words").toInt());
}

TEST_F(HistoryTableTest, GoesToARowAlsoWhereTheFilterLeavesItOut)
{
    table().showRow(700);
    ASSERT_TRUE(waitFor([&] { return table().currentRow() == 700; }));
    EXPECT_EQ(grid().currentIndex().row(), 699);
    filter("rating", "5");
    std::int64_t other = 0; // one that is not among them
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        for (const auto& row : store::Histories{*project}.reviews({.maximumRating = 4})) {
            other = number(row.review.id);
        }
    }
    table().showRow(other);
    EXPECT_TRUE(waitFor([&] { return table().currentRow() == other; }));
    EXPECT_EQ(field("rating").text(), QString{});
}

TEST_F(HistoryTableTest, KeepsItsPlaceWhenTheDataChange)
{
    grid().setCurrentIndex(model().index(5, column("user")));
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadWrite);
        store::Histories{*project}.setExcluded({ReviewId{6}}, true, "Exclude 1 review");
    }
    const QSignalSpy reset{&model(), &QAbstractItemModel::modelReset};
    m_session.announceData();
    EXPECT_TRUE(waitFor(
        [&] { return model().index(5, 0).data(HistoryTableModel::ExcludedRole).toBool(); }));
    settle();
    EXPECT_EQ(grid().currentIndex().row(), 5);
    EXPECT_EQ(reset.count(), 0);
    EXPECT_EQ(table().currentRow(), 6);
}

TEST_F(HistoryTableTest, StaysWhereItIsMovedWhileChangedDataAreRead)
{
    grid().setCurrentIndex(model().index(5, column("user")));
    const QSignalSpy read{&model(), &HistoryTableModel::rowsRead};
    m_session.announceData();
    grid().setCurrentIndex(model().index(7, column("user")));
    ASSERT_TRUE(waitFor([&] { return read.count() > 0; }));
    settle();
    EXPECT_EQ(grid().currentIndex().row(), 7);
    EXPECT_EQ(table().currentRow(), 8);
}

TEST_F(HistoryTableTest, KeepsTheRowsOfAnAnswerWhileTheNextIsAskedFor)
{
    field("rating").setFocus();
    QTest::keyClicks(&field("rating"), QStringLiteral("5"));
    QTest::keyClick(&field("rating"), Qt::Key_Return);
    EXPECT_TRUE(model().isAsking());
    EXPECT_EQ(model().rowCount(), 849);
    EXPECT_FALSE(cell(0, "user").isEmpty());
    EXPECT_TRUE(waitFor([&] { return !model().isAsking(); }));
    EXPECT_LT(model().rowCount(), 849);
}

TEST_F(HistoryTableTest, IsWhereItWasBeforeAfterAQuestionThatIsCalledOff)
{
    field("rating").setFocus();
    QTest::keyClicks(&field("rating"), QStringLiteral("5"));
    QTest::keyClick(&field("rating"), Qt::Key_Return);
    ASSERT_TRUE(model().isAsking());
    table().findChild<QToolButton*>(QStringLiteral("reviews.stop"))->click();
    EXPECT_FALSE(model().isAsking());
    EXPECT_EQ(model().rowCount(), 849);
    EXPECT_EQ(field("rating").text(), QString{});
    EXPECT_TRUE(table().filter().isEmpty());
}

TEST_F(HistoryTableTest, ReachesSearchAndFiltersByKeys)
{
    grid().setFocus();
    grid().setCurrentIndex(model().index(0, column("rating")));
    QTest::keyClick(&grid(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(field("rating").hasFocus());
    QTest::keyClick(&field("rating"), Qt::Key_Down);
    EXPECT_TRUE(grid().hasFocus());
    table().focusSearch();
    EXPECT_TRUE(search().hasFocus());
}

TEST_F(HistoryTableTest, ListsUsersWithMostReviewsFirstAndItemsToo)
{
    showTable(store::TableKind::Users);
    EXPECT_EQ(model().rowCount(), 78);
    EXPECT_GE(cell(0, "reviews").toInt(), cell(10, "reviews").toInt());
    EXPECT_GE(cell(10, "reviews").toInt(), cell(77, "reviews").toInt());
    const QString user = cell(5, "user");
    filter("user", qPrintable(QLatin1Char('=') + user));
    EXPECT_EQ(model().rowCount(), 1);
    showTable(store::TableKind::Items);
    EXPECT_GT(model().rowCount(), 0);
    EXPECT_GE(cell(0, "reviews").toInt(), cell(5, "reviews").toInt());
}

} // namespace
} // namespace nextquill::ui
