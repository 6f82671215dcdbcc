// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableHeader.h"

#include "ui/histories/table/FilterField.h"

#include <QLabel>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTableView>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class TableHeaderTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        header = new TableHeader{&view};
        view.setHorizontalHeader(header);
        model.setHorizontalHeaderLabels(
            {QStringLiteral("User"), QStringLiteral("Rating"), QStringLiteral("Words")});
        view.setModel(&model);
        header->createFields(
            {QStringLiteral("user"), QStringLiteral("rating"), QStringLiteral("words")});
        view.resize(600, 400);
        view.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&view));
    }

    static ColumnHistogram fiveBars()
    {
        ColumnHistogram histogram;
        for (int rating = 1; rating <= 5; ++rating) {
            histogram.bars.append({QString::number(rating), 10 * rating});
        }
        return histogram;
    }
    [[nodiscard]] QPoint bar(int column, int number, int of) const
    {
        const QRect bars = header->barsRect(column);
        return {bars.left() + bars.width() * (2 * number + 1) / (2 * of), bars.center().y()};
    }

    QTableView view;
    QStandardItemModel model{3, 3};
    TableHeader* header = nullptr;
};

TEST_F(TableHeaderTest, PutsEachFieldBelowItsColumnWhereverThatIsMoved)
{
    header->moveSection(2, 0);
    header->resizeSection(2, 150);
    const QWidget& words = header->field(2);
    EXPECT_EQ(words.x(), header->sectionViewportPosition(2) + 2);
    EXPECT_EQ(words.width(), 146);
    header->setSectionHidden(1, true);
    header->placeFields();
    EXPECT_FALSE(header->field(1).isVisible());
    EXPECT_LT(header->field(2).x(), header->field(0).x());
}

TEST_F(TableHeaderTest, ChoosesTheBarsThatAreDraggedOverInEitherDirection)
{
    header->setHistogram(1, fiveBars());
    const QSignalSpy chosen{header, &TableHeader::barsChosen};
    QWidget* surface = header->viewport();
    QTest::mousePress(surface, Qt::LeftButton, {}, bar(1, 3, 5));
    QTest::mouseMove(surface, bar(1, 2, 5));
    QTest::mouseMove(surface, bar(1, 1, 5));
    QTest::mouseRelease(surface, Qt::LeftButton, {}, bar(1, 1, 5));
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.front(), (QList<QVariant>{1, 1, 3}));
}

TEST_F(TableHeaderTest, ChoosesOneBarByAClickAndDoesNotOrder)
{
    header->setHistogram(1, fiveBars());
    const QSignalSpy chosen{header, &TableHeader::barsChosen};
    const QSignalSpy ordered{header, &TableHeader::orderWanted};
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, bar(1, 4, 5));
    ASSERT_EQ(chosen.count(), 1);
    EXPECT_EQ(chosen.front(), (QList<QVariant>{1, 4, 4}));
    EXPECT_EQ(ordered.count(), 0);
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      QPoint{header->sectionViewportPosition(1) + 30, 8});
    ASSERT_EQ(ordered.count(), 1);
    EXPECT_EQ(ordered.front().front().toInt(), 1);
}

TEST_F(TableHeaderTest, DrawsBarsWhichGrowWithTheirCounts)
{
    header->setHistogram(1, fiveBars());
    const QImage picture = header->viewport()->grab().toImage();
    const QRect bars = header->barsRect(1);
    const auto inked = [&](int number) {
        const int x = bar(1, number, 5).x();
        int rows = 0;
        const QColor ground = picture.pixelColor(x, bars.top() - 1);
        for (int y = bars.top(); y <= bars.bottom(); ++y) {
            rows += picture.pixelColor(x, y) != ground ? 1 : 0;
        }
        return rows;
    };
    EXPECT_GT(inked(4), inked(2));
    EXPECT_GT(inked(2), inked(0));
    EXPECT_GT(inked(0), 0);
}

TEST_F(TableHeaderTest, MakesRoomForAnErrorAndTakesItBack)
{
    const int height = header->height();
    header->field(1).setError(QStringLiteral("This is no number, and the text is a long one"));
    auto* error = view.findChild<QLabel*>(QStringLiteral("rating.error"));
    ASSERT_NE(error, nullptr);
    ASSERT_TRUE(QTest::qWaitFor([&] { return header->height() > height; }, 60'000));
    EXPECT_TRUE(error->isVisible());
    EXPECT_GE(error->y(), header->field(1).geometry().bottom());
    EXPECT_GT(error->width(), header->sectionSize(1)) << "goes on below its neighbour";
    header->field(1).setError({});
    EXPECT_TRUE(QTest::qWaitFor([&] { return header->height() == height; }, 60'000));
    EXPECT_FALSE(error->isVisible());
}

} // namespace
} // namespace nextquill::ui
