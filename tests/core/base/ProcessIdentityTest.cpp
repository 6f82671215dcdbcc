// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ProcessIdentity.h"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

namespace nextquill {
namespace {

/// A child that waits to be killed, as it names itself.
class SleepingChild
{
public:
    SleepingChild()
    {
        int ends[2];
        EXPECT_EQ(::pipe(ends), 0);
        m_process = ::fork();
        if (m_process == 0) {
            const std::string start = thisProcess().start;
            static_cast<void>(::write(ends[1], start.data(), start.size()) < 0);
            for (;;) {
                ::pause();
            }
        }
        std::string start(300, '\0');
        const ssize_t length = ::read(ends[0], start.data(), start.size());
        start.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
        identity = {.id = m_process, .start = start, .host = thisProcess().host};
        ::close(ends[0]);
        ::close(ends[1]);
    }
    ~SleepingChild()
    {
        kill();
        reap();
    }
    SleepingChild(const SleepingChild&) = delete;
    SleepingChild& operator=(const SleepingChild&) = delete;

    void kill() const { ::kill(m_process, SIGKILL); }
    /// It has ended and waits to be waited for.
    void awaitEnd() const
    {
        siginfo_t how{};
        EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(m_process), &how, WEXITED | WNOWAIT), 0);
    }
    void reap()
    {
        if (!m_reaped) {
            ::waitpid(m_process, nullptr, 0);
            m_reaped = true;
        }
    }

    ProcessIdentity identity;

private:
    pid_t m_process = 0;
    bool m_reaped = false;
};

TEST(ProcessIdentity, KnowsItselfAndOthersUntilTheyEnd)
{
    EXPECT_EQ(livenessOf(thisProcess()), Liveness::Alive);
    EXPECT_EQ(thisProcess(), thisProcess());
    SleepingChild child;
    EXPECT_EQ(livenessOf(child.identity), Liveness::Alive);
    child.kill();
    child.awaitEnd();
    EXPECT_EQ(livenessOf(child.identity), Liveness::Gone) << "ended, not waited for";
    child.reap();
    EXPECT_EQ(livenessOf(child.identity), Liveness::Gone);
}

TEST(ProcessIdentity, TellsALaterProcessOfTheSameIdFromTheOneThatIsGone)
{
    ProcessIdentity earlier = thisProcess();
    earlier.start.back() = earlier.start.back() == '1' ? '2' : '1';
    EXPECT_EQ(livenessOf(earlier), Liveness::Gone);
    EXPECT_EQ(livenessOf({}), Liveness::Gone);
}

TEST(ProcessIdentity, KnowsNothingOfOtherHostsAndThatAllIsGoneAfterAReboot)
{
    ProcessIdentity other{.id = 1, .start = "another-boot/pid:[1] 5", .host = "another-host"};
    EXPECT_EQ(livenessOf(other), Liveness::Unknown);
    EXPECT_EQ(nameOf(other), "process 1 on another-host");
    other.host = thisProcess().host;
    EXPECT_EQ(livenessOf(other), Liveness::Gone);
    EXPECT_EQ(nameOf(other), "process 1");
    // Another container of this boot numbers its processes anew.
    ProcessIdentity contained = thisProcess();
    const std::size_t boot = contained.start.find('/');
    contained.start = contained.start.substr(0, boot) + "/pid:[1] 5";
    EXPECT_EQ(livenessOf(contained), Liveness::Unknown);
}

} // namespace
} // namespace nextquill
