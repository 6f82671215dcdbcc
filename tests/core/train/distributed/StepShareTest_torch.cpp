// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which rank gets which records of a step.
#include "core/train/StepRecords.h"

#include "tests/core/train/TinyRuns_torch.h"
#include "tests/core/train/distributed/RankThreads_torch.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <map>
#include <mutex>

namespace nextquill::train {

namespace {

using nextquill::testing::TemporaryFolder;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MemoryExamples;
using testing::onRanks;

constexpr ExampleLimits anything{.vocabulary = 100'000, .contextTokens = 100'000};

TEST(DealtInOrder, MakesRunsOfEqualSums)
{
    EXPECT_THAT(dealtInOrder(std::vector<double>{1, 1, 1, 1}, 2), ElementsAre(0, 2, 4));
    EXPECT_THAT(dealtInOrder(std::vector<double>{1, 1, 1, 1}, 1), ElementsAre(0, 4));
    EXPECT_THAT(dealtInOrder(std::vector<double>{10, 1, 1, 1, 1}, 2), ElementsAre(0, 1, 5));
    EXPECT_THAT(dealtInOrder(std::vector<double>{1, 1, 1, 10}, 2), ElementsAre(0, 3, 4));
    EXPECT_THAT(dealtInOrder(std::vector<double>{1}, 3), ElementsAre(0, 0, 1, 1));
    EXPECT_THAT(dealtInOrder(std::vector<double>{}, 2), ElementsAre(0, 0, 0));
    EXPECT_THAT(dealtInOrder(std::vector<double>(64, 3.0), 4), ElementsAre(0, 16, 32, 48, 64));
}

struct Seen
{
    std::vector<std::string> ids; ///< of all ranks, in their order
    std::vector<std::int64_t> firsts;
    std::vector<std::int64_t> counts;
    std::vector<std::size_t> read; ///< how many records each rank read
    std::vector<std::int64_t> most;
    std::int64_t all = 0;
};

Seen stepOn(int ranks, std::int64_t step, const std::set<std::int64_t>& broken,
            const std::filesystem::path& log)
{
    TrainingSettings settings = testing::quickSettings();
    settings.batch = 2;
    settings.accumulation = 4;
    std::mutex mutex;
    std::map<int, StepShare> shares;
    std::map<int, std::size_t> read;
    const auto thrown = onRanks(ranks, [&](ProcessGroup& group) {
        MemoryExamples examples{testing::someExamples(21, 3)};
        examples.broken = broken;
        const auto events =
            group.leads() ? std::make_unique<EventLog>(log) : std::make_unique<EventLog>();
        StepRecords records{examples, anything, settings, *events, group};
        auto share = records.after(step, {});
        const std::scoped_lock lock{mutex};
        shares[group.rank()] = std::move(share.value());
        read[group.rank()] = examples.askedFor.size();
    });
    EXPECT_THAT(thrown, Each(IsEmpty()));
    Seen seen;
    for (const auto& [rank, share] : shares) {
        for (const causal::TwinExample& record : share.records) {
            seen.ids.push_back(record.id);
        }
        seen.firsts.push_back(share.first);
        seen.counts.push_back(std::ssize(share.records));
        seen.most.push_back(share.mostRecords);
        seen.all = share.all;
        seen.read.push_back(read[rank]);
    }
    return seen;
}

TEST(StepShare, AllRanksTogetherHaveTheStepOfOne)
{
    const TemporaryFolder temporary;
    for (const std::int64_t step : {0, 1, 2, 4}) { // 8, 8, 5 records; the next epoch
        for (const std::set<std::int64_t>& broken :
             {std::set<std::int64_t>{}, {0, 3, 4, 5, 11, 20}}) {
            const Seen one = stepOn(1, step, broken, temporary / "one");
            for (const int ranks : {2, 3, 4}) {
                const Seen several = stepOn(ranks, step, broken, temporary / "several");
                EXPECT_EQ(several.ids, one.ids) << step << " on " << ranks;
                EXPECT_EQ(several.all, static_cast<std::int64_t>(one.ids.size()));
                std::int64_t before = 0; // whole micro-batches, one rank's behind another's
                for (std::size_t rank = 0; rank < several.firsts.size(); ++rank) {
                    EXPECT_EQ(several.firsts[rank], before);
                    EXPECT_TRUE(before % 2 == 0 || before == several.all);
                    before += several.counts[rank];
                }
                EXPECT_THAT(several.most, Each(several.most.front()));
            }
        }
    }
}

TEST(StepShare, ARankReadsLittleMoreThanItsOwn)
{
    const TemporaryFolder temporary;
    for (const std::size_t read : stepOn(4, 0, {}, temporary / "log").read) {
        EXPECT_LE(read, 4U);
    }
}

TEST(StepShare, RankZeroSaysWhatAnyRankFoundBroken)
{
    const TemporaryFolder temporary;
    const std::set<std::int64_t> broken{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    static_cast<void>(stepOn(1, 0, broken, temporary / "one"));
    static_cast<void>(stepOn(4, 0, broken, temporary / "four"));
    const auto events = [&](const char* name) { return EventReader{temporary / name}.poll(); };
    EXPECT_GE(events("one").size(), 2U);
    EXPECT_EQ(events("one"), events("four"));
}

TEST(StepShare, OneRankThatStopsStopsAll)
{
    std::vector<bool> went(3, true);
    const auto thrown = onRanks(3, [&](ProcessGroup& group) {
        const MemoryExamples examples{testing::someExamples(8, 3)};
        EventLog events;
        StepRecords records{examples, anything, testing::quickSettings(), events, group};
        std::stop_source source;
        if (group.rank() == 1) {
            source.request_stop();
        }
        went[static_cast<std::size_t>(group.rank())] =
            records.after(0, source.get_token()).has_value();
    });
    EXPECT_THAT(thrown, Each(IsEmpty()));
    EXPECT_THAT(went, Each(false));
}

} // namespace

} // namespace nextquill::train
