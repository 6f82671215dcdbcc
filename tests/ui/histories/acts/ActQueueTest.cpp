// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/ActQueue.h"

#include "core/base/Error.h"

#include "tests/ui/histories/SessionTest.h"

#include <QSignalSpy>

#include <atomic>
#include <semaphore>

namespace nextquill::ui {
namespace {

using store::Selection;
using store::TableKind;

class ActQueueTest : public SessionTest
{
protected:
    void SetUp() override { openWith(testing::histories(1, 4)); }

    [[nodiscard]] static Act exclude(std::set<std::int64_t> ids, const char* told = "Excluded.")
    {
        return {.title = QStringLiteral("Excluding"),
                .work =
                    [ids](store::Project& project, StopToken stop, Progress& progress) {
                        return Act::Steps{store::TableCuration{project}.exclude(
                            Selection::rows(TableKind::Reviews, ids), std::move(stop), progress)};
                    },
                .told = [told](const Act::Steps&) { return QString::fromLatin1(told); }};
    }
    [[nodiscard]] ActQueue& queue() { return ActQueue::of(m_session); }
    [[nodiscard]] bool rest()
    {
        return waitFor([this] { return !queue().isBusy(); });
    }
};

TEST_F(ActQueueTest, IsOneForASession)
{
    EXPECT_EQ(&ActQueue::of(m_session), &ActQueue::of(m_session));
    ProjectSession other;
    EXPECT_NE(&ActQueue::of(m_session), &ActQueue::of(other));
}

TEST_F(ActQueueTest, MakesAStepOfEachActInTheOrderAskedFor)
{
    std::vector<quint64> settled;
    QObject::connect(&queue(), &ActQueue::settled, &queue(),
                     [&](quint64 act, const Act::Steps& steps) {
                         settled.push_back(act);
                         EXPECT_EQ(steps.size(), 1U);
                     });
    QSignalSpy told{&m_session, &ProjectSession::dataChanged};
    const quint64 first = queue().add(exclude({1}));
    for (std::int64_t id = 2; id <= 4; ++id) {
        queue().add(exclude({id}));
    }
    ASSERT_TRUE(rest());
    EXPECT_EQ(settled, (std::vector<quint64>{first, first + 1, first + 2, first + 3}));
    EXPECT_EQ(excluded(), 4);
    EXPECT_LE(told.count(), 2) << "three acts waited together";
    for (const std::int64_t left : {3, 2, 1, 0}) {
        queue().undo();
        ASSERT_TRUE(rest());
        EXPECT_EQ(excluded(), left);
    }
}

TEST_F(ActQueueTest, SaysWhatWasDoneWithUndo)
{
    queue().add(exclude({1, 2}, "2 reviews excluded."));
    ASSERT_TRUE(rest());
    EXPECT_EQ(lastNotice(), "2 reviews excluded.");
    ASSERT_EQ(m_actionText, "Undo");
    m_action();
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 0);
    EXPECT_TRUE(lastNotice().starts_with("Undone: ")) << lastNotice();
    EXPECT_TRUE(m_actionText.empty()) << "there is nothing of a walk to undo";
    queue().redo();
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 2);
}

TEST_F(ActQueueTest, OffersNoUndoWhereNothingWasChanged)
{
    queue().add(exclude({1}));
    ASSERT_TRUE(rest());
    QSignalSpy changed{&m_session, &ProjectSession::dataChanged};
    queue().add(exclude({1}, "Nothing to exclude."));
    ASSERT_TRUE(rest());
    EXPECT_EQ(lastNotice(), "Nothing to exclude.");
    EXPECT_TRUE(m_actionText.empty());
    EXPECT_EQ(changed.count(), 0);
}

TEST_F(ActQueueTest, GoesOnBehindAnActThatFails)
{
    Act broken = exclude({1});
    broken.work = [](store::Project&, StopToken, Progress&) -> Act::Steps {
        throw Error{ErrorKind::BadInput, "it is broken", "here", "mend it"};
    };
    queue().add(std::move(broken));
    queue().add(exclude({2}));
    ASSERT_TRUE(rest());
    ASSERT_EQ(m_failures.size(), 1U);
    EXPECT_EQ(m_failures.front(), "it is broken");
    EXPECT_EQ(excluded(), 1);
}

TEST_F(ActQueueTest, KeepsNothingOfACancelledActAndDoesTheNext)
{
    std::atomic<bool> began = false;
    Act endless = exclude({1});
    endless.work = [&began](store::Project&, StopToken stop, Progress&) -> Act::Steps {
        std::binary_semaphore asked{0};
        const std::stop_callback wake{stop, [&asked] { asked.release(); }};
        began = true;
        asked.acquire();
        throw Stopped{};
    };
    queue().add(std::move(endless));
    queue().add(exclude({2}, "1 review excluded."));
    ASSERT_TRUE(waitFor([&] { return began.load(); }));
    QSignalSpy cancelling{&queue(), &ActQueue::cancelling};
    queue().cancel();
    EXPECT_EQ(cancelling.count(), 1);
    ASSERT_TRUE(rest());
    EXPECT_EQ(excluded(), 1);
    ASSERT_GE(m_notices.size(), 2U);
    EXPECT_EQ(m_notices[m_notices.size() - 2], "Excluding: cancelled. Nothing was changed.");
    EXPECT_EQ(lastNotice(), "1 review excluded.");
}

TEST_F(ActQueueTest, RefusesToChangeAProjectThatIsOnlyRead)
{
    m_session.setProject(m_temporary.file(), true);
    EXPECT_EQ(queue().add(exclude({1})), 0U);
    EXPECT_FALSE(queue().isBusy());
    EXPECT_NE(lastNotice().find("reading only"), std::string::npos);
    EXPECT_EQ(excluded(), 0);
}

} // namespace
} // namespace nextquill::ui
