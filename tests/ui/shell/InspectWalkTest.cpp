// SPDX-License-Identifier: GPL-3.0-or-later
//
// Inspect on a tiny model: the text with its effects, its tokens, and what each past text did.
#include "tests/ui/shell/InspectWalk.h"

#include <QComboBox>
#include <QLabel>
#include <QTableView>

namespace nextquill::ui {
namespace {

TEST_F(InspectWalk, ShowsTheTextAndWhatTheHistoryDidToEachToken)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectWith(model);
    ASSERT_TRUE(waitFor([this] { return !heatmap().text().tokens.isEmpty(); }));
    EXPECT_EQ(heatmap().text().text.toStdString(), ownText());

    heatmap().setFocus();
    QTest::keyClick(&heatmap(), Qt::Key_Home);
    QTest::keyClick(&heatmap(), Qt::Key_Right);
    EXPECT_EQ(heatmap().currentToken(), 1);
    const QString numbers = find<QLabel>(QStringLiteral("tokenNumbers")).text();
    EXPECT_TRUE(numbers.contains(QStringLiteral("with history"))) << numbers.toStdString();
    EXPECT_TRUE(numbers.contains(QStringLiteral("rank"))) << numbers.toStdString();
}

TEST_F(InspectWalk, MeasuresEachPastTextOnDemand)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectWith(model);
    ASSERT_TRUE(waitFor([this] { return !heatmap().text().tokens.isEmpty(); }));
    auto& past = find<QTableView>(QStringLiteral("pastTexts"));
    ASSERT_GT(past.model()->rowCount(), 0);
    const QVariant before = past.model()->index(0, 0).data();
    heatmap().setFocus();
    QTest::keyClick(&heatmap(), Qt::Key_A);
    EXPECT_TRUE(waitFor([&] { return past.model()->index(0, 0).data() != before; }));
}

TEST_F(InspectWalk, WalksThroughTheMeasuresByKey)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectWith(model);
    ASSERT_TRUE(waitFor([this] { return !heatmap().text().tokens.isEmpty(); }));
    auto& measure = find<QComboBox>(QStringLiteral("measure"));
    heatmap().setFocus();
    for (int i = 1; i <= measure.count(); ++i) {
        QTest::keyClick(&heatmap(), Qt::Key_M);
        EXPECT_EQ(measure.currentIndex(), i % measure.count());
    }
}

TEST_F(InspectWalk, SaysWhatIsWrongWithAModel)
{
    inspectWith(m_folder / "no-such-model");
    EXPECT_TRUE(waitFor([this] {
        for (const QLabel* label : m_window->inspect().findChildren<QLabel*>()) {
            if (label->isVisible() && label->text().contains(QStringLiteral("no-such-model"))) {
                return true;
            }
        }
        return false;
    }));
    EXPECT_TRUE(heatmap().text().tokens.isEmpty());
}

} // namespace
} // namespace nextquill::ui
