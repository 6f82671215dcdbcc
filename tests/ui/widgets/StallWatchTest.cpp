// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/StallWatch.h"

#include <QTest>
#include <QThread>
#include <QTimer>

#include <gtest/gtest.h>

namespace nextquill::testing {
namespace {

constexpr unsigned long stall = 80; // milliseconds

TEST(StallWatch, SeesAnEventThatTakesLong)
{
    StallWatch watch;
    QTimer::singleShot(20, [] { QThread::msleep(stall); });
    QTest::qWait(200);
    EXPECT_GE(watch.longest(), stall);
    EXPECT_GT(watch.gaps(), 10);
}

TEST(StallWatch, ForgetsWhatWasBefore)
{
    StallWatch watch;
    QThread::msleep(4 * stall);
    EXPECT_GE(watch.longest(), 4 * stall); // also before the loop comes round
    watch.begin();
    QTest::qWait(50);
    EXPECT_LT(watch.longest(), 4 * stall);
}

} // namespace
} // namespace nextquill::testing
