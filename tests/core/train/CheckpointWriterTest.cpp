// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/CheckpointWriter.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <memory>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace nextquill::train {

namespace {

/// A writing that lasts until it is let go.
struct Gate
{
    std::promise<void> open;
    std::shared_future<void> isOpen = open.get_future().share();
};

TEST(CheckpointWriter, WritesBesideTheCaller)
{
    Gate gate;
    std::atomic<bool> written = false;
    CheckpointWriter writer;
    writer.begin([&] {
        gate.isOpen.wait();
        written = true;
    });

    EXPECT_FALSE(writer.check()); // under way
    EXPECT_FALSE(written);
    gate.open.set_value();

    EXPECT_TRUE(writer.wait());
    EXPECT_TRUE(written);
    EXPECT_FALSE(writer.wait()) << "told once";
    EXPECT_FALSE(writer.check());
}

TEST(CheckpointWriter, OneAtATimeInTheOrderGiven)
{
    std::atomic<int> underWay = 0;
    std::atomic<int> most = 0;
    std::string order; // of the one that is under way alone
    CheckpointWriter writer;
    for (const char name : {'a', 'b', 'c'}) {
        writer.begin([&, name] {
            most = std::max<int>(most, ++underWay);
            std::this_thread::yield();
            order += name;
            --underWay;
        });
    }
    EXPECT_TRUE(writer.wait());
    EXPECT_EQ(order, "abc");
    EXPECT_EQ(most, 1);
}

TEST(CheckpointWriter, ErrorComesOutOnceAndTheNextOneGoesOn)
{
    const auto fail = [] { throw Error{ErrorKind::Storage, "full", "disk", "free some space"}; };
    std::atomic<int> written = 0;
    CheckpointWriter writer;

    writer.begin(fail);
    EXPECT_THROW(writer.begin([&] { ++written; }), Error);
    EXPECT_EQ(written, 0);
    EXPECT_FALSE(writer.wait());

    writer.begin(fail);
    EXPECT_THROW(static_cast<void>(writer.wait()), Error);
    writer.begin([&] { ++written; });
    EXPECT_TRUE(writer.wait());
    EXPECT_EQ(written, 1);
}

TEST(CheckpointWriter, EndsItsWritingBeforeItGoes)
{
    std::atomic<bool> written = false;
    {
        CheckpointWriter writer;
        writer.begin([&] {
            std::this_thread::yield();
            written = true;
        });
    }
    EXPECT_TRUE(written);
}

TEST(CheckpointWriter, WhatAWritingOwnsGoesWithItsEnd)
{
    auto copy = std::make_shared<int>(1);
    const std::weak_ptr<int> left = copy;
    CheckpointWriter writer;
    writer.begin([copy = std::move(copy)] { static_cast<void>(*copy); });
    while (!left.expired()) { // before anyone asks
        std::this_thread::yield();
    }
    EXPECT_TRUE(writer.wait());
}

/// Of this process, in bytes, as limits count them.
rlim_t addressSpace()
{
    std::ifstream pages{"/proc/self/statm"};
    rlim_t size = 0;
    pages >> size;
    return size * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

/// Whether a writing ends well, on the caller's thread, where there is no memory for another one.
bool writesWithoutAThread() noexcept
{
    constexpr std::size_t stack = std::size_t{1} << 30;
    pthread_attr_t large{};
    ::pthread_attr_init(&large);
    ::pthread_attr_setstacksize(&large, stack);
    ::pthread_setattr_default_np(&large);
    const rlimit limit{.rlim_cur = addressSpace() + stack / 2, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_AS, &limit);
    std::thread::id writing;
    CheckpointWriter writer;
    writer.begin([&] { writing = std::this_thread::get_id(); });
    const bool here = writing == std::this_thread::get_id();
    writer.begin([] { throw Error{ErrorKind::Storage, "full", "disk", "free some space"}; });
    try {
        static_cast<void>(writer.wait());
    } catch (const Error&) {
        return here && !writer.wait();
    }
    return false;
}

TEST(CheckpointWriter, WritesItselfWhereThereIsNoMemoryForAThread)
{
    const pid_t child = ::fork(); // limits of a process cannot be taken back
    if (child == 0) {
        ::_exit(writesWithoutAThread() ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

} // namespace

} // namespace nextquill::train
