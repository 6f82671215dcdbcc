// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/EditHistoryTab.h"

#include "core/base/AtomicFile.h"
#include "core/base/Json.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/ReviewActs.h"

#include "tests/ui/histories/SessionTest.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

#include <memory>

namespace nextquill::ui {
namespace {

using store::Selection;
using store::TableKind;

class EditHistoryTabTest : public SessionTest
{
protected:
    void SetUp() override
    {
        openWith(testing::histories(1, 4));
        m_tab = std::make_unique<EditHistoryTab>(m_session);
        show(*m_tab);
    }
    void TearDown() override
    {
        ASSERT_TRUE(rest());
        m_tab.reset();
    }

    bool rest()
    {
        return waitFor([this] { return !queue().isBusy(); });
    }
    ActQueue& queue() { return ActQueue::of(m_session); }
    void exclude(std::int64_t review)
    {
        queue().add(
            excluding(Selection::rows(TableKind::Reviews, {review}), QStringLiteral("1 review")));
        ASSERT_TRUE(rest());
    }
    QTableView& steps() { return find<QTableView>(*m_tab, "steps"); }
    QTableView& changes() { return find<QTableView>(*m_tab, "stepChanges"); }
    QPushButton& button(const char* name) { return find<QPushButton>(*m_tab, name); }
    std::string cell(int row, int column)
    {
        return steps().model()->index(row, column).data().toString().toStdString();
    }
    /// Waits until the list has so many steps, in these states from the newest on.
    bool hasStates(const QStringList& states)
    {
        return waitFor([&] {
            if (steps().model()->rowCount() != states.size()) {
                return false;
            }
            for (int row = 0; row < states.size(); ++row) {
                if (!steps().model()->index(row, 3).data().toString().startsWith(states[row])) {
                    return false;
                }
            }
            return true;
        });
    }

