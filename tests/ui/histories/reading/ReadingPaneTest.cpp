// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/ReadingPane.h"

#include "core/store/table/TableCuration.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/EditReviewDialog.h"
#include "ui/histories/acts/SelectionActs.h"
#include "ui/histories/acts/TagDialog.h"
#include "ui/histories/acts/TagList.h"
#include "ui/histories/reading/TimelineEntry.h"
#include "ui/histories/reading/TimelineModel.h"
#include "ui/histories/reading/WhereFromDialog.h"
#include "ui/project/ModelBox.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>

#include <memory>
#include <set>

namespace nextquill::ui {
namespace {

using testing::reviewLine;

class ReadingPaneTest : public SessionTest
{
protected:
    void open(const std::string& reviews)
    {
        openWith(reviews);
        m_pane = std::make_unique<ReadingPane>(m_session);
        show(*m_pane);
        m_pane->activateWindow();
    }
    void TearDown() override
    {
        ASSERT_TRUE(rest());
        m_pane.reset();
    }

    /// Opens the timeline of one of `users` users with `count` reviews each.
    void openTimeline(int users, int count)
    {
        open(testing::histories(users, count));
        m_pane->showUser(QStringLiteral("user0"));
        ASSERT_TRUE(hasRows(count));
        list().setFocus();
    }
    bool rest()
    {
        return waitFor([this] { return !ActQueue::of(m_session).isBusy(); });
    }
    QListView& list() { return find<QListView>(*m_pane, "timeline"); }
    bool hasRows(int rows)
    {
        return waitFor([&] { return list().model()->rowCount() == rows; });
    }
    int row() { return list().currentIndex().row(); }
    const TimelineEntry& entry(int row)
    {
        return *list()
                    .model()
                    ->index(row, 0)
                    .data(TimelineModel::entryRole)
                    .value<const TimelineEntry*>();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&list(), key, modifiers);
    }
    std::string about() { return find<QLabel>(*m_pane, "readingAbout").text().toStdString(); }
    /// Gives tags their keys as somebody did in an earlier session.
    void makeTags(const std::vector<std::string>& names)
    {
        {
            const auto project =
                store::Project::open(m_temporary.file(), store::OpenMode::ReadWrite);
            store::TableCuration curation{*project};
            NoProgress noProgress;
            int key = 1;
            for (const std::string& name : names) {
                const auto rows = store::Selection::rows(store::TableKind::Reviews, {1});
                (void)curation.tag(rows, name, {}, noProgress);
                (void)curation.undo({}, noProgress);
                curation.setTagKey(name, key++);
            }
        }
        m_session.announceData();
        ASSERT_TRUE(waitFor([&] { return TagList::of(m_session).tags().size() == names.size(); }));
    }

    std::unique_ptr<ReadingPane> m_pane;
};

TEST_F(ReadingPaneTest, ShowsAUsersTimelineNewestFirst)
{
    openTimeline(2, 5);
    std::int64_t before = entry(0).time;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(entry(i).user, QStringLiteral("user0"));
        EXPECT_LE(entry(i).time, before);
        before = entry(i).time;
        EXPECT_EQ(entry(i).words, 9);
        EXPECT_EQ(entry(i).rating, 4);
    }
    EXPECT_EQ(find<QLabel>(*m_pane, "readingHeading").text(), QStringLiteral("user0"));
    EXPECT_TRUE(about().starts_with("5 reviews · 1970")) << about();
    EXPECT_EQ(row(), 0);
    EXPECT_EQ(find<QLabel>(*m_pane, "readingPosition").text(), QStringLiteral("1 of 5"));
}

TEST_F(ReadingPaneTest, FindsTheUserOfAReviewAndStandsAtIt)
{
    open(testing::histories(2, 5));
    QSignalSpy moved{m_pane.get(), &ReadingPane::currentChanged};
    m_pane->showReview(ReviewId{6}); // the second user's third
    ASSERT_TRUE(hasRows(5));
    EXPECT_EQ(m_pane->of(), QStringLiteral("user1"));
    EXPECT_EQ(m_pane->current(), 6);
    EXPECT_EQ(moved.back().front().toLongLong(), 6);
}

