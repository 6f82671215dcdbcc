// SPDX-License-Identifier: GPL-3.0-or-later
//
// The theme's style sheet hides what a model gives as background; by pixels, with that sheet.
#include "ui/inspect/EffectCellDelegate.h"

#include "ui/inspect/HistoryEffectsModel.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

class PastTextsTest : public ::testing::TestWithParam<ThemeChoice>
{
protected:
    PastTextsTest()
    {
        theme.apply(GetParam());
        pane.resize(700, 300);
        pane.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&pane));
        pane.setInspection(
            inventedInspection({{"so", 0.5F, 0.1F}, {" killer", 0.42F, 0.07F}, {"!", 0.5F, 0.5F}},
                               3),
            {});
        table = pane.findChild<QTableView*>(QStringLiteral("pastTexts"));
    }

    [[nodiscard]] QColor ground(int row) const
    {
        const QRect cell =
            table->visualRect(table->model()->index(row, HistoryEffectsModel::Effect));
        return table->viewport()->grab().toImage().pixelColor(cell.right() - 4, cell.top() + 4);
    }

    Theme theme{*qobject_cast<QApplication*>(QApplication::instance())};
    ProjectSession session;
    PastTextsPane pane{session};
    QTableView* table = nullptr;
};

TEST_P(PastTextsTest, EffectsAreSeenAsColors)
{
    pane.setToken(1); // past text 2 has +0.2 on it, the others nothing
    QApplication::processEvents();
    EXPECT_NE(ground(1), ground(0));
    EXPECT_EQ(ground(0), ground(2));
    const QVariant wanted =
        table->model()->index(1, HistoryEffectsModel::Effect).data(Qt::BackgroundRole);
    EXPECT_EQ(ground(1), qvariant_cast<QBrush>(wanted).color());
    pane.chooseReview(1); // what is chosen keeps its color
    QApplication::processEvents();
    EXPECT_EQ(ground(1), qvariant_cast<QBrush>(wanted).color());
}

TEST_P(PastTextsTest, ShowsTheChosenTextAndForgetsIt)
{
    QSignalSpy chosen{&pane, &PastTextsPane::reviewChosen};
    pane.chooseReview(2);
    const auto* text = pane.findChild<TokenView*>(QStringLiteral("pastText"));
    EXPECT_EQ(text->text().text, QStringLiteral("Past text 3"));
    pane.chooseReview(-1);
    EXPECT_TRUE(text->text().text.isEmpty());
    ASSERT_EQ(chosen.count(), 2);
    EXPECT_EQ(chosen[0][0].toInt(), 2);
    EXPECT_EQ(chosen[1][0].toInt(), -1);
}

TEST_P(PastTextsTest, SumsOverTheTextWhereNoTokenIsChosen)
{
    const auto effect = [this](int row) {
        return table->model()->index(row, HistoryEffectsModel::Effect).data().toString();
    };
    pane.setToken(-1);
    EXPECT_EQ(effect(2).toStdString(), "+0.300");
    pane.setToken(0);
    EXPECT_EQ(effect(2).toStdString(), "+0.000");
}

INSTANTIATE_TEST_SUITE_P(Both, PastTextsTest,
                         ::testing::Values(ThemeChoice::Light, ThemeChoice::Dark));

} // namespace
} // namespace nextquill::ui
