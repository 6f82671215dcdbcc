// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/RunQueueOrder.h"

#include "core/base/Error.h"
#include "core/base/Random.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <set>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace nextquill::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::TemporaryProject;

class RunQueue : public ::testing::Test
{
protected:
    RunId add(const std::string& stem)
    {
        const RunId run = ledger().add(stem, {}).id;
        order().enqueue(run);
        return run;
    }
    RunLedger ledger() { return RunLedger{*m_temporary.project}; }
    RunQueueOrder order() { return RunQueueOrder{*m_temporary.project}; }
    std::vector<std::string> names()
    {
        std::vector<std::string> all;
        for (const RunRow& row : order().waiting()) {
            all.push_back(row.name.substr(0, row.name.find('-')));
        }
        return all;
    }

    TemporaryProject m_temporary;
};

TEST_F(RunQueue, IsInTheOrderOfEnteringAndOutlivesTheProgram)
{
    add("a");
    const RunRow apart = ledger().add("alone", {.ownProcess = true}); // entered, not queued
    add("b");
    add("c");
    EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(order().next()->name, "a-1");
    m_temporary.reopen();
    EXPECT_THAT(names(), ElementsAre("a", "b", "c"));
    EXPECT_FALSE(ledger().get("alone-1").isInQueue());
    EXPECT_TRUE(ledger().get("alone-1").ownProcess);
    order().enqueue(apart.id);
    order().enqueue(ledger().get("a-1").id); // is there already
    EXPECT_THAT(names(), ElementsAre("a", "b", "c", "alone"));
}

TEST_F(RunQueue, MovesRuns)
{
    const RunId a = add("a");
    const RunId b = add("b");
    const RunId c = add("c");
    const RunId d = add("d");
    order().moveFirst(c);
    EXPECT_THAT(names(), ElementsAre("c", "a", "b", "d"));
    order().moveLast(a);
    EXPECT_THAT(names(), ElementsAre("c", "b", "d", "a"));
    order().moveBy(d, -1);
    EXPECT_THAT(names(), ElementsAre("c", "d", "b", "a"));
    order().moveBy(c, 1);
    EXPECT_THAT(names(), ElementsAre("d", "c", "b", "a"));
    order().moveBefore(a, c);
    EXPECT_THAT(names(), ElementsAre("d", "a", "c", "b"));
    order().moveBefore(d, b);
    EXPECT_THAT(names(), ElementsAre("a", "c", "d", "b"));
    order().moveBefore(b, b);
    order().moveBy(a, -1);
    order().moveBy(b, 7);
    EXPECT_THAT(names(), ElementsAre("a", "c", "d", "b"));
}

TEST_F(RunQueue, KeepsTheOrderOfTheOthersInAnySeriesOfMoves)
{
    std::vector<RunId> expected;
    for (const char* stem : {"a", "b", "c", "d", "e", "f"}) {
        expected.push_back(add(stem));
    }
    const Random random{7, 0};
    for (std::uint64_t move = 0; move < 200; ++move) {
        const auto from = static_cast<std::ptrdiff_t>(random.bits(2 * move) % expected.size());
        const auto by = static_cast<std::ptrdiff_t>(random.bits(2 * move + 1) % 13) - 6;
        const RunId run = expected[static_cast<std::size_t>(from)];
        order().moveBy(run, static_cast<int>(by));
        expected.erase(expected.begin() + from);
        const auto last = static_cast<std::ptrdiff_t>(expected.size());
        expected.insert(expected.begin() + std::clamp<std::ptrdiff_t>(from + by, 0, last), run);
        std::vector<RunId> found;
        for (const RunRow& row : order().waiting()) {
            found.push_back(row.id);
        }
        ASSERT_EQ(found, expected) << "move " << move;
    }
}