TEST_F(ReadingPaneTest, ShowsWhatWasWrittenAboutAnItem)
{
    open(testing::histories(3, 4));
    m_pane->showItem(ItemId{2});
    ASSERT_TRUE(hasRows(3));
    EXPECT_EQ(m_pane->of(), QStringLiteral("item1"));
    std::set<QString> users;
    for (int i = 0; i < 3; ++i) {
        users.insert(entry(i).user);
    }
    EXPECT_EQ(users.size(), 3U);
    m_pane->showUser(UserId{2});
    ASSERT_TRUE(hasRows(4));
    EXPECT_EQ(m_pane->of(), QStringLiteral("user1"));
}

TEST_F(ReadingPaneTest, MovesByLettersAndArrows)
{
    openTimeline(1, 4);
    press(Qt::Key_J);
    press(Qt::Key_Down);
    EXPECT_EQ(row(), 2);
    press(Qt::Key_Return, Qt::ControlModifier);
    press(Qt::Key_J); // the last one stays
    EXPECT_EQ(row(), 3);
    press(Qt::Key_K);
    EXPECT_EQ(row(), 2);
}

TEST_F(ReadingPaneTest, ShowsAJudgementBeforeTheProjectHasIt)
{
    openTimeline(1, 4);
    press(Qt::Key_X);
    EXPECT_TRUE(entry(0).excluded) << "at once";
    EXPECT_EQ(row(), 0);
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
    EXPECT_TRUE(entry(0).excluded);
    EXPECT_TRUE(waitFor([this] { return about().ends_with("1 excluded"); })) << about();
    press(Qt::Key_U);
    EXPECT_TRUE(waitFor([this] { return !entry(0).excluded; }));
    EXPECT_EQ(row(), 0) << "the place is lost";
    press(Qt::Key_U, Qt::ShiftModifier);
    EXPECT_TRUE(waitFor([this] { return entry(0).excluded; }));
}

TEST_F(ReadingPaneTest, GoesOnAfterAJudgementWhereThatIsWanted)
{
    openTimeline(1, 4);
    press(Qt::Key_G);
    press(Qt::Key_X);
    press(Qt::Key_I);
    EXPECT_EQ(row(), 2);
    press(Qt::Key_G);
    press(Qt::Key_X);
    EXPECT_EQ(row(), 2);
}

TEST_F(ReadingPaneTest, TagsByDigitsAndTakesTheTagAwayAgain)
{
    openTimeline(1, 4);
    makeTags({"funny", "spam"});
    press(Qt::Key_2);
    EXPECT_EQ(entry(0).tags, QStringList{QStringLiteral("spam")});
    press(Qt::Key_1);
    ASSERT_TRUE(rest());
    const QStringList both{QStringLiteral("funny"), QStringLiteral("spam")};
    EXPECT_TRUE(waitFor([&] { return entry(0).tags == both; }));
    press(Qt::Key_2);
    ASSERT_TRUE(rest());
    EXPECT_TRUE(waitFor([this] { return entry(0).tags == QStringList{QStringLiteral("funny")}; }));
    const auto& tags = TagList::of(m_session).tags();
    EXPECT_TRUE(waitFor([&] { return tags[0].reviews == 1 && tags[1].reviews == 0; }));
}

TEST_F(ReadingPaneTest, AsksForTheNameOfATagWhoseKeyIsNew)
{
    openTimeline(1, 4);
    press(Qt::Key_3);
    auto* const dialog = m_pane->findChild<TagDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto& name = find<QLineEdit>(*dialog, "tagName");
    QTest::keyClicks(&name, QStringLiteral("warm"));
    QTest::keyClick(&name, Qt::Key_Return);
    ASSERT_TRUE(rest());
    ASSERT_TRUE(waitFor([this] { return TagList::of(m_session).ofKey(3) != nullptr; }));
    EXPECT_EQ(TagList::of(m_session).ofKey(3)->name, "warm");
    EXPECT_EQ(entry(0).tags, QStringList{QStringLiteral("warm")});
    m_pane->activateWindow();
    ASSERT_TRUE(waitFor([this] { return list().hasFocus(); })) << "the keys are elsewhere";
    press(Qt::Key_J);
    press(Qt::Key_3);
    EXPECT_EQ(entry(1).tags, QStringList{QStringLiteral("warm")});
}

