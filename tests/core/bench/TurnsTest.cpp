// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/Turns.h"

#include "tests/core/bench/StopAtStage.h"

#include <gtest/gtest.h>

namespace nextquill::bench {
namespace {

using testing::StopAtStage;

MemoryMeter fixedMeter(std::uint64_t bytes)
{
    return {.reset = [] {}, .peak = [bytes] { return std::optional{bytes}; }};
}

/// Writes its letter where it runs; the first run takes a second, the next two, and so on.
TimedWay lettered(std::string& order, char letter, double items)
{
    return {.name = std::string{letter}, .unit = "letters", .run = [&order, letter, items] {
                order += letter;
                return Timed{.seconds = static_cast<double>(std::ranges::count(order, letter)),
                             .items = items};
            }};
}

TEST(TakeTurns, RunsWaysOneAfterTheOtherBehindAWarmUp)
{
    std::string order;
    std::vector<TimedWay> ways{lettered(order, 'a', 6), lettered(order, 'b', 6)};
    ways[1].warmUp = false;
    StopAtStage progress;
    takeTurns(ways, 3, fixedMeter(7), {}, progress);
    EXPECT_EQ(order, "aababab");
    const BenchRow a = rowOf(ways[0]); // 2, 3 and 4 seconds: the first is none of them
    EXPECT_EQ(a.seconds, 3);
    EXPECT_EQ(a.perSecond, 2);
    EXPECT_EQ(a.unit, "letters");
    EXPECT_EQ(a.peakBytes, 7U);
    EXPECT_EQ(rowOf(ways[1]).seconds, 2);
    EXPECT_EQ(progress.stages.size(), order.size());
}

TEST(TakeTurns, StopsBetweenRuns)
{
    std::string order;
    std::vector<TimedWay> ways{lettered(order, 'a', 1), lettered(order, 'b', 1)};
    StopAtStage progress{"b"};
    EXPECT_THROW(takeTurns(ways, 3, fixedMeter(7), progress.token(), progress), Stopped);
    EXPECT_EQ(order, "ab");
}

TEST(ProcessMemory, SeesWhatIsWritten)
{
    constexpr std::size_t size = std::size_t{64} << 20;
    const MemoryMeter meter = processMemory();
    meter.reset();
    const std::optional<std::uint64_t> before = meter.peak();
    ASSERT_TRUE(before);
    const std::vector<char> written(size, 'x');
    EXPECT_EQ(written.back(), 'x');
    EXPECT_GE(*meter.peak(), size);
    EXPECT_GE(*meter.peak(), *before);
}

} // namespace
} // namespace nextquill::bench
