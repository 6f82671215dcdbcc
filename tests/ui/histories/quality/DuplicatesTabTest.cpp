// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/DuplicatesTab.h"

#include "tests/ui/histories/quality/QualityTest.h"

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

const std::string long1 =
    "A record that I have played every single day since it came out, and that "
    "still surprises me with the way the strings and the voices meet, and with "
    "how the brass comes in at the end, when one thinks that all is over.";
const std::string long2 = "The hinge broke after a week of careful use; the shop sent another one "
                          "without asking, which I did not expect at all from them.";

/// Two groups: three of one text, one of them with two other words; two of another text.
std::string repeatedLines()
{
    std::string nearly = long1;
    nearly.replace(nearly.find("surprises"), 9, "moves");
    return reviewLine("ann", "a", 30'000, long1) + reviewLine("ben", "b", 20'000, nearly) +
           reviewLine("cem", "c", 10'000, long1) + reviewLine("ann", "d", 40'000, long2) +
           reviewLine("dan", "e", 50'000, long2) +
           reviewLine("eve", "f", 60'000, "Something quite else that nobody has said before now.");
}

class DuplicatesTabTest : public QualityTest<DuplicatesTab>
{
protected:
    void look()
    {
        press("findDuplicates");
        ASSERT_TRUE(waitFor([this] { return groups().rowCount() > 0; })) << m_failure.toStdString();
    }
    QAbstractItemModel& groups() { return *find<QTableView>("duplicateGroups").model(); }
    QTableWidget& reviews() { return find<QTableWidget>("duplicateReviews"); }
    bool says(const char* button, const char* text)
    {
        return waitFor([&] {
            const auto& widget = find<QPushButton>(button);
            return widget.text() == QString::fromLatin1(text) && widget.isEnabled();
        });
    }
    std::string usersLeft()
    {
        return ask<std::string>([](store::Project& project) {
            std::string users;
            for (const auto& row : store::Histories{project}.reviews({.withExcluded = false})) {
                users += row.userName + row.itemTitle + " ";
            }
            return users;
        });
    }
};

TEST_F(DuplicatesTabTest, ShowsGroupsWithTheirDifferencesSideBySide)
{
    open(repeatedLines());
    takePictures(QStringLiteral("duplicates-empty"));
    look();
    EXPECT_EQ(groups().rowCount(), 2);
    EXPECT_EQ(find<QLabel>("duplicateSummary").text(), QStringLiteral("2 groups"));
    EXPECT_EQ(groups().index(0, 0).data().toString(), QStringLiteral("3"));
    EXPECT_EQ(groups().index(1, 1).data().toString(), QStringLiteral("same words"));
    ASSERT_TRUE(waitFor([this] { return reviews().rowCount() == 3; }));
    EXPECT_EQ(reviews().item(0, 2)->text(), QStringLiteral("cem")); // the earliest
    reviews().setCurrentCell(2, 0);
    auto& left = find<QPlainTextEdit>("leftText");
    auto& right = find<QPlainTextEdit>("rightText");
    ASSERT_TRUE(waitFor([&] { return right.extraSelections().size() == 1; }));
    EXPECT_EQ(right.extraSelections().front().cursor.selectedText(), QStringLiteral("moves"));
    EXPECT_EQ(left.extraSelections().front().cursor.selectedText(), QStringLiteral("surprises"));
    takePictures(QStringLiteral("duplicates"));
}

TEST_F(DuplicatesTabTest, KeepsNoGroupsOfASearchBeforeThatFoundSome)
{
    open(repeatedLines());
    look();
    auto& search = find<QComboBox>("duplicateSearch");
    search.setFocus();
    QTest::keyClick(&search, Qt::Key_Down); // by user and item: there is none
    press("findDuplicates");
    ASSERT_TRUE(waitFor([this] { return !find<QTableView>("duplicateGroups").isVisible(); }));
    EXPECT_EQ(groups().rowCount(), 0);
    EXPECT_EQ(reviews().rowCount(), 0);
}

TEST_F(DuplicatesTabTest, ExcludesAllButTheFirstAndTakesThatBack)
{
    open(repeatedLines());
    look();
    ASSERT_TRUE(says("excludeAllCopies", "Exclude &all 3 duplicates"));
    press("excludeAllCopies");
    ASSERT_TRUE(waitFor([this] { return message().isVisible(); })) << m_failure.toStdString();
    EXPECT_EQ(message().text(), QStringLiteral("3 duplicates excluded."));
    EXPECT_EQ(usersLeft(), "cemc annd evef ");
    pressUndo();
    ASSERT_TRUE(waitFor([this] { return excluded() == 0; })) << m_failure.toStdString();
    EXPECT_TRUE(waitFor([this] { return groups().rowCount() == 2; }));
}

TEST_F(DuplicatesTabTest, KeepsWhatIsChosenByHand)
{
    open(repeatedLines());
    look();
    ASSERT_TRUE(waitFor([this] { return reviews().rowCount() == 3; }));
    reviews().setFocus();
    reviews().setCurrentCell(2, 0);
    QTest::keyClick(&reviews(), Qt::Key_Space); // ben's, too
    ASSERT_TRUE(says("excludeGroupCopies", "E&xclude 1 duplicate of this group"));
    reviews().setCurrentCell(0, 0);
    QTest::keyClick(&reviews(), Qt::Key_Space); // but not cem's
    ASSERT_TRUE(says("excludeGroupCopies", "E&xclude 2 duplicates of this group"));
    reviews().setCurrentCell(2, 0);
    QTest::keyClick(&reviews(), Qt::Key_Space);
    EXPECT_EQ(reviews().item(2, 0)->checkState(), Qt::Checked) << "one is always kept";
    // The choice is kept while another group is looked at.
    auto& list = find<QTableView>("duplicateGroups");
    list.selectRow(1);
    ASSERT_TRUE(waitFor([this] { return reviews().rowCount() == 2; }));
    list.selectRow(0);
    ASSERT_TRUE(waitFor([this] { return reviews().rowCount() == 3; }));
    EXPECT_EQ(reviews().item(2, 0)->checkState(), Qt::Checked);
    EXPECT_EQ(reviews().item(0, 0)->checkState(), Qt::Unchecked);
    list.setFocus();
    ASSERT_TRUE(says("excludeGroupCopies", "E&xclude 2 duplicates of this group"));
    QTest::keyClick(&list, Qt::Key_X);
    ASSERT_TRUE(waitFor([this] { return groups().rowCount() == 1; })) << m_failure.toStdString();
    EXPECT_EQ(usersLeft(), "benb annd dane evef ");
}

TEST_F(DuplicatesTabTest, KeepsTheLongestWhereThatIsTheRule)
{
    const std::string longer = long1 + " Every evening, too.";
    open(reviewLine("ann", "a", 10'000, long1) + reviewLine("ben", "b", 20'000, longer));
    auto& rule = find<QComboBox>("duplicateRule");
    rule.setFocus();
    QTest::keyClick(&rule, Qt::Key_Down);
    look();
    ASSERT_TRUE(says("excludeAllCopies", "Exclude &all 1 duplicate"));
    press("excludeAllCopies");
    ASSERT_TRUE(waitFor([this] { return excluded() == 1; })) << m_failure.toStdString();
    EXPECT_EQ(usersLeft(), "benb ");
}

TEST_F(DuplicatesTabTest, SaysWhereThereIsNoneAndForgetsWhenDataChange)
{
    open(repeatedLines());
    find<QComboBox>("duplicateSearch").setCurrentIndex(1);
    EXPECT_FALSE(find<QSpinBox>("duplicateThreshold").isEnabled());
    press("findDuplicates");
    const auto says = [this](const char* words) {
        return waitFor([this, words] {
            for (const auto* label : m_tab->findChildren<QLabel*>()) {
                if (label->isVisible() && label->text().contains(QString::fromLatin1(words))) {
                    return true;
                }
            }
            return false;
        });
    };
    EXPECT_TRUE(says("No user reviewed an item twice."));
    takePictures(QStringLiteral("duplicates-none"));
    find<QComboBox>("duplicateSearch").setCurrentIndex(0);
    look();
    m_session.announceData();
    EXPECT_TRUE(says("The data changed since the last search."));
}

TEST_F(DuplicatesTabTest, AsksForTheFirstReviewByKeyboard)
{
    open(repeatedLines());
    look();
    ASSERT_TRUE(waitFor([this] { return reviews().rowCount() == 3; }));
    const QSignalSpy wanted{m_tab.get(), &DuplicatesTab::reviewWanted};
    auto& list = find<QTableView>("duplicateGroups");
    list.setFocus();
    QTest::keyClick(&list, Qt::Key_Return);
    ASSERT_EQ(wanted.size(), 1);
    EXPECT_EQ(wanted.front().front().toLongLong(), 3);
}

} // namespace
} // namespace nextquill::ui