    std::unique_ptr<EditHistoryTab> m_tab;
};

TEST_F(EditHistoryTabTest, ListsStepsNewestFirstAndWhatTheyChanged)
{
    exclude(1);
    exclude(2);
    ASSERT_TRUE(hasStates({QStringLiteral("done"), QStringLiteral("done")}));
    EXPECT_EQ(cell(0, 0), "Exclude 1 review");
    EXPECT_EQ(cell(0, 2), "1");
    ASSERT_TRUE(waitFor([this] { return changes().model()->rowCount() == 1; }));
    const auto change = [this](int column) {
        return changes().model()->index(0, column).data().toString().toStdString();
    };
    EXPECT_EQ(change(0), "user0");
    EXPECT_EQ(change(2), "state");
    EXPECT_EQ(change(3), "takes part");
    EXPECT_EQ(change(4), "excluded");
}

TEST_F(EditHistoryTabTest, UndoesAndRedoesByItsButtons)
{
    exclude(1);
    ASSERT_TRUE(hasStates({QStringLiteral("done")}));
    EXPECT_FALSE(button("redoStep").isEnabled());
    button("undoStep").click();
    ASSERT_TRUE(hasStates({QStringLiteral("taken back")}));
    EXPECT_EQ(excluded(), 0);
    EXPECT_FALSE(button("undoStep").isEnabled());
    button("redoStep").click();
    ASSERT_TRUE(hasStates({QStringLiteral("done")}));
    EXPECT_EQ(excluded(), 1);
}

TEST_F(EditHistoryTabTest, GoesToAnyStepByEnter)
{
    for (const std::int64_t review : {1, 2, 3}) {
        exclude(review);
    }
    const QString done = QStringLiteral("done");
    const QString undone = QStringLiteral("taken back");
    ASSERT_TRUE(hasStates({done, done, done}));
    steps().selectRow(2); // the first step
    steps().setFocus();
    QTest::keyClick(&steps(), Qt::Key_Return);
    ASSERT_TRUE(hasStates({undone, undone, done}));
    EXPECT_EQ(excluded(), 1);
    EXPECT_EQ(lastNotice(), "2 steps undone or done again.");
    ASSERT_TRUE(waitFor([this] { return steps().currentIndex().row() == 2; }))
        << "the chosen step is another one now";
    steps().selectRow(0);
    button("goToStep").click();
    ASSERT_TRUE(hasStates({done, done, done}));
    EXPECT_EQ(excluded(), 3);
}

TEST_F(EditHistoryTabTest, KeepsABranchThatOtherWorkDropped)
{
    exclude(1);
    queue().undo();
    ASSERT_TRUE(rest());
    exclude(2);
    ASSERT_TRUE(hasStates({QStringLiteral("done"), QStringLiteral("dropped")}));
    EXPECT_NE(cell(1, 3).find("kept until"), std::string::npos) << cell(1, 3);
    steps().selectRow(1);
    EXPECT_FALSE(button("goToStep").isEnabled()) << "it is to be read only";
    EXPECT_TRUE(waitFor([this] { return changes().model()->rowCount() == 1; }));
}

TEST_F(EditHistoryTabTest, UndoesEverythingFromAStepOn)
{
    for (const std::int64_t review : {1, 2, 3}) {
        exclude(review);
    }
    const QString done = QStringLiteral("done");
    const QString undone = QStringLiteral("taken back");
    ASSERT_TRUE(hasStates({done, done, done}));
    steps().selectRow(1);
    button("undoFromStep").click();
    ASSERT_TRUE(hasStates({undone, undone, done}));
    steps().selectRow(2);
    button("undoFromStep").click();
    ASSERT_TRUE(hasStates({undone, undone, undone}));
    EXPECT_EQ(excluded(), 0);
}

TEST_F(EditHistoryTabTest, WritesARecipeThatAnotherProjectTakes)
{
    exclude(1);
    exclude(3);
    ASSERT_TRUE(hasStates({QStringLiteral("done"), QStringLiteral("done")}));
    const auto recipe = m_temporary.folder / "recipe.json";
    m_tab->exportRecipe(QString::fromStdString(recipe.string()));
    ASSERT_TRUE(waitFor([&] { return std::filesystem::exists(recipe); }));

    testing::TemporaryProject other;
    other.import(testing::histories(1, 4));
    other.project.reset();
    m_session.setProject(other.file(), false);
    m_tab->applyRecipe(QString::fromStdString(recipe.string()));
    ASSERT_TRUE(hasStates({QStringLiteral("done"), QStringLiteral("done")}));
    EXPECT_EQ(lastNotice(), "Recipe applied: 2 steps, 2 changes.");
    const auto project = store::Project::open(other.file(), store::OpenMode::ReadOnly);
    EXPECT_EQ(store::Histories{*project}.counts().excluded, 2);
}

TEST_F(EditHistoryTabTest, SaysWhichChangesOfARecipeDidNotApply)
{
    exclude(1);
    exclude(4);
    const auto recipe = m_temporary.folder / "recipe.json";
    m_tab->exportRecipe(QString::fromStdString(recipe.string()));
    ASSERT_TRUE(waitFor([&] { return std::filesystem::exists(recipe); }));
    testing::TemporaryProject other;
    other.import(testing::histories(1, 2)); // of the four, two
    other.project.reset();
    m_session.setProject(other.file(), false);
    m_tab->applyRecipe(QString::fromStdString(recipe.string()));
    ASSERT_TRUE(waitFor([this] { return !m_details.empty(); }));
    EXPECT_EQ(lastNotice(), "Recipe applied: 1 step, 1 change. 1 change of it did not apply.");
    EXPECT_NE(m_details.find("user0"), std::string::npos) << m_details;
}

TEST_F(EditHistoryTabTest, SaysThatNothingWasChangedYet)
{
    EXPECT_TRUE(waitFor([this] {
        for (const QLabel* label : m_tab->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("Nothing was changed yet")) {
                return true;
            }
        }
        return false;
    }));
}

} // namespace
} // namespace nextquill::ui
