// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/rejects/RejectsTab.h"

#include "core/base/AtomicFile.h"

#include "tests/ui/histories/SessionTest.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

#include <memory>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

/// Three lines that are not taken, for two reasons.
class RejectsTabTest : public SessionTest
{
protected:
    void open(const std::string& lines)
    {
        openWith(lines);
        m_tab = std::make_unique<RejectsTab>(m_session);
        show(*m_tab);
    }
    void openThree()
    {
        open(reviewLine("ann", "i", 1, "Kept.") + "broken\tline\n" + reviewLine("ann", "i", 2, "") +
             reviewLine("ben", "i", 3, ""));
        ASSERT_TRUE(hasRows(3));
        ASSERT_TRUE(waitFor([this] { return reason().count() == 3; }));
    }
    QTableView& table() { return find<QTableView>(*m_tab, "rejects"); }
    QComboBox& reason() { return find<QComboBox>(*m_tab, "rejectReason"); }
    std::string count() { return find<QLabel>(*m_tab, "rejectCount").text().toStdString(); }
    bool hasRows(int rows)
    {
        return waitFor([&] { return table().model()->rowCount() == rows; });
    }

    std::unique_ptr<RejectsTab> m_tab;
};

TEST_F(RejectsTabTest, ListsLinesWithPlaceReasonAndWholeText)
{
    openThree();
    EXPECT_EQ(count(), "3 of 3 rejected lines");
    EXPECT_EQ(table().model()->index(0, 1).data().toString(), QStringLiteral("2"));
    EXPECT_FALSE(table().model()->index(0, 3).data().toString().isEmpty());
    auto& text = find<QPlainTextEdit>(*m_tab, "rejectText");
    EXPECT_TRUE(waitFor([&] { return text.toPlainText() == QStringLiteral("broken\\u{9}line"); }))
        << text.toPlainText().toStdString();
}

TEST_F(RejectsTabTest, NarrowsByReasonAndByText)
{
    openThree();
    EXPECT_EQ(reason().itemText(1), QStringLiteral("its text is empty (2)"));
    reason().setFocus();
    QTest::keyClick(&reason(), Qt::Key_Down);
    ASSERT_TRUE(hasRows(2));
    EXPECT_EQ(count(), "2 of 3 rejected lines");
    auto& contains = find<QLineEdit>(*m_tab, "rejectContains");
    QTest::keyClicks(&contains, QStringLiteral("BEN"));
    ASSERT_TRUE(hasRows(1));
    QTest::keyClicks(&contains, QStringLiteral("zzz"));
    QTest::keyClick(&contains, Qt::Key_Return);
    ASSERT_TRUE(hasRows(0));
    EXPECT_FALSE(find<QPushButton>(*m_tab, "exportRejects").isEnabled());
}

TEST_F(RejectsTabTest, WritesWhatIsShownAndSaysHowMuch)
{
    openThree();
    reason().setCurrentIndex(1);
    ASSERT_TRUE(hasRows(2));
    const auto to = m_temporary.folder / "rejects.csv";
    m_tab->exportTo(QString::fromStdString(to.string()));
    ASSERT_TRUE(waitFor([this] { return !m_notices.empty(); }));
    EXPECT_EQ(lastNotice(), "2 rejected lines written to " + to.string() + ".");
    EXPECT_TRUE(readFile(to).starts_with("file,line,byte,reason,text\r\n"));
}

TEST_F(RejectsTabTest, AsksForARetryOfWhatIsShown)
{
    openThree();
    reason().setCurrentIndex(1);
    ASSERT_TRUE(hasRows(2));
    std::vector<store::RejectFilter> asked;
    QObject::connect(m_tab.get(), &RejectsTab::retryWanted, m_tab.get(),
                     [&](const store::RejectFilter& which) { asked.push_back(which); });
    find<QPushButton>(*m_tab, "retryRejects").click();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_EQ(asked.front().reason, "its text is empty");
    EXPECT_EQ(asked.front().file, "");
}

TEST_F(RejectsTabTest, CopiesLinesForASpreadsheet)
{
    openThree();
    table().setFocus();
    table().selectAll();
    QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
    const QString copied = QGuiApplication::clipboard()->text();
    EXPECT_EQ(copied.count(u'\n'), 3) << copied.toStdString();
    EXPECT_EQ(copied.count(u'\t'), 12) << copied.toStdString();
}

TEST_F(RejectsTabTest, SaysThatThereAreNone)
{
    open(reviewLine("ann", "i", 1, "Kept."));
    EXPECT_TRUE(waitFor([this] {
        for (const QLabel* label : m_tab->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("No rejected lines")) {
                return true;
            }
        }
        return false;
    }));
}

TEST_F(RejectsTabTest, ListsWhatALaterImportLeftOut)
{
    openThree();
    {
        const auto project = store::Project::open(m_temporary.file(), store::OpenMode::ReadWrite);
        NoProgress noProgress;
        (void)store::importReviewText(*project, reviewLine("cid", "i", 9, ""), {}, "later", {},
                                      noProgress);
    }
    m_session.announceData();
    EXPECT_TRUE(hasRows(4));
    EXPECT_TRUE(waitFor([this] { return count() == "4 of 4 rejected lines"; })) << count();
}

} // namespace
} // namespace nextquill::ui
