// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/BranchTree.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

BranchTree::InspectionPtr textOf(const std::vector<std::string>& tokens)
{
    auto inspection = std::make_shared<workflow::Inspection>();
    for (const std::string& token : tokens) {
        inspection->tokenTexts.push_back(token);
        inspection->text += token;
        inspection->effects.tokens.emplace_back();
    }
    return inspection;
}

class BranchTrees : public ::testing::Test
{
protected:
    BranchTrees()
    {
        QObject::connect(&m_tree, &BranchTree::chosen, &m_tree,
                         [this](const BranchTree::InspectionPtr& text) { m_shown = text; });
        m_tree.setTrunk(m_trunk);
        m_tree.addBranch(m_trunk, 1, m_branch);
        m_tree.addBranch(m_branch, 2, m_twig);
    }

    BranchTree m_tree;
    BranchTree::InspectionPtr m_trunk = textOf({"a", " good", " song"});
    BranchTree::InspectionPtr m_branch = textOf({"a", " bad", " song"});
    BranchTree::InspectionPtr m_twig = textOf({"a", " bad", " day", "s"});
    BranchTree::InspectionPtr m_shown;
};

TEST_F(BranchTrees, HangEachTextWhereItLeavesAnother)
{
    EXPECT_EQ(m_tree.branches(), 2);
    EXPECT_EQ(m_shown, m_twig);
    const QTreeWidgetItem* const trunk = m_tree.topLevelItem(0);
    ASSERT_EQ(trunk->childCount(), 1);
    EXPECT_EQ(trunk->child(0)->text(0).toStdString(), "a \u2192 bad");
    ASSERT_EQ(trunk->child(0)->childCount(), 1);
    EXPECT_EQ(trunk->child(0)->child(0)->text(0).toStdString(), "a bad \u2192 day");
    QTest::keyClick(&m_tree, Qt::Key_Up);
    EXPECT_EQ(m_shown, m_branch);
}

TEST_F(BranchTrees, LoseABranchWithAllThatGrewOutOfIt)
{
    QTest::keyClick(&m_tree, Qt::Key_Up);
    QTest::keyClick(&m_tree, Qt::Key_Delete);
    EXPECT_EQ(m_tree.branches(), 0);
    EXPECT_EQ(m_shown, m_trunk);
    EXPECT_FALSE(m_tree.has(m_twig));
    QTest::keyClick(&m_tree, Qt::Key_Delete); // the trunk stays
    EXPECT_TRUE(m_tree.has(m_trunk));
    m_tree.addBranch(m_branch, 2, m_twig); // its parent is gone
    EXPECT_EQ(m_tree.branches(), 0);
}

TEST_F(BranchTrees, SendABranchToBeComparedWithTheTextAboveIt)
{
    BranchTree::InspectionPtr above;
    BranchTree::InspectionPtr below;
    std::string at;
    QObject::connect(&m_tree, &BranchTree::compareWanted, &m_tree,
                     [&](const BranchTree::InspectionPtr& trunk,
                         const BranchTree::InspectionPtr& branch, const QString& word) {
                         above = trunk;
                         below = branch;
                         at = word.toStdString();
                     });
    QTest::keyClick(&m_tree, Qt::Key_C);
    EXPECT_EQ(above, m_branch);
    EXPECT_EQ(below, m_twig);
    EXPECT_EQ(at, "day");
    QTest::keyClick(&m_tree, Qt::Key_Up);
    const auto further = std::make_shared<const workflow::Inspection>(*m_branch);
    m_tree.replace(m_branch, further); // its controls were measured
    m_tree.compareCurrent();
    EXPECT_EQ(above, m_trunk);
    EXPECT_EQ(below, further);
    EXPECT_EQ(at, "bad");
    QTest::keyClick(&m_tree, Qt::Key_Up);
    below = nullptr;
    QTest::keyClick(&m_tree, Qt::Key_C);
    EXPECT_EQ(below, nullptr); // the trunk has nothing above it
}

TEST_F(BranchTrees, BeginAnewWithAnotherText)
{
    m_tree.setTrunk(m_twig);
    EXPECT_EQ(m_tree.branches(), 0);
    EXPECT_TRUE(m_tree.has(m_twig));
    EXPECT_FALSE(m_tree.has(m_trunk));
    m_tree.setTrunk(nullptr);
    EXPECT_EQ(m_tree.topLevelItemCount(), 0);
}

} // namespace
} // namespace nextquill::ui
