// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/LiveEffects.h"

#include "tests/ui/inspect/SmallInspection.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

#include <thread>

namespace nextquill::ui {
namespace {

std::shared_ptr<workflow::Inspection> twoTokens()
{
    return inventedInspection({{"so"}, {" killer"}}, 3);
}

TEST(LiveEffects, GrowByWhatAnotherThreadSays)
{
    LiveEffects live;
    QSignalSpy grown{&live, &LiveEffects::grown};
    const auto relay = ReviewRelay::create();
    live.follow(relay, twoTokens());
    EXPECT_TRUE(std::isnan(live.effects()->at(1, 2)));
    std::thread{[relay] {
        relay->say(0, {0.1F, 0.2F});
        relay->say(2, {-0.1F, 0.3F});
    }}.join();
    ASSERT_TRUE(QTest::qWaitFor([&grown] { return grown.count() > 0; }));
    const auto effects = live.effects();
    EXPECT_EQ(effects->reviews, 3);
    EXPECT_EQ(effects->at(1, 0), 0.2F);
    EXPECT_EQ(effects->at(0, 2), -0.1F);
    EXPECT_TRUE(std::isnan(effects->at(0, 1))); // not yet
    EXPECT_EQ(grown.count(), 1);                // both at once
}

TEST(LiveEffects, KeepWhatTheyHaveWhenTheyAreStopped)
{
    LiveEffects live;
    const auto relay = ReviewRelay::create();
    live.follow(relay, twoTokens());
    relay->say(1, {0.4F, 0.5F});
    QCoreApplication::processEvents();
    QSignalSpy grown{&live, &LiveEffects::grown};
    live.stop();
    EXPECT_EQ(grown.count(), 1); // what came is shown without waiting
    relay->say(0, {0.1F, 0.1F}); // too late
    QTest::qWait(80);
    EXPECT_EQ(live.effects()->at(1, 1), 0.5F);
    EXPECT_TRUE(std::isnan(live.effects()->at(0, 0)));
}

TEST(LiveEffects, HearNothingOfAMeasurementBefore)
{
    LiveEffects live;
    const auto before = ReviewRelay::create();
    live.follow(before, twoTokens());
    before->say(0, {0.1F, 0.2F}); // on its way
    live.follow(ReviewRelay::create(), twoTokens());
    QTest::qWait(80);
    EXPECT_TRUE(std::isnan(live.effects()->at(0, 0)));
}

} // namespace
} // namespace nextquill::ui
