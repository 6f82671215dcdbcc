// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/quality/LeaksTab.h"

#include "core/store/LeakChecks.h"
#include "core/store/Splits.h"

#include "tests/ui/histories/quality/QualityTest.h"

#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

const std::string copied = "this very sentence is going to be written twice, by somebody who means "
                           "it: a record to keep, and to give away again and again";

std::string ownText(const std::string& user, int review)
{
    std::string text;
    for (int word = 0; word < 30; ++word) {
        text += user + std::to_string(review) + "word" + std::to_string(word) + " ";
    }
    return text;
}

/// Three users; ann's last text stands in her history and is cem's, too, ben's last item was his
/// first one.
std::string leakyLines()
{
    std::string lines;
    for (const std::string user : {"ann", "ben", "cem"}) {
        for (int i = 0; i < 8; ++i) {
            lines += reviewLine(user, user + "-item" + std::to_string(i), 100'000 * (i + 1),
                                ownText(user, i));
        }
    }
    return lines + reviewLine("ann", "old", 50'000, copied) +
           reviewLine("ann", "new", 2'000'000, "This VERY sentence … " + copied.substr(19)) +
           reviewLine("ben", "ben-item0", 2'000'000, ownText("ben", 90)) +
           reviewLine("cem", "cem-new", 2'000'000, copied);
}

store::Split splitNamed(store::Project& project, const std::string& name)
{
    return store::Splits{project}.find(name).value();
}

class LeaksTabTest : public QualityTest<LeaksTab>
{
protected:
    void openLeaky()
    {
        open(leakyLines(),
             [](store::Project& project) { store::Splits{project}.create({.name = "s"}); });
        auto& splits = find<QComboBox>("leakSplit");
        ASSERT_TRUE(waitFor([&] { return splits.count() == 2; }));
        EXPECT_EQ(splits.currentText(), QStringLiteral("s"));
    }
    void look()
    {
        press("lookForLeaks");
        ASSERT_TRUE(waitFor([this] { return find<QTableView>("leaks").isVisible(); }));
    }
    QAbstractItemModel& list() { return *find<QTableView>("leaks").model(); }
    bool listed(int count)
    {
        return waitFor([&] { return list().rowCount() == count; });
    }
    QPushButton& fix() { return find<QPushButton>("fixLeaks"); }
    bool fixSays(const char* text)
    {
        return waitFor([&] { return fix().text() == QString::fromLatin1(text); });
    }
};

TEST_F(LeaksTabTest, ListsLeaksByKindWithTheirTextsSideBySide)
{
    openLeaky();
    look();
    ASSERT_TRUE(listed(4));
    EXPECT_TRUE(find<QLabel>("leakSummary")
                    .text()
                    .startsWith(QStringLiteral("s: 16 targets · 3 users · 4 leaks.")))
        << find<QLabel>("leakSummary").text().toStdString();
    auto& kinds = find<QTableWidget>("leakKinds");
    ASSERT_EQ(kinds.rowCount(), 5);
    EXPECT_EQ(kinds.item(0, 1)->text(), QStringLiteral("1"));
    EXPECT_EQ(kinds.item(4, 1)->text(), QStringLiteral("2"));
    EXPECT_EQ(list().index(0, 3).data().toString(), QStringLiteral("ann"));
    auto& left = find<QPlainTextEdit>("leftText");
    ASSERT_TRUE(waitFor([&] { return left.isVisible(); }));
    EXPECT_TRUE(left.toPlainText().startsWith(QStringLiteral("This VERY")));
    EXPECT_EQ(find<QPlainTextEdit>("rightText").toPlainText().toStdString(), copied);
    EXPECT_EQ(left.extraSelections().size(), 1);
    takePictures(QStringLiteral("leaks"));

    kinds.setFocus();
    kinds.setCurrentCell(2, 0); // same item
    ASSERT_TRUE(listed(1));
    EXPECT_EQ(list().index(0, 3).data().toString(), QStringLiteral("ben"));
    ASSERT_TRUE(waitFor([&] { return left.extraSelections().isEmpty(); }));
}

TEST_F(LeaksTabTest, LooksAtTheSplitThatAnotherPlaceAsksFor)
{
    openLeaky();
    {
        const auto project = store::Project::open(m_files.file(), store::OpenMode::ReadWrite);
        store::Splits{*project}.create({.name = "newer"});
    }
    m_tab->lookAt(QStringLiteral("newer"));
    auto& summary = find<QLabel>("leakSummary");
    EXPECT_TRUE(waitFor([&] { return summary.text().startsWith(QStringLiteral("newer: ")); }))
        << qPrintable(summary.text());
    m_tab->lookAt(QStringLiteral("s"));
    EXPECT_TRUE(waitFor([&] { return summary.text().startsWith(QStringLiteral("s: ")); }));
}

TEST_F(LeaksTabTest, KeepsTheCheckForTheDataCard)
{
    openLeaky();
    look();
    EXPECT_TRUE(waitFor([this] {
        return ask<bool>([](store::Project& project) {
            const auto check = store::leakCheckOf(project, splitNamed(project, "s"));
            return check && check->isCurrent && check->counts.size() == 5;
        });
    }));
}

TEST_F(LeaksTabTest, FixesLeaksAndTakesThatBack)
{
    openLeaky();
    const std::string digest =
        ask<std::string>([](store::Project& project) { return splitNamed(project, "s").digest; });
    look();
    ASSERT_TRUE(fixSays("E&xclude 3 reviews"));
    press("fixLeaks");
    ASSERT_TRUE(waitFor([this] { return message().isVisible(); })) << m_failure.toStdString();
    EXPECT_TRUE(message().text().startsWith(QStringLiteral("3 reviews excluded.")));
    EXPECT_TRUE(message().text().endsWith(QStringLiteral("0 leaks left.")));
    EXPECT_EQ(excluded(), 3);
    ASSERT_TRUE(listed(0));
    takePictures(QStringLiteral("leaks-fixed"));
    pressUndo();
    EXPECT_TRUE(waitFor([this] { return excluded() == 0; })) << m_failure.toStdString();
    EXPECT_TRUE(waitFor([&] {
        return ask<std::string>([](store::Project& project) {
                   return splitNamed(project, "s").digest;
               }) == digest;
    }));
}

TEST_F(LeaksTabTest, LeavesAKindOutThatIsNotChecked)
{
    openLeaky();
    look();
    ASSERT_TRUE(fixSays("E&xclude 3 reviews"));
    auto& kinds = find<QTableWidget>("leakKinds");
    kinds.setFocus();
    kinds.setCurrentCell(2, 0);
    QTest::keyClick(&kinds, Qt::Key_Space); // same item
    ASSERT_TRUE(fixSays("E&xclude 2 reviews"));
    find<QComboBox>("leakSide").setFocus();
    QTest::keyClick(&find<QComboBox>("leakSide"), Qt::Key_Down);
    EXPECT_TRUE(fixSays("E&xclude 2 reviews")); // ann's and cem's targets
    press("fixLeaks");
    ASSERT_TRUE(waitFor([this] { return message().isVisible(); })) << m_failure.toStdString();
    EXPECT_EQ(excluded(), 2);
    EXPECT_TRUE(message().text().endsWith(QStringLiteral("1 leak left.")));
}

TEST_F(LeaksTabTest, MakesANewVersionOfAFrozenSplit)
{
    open(leakyLines(), [](store::Project& project) {
        store::Splits splits{project};
        splits.freeze(splits.create({.name = "s"}).id);
    });
    ASSERT_TRUE(waitFor([this] {
        return find<QComboBox>("leakSplit").currentText() == QStringLiteral("s (frozen)");
    }));
    look();
    ASSERT_TRUE(fixSays("Make a new &version to fix"));
    press("fixLeaks");
    ASSERT_TRUE(waitFor([this] {
        return find<QComboBox>("leakSplit").currentText() == QStringLiteral("s@2");
    })) << m_failure.toStdString();
    ASSERT_TRUE(fixSays("E&xclude 3 reviews"));
    press("fixLeaks");
    ASSERT_TRUE(waitFor([this] { return message().isVisible(); })) << m_failure.toStdString();
    EXPECT_EQ(excluded(), 3);
    EXPECT_TRUE(ask<bool>([](store::Project& project) { return splitNamed(project, "s").frozen; }));
}

TEST_F(LeaksTabTest, LooksAtLatestTextsWithoutASplitAndForgetsThemWhenDataChange)
{
    open(leakyLines());
    auto& splits = find<QComboBox>("leakSplit");
    ASSERT_TRUE(waitFor([&] { return splits.count() == 1; }));
    takePictures(QStringLiteral("leaks-empty"));
    look();
    ASSERT_TRUE(listed(4));
    EXPECT_FALSE(fix().isEnabled());
    m_session.announceData();
    EXPECT_TRUE(waitFor([this] { return !find<QTableView>("leaks").isVisible(); }));
}

TEST_F(LeaksTabTest, AsksForTheTargetByKeyboard)
{
    openLeaky();
    look();
    ASSERT_TRUE(listed(4));
    const QSignalSpy timeline{m_tab.get(), &LeaksTab::reviewWanted};
    const QSignalSpy inspection{m_tab.get(), &LeaksTab::inspectWanted};
    auto& leaks = find<QTableView>("leaks");
    leaks.setFocus();
    QTest::keyClick(&leaks, Qt::Key_Return);
    QTest::keyClick(&leaks, Qt::Key_E);
    ASSERT_EQ(timeline.size(), 1);
    ASSERT_EQ(inspection.size(), 1);
    EXPECT_EQ(timeline.front().front(), inspection.front().front());
    // cem's text is another user's twice: N shows the second one.
    leaks.selectRow(3);
    auto& right = find<QPlainTextEdit>("rightText");
    ASSERT_TRUE(waitFor([&] { return right.toPlainText().toStdString() == copied; }));
    QTest::keyClick(&leaks, Qt::Key_N);
    EXPECT_TRUE(
        waitFor([&] { return right.toPlainText().startsWith(QStringLiteral("This VERY")); }));
}

} // namespace
} // namespace nextquill::ui
