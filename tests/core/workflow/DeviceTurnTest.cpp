// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/DeviceTurn.h"

#include "core/base/Error.h"
#include "core/workflow/Devices.h"

#include "tests/support/OwnDeviceLocks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <gmock/gmock.h>
#include <mutex>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;

/// Keeps the last stage that was reported.
class Stage final : public Progress
{
public:
    void report(const ProgressReport& report) noexcept override
    {
        const std::scoped_lock lock{m_mutex};
        m_stage = report.stage;
    }
    [[nodiscard]] std::string text() const
    {
        const std::scoped_lock lock{m_mutex};
        return m_stage;
    }

private:
    mutable std::mutex m_mutex;
    std::string m_stage;
};

class Turns : public ::testing::Test
{
protected:
    nextquill::testing::TemporaryFolder m_folder;
    nextquill::testing::OwnDeviceLocks m_locks{m_folder};
};

/// Another process that has the turn until it is killed.
class Holder
{
public:
    explicit Holder(const std::string& device)
    {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        m_process = ::fork();
        if (m_process == 0) {
            const auto turn = DeviceTurn::tryTake(device, "run music-2");
            static_cast<void>(::write(ends[1], turn ? "x" : "-", 1) < 0);
            for (;;) {
                ::pause();
            }
        }
        char byte = 0;
        EXPECT_EQ(::read(ends[0], &byte, 1), 1);
        EXPECT_EQ(byte, 'x');
        ::close(ends[0]);
        ::close(ends[1]);
    }
    ~Holder() { end(); }
    Holder(const Holder&) = delete;
    Holder& operator=(const Holder&) = delete;

    void end()
    {
        if (m_process > 0) {
            ::kill(m_process, SIGKILL);
            ::waitpid(m_process, nullptr, 0);
            m_process = 0;
        }
    }
    [[nodiscard]] std::string name() const
    {
        return "run music-2 of process " + std::to_string(m_process);
    }

private:
    pid_t m_process = 0;
};

TEST_F(Turns, AreForOneRunADeviceAmongAllProcesses)
{
    Holder holder{"cpu"};
    EXPECT_FALSE(DeviceTurn::tryTake("cpu", "run b-1"));
    EXPECT_EQ(DeviceTurn::holderOf("cpu"), holder.name());
    EXPECT_TRUE(DeviceTurn::tryTake("cuda:0", "run b-1")); // is another one
    holder.end();
    const auto mine = DeviceTurn::tryTake("cpu", "run b-1");
    ASSERT_TRUE(mine);
    EXPECT_FALSE(DeviceTurn::tryTake("cpu", "run c-1")) << "within one process as well";
    EXPECT_EQ(DeviceTurn::holderOf("cpu"), "run b-1 of process " + std::to_string(::getpid()));
    mine->giveTo("run d-1");
    EXPECT_THAT(DeviceTurn::holderOf("cpu"), HasSubstr("run d-1"));
}

TEST_F(Turns, AreWaitedForAndSaidForWhom)
{
    Holder holder{"cpu"};
    Stage stage;
    std::atomic<bool> mine = false;
    std::jthread waiter{
        [&] { mine = DeviceTurn::take("cpu", "run b-1", WhenBusy::Wait, {}, stage).has_value(); }};
    while (stage.text().empty()) {
        std::this_thread::yield();
    }
    EXPECT_EQ(stage.text(), "waits for cpu: " + holder.name());
    EXPECT_FALSE(mine);
    holder.end();
    waiter.join();
    EXPECT_TRUE(mine);
}

TEST_F(Turns, AreGivenUpWaitingForWhenAskedToStop)
{
    const Holder holder{"cpu"};
    Stage stage;
    std::stop_source source;
    bool stopped = false;
    std::jthread waiter{[&] {
        try {
            static_cast<void>(
                DeviceTurn::take("cpu", "run b-1", WhenBusy::Wait, source.get_token(), stage));
        } catch (const Stopped&) {
            stopped = true;
        }
    }};
    while (stage.text().empty()) {
        std::this_thread::yield();
    }
    source.request_stop();
    waiter.join();
    EXPECT_TRUE(stopped);
}

TEST_F(Turns, AreRefusedOrSharedWhereTheRunIsNotToWait)
{
    const Holder holder{"cpu"};
    NoProgress progress;
    EXPECT_FALSE(DeviceTurn::take("cpu", "run b-1", WhenBusy::Share, {}, progress));
    try {
        static_cast<void>(DeviceTurn::take("cpu", "run b-1", WhenBusy::Refuse, {}, progress));
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.problem(), "cpu is taken by " + holder.name());
    }
}

TEST_F(Turns, AreSharedByTheRanksOfAJobAndRefusedToThoseOfAnother)
{
    NoProgress progress;
    const train::Launch lead{.rank = 0, .ranks = 2, .localRank = 0, .localRanks = 2, .job = "7"};
    train::Launch second = lead;
    second.rank = second.localRank = 1;
    const auto turn = turnOf("cpu", "run a-1", WhenBusy::Wait, lead, {}, progress);
    EXPECT_TRUE(turn);
    EXPECT_FALSE(turnOf("cpu", "run a-1", WhenBusy::Wait, second, {}, progress));
    // As where two of Slurm's hosts are one machine, or RANK was set by hand.
    train::Launch host = lead;
    host.rank = 1;
    host.localRanks = 1;
    EXPECT_FALSE(turnOf("cpu", "run a-1", WhenBusy::Wait, host, {}, progress));
    host.job = "8";
    EXPECT_THROW(static_cast<void>(turnOf("cpu", "run b-1", WhenBusy::Wait, host, {}, progress)),
                 Error);
    EXPECT_FALSE(turnOf("cpu", "run b-1", WhenBusy::Share, host, {}, progress));
}

TEST_F(Turns, MeanTheSameCardHoweverAProcessNumbersThem)
{
    EXPECT_EQ(lockNameOf("cpu", "1,3"), "cpu");
    EXPECT_EQ(lockNameOf("cuda:1", ""), "cuda-1");
    EXPECT_EQ(lockNameOf("cuda:0", "1,3"), "cuda-1");
    EXPECT_EQ(lockNameOf("cuda:1", "1,3"), "cuda-3");
    EXPECT_EQ(lockNameOf("cuda:2", "1,3"), "cuda-2"); // is not there: training says so
    EXPECT_EQ(lockNameOf("cuda:0", "GPU-5a/../x"), "cuda-GPU-5a----x");
}

TEST_F(Turns, RefuseAFolderThatOthersMayWrite)
{
    ASSERT_TRUE(DeviceTurn::tryTake("cpu", "run a-1"));
    ::chmod((m_folder / "nextquill").c_str(), 0777);
    EXPECT_THROW(static_cast<void>(DeviceTurn::tryTake("cpu", "run a-1")), Error);
}

TEST_F(Turns, OfALostDeviceAreNoUse)
{
    EXPECT_NO_THROW(requireUsable("cuda:9"));
    noteLost("cuda:9", {ErrorKind::DeviceLost, "an illegal access", "training", "resume"});
    noteLost("cuda:9", {ErrorKind::DeviceLost, "what follows from it", "training", "resume"});
    try {
        requireUsable("cuda:9");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::DeviceLost);
        EXPECT_THAT(error.what(), HasSubstr("an illegal access"));
    }
    EXPECT_NO_THROW(requireUsable("cuda:8"));
    forgetLost("cuda:9");
    EXPECT_NO_THROW(requireUsable("cuda:9"));
}

} // namespace
} // namespace nextquill::workflow
