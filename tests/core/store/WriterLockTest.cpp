// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/WriterLock.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

std::atomic<bool> closesSlowly = false;

} // namespace

/// Stands for that of the system: what happens between the end of a lock's last holder and the
/// closing of its file happens often then.
extern "C" int close(int descriptor)
{
    if (closesSlowly) {
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return static_cast<int>(::syscall(SYS_close, descriptor));
}

namespace nextquill::store {
namespace {

TEST(WriterLock, IsTakenByAThreadWhileAnotherLetsGoOfIt)
{
    const testing::TemporaryFolder folder;
    const auto project = folder / "p.nextquill";
    std::atomic<int> refused = 0;
    closesSlowly = true;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([&project, &refused] {
                for (int time = 0; time < 50; ++time) {
                    try {
                        static_cast<void>(WriterLock::take(project));
                    } catch (const Error&) {
                        ++refused;
                    }
                }
            });
        }
    }
    closesSlowly = false;
    EXPECT_EQ(refused, 0);
    EXPECT_FALSE(WriterLock::isHeldHere(project));
}

TEST(WriterLock, IsHeldAsLongAsOneHolderLives)
{
    const testing::TemporaryFolder folder;
    const auto project = folder / "p.nextquill";
    auto first = WriterLock::take(project);
    auto second = WriterLock::take(folder / "." / "p.nextquill");
    first.reset();
    EXPECT_TRUE(WriterLock::isHeldHere(project));
    second.reset();
    EXPECT_FALSE(WriterLock::isHeldHere(project));
}

} // namespace
} // namespace nextquill::store