TEST_F(RunQueue, LetsGoOfWhatEndsOrIsTakenOut)
{
    const RunId a = add("a");
    const RunId b = add("b");
    const RunId c = add("c");
    const RunId d = add("d");
    order().takeOut(b);
    EXPECT_EQ(ledger().get("b-1").state, RunState::Stopped);
    static_cast<void>(ledger().claim(a));
    EXPECT_THAT(names(), ElementsAre("c", "d"));
    ledger().setState(a, RunState::Done);
    static_cast<void>(ledger().claim(c));
    ledger().setState(c, RunState::Failed, "no memory");
    EXPECT_THAT(names(), ElementsAre("d"));
    order().enqueue(c); // it may be tried again
    order().enqueue(b);
    EXPECT_THAT(names(), ElementsAre("d", "c", "b"));
    EXPECT_EQ(ledger().get("c-1").error, "");
    static_cast<void>(ledger().claim(d));
    ledger().setState(d, RunState::Paused); // keeps its place
    EXPECT_THAT(names(), ElementsAre("d", "c", "b"));
}

TEST_F(RunQueue, RefusesWhatIsNotInIt)
{
    const RunId a = add("a");
    const RunId b = add("b");
    static_cast<void>(ledger().claim(a));
    const std::function<void()> changes[] = {
        [&] { order().moveFirst(a); },     [&] { order().moveLast(a); },
        [&] { order().moveBy(a, 1); },     [&] { order().moveBefore(a, b); },
        [&] { order().moveBefore(b, a); }, [&] { order().takeOut(a); },
        [&] { order().enqueue(a); },       [&] { order().takeOut(RunId{417}); }};
    for (const auto& change : changes) {
        EXPECT_THROW(change(), Error);
    }
    ledger().setState(a, RunState::Done);
    EXPECT_THROW(order().enqueue(a), Error);
    EXPECT_THAT(names(), ElementsAre("b"));
}

TEST_F(RunQueue, GivesEachRunToOneOfManyProcesses)
{
    constexpr int runs = 24;
    constexpr int processes = 4;
    for (int run = 0; run < runs; ++run) {
        add("r");
    }
    const auto file = m_temporary.file();
    m_temporary.project.reset();
    std::vector<pid_t> children;
    for (int process = 0; process < processes; ++process) {
        const pid_t child = ::fork();
        if (child == 0) {
            // Each has one run at a time, and marks those that it had by its number.
            const auto project = Project::open(file, OpenMode::Ledger);
            RunQueueOrder queue{*project};
            while (const auto next = queue.next()) {
                if (const auto mine = queue.claimIfNext(next->id)) {
                    RunLedger own{*project};
                    const bool twice = !own.get(mine->name).summary.empty();
                    own.setSummary(mine->id, {{"by", process}, {"twice", twice}});
                    own.setState(mine->id, RunState::Done);
                }
            }
            ::_exit(0);
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    m_temporary.reopen();
    int done = 0;
    for (const RunRow& row : ledger().all()) {
        done += row.state == RunState::Done && !row.summary.value("twice", true) ? 1 : 0;
    }
    EXPECT_EQ(done, runs);
}

TEST_F(RunQueue, PutsARunWhoseProgramDiedAtItsOldPlace)
{
    add("a");
    add("b");
    const auto file = m_temporary.file();
    m_temporary.project.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        const auto project = Project::open(file, OpenMode::Ledger);
        const auto next = RunQueueOrder{*project}.next();
        static_cast<void>(RunQueueOrder{*project}.claimIfNext(next->id));
        ::_exit(0); // without a word
    }
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    m_temporary.reopen();
    EXPECT_EQ(ledger().get("a-1").state, RunState::Running);
    EXPECT_THAT(names(), ElementsAre("b"));
    EXPECT_EQ(ledger().recoverInterrupted().size(), 1U);
    EXPECT_EQ(ledger().get("a-1").state, RunState::Paused);
    EXPECT_THAT(names(), ElementsAre("a", "b"));
    EXPECT_THAT(ledger().recoverInterrupted(), IsEmpty());
}

} // namespace
} // namespace nextquill::store
