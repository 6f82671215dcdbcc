// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ProgressClock.h"

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""h;

const QDateTime noon{QDate{2026, 3, 1}, QTime{12, 0}};
constexpr ProgressClock::Time start{};

/// Steps 1 to `steps`, one every `pace`.
ProgressClock clockAfter(int steps, std::chrono::milliseconds pace, std::int64_t total)
{
    ProgressClock clock;
    for (int step = 0; step <= steps; ++step) {
        clock.report(start + step * pace, step, total);
    }
    return clock;
}

TEST(ProgressClock, EstimatesNothingBeforeThirtySteps)
{
    EXPECT_EQ(clockAfter(29, 100ms, 1000).remainingText(noon), QStringLiteral("Estimating…"));
    EXPECT_FALSE(clockAfter(29, 100ms, 1000).stepsPerSecond());
    EXPECT_TRUE(clockAfter(30, 100ms, 1000).stepsPerSecond());
}

TEST(ProgressClock, EstimatesAfterTenSecondsOfFewSteps)
{
    EXPECT_FALSE(clockAfter(3, 3s, 100).remaining());
    EXPECT_EQ(clockAfter(4, 3s, 100).remaining(), std::chrono::seconds{96 * 3});
}

TEST(ProgressClock, TakesTheMedianSoThatOneLongStepDoesNotCount)
{
    ProgressClock clock = clockAfter(50, 1s, 100);

    clock.report(start + 50s + 10min, 51, 100); // a checkpoint

    EXPECT_EQ(clock.remaining(), 49s);
}

TEST(ProgressClock, FollowsALastingChangeOfPace)
{
    ProgressClock clock = clockAfter(100, 1s, 1000);
    for (int step = 1; step <= 200; ++step) {
        clock.report(start + 100s + step * 2s, 100 + step, 1000);
    }

    EXPECT_EQ(clock.remaining(), 1400s);
}

TEST(ProgressClock, CountsWhatAResumedRunHadAlreadyDoneForNothing)
{
    ProgressClock clock;
    for (int step = 0; step <= 40; ++step) {
        clock.report(start + step * 1s, 900 + step, 1000);
    }

    EXPECT_EQ(clock.remaining(), 60s);
}

TEST(ProgressClock, SaysTheClockTimeWhenItTakesMoreThanAnHour)
{
    EXPECT_EQ(clockAfter(100, 1s, 700).remainingText(noon), QStringLiteral("about 10 min"));
    EXPECT_TRUE(clockAfter(100, 1s, 100 + 3600 * 2)
                    .remainingText(noon)
                    .startsWith(QStringLiteral("ready at about")));
    EXPECT_TRUE(clockAfter(100, 1s, 100 + 3600 * 20)
                    .remainingText(noon)
                    .startsWith(QStringLiteral("ready on")));
}

TEST(ProgressClock, IsSilentWithoutATotalAndAtTheEnd)
{
    EXPECT_EQ(clockAfter(100, 1s, 0).remainingText(noon), QString{});
    EXPECT_EQ(clockAfter(100, 1s, 100).remainingText(noon), QString{});
}

TEST(ProgressClock, SurvivesReportsInNoTimeAtAll)
{
    const ProgressClock clock = clockAfter(100, 0ms, 200);

    EXPECT_FALSE(clock.remaining());
    EXPECT_EQ(clock.remainingText(noon), QStringLiteral("Estimating…"));
}

TEST(ProgressClock, WritesTheRateTheWayOneReadsIt)
{
    EXPECT_EQ(clockAfter(100, 4s, 200).rateText(QStringLiteral("step")),
              QStringLiteral("4.0 s per step"));
    EXPECT_EQ(clockAfter(100, 500ms, 200).rateText(QStringLiteral("steps")),
              QStringLiteral("2.0 steps/s"));
}

TEST(RoughDuration, IsAsCoarseAsTheEstimate)
{
    EXPECT_EQ(roughDuration(0s), QStringLiteral("about 1 s"));
    EXPECT_EQ(roughDuration(4s), QStringLiteral("about 4 s"));
    EXPECT_EQ(roughDuration(42s), QStringLiteral("about 40 s"));
    EXPECT_EQ(roughDuration(12min + 10s), QStringLiteral("about 12 min"));
    EXPECT_EQ(roughDuration(43min), QStringLiteral("about 45 min"));
    EXPECT_EQ(roughDuration(2h + 31min), QStringLiteral("about 2 h 30 min"));
    EXPECT_EQ(roughDuration(3h), QStringLiteral("about 3 h"));
}

} // namespace
} // namespace nextquill::ui
