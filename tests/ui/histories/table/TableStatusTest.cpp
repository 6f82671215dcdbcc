// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/TableStatus.h"

#include "ui/histories/table/SelectionFigures.h"

#include "tests/ui/histories/table/TableFixture.h"

namespace nextquill::ui {
namespace {

using store::TableKind;

class ShownCount : public ::testing::Test
{
protected:
    void SetUp() override { QCoreApplication::installTranslator(&m_plurals); }
    void TearDown() override { QCoreApplication::removeTranslator(&m_plurals); }
    EnglishPlurals m_plurals;
};

TEST_F(ShownCount, SaysHowManyOfHowManyAndWhetherTheyAreCounted)
{
    const RowCount exact{.rows = 12'403, .exact = true, .total = 5'000'000};
    EXPECT_EQ(shownCount(TableKind::Reviews, exact, true, false),
              QStringLiteral("12,403 of 5,000,000 reviews"));
    const RowCount all{.rows = 1, .exact = true, .total = 1};
    EXPECT_EQ(shownCount(TableKind::Users, all, false, false), QStringLiteral("1 user"));
    const RowCount part{.rows = 50'000, .exact = false, .total = 5'000'000};
    EXPECT_EQ(shownCount(TableKind::Reviews, part, true, true),
              QStringLiteral("≥ 50,000 of 5,000,000 reviews, counting…"));
    EXPECT_EQ(shownCount(TableKind::Reviews, part, true, false),
              QStringLiteral("≥ 50,000 of 5,000,000 reviews (not counted to the end)"));
}

TEST(NumberFigures, KnowsSumMeanAndBothEnds)
{
    NumberFigures figures;
    for (const double value : {3.0, -1.0, 10.0}) {
        figures.add(value);
    }
    EXPECT_EQ(shownFigures(figures), QStringLiteral("sum 12 · mean 4.00 · min -1 · max 10"));
}

class TableFigures : public TableTest
{
};

TEST_F(TableFigures, ReckonsTheChosenCellsOfANumericColumn)
{
    double sum = 0;
    for (int row = 2; row <= 6; ++row) {
        sum += model().index(row, column("words")).data(HistoryTableModel::TextRole).toDouble();
    }
    grid().selectionModel()->select(
        {model().index(2, column("words")), model().index(6, column("words"))},
        QItemSelectionModel::ClearAndSelect);
    const QString wanted =
        QStringLiteral("sum ") + QLocale{}.toString(sum, 'f', 0) + QLatin1Char(' ');
    EXPECT_TRUE(waitFor([&] {
        const QString text = label(QStringLiteral("reviews.choice"));
        return text.startsWith(QStringLiteral("5 reviews chosen")) && text.contains(wanted);
    })) << qPrintable(label(QStringLiteral("reviews.choice")));
}

TEST_F(TableFigures, ReckonsRowsThatNobodyHasLookedAt)
{
    // The sum over all reviews, by the project itself.
    double sum = 0;
    {
        NoProgress progress;
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        store::TableQuery query;
        query.columns = {"words"};
        const auto page =
            store::TableReader{*project}.page(query, {.limit = 10'000}, StopToken{}, progress);
        ASSERT_EQ(page.rows.size(), 849U);
        for (const store::TableRow& row : page.rows) {
            sum += static_cast<double>(std::get<std::int64_t>(row.cells.front()));
        }
    }
    grid().setCurrentIndex(model().index(0, column("words")));
    grid().selectAll();
    EXPECT_EQ(model().row(700), nullptr) << "it is meant to be unread";
    const QString wanted = QStringLiteral("sum ") + QLocale{}.toString(sum, 'f', 0);
    EXPECT_TRUE(waitFor([&] { return label(QStringLiteral("reviews.choice")).contains(wanted); }))
        << qPrintable(label(QStringLiteral("reviews.choice"))) << ", not " << qPrintable(wanted);
}

} // namespace
} // namespace nextquill::ui
