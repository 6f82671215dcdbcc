// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/SelectionActs.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/ActsBar.h"
#include "ui/histories/acts/EditReviewDialog.h"
#include "ui/histories/acts/MergeUsersDialog.h"
#include "ui/histories/acts/ReviewActs.h"
#include "ui/histories/acts/TagDialog.h"
#include "ui/histories/acts/TagList.h"
#include "ui/widgets/ProgressLine.h"

#include "tests/ui/histories/SessionTest.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <algorithm>
#include <memory>
#include <optional>
#include <semaphore>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::ui {
namespace {

using Kind = SelectionActs::Kind;
using store::FilterExpression;
using store::Selection;
using store::TableKind;

/// Three users with four reviews each; acts over a widget in the place of a table.
class SelectionActsTest : public SessionTest
{
protected:
    void SetUp() override
    {
        openWith(testing::histories(3, 4));
        m_view.setFocusPolicy(Qt::StrongFocus);
        m_acts = std::make_unique<SelectionActs>(m_session, &m_view);
        m_view.addActions(m_acts->actions());
        show(m_view);
        m_view.activateWindow();
        m_view.setFocus();
    }
    void TearDown() override
    {
        ASSERT_TRUE(rest());
        m_acts.reset();
    }

    bool rest()
    {
        return waitFor([this] { return !ActQueue::of(m_session).isBusy(); });
    }
    [[nodiscard]] std::string text(Kind kind) const
    {
        return m_acts->action(kind)->text().remove(u'&').toStdString();
    }
    void selectReviews(std::set<std::int64_t> ids)
    {
        m_acts->select(Selection::rows(TableKind::Reviews, std::move(ids)));
    }
    template<typename Dialog>
    [[nodiscard]] Dialog* dialog()
    {
        Dialog* found = nullptr;
        waitFor([&] {
            found = m_view.findChild<Dialog*>();
            return found != nullptr && found->isVisible();
        });
        return found;
    }

    QWidget m_view;
    std::unique_ptr<SelectionActs> m_acts;
};

TEST_F(SelectionActsTest, NamesWhatItIsAboutToChange)
{
    EXPECT_EQ(text(Kind::Exclude), "Exclude");
    EXPECT_FALSE(m_acts->action(Kind::Exclude)->isEnabled());
    selectReviews({1});
    EXPECT_EQ(text(Kind::Exclude), "Exclude 1 review");
    selectReviews({1, 2, 5});
    EXPECT_EQ(text(Kind::Exclude), "Exclude 3 reviews");
    EXPECT_EQ(text(Kind::Delete), "Delete 3 reviews");
    EXPECT_TRUE(m_acts->action(Kind::Exclude)->isEnabled());
    m_acts->select(Selection::everything(FilterExpression{}), 1'234'567);
    EXPECT_EQ(text(Kind::Exclude), "Exclude all 1,234,567 matching reviews");
}

TEST_F(SelectionActsTest, CountsWhatTheTableDoesNotKnow)
{
    FilterExpression filter;
    filter.set("user", "=user1");
    m_acts->select(Selection::everything(filter));
    EXPECT_EQ(text(Kind::Exclude), "Exclude all matching reviews (counting…)");
    EXPECT_TRUE(waitFor([this] { return text(Kind::Exclude) == "Exclude all 4 matching reviews"; }))
        << text(Kind::Exclude);
    m_acts->select(Selection::rows(TableKind::Users, {1, 3}));
    EXPECT_EQ(text(Kind::Exclude), "Exclude the reviews of 2 users");
    EXPECT_TRUE(waitFor([this] { return text(Kind::Exclude) == "Exclude 8 reviews of 2 users"; }))
        << text(Kind::Exclude);
}

TEST_F(SelectionActsTest, ExcludesAndIncludesByKeys)
{
    selectReviews({1, 2});
    QTest::keyClick(&m_view, Qt::Key_X);
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 2);
    EXPECT_EQ(lastNotice(), "2 reviews excluded.");
    QTest::keyClick(&m_view, Qt::Key_I);
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 0);
}

/// Rows whose ids the test gives out when it likes.
class AwaitedRowsTest : public SelectionActsTest
{
protected:
    /// Chooses `rows` rows that are being read and presses X.
    void excludeUnread(std::int64_t rows)
    {
        m_acts->await(Selection{}, rows,
                      [this](const AwaitedActs::Found& found) { m_reading.push_back(found); });
        QTest::keyClick(&m_view, Qt::Key_X);
    }
    void find(std::size_t reading, std::set<std::int64_t> ids)
    {
        m_reading.at(reading)(Selection::rows(TableKind::Reviews, std::move(ids)));
    }

    void excludeAnother()
    {
        ActQueue::of(m_session).add(excluding(Selection::rows(TableKind::Reviews, {9}), {}));
    }
    [[nodiscard]] bool saidThatNothingWasDone() const
    {
        return std::any_of(m_notices.begin(), m_notices.end(), [](const std::string& notice) {
            return notice.find("nothing was done with them") != std::string::npos;
        });
    }

    std::vector<AwaitedActs::Found> m_reading;
};

