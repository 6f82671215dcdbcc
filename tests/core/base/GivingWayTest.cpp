// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/GivingWay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace nextquill {
namespace {

int nice()
{
    return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

TEST(GivingWay, HoldsForTheThreadAndThoseItStarts)
{
    const int own = nice();
    int itself = 0;
    int child = 0;
    std::thread{[&] {
        giveWay();
        itself = nice();
        std::thread{[&] { child = nice(); }}.join();
    }}.join();
    EXPECT_EQ(itself, std::min(own + 10, 19));
    EXPECT_EQ(child, itself);
    EXPECT_EQ(nice(), own); // of the thread that nothing was asked of
}

/// A checkpoint is written behind the training that is itself behind the window.
TEST(GivingWay, PutsAThreadBehindOneThatGaveWayItself)
{
    const int own = nice();
    int first = 0;
    int second = 0;
    std::thread{[&] {
        giveWay();
        first = nice();
        std::thread{[&] {
            giveWay();
            second = nice();
        }}.join();
    }}.join();
    EXPECT_GE(first, own);
    EXPECT_EQ(second, std::min(first + 10, 19));
}

TEST(GivingWay, MakesNoThreadMoreUrgent)
{
    int after = 0;
    std::thread{[&] {
        ASSERT_EQ(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 15), 0);
        giveWay();
        after = nice();
    }}.join();
    EXPECT_GE(after, 15);
}

} // namespace
} // namespace nextquill
