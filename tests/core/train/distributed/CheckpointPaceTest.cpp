// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/distributed/CheckpointPace.h"

#include <gtest/gtest.h>

namespace nextquill::train {

namespace {

using namespace std::chrono_literals;

TEST(CheckpointPace, IsAMinuteForWhatIsWrittenQuickly)
{
    const CheckpointPace::Clock::time_point start{};
    CheckpointPace pace{start};
    EXPECT_FALSE(pace.isDue(start + 59s));
    EXPECT_TRUE(pace.isDue(start + 60s));
    pace.wrote(start + 60s, start + 61s);
    EXPECT_FALSE(pace.isDue(start + 120s));
    EXPECT_TRUE(pace.isDue(start + 121s));
}

TEST(CheckpointPace, TakesAThirtiethOfTheTimeAtMost)
{
    const CheckpointPace::Clock::time_point start{};
    CheckpointPace pace{start};
    pace.wrote(start, start + 10s);
    EXPECT_FALSE(pace.isDue(start + 309s));
    EXPECT_TRUE(pace.isDue(start + 310s));
}

} // namespace

} // namespace nextquill::train
