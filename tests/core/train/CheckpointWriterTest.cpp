// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/CheckpointWriter.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

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

} // namespace

} // namespace nextquill::train