TEST_F(AwaitedRowsTest, AreActedOnInTheOrderOfTheKeysOnceAllAreKnown)
{
    excludeUnread(1);
    EXPECT_EQ(text(Kind::Exclude), "Exclude 1 review");
    excludeUnread(2);
    selectReviews({7});
    QTest::keyClick(&m_view, Qt::Key_X);
    find(1, {3, 4});
    EXPECT_FALSE(ActQueue::of(m_session).isBusy()); // it might move the row of the first
    find(0, {1});
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 4);
    ActQueue::of(m_session).undo(); // the last key's
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 3);
    ActQueue::of(m_session).undo();
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
}

TEST_F(AwaitedRowsTest, AreLeftAloneAndItIsSaidWhenTheTableChangesFirst)
{
    excludeUnread(1);
    excludeAnother();
    find(0, {1});
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
    EXPECT_TRUE(saidThatNothingWasDone());
}

TEST_F(AwaitedRowsTest, AreLeftAloneAndItIsSaidWhileSomethingIsBeingDone)
{
    excludeAnother();
    excludeUnread(1);
    EXPECT_TRUE(m_reading.empty());
    EXPECT_TRUE(saidThatNothingWasDone());
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
}

TEST_F(AwaitedRowsTest, ThatCannotBeReadDoNotKeepTheOthersWaiting)
{
    excludeUnread(1);
    excludeUnread(1);
    m_reading.at(0)(std::nullopt);
    find(1, {2});
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
}

TEST_F(AwaitedRowsTest, ThatHaveGoneAreSaidToHaveGone)
{
    excludeUnread(1);
    find(0, {});
    EXPECT_TRUE(saidThatNothingWasDone());
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 0);
}

TEST_F(SelectionActsTest, ActsOnEverythingThatAFilterMatches)
{
    FilterExpression filter;
    filter.set("user", "=user1");
    m_acts->select(Selection::everything(filter), 4);
    m_acts->exclude();
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 4);
    EXPECT_EQ(lastNotice(), "4 reviews excluded.");
    m_action(); // Undo
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 0);
}

TEST_F(SelectionActsTest, DeletesAndBringsBack)
{
    const auto reviews = [this] {
        return inProject(
            [](store::Project& project) { return store::Histories{project}.counts().reviews; });
    };
    selectReviews({3});
    QTest::keyClick(&m_view, Qt::Key_Delete);
    ASSERT_TRUE(rest());
    EXPECT_EQ(reviews(), 11);
    EXPECT_EQ(lastNotice(), "1 review deleted.");
    m_action();
    ASSERT_TRUE(rest());
    EXPECT_EQ(reviews(), 12);
}

TEST_F(SelectionActsTest, TagsThroughTheDialogAndUntagsThroughTheMenu)
{
    selectReviews({1, 2});
    QTest::keyClick(&m_view, Qt::Key_T);
    auto* const asked = dialog<TagDialog>();
    ASSERT_NE(asked, nullptr);
    EXPECT_EQ(asked->windowTitle(), QStringLiteral("Tag 2 reviews"));
    auto& name = find<QLineEdit>(*asked, "tagName");
    QTest::keyClicks(&name, QStringLiteral("a, b"));
    EXPECT_FALSE(find<QPushButton>(*asked, "takeTag").isEnabled()) << "a comma";
    name.clear();
    QTest::keyClicks(&name, QStringLiteral("funny"));
    QTest::keyClick(&name, Qt::Key_Return);
    ASSERT_TRUE(rest());
    EXPECT_EQ(lastNotice(), "2 reviews tagged \"funny\".");

    const auto& tags = TagList::of(m_session).tags();
    ASSERT_TRUE(waitFor([&] { return tags.size() == 1 && tags.front().reviews == 2; }));
    QMenu* const menu = m_acts->action(Kind::Untag)->menu();
    ASSERT_TRUE(waitFor([&] { return menu->actions().size() == 1; }));
    menu->actions().front()->trigger();
    ASSERT_TRUE(rest());
    EXPECT_EQ(lastNotice(), "Tag \"funny\" removed from 2 reviews.");
}

TEST_F(SelectionActsTest, EditsAReviewByKeysAndTakesItBackWhole)
{
    const auto review = [this] {
        return *inProject([](store::Project& project) {
            return store::Histories{project}.findReview(ReviewId{2});
        });
    };
    const store::Review before = review();
    selectReviews({2});
    QTest::keyClick(&m_view, Qt::Key_F2);
    auto* const asked = dialog<EditReviewDialog>();
    ASSERT_NE(asked, nullptr);
    auto& text = find<QPlainTextEdit>(*asked, "editText");
    ASSERT_TRUE(waitFor([&] { return text.isEnabled(); }));
    EXPECT_FALSE(find<QPushButton>(*asked, "saveEdit").isEnabled()) << "nothing is new";
    text.selectAll();
    QTest::keyClick(&text, Qt::Key_Delete);
    EXPECT_FALSE(find<QPushButton>(*asked, "saveEdit").isEnabled()) << "no text";
    QTest::keyClicks(&text, QStringLiteral("Another text."));
    QTest::keyClicks(&find<QLineEdit>(*asked, "editTitle"), QStringLiteral("!"));
    QTest::keyClick(&text, Qt::Key_Return, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([&] { return review().text == "Another text."; }));
    ASSERT_TRUE(rest());
    EXPECT_EQ(review().title, before.title + "!");
    EXPECT_EQ(review().rating, before.rating);
    EXPECT_EQ(lastNotice(), "1 review edited.");
    m_action(); // both steps
    ASSERT_TRUE(rest());
    EXPECT_EQ(review().text, before.text);
    EXPECT_EQ(review().title, before.title);
}

