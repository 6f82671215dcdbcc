// SPDX-License-Identifier: GPL-3.0-or-later
//
// Histories as its user walks through it: users, a timeline, search, exclusion and undo.
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/histories/HistoriesView.h"
#include "ui/widgets/MessageBar.h"

#include "tests/ui/shell/WindowTest.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

namespace nextquill::ui {
namespace {

class HistoriesWalk : public WindowTest
{
protected:
    [[nodiscard]] std::int64_t excluded() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        return store::Histories{*project}.counts().excluded;
    }
    [[nodiscard]] int shownTexts()
    {
        return find<QListView>(QStringLiteral("timeline")).model()->rowCount();
    }
};

TEST_F(HistoriesWalk, ListsUsersAndTheTimelineOfTheChosenOne)
{
    openSample();
    auto& users = find<QTableView>(QStringLiteral("users"));
    EXPECT_EQ(users.model()->rowCount(), 78);
    ASSERT_TRUE(waitFor([this] { return shownTexts() > 0; }));
    const int texts = users.model()->index(users.currentIndex().row(), 1).data().toInt();
    EXPECT_EQ(shownTexts(), texts);

    users.setFocus();
    QTest::keyClick(&users, Qt::Key_Down);
    const int others = users.model()->index(users.currentIndex().row(), 1).data().toInt();
    EXPECT_EQ(users.currentIndex().row(), 1);
    EXPECT_TRUE(waitFor([&] { return shownTexts() == others; }));
}

TEST_F(HistoriesWalk, FiltersUsersWhileTyping)
{
    openSample();
    auto& users = find<QTableView>(QStringLiteral("users"));
    const QString name = users.model()->index(5, 0).data().toString();
    QTest::keyClicks(&find<QLineEdit>(QStringLiteral("filterUsers")), name);
    EXPECT_TRUE(waitFor([&] {
        return users.model()->rowCount() > 0 && users.model()->rowCount() < 78 &&
               users.model()->index(0, 0).data().toString().contains(name);
    }));
}

TEST_F(HistoriesWalk, SearchesAllTexts)
{
    openSample();
    auto& words = find<QLineEdit>(QStringLiteral("searchTexts"));
    QTest::keyClicks(&words, QStringLiteral("battery"));
    QTest::keyClick(&words, Qt::Key_Return);
    ASSERT_TRUE(waitFor([this] {
        auto& list = find<QListView>(QStringLiteral("timeline"));
        return list.model()->rowCount() > 0 && list.model()->index(0, 0).data().toString().contains(
                                                   QStringLiteral("battery"), Qt::CaseInsensitive);
    }));
    words.clear();
    QTest::keyClicks(&words, QStringLiteral("xylophonically"));
    QTest::keyClick(&words, Qt::Key_Return);
    EXPECT_TRUE(waitFor([this] { return shownTexts() == 0; }));
}

TEST_F(HistoriesWalk, SaysWhatIsWrongWithASearch)
{
    openSample();
    auto& words = find<QLineEdit>(QStringLiteral("searchTexts"));
    QTest::keyClicks(&words, QStringLiteral("\"never closed"));
    QTest::keyClick(&words, Qt::Key_Return);
    auto& bar = find<MessageBar>(QStringLiteral("messageBar"));
    EXPECT_TRUE(waitFor([&] { return bar.isVisible(); }));
}

TEST_F(HistoriesWalk, ExcludesAndTakesItBack)
{
    openSample();
    ASSERT_TRUE(waitFor([this] { return shownTexts() > 2; }));
    auto& timeline = find<QListView>(QStringLiteral("timeline"));
    timeline.setFocus();
    timeline.setCurrentIndex(timeline.model()->index(1, 0));
    QTest::keyClick(&timeline, Qt::Key_X);
    auto& bar = find<MessageBar>(QStringLiteral("messageBar"));
    ASSERT_TRUE(waitFor([&] { return bar.isVisible(); }));
    EXPECT_EQ(excluded(), 1);

    QPushButton* undo = nullptr;
    for (QPushButton* button : bar.findChildren<QPushButton*>()) {
        undo = button->text() == QStringLiteral("Undo") ? button : undo;
    }
    ASSERT_NE(undo, nullptr);
    QTest::mouseClick(undo, Qt::LeftButton);
    EXPECT_TRUE(waitFor([this] { return excluded() == 0; }));
}

TEST_F(HistoriesWalk, KeepsItsPlaceWhenATextIsExcluded)
{
    openSample();
    auto& users = find<QTableView>(QStringLiteral("users"));
    auto& timeline = find<QListView>(QStringLiteral("timeline"));
    const auto user = [&] { return users.currentIndex().siblingAtColumn(0).data().toString(); };
    const auto text = [&] { return timeline.currentIndex().data().toString(); };
    users.selectRow(3);
    const int texts = users.model()->index(3, 1).data().toInt();
    ASSERT_TRUE(waitFor([&] { return shownTexts() == texts; }));
    timeline.setCurrentIndex(timeline.model()->index(2, 0));
    const QString chosenUser = user();
    const QString chosenText = text();
    timeline.setFocus();
    QSignalSpy readAgain{users.model(), &QAbstractItemModel::modelReset};
    QTest::keyClick(&timeline, Qt::Key_X);
    ASSERT_TRUE(waitFor([&] { return readAgain.count() == 1; }));
    EXPECT_TRUE(waitFor([&] { return user() == chosenUser && text() == chosenText; }))
        << user().toStdString() << ": " << text().toStdString();
}

TEST_F(HistoriesWalk, KeepsTheHitsOfASearchWhenOneIsExcluded)
{
    openSample();
    auto& users = find<QTableView>(QStringLiteral("users"));
    auto& timeline = find<QListView>(QStringLiteral("timeline"));
    auto& words = find<QLineEdit>(QStringLiteral("searchTexts"));
    QSignalSpy answered{timeline.model(), &QAbstractItemModel::rowsInserted};
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
    QTest::keyClicks(&words, QStringLiteral("kettle"));
    answered.clear();
    QTest::keyClick(&words, Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return answered.count() > 0; }));
    const int hits = shownTexts();
    timeline.setCurrentIndex(timeline.model()->index(0, 0));
    const QString chosen = timeline.currentIndex().data().toString();
    timeline.setFocus();
    QSignalSpy readAgain{users.model(), &QAbstractItemModel::modelReset};
    QTest::keyClick(&timeline, Qt::Key_X);
    ASSERT_TRUE(waitFor([&] { return readAgain.count() == 1; }));
    EXPECT_TRUE(waitFor([&] {
        return shownTexts() == hits && timeline.currentIndex().data().toString() == chosen;
    })) << shownTexts();

    words.clear();
    EXPECT_TRUE(waitFor([&] {
        return shownTexts() == users.model()->index(users.currentIndex().row(), 1).data().toInt();
    })) << "the user's own texts did not come back";
    EXPECT_EQ(users.currentIndex().row(), 0);
}