TEST_F(ReadingPaneTest, EditsByItsKey)
{
    openTimeline(1, 3);
    press(Qt::Key_J);
    press(Qt::Key_E);
    auto* const dialog = list().findChild<EditReviewDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto& text = find<QPlainTextEdit>(*dialog, "editText");
    ASSERT_TRUE(waitFor([&] { return text.isEnabled(); }));
    text.selectAll();
    QTest::keyClicks(&text, QStringLiteral("Short now."));
    QTest::keyClick(&text, Qt::Key_Return, Qt::ControlModifier);
    EXPECT_TRUE(waitFor([this] { return entry(1).text == QStringLiteral("Short now."); }));
    EXPECT_TRUE(waitFor([this] { return entry(1).words == 2; }));
    EXPECT_EQ(row(), 1);
}

TEST_F(ReadingPaneTest, ADeletedReviewLeavesAndComesBack)
{
    openTimeline(1, 3);
    press(Qt::Key_Delete);
    ASSERT_TRUE(hasRows(2));
    EXPECT_GE(row(), 0) << "the keys act on nothing";
    press(Qt::Key_U);
    EXPECT_TRUE(hasRows(3));
}

TEST_F(ReadingPaneTest, FindsInItsTextsAndGoesBackToThem)
{
    open(reviewLine("ann", "i", 10, "nothing here") + reviewLine("ann", "j", 20, "a Needle here") +
         reviewLine("ann", "k", 30, "nor here"));
    m_pane->showUser(QStringLiteral("ann"));
    ASSERT_TRUE(hasRows(3));
    list().setFocus();
    press(Qt::Key_Slash);
    auto& field = find<QLineEdit>(*m_pane, "findInTimeline");
    ASSERT_TRUE(field.hasFocus());
    QTest::keyClicks(&field, QStringLiteral("needle"));
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_EQ(row(), 1);
    QTest::keyClick(&field, Qt::Key_Escape);
    EXPECT_TRUE(list().hasFocus());
    EXPECT_FALSE(field.isVisible());
    press(Qt::Key_Slash);
    QTest::keyClicks(&field, QStringLiteral("haystack"));
    QTest::keyClick(&field, Qt::Key_Return);
    EXPECT_EQ(lastNotice(), "No text here has \"haystack\".");
}

TEST_F(ReadingPaneTest, WhatTheTableSearchesForStandsOut)
{
    openTimeline(1, 2);
    const QImage plain = list().grab().toImage();
    m_pane->setSearch(QStringLiteral("nothing"));
    EXPECT_EQ(list().grab().toImage(), plain);
    m_pane->setSearch(QStringLiteral("\"six seven\""));
    EXPECT_NE(list().grab().toImage(), plain);
    m_pane->setSearch({});
    EXPECT_EQ(list().grab().toImage(), plain);
}

TEST_F(ReadingPaneTest, ReviewsStayInAListThatTheirFilterLeftWhileTheyAreJudged)
{
    open(testing::histories(3, 4));
    store::TableQuery query{.filter = store::FilterExpression{}, .order = {.column = "time"}};
    query.filter.set("excluded", "no");
    m_pane->showMatching(query, 2);
    ASSERT_TRUE(hasRows(12));
    EXPECT_EQ(m_pane->current(), 2);
    list().setFocus();
    press(Qt::Key_X);
    ASSERT_TRUE(rest());
    ASSERT_EQ(excluded(), 1);
    press(Qt::Key_J);
    press(Qt::Key_X);
    ASSERT_TRUE(rest());
    EXPECT_TRUE(hasRows(12));
    EXPECT_TRUE(entry(1).excluded);
    EXPECT_TRUE(entry(2).excluded);
    EXPECT_EQ(row(), 2);
}

TEST_F(ReadingPaneTest, ReadsOnWhereALongListEnds)
{
    open(testing::histories(5, 100));
    const store::TableQuery all{.filter = store::FilterExpression{}, .order = {.column = "id"}};
    m_pane->showMatching(all, 300); // in the middle of a second page
    ASSERT_TRUE(waitFor([this] { return m_pane->current() == 300; }));
    const int rows = list().model()->rowCount();
    ASSERT_LT(rows, 500);
    list().setFocus();
    for (int i = 0; i < 200; ++i) {
        press(Qt::Key_J); // faster than rows are read
    }
    EXPECT_TRUE(waitFor([this] { return m_pane->current() == 500; })) << m_pane->current().value();
    for (int i = 0; i < 499; ++i) {
        press(Qt::Key_K);
    }
    EXPECT_TRUE(waitFor([this] { return m_pane->current() == 1; })) << m_pane->current().value();
    EXPECT_TRUE(hasRows(500));
}