TEST_F(SelectionActsTest, MergesSelectedUsersAndOneByName)
{
    m_acts->select(Selection::rows(TableKind::Users, {1, 2}));
    m_acts->chooseMerge();
    auto* const asked = dialog<MergeUsersDialog>();
    ASSERT_NE(asked, nullptr);
    auto& table = find<QTableWidget>(*asked, "usersToMerge");
    ASSERT_TRUE(waitFor([&] { return table.rowCount() == 2; }));
    auto& name = find<QLineEdit>(*asked, "userToMerge");
    QTest::keyClicks(&name, QStringLiteral("nobody"));
    QTest::keyClick(&name, Qt::Key_Return);
    auto& problem = find<QLabel>(*asked, "mergeProblem");
    ASSERT_TRUE(waitFor([&] { return !problem.text().isEmpty(); }));
    EXPECT_EQ(problem.text(), QStringLiteral("No user is called \"nobody\"."));
    name.clear();
    QTest::keyClicks(&name, QStringLiteral("user2"));
    QTest::keyClick(&name, Qt::Key_Return);
    ASSERT_TRUE(waitFor([&] { return table.rowCount() == 3; }));
    table.selectRow(1);
    auto& merge = find<QPushButton>(*asked, "merge");
    EXPECT_EQ(merge.text().remove(u'&'), QStringLiteral("Merge 3 users"));
    const std::string into = table.item(1, 0)->text().toStdString();
    merge.click();
    ASSERT_TRUE(waitFor([this] { return !m_notices.empty(); }));
    ASSERT_TRUE(rest());
    EXPECT_EQ(lastNotice(), "3 users merged into " + into + ".");
    const auto user = inProject(
        [&](store::Project& project) { return store::Histories{project}.findUser(into); });
    ASSERT_TRUE(user.has_value());
    EXPECT_EQ(user->reviews, 12);
}

TEST_F(SelectionActsTest, MergeStartsWithTheUsersOfSelectedReviews)
{
    selectReviews({1, 2, 4}); // of the first user, the second, and the first again
    m_acts->chooseMerge();
    auto* const asked = dialog<MergeUsersDialog>();
    ASSERT_NE(asked, nullptr);
    auto& table = find<QTableWidget>(*asked, "usersToMerge");
    EXPECT_TRUE(waitFor([&] { return table.rowCount() == 2; })) << table.rowCount();
    asked->reject();
}

TEST_F(SelectionActsTest, TheBarNamesTheSelectionBesideItsButtons)
{
    ActsBar bar{*m_acts};
    bar.show();
    selectReviews({1, 2});
    QStringList shownTexts;
    for (const QLabel* label : bar.findChildren<QLabel*>()) {
        shownTexts << label->text();
    }
    EXPECT_TRUE(shownTexts.contains(QStringLiteral("Selected: 2 reviews")))
        << shownTexts.join(u'|').toStdString();
    QStringList buttons;
    for (const QToolButton* button : bar.findChildren<QToolButton*>()) {
        buttons << button->text();
    }
    EXPECT_TRUE(buttons.contains(QStringLiteral("Exclude"))) << buttons.join(u'|').toStdString();
}

TEST_F(SelectionActsTest, TheBarShowsWhatLastsAndCancelsIt)
{
    ActsBar bar{*m_acts};
    bar.show();
    Act endless{.title = QStringLiteral("Waiting")};
    endless.work = [](store::Project&, StopToken stop, Progress&) -> Act::Steps {
        std::binary_semaphore asked{0};
        const std::stop_callback wake{stop, [&asked] { asked.release(); }};
        asked.acquire();
        throw Stopped{};
    };
    m_acts->queue().add(std::move(endless));
    auto* const line = bar.findChild<ProgressLine*>();
    ASSERT_NE(line, nullptr);
    ASSERT_TRUE(waitFor([&] { return line->isVisible(); }));
    QToolButton* cancel = nullptr;
    for (QToolButton* const button : line->findChildren<QToolButton*>()) {
        cancel = button->accessibleName() == QStringLiteral("Cancel") ? button : cancel;
    }
    ASSERT_NE(cancel, nullptr);
    QTest::mouseClick(cancel, Qt::LeftButton);
    ASSERT_TRUE(rest());
    EXPECT_FALSE(line->isVisible());
    EXPECT_EQ(lastNotice(), "Waiting: cancelled. Nothing was changed.");
}

} // namespace
} // namespace nextquill::ui