TEST_F(HistoriesWalk, WaitsForTheEndOfTypingAlsoAfterEnter)
{
    openSample();
    auto& users = find<QTableView>(QStringLiteral("users"));
    auto& filter = find<QLineEdit>(QStringLiteral("filterUsers"));
    QSignalSpy asked{users.model(), &QAbstractItemModel::modelReset};
    QTest::keyClick(&filter, Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return asked.count() == 1 && users.model()->rowCount() > 5; }));
    const QString name = users.model()->index(5, 0).data().toString();
    ASSERT_GE(name.size(), 6);
    asked.clear();
    for (const QChar letter : name) {
        QTest::keyClick(&filter, letter.toLatin1());
        QTest::qWait(10); // a fast typist, and time for a timer that does not wait
    }
    EXPECT_TRUE(waitFor([&] { return asked.count() > 0; }));
    EXPECT_LT(asked.count(), name.size()) << "each letter asked anew";
}

TEST_F(HistoriesWalk, SaysThatAProjectIsEmptyAndWhatToDo)
{
    const auto file = m_folder / "empty.nextquill";
    (void)store::Project::create(file);
    m_window->openFile(file);
    EXPECT_TRUE(waitFor([this] {
        for (const QLabel* label : m_window->histories().findChildren<QLabel*>()) {
            if (label->isVisible() && label->text() == QStringLiteral("No reviews yet")) {
                return true;
            }
        }
        return false;
    }));
}

} // namespace
} // namespace nextquill::ui