TEST_F(ReadingPaneTest, CountsTokensOfTheChosenModel)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openTimeline(1, 3);
    auto& box = find<ModelBox>(*m_pane, "tokenModel");
    ASSERT_TRUE(waitFor([&] { return box.count() > 0; }));
    box.setModel(QString::fromStdString(model.string()));
    Q_EMIT box.modelChosen(box.model());
    ASSERT_TRUE(waitFor([this] { return entry(2).tokens.has_value(); }));
    EXPECT_GE(*entry(0).tokens, 9);
    Q_EMIT box.modelChosen(QStringLiteral("no such model"));
    EXPECT_TRUE(waitFor([this] {
        return about().find("tokens are not counted") != std::string::npos;
    })) << about();
    EXPECT_FALSE(entry(0).tokens.has_value());
    EXPECT_TRUE(m_failures.empty()) << m_failures.front();
}

TEST_F(ReadingPaneTest, SaysWhereAReviewComesFromAndWhatChangedIt)
{
    openTimeline(1, 3);
    press(Qt::Key_X);
    ASSERT_TRUE(rest());
    press(Qt::Key_W);
    auto* const dialog = m_pane->findChild<WhereFromDialog*>();
    ASSERT_NE(dialog, nullptr);
    auto& changes = find<QTableWidget>(*dialog, "originChanges");
    ASSERT_TRUE(waitFor([&] { return changes.rowCount() == 1; }));
    EXPECT_EQ(changes.item(0, 0)->text(), QStringLiteral("Exclude 1 review"));
    EXPECT_TRUE(find<QLabel>(*dialog, "originFile").text().startsWith(QStringLiteral("text")));
    EXPECT_EQ(find<QLabel>(*dialog, "originLine").text(), QStringLiteral("3"));
}

TEST_F(ReadingPaneTest, SaysThatNobodyIsBeingRead)
{
    open(testing::histories(1, 1));
    EXPECT_FALSE(list().isVisible());
    m_pane->showUser(QStringLiteral("user0"));
    EXPECT_TRUE(waitFor([this] { return list().isVisible(); }));
    m_pane->showUser(QStringLiteral("nobody"));
    EXPECT_TRUE(waitFor([this] { return !list().isVisible(); }));
}

/// 1,000 reviews, each judged by one of six keys; never a mouse.
TEST_F(ReadingPaneTest, AThousandReviewsAreJudgedByKeysAlone)
{
    constexpr int count = 1'000;
    openTimeline(1, count);
    makeTags({"funny", "spam", "long"});
    std::int64_t wantedExcluded = 0;
    std::vector<std::set<std::string>> wanted(count);
    for (int i = 0; i < count; ++i) {
        ASSERT_EQ(row(), i);
        switch (i % 5) {
        case 0:
            press(Qt::Key_X);
            ++wantedExcluded;
            break;
        case 1:
            press(Qt::Key_1);
            wanted[static_cast<std::size_t>(i)] = {"funny"};
            break;
        case 2:
            press(Qt::Key_2);
            press(Qt::Key_X);
            press(Qt::Key_I); // thought better of it
            wanted[static_cast<std::size_t>(i)] = {"spam"};
            break;
        case 3:
            press(Qt::Key_3);
            press(Qt::Key_1);
            wanted[static_cast<std::size_t>(i)] = {"funny", "long"};
            break;
        default:
            break; // kept as it is
        }
        press(Qt::Key_J);
    }
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), wantedExcluded);
    EXPECT_TRUE(m_failures.empty()) << m_failures.front();
    ASSERT_TRUE(waitFor([&] {
        for (int i = 0; i < count; ++i) {
            std::set<std::string> tags;
            for (const QString& tag : entry(i).tags) {
                tags.insert(tag.toStdString());
            }
            if (tags != wanted[static_cast<std::size_t>(i)] || entry(i).excluded != (i % 5 == 0)) {
                return false;
            }
        }
        return true;
    })) << "what is shown is not what was judged";
    m_session.announceData(); // read once more, nothing is shown beforehand now
    press(Qt::Key_U);
    press(Qt::Key_U);
    ASSERT_TRUE(rest());
    EXPECT_TRUE(waitFor([this] { return entry(count - 2).tags.isEmpty(); }));
}

} // namespace
} // namespace nextquill::ui
