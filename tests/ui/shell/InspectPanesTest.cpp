// SPDX-License-Identifier: GPL-3.0-or-later
//
// The panes below the inspected text, in the window: other histories, branches, other models.
#include "ui/compare/CompareColumn.h"
#include "ui/compare/CompareView.h"
#include "ui/inspect/AlternativesView.h"
#include "ui/inspect/BranchTree.h"
#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/ModelStack.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/SummaryPane.h"
#include "ui/inspect/WhatIfPane.h"

#include "tests/ui/shell/InspectWalk.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTextBrowser>

#include <stdexcept>

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
    [[nodiscard]] AlternativesView& alternatives()
    {
        return *m_window->inspect().findChild<AlternativesView*>();
    }
    /// What the model would have written, too, where the cursor stands.
    [[nodiscard]] std::int64_t anotherThan(text::TokenId own)
    {
        for (const AlternativesView::Entry& entry : alternatives().with()) {
            if (entry.id != static_cast<std::int64_t>(own)) {
                return entry.id;
            }
        }
        throw std::runtime_error{"there is no other token"};
    }
    /// Another text of the sample that has a history.
    [[nodiscard]] ExampleId otherExample() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        store::Histories histories{*project};
        for (const store::User& user : histories.users({.limit = 100})) {
            for (const store::ReviewRow& row : histories.timeline(user.id)) {
                if (row.review.id != m_example &&
                    !histories.example(row.review.id).history.empty()) {
                    return row.review.id;
                }
            }
        }
        throw std::runtime_error{"the sample has a single text with a history"};
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
    const std::int64_t other = anotherThan(trunk->effects.tokens[2].token);
    Q_EMIT alternatives().activated(other, true);
    ASSERT_TRUE(waitFor([&] { return branches.branches() == 1; }));
    EXPECT_NE(shown(), trunk);
    EXPECT_EQ(static_cast<std::int64_t>(shown()->effects.tokens[2].token), other);
    EXPECT_EQ(shown()->effects.tokens[1].token, trunk->effects.tokens[1].token);
    branches.setFocus();
    QTest::keyClick(&branches, Qt::Key_Up);
    EXPECT_EQ(shown(), trunk);
}

/// The branch and what it left, with the effects that they have.
TEST_F(InspectPanes, PutABranchBesideTheTextThatItLeft)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    const auto trunk = shown();
    auto& branches = pane<BranchTree>();
    heatmap().setCurrentToken(2);
    const std::int64_t other = anotherThan(trunk->effects.tokens[2].token);
    press(Qt::Key_C); // there is no branch yet
    QTest::qWait(20);
    EXPECT_TRUE(m_window->inspect().isVisible());
    Q_EMIT alternatives().activated(other, true);
    ASSERT_TRUE(waitFor([&] { return branches.branches() == 1; }));
    const auto branch = shown();
    heatmap().setFocus();
    press(Qt::Key_C);
    ASSERT_TRUE(waitFor([this] { return m_window->compare().isVisible(); }));
    auto& before = find<CompareColumn>(QStringLiteral("column4"));
    auto& after = find<CompareColumn>(QStringLiteral("column5"));
    ASSERT_TRUE(waitFor([&] { return !before.text().isEmpty() && !after.text().isEmpty(); }));
    EXPECT_EQ(before.text().toStdString(), trunk->text);
    EXPECT_EQ(after.text().toStdString(), branch->text);
    ASSERT_EQ(std::ssize(after.view().text().tokens), std::ssize(branch->effects.tokens));
    EXPECT_EQ(after.view().text().tokens[2].value, branch->effects.tokens[2].pce());
    EXPECT_FALSE(after.view().text().marks.isEmpty()); // what the trunk has not
    EXPECT_TRUE(after.title().startsWith(QStringLiteral("Branch at ")));
    for (CompareColumn* const column : {&before, &after}) {
        EXPECT_TRUE(column->isVisible());
        const QString scores = find<QLabel>(QStringLiteral("scores"), column).text();
        EXPECT_TRUE(scores.contains(QStringLiteral("mean PCE"))) << scores.toStdString();
        EXPECT_FALSE(scores.contains(QStringLiteral("tokens/s"))) << scores.toStdString();
    }
    // Only what has a text stands beside them, and nothing of them beside another text.
    EXPECT_FALSE(find<CompareColumn>(QStringLiteral("column0")).isVisible());
    m_window->compare().showExample(otherExample());
    ASSERT_TRUE(waitFor([&] { return !after.isVisible(); }));
    EXPECT_TRUE(find<CompareColumn>(QStringLiteral("column0")).isVisible());
    EXPECT_TRUE(before.text().isEmpty());
    EXPECT_EQ(find<QComboBox>(QStringLiteral("against")).count(), 5);
    m_window->compare().showExample(m_example); // they come back with their text
    EXPECT_TRUE(waitFor([&] { return after.isVisible() && !after.text().isEmpty(); }));
}

TEST_F(InspectPanes, LeadFromASentenceToTheTokenAndItsPlacebos)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    inspectAndWait(model);
    press(Qt::Key_E);
    auto& summary = pane<SummaryPane>();
    EXPECT_TRUE(summary.isVisible());
    heatmap().setCurrentToken(2);
    auto& sentences = find<QTextBrowser>(QStringLiteral("summarySentences"));
    EXPECT_TRUE(sentences.toPlainText().contains(QStringLiteral("The text as a whole")));
    EXPECT_FALSE(sentences.toPlainText().contains(QStringLiteral("Go to a word")));
    Q_EMIT summary.tokenWanted(4);
    EXPECT_EQ(heatmap().currentToken(), 4);
    EXPECT_TRUE(heatmap().hasFocus());
    Q_EMIT summary.placeboWanted(3);
    EXPECT_EQ(heatmap().currentToken(), 3);
    EXPECT_TRUE(m_window->inspect().findChild<ControlsPane*>()->isVisible());
    attributeAndWait();
    press(Qt::Key_E);
    EXPECT_FALSE(sentences.toPlainText().contains(QStringLiteral("Press A in the text")));
    ASSERT_FALSE(shown()->history.empty());
    const int last = static_cast<int>(shown()->history.size()) - 1;
    Q_EMIT summary.reviewWanted(last);
    EXPECT_EQ(m_window->inspect().findChild<PastTextsPane*>()->chosenReview(), last);
    EXPECT_TRUE(m_window->inspect().findChild<PastTextsPane*>()->isVisible());
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
