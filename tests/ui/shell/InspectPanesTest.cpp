// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panes below the inspected text, in the window: other histories, branches, other models.
#include "ui/inspect/AlternativesView.h"
#include "ui/inspect/BranchTree.h"
#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/ModelStack.h"
#include "ui/inspect/WhatIfPane.h"

#include "tests/ui/shell/InspectWalk.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>

namespace nextquill::ui {
namespace {

class InspectPanes : public InspectWalk
{
protected:
    template<typename Pane>
    Pane& pane()
    {
        auto* const found = m_window->inspect().findChild<Pane*>();
        find<QTabWidget>(QStringLiteral("inspectTabs")).setCurrentWidget(found);
        return *found;
    }
};

TEST_F(InspectPanes, ShowAnEditedHistoryAndTheProjectsByOneKey)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    const auto own = shown();
    auto& whatIf = pane<WhatIfPane>();
    find<QListWidget>(QStringLiteral("whatIfTexts")).setCurrentRow(0);
    find<QPlainTextEdit>(QStringLiteral("whatIfText"))
        .setPlainText(QStringLiteral("quite other words"));
    whatIf.measure();
    ASSERT_TRUE(waitFor([&] { return whatIf.other() != nullptr; }));
    EXPECT_EQ(shown(), whatIf.other());
    EXPECT_EQ(shown()->history[0].review.text, "quite other words");
    heatmap().setFocus();
    QTest::keyClick(&heatmap(), Qt::Key_O);
    EXPECT_EQ(shown(), own);
    QTest::keyClick(&heatmap(), Qt::Key_O);
    EXPECT_EQ(shown(), whatIf.other());
    QTest::keyClick(&heatmap(), Qt::Key_A); // would ask about the project's own history
    QTest::qWait(50);
    EXPECT_EQ(shown(), whatIf.other());
    EXPECT_FALSE(shown()->attribution);
}

TEST_F(InspectPanes, WriteATextAndGoOnFromAnAlternative)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    find<QComboBox>(QStringLiteral("textSource")).setCurrentIndex(1);
    ASSERT_TRUE(waitFor([this] { return shown() && shown()->generated; }));
    const auto trunk = shown();
    auto& branches = pane<BranchTree>();
    EXPECT_TRUE(branches.has(trunk));
    heatmap().setCurrentToken(2);
    auto* const alternatives = m_window->inspect().findChild<AlternativesView*>();
    const auto own = static_cast<std::int64_t>(trunk->effects.tokens[2].token);
    std::int64_t other = own;
    for (const AlternativesView::Entry& entry : alternatives->with()) {
        other = entry.id != own ? entry.id : other;
    }
    ASSERT_NE(other, own);
    Q_EMIT alternatives->activated(other, true);
    ASSERT_TRUE(waitFor([&] { return branches.branches() == 1; }));
    EXPECT_NE(shown(), trunk);
    EXPECT_EQ(static_cast<std::int64_t>(shown()->effects.tokens[2].token), other);
    EXPECT_EQ(shown()->effects.tokens[1].token, trunk->effects.tokens[1].token);
    branches.setFocus();
    QTest::keyClick(&branches, Qt::Key_Up);
    EXPECT_EQ(shown(), trunk);
}

TEST_F(InspectPanes, GiveEachTokenWhatOtherHistoriesSayOfIt)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    pane<ControlsPane>();
    find<QSpinBox>(QStringLiteral("placebos")).setValue(2);
    find<QSpinBox>(QStringLiteral("resamples")).setValue(2);
    find<QPushButton>(QStringLiteral("measureControls")).click();
    ASSERT_TRUE(waitFor([this] { return shown() && shown()->controls.has_value(); }));
    heatmap().setCurrentToken(1);
    const QString numbers = find<QLabel>(QStringLiteral("tokenNumbers")).text();
    EXPECT_TRUE(numbers.contains(QStringLiteral("other users"))) << numbers.toStdString();
    EXPECT_TRUE(pane<BranchTree>().has(shown()));
}

TEST_F(InspectPanes, FollowTheTextUnderAnotherModel)
{
    NEXTQUILL_NEED_SHARED(second, "fixtures/models/tiny-qwen3");
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    auto& stack = pane<ModelStack>();
    stack.addModel(QString::fromStdString(second.string()));
    auto& text = find<TokenView>(QStringLiteral("stackText1"));
    ASSERT_TRUE(waitFor([&] { return !text.text().tokens.isEmpty(); }));
    EXPECT_EQ(text.text().text, heatmap().text().text);
}

} // namespace
} // namespace nextquill::ui
