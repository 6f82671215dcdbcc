// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/PagedListModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

using Model = PagedListModel<int>;

std::vector<Model::Column> columns()
{
    return {{QStringLiteral("Number"),
             [](const int& row, int role) {
                 return role == Qt::DisplayRole ? QVariant{row} : QVariant{};
             },
             Qt::AlignRight}};
}

class PagedListModelTest : public ::testing::Test
{
protected:
    Model model{columns()};
    QSignalSpy wanted{&model, &PagedListModelBase::pageWanted};
};

TEST_F(PagedListModelTest, AsksForNothingBeforeItIsStarted)
{
    EXPECT_FALSE(model.canFetchMore({}));
    EXPECT_EQ(wanted.count(), 0);
}

TEST_F(PagedListModelTest, AsksPageByPageUntilTheLast)
{
    model.restart();
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_TRUE(model.isWaiting());
    EXPECT_FALSE(model.canFetchMore({}));

    EXPECT_TRUE(model.addPage(model.era(), {1, 2, 3}, false));
    EXPECT_TRUE(model.canFetchMore({}));
    model.fetchMore({});
    EXPECT_EQ(wanted.count(), 2);
    EXPECT_EQ(model.lastRow(), 3);
    EXPECT_TRUE(model.addPage(model.era(), {4}, true));

    EXPECT_EQ(model.rowCount(), 4);
    EXPECT_TRUE(model.isComplete());
    EXPECT_FALSE(model.canFetchMore({}));
    EXPECT_EQ(model.index(3, 0).data().toInt(), 4);
    EXPECT_EQ(model.headerData(0, Qt::Horizontal, Qt::DisplayRole).toString(),
              QStringLiteral("Number"));
}

TEST_F(PagedListModelTest, DropsThePageOfAnOlderQuestion)
{
    model.restart();
    const quint64 old = model.era();
    model.restart();

    EXPECT_FALSE(model.addPage(old, {1, 2, 3}, true));
    EXPECT_EQ(model.rowCount(), 0);
    EXPECT_TRUE(model.addPage(model.era(), {9}, true));
    EXPECT_EQ(model.row(0), 9);
}

TEST_F(PagedListModelTest, DropsAPageThatNobodyAskedFor)
{
    model.restart();
    EXPECT_TRUE(model.addPage(model.era(), {1}, false));

    EXPECT_FALSE(model.addPage(model.era(), {1}, false));
    EXPECT_EQ(model.rowCount(), 1);
}

TEST_F(PagedListModelTest, AsksAgainAfterAFailure)
{
    model.restart();
    model.pageFailed(model.era());

    EXPECT_TRUE(model.canFetchMore({}));
    model.fetchMore({});
    EXPECT_EQ(wanted.count(), 2);
}

TEST_F(PagedListModelTest, ReplacesOneRow)
{
    model.restart();
    model.addPage(model.era(), {1, 2}, true);
    QSignalSpy changed{&model, &QAbstractItemModel::dataChanged};

    model.replaceRow(1, 7);

    EXPECT_EQ(model.row(1), 7);
    EXPECT_EQ(changed.count(), 1);
}

TEST_F(PagedListModelTest, KeepsTheRulesOfModels)
{
    // The tester fetches by itself whenever rows come or go.
    QAbstractItemModelTester tester{&model,
                                    QAbstractItemModelTester::FailureReportingMode::Warning};
    model.restart();
    EXPECT_TRUE(model.addPage(model.era(), {1, 2, 3}, false));
    model.fetchMore({});
    EXPECT_TRUE(model.addPage(model.era(), {4, 5}, true));
    model.replaceRow(0, 9);
    model.restart();

    EXPECT_EQ(model.rowCount(), 0);
}

} // namespace
} // namespace nextquill::ui
