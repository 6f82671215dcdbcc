// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/KeyValueCache_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace nextquill::model {

namespace {

using testing::difference;
using testing::Ids;
using testing::sequence;
using testing::SmallNetwork;
using torch::Tensor;

constexpr double tolerance = 1e-11;

Ids part(const Ids& ids, std::size_t begin, std::size_t end)
{
    return {ids.begin() + static_cast<std::ptrdiff_t>(begin),
            ids.begin() + static_cast<std::ptrdiff_t>(end)};
}

TEST(KeyValueCache, TokenByTokenEqualsTheWholeText)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids ids = testing::someIds(20, 1);
    const Tensor whole = network->forward(sequence(ids));
    KeyValueCache cache;
    Tensor pieces = network->forward(sequence(part(ids, 0, 7)), std::nullopt, &cache);
    for (std::size_t i = 7; i < ids.size(); ++i) {
        EXPECT_EQ(cache.length(), static_cast<std::int64_t>(i));
        pieces = torch::cat({pieces, network->forward(sequence({ids[i]}), std::nullopt, &cache)});
    }
    EXPECT_LE(difference(pieces, whole), tolerance);
}

TEST(KeyValueCache, ChunksGrowItBeyondItsFirstRoom)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids ids = testing::someIds(600, 2);
    const Tensor whole = network->forward(sequence(ids));
    for (const std::int64_t reserved : {0, 700}) {
        KeyValueCache cache;
        cache.reserve(reserved);
        std::vector<Tensor> pieces;
        for (const auto& [begin, end] :
             {std::pair{0U, 1U}, {1U, 250U}, {250U, 257U}, {257U, 257U}, {257U, 600U}}) {
            pieces.push_back(
                network->forward(sequence(part(ids, begin, end)), std::nullopt, &cache));
        }
        EXPECT_LE(difference(torch::cat(pieces), whole), tolerance);
        EXPECT_EQ(cache.length(), 600);
    }
}

TEST(KeyValueCache, AChainOfSegmentsIsOneText)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids ids = testing::someIds(15, 3);
    const Tensor whole = network->forward(sequence(ids));
    KeyValueCache cache;
    (void)network->forward(sequence(part(ids, 0, 4)), std::nullopt, &cache);
    SegmentedBatch chain;
    chain.add(-1, part(ids, 4, 9));
    chain.add(0, part(ids, 9, 9));
    chain.add(1, part(ids, 9, 15));
    const Tensor rows = testing::rowTensor({10});
    EXPECT_LE(difference(network->forward(chain, rows, &cache), whole.narrow(0, 14, 1)), tolerance);
    EXPECT_EQ(cache.length(), 15);
}

TEST(KeyValueCache, ForksGoTheirOwnWays)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids prefix = testing::someIds(6, 4);
    const Ids left = testing::someIds(3, 5);
    const Ids right = testing::someIds(3, 6);
    KeyValueCache cache;
    (void)network->forward(sequence(prefix), std::nullopt, &cache);
    KeyValueCache fork = cache.fork();
    const Tensor a = network->forward(sequence(left), std::nullopt, &cache);
    const Tensor b = network->forward(sequence(right), std::nullopt, &fork);
    Ids leftText = prefix;
    leftText.insert(leftText.end(), left.begin(), left.end());
    Ids rightText = prefix;
    rightText.insert(rightText.end(), right.begin(), right.end());
    EXPECT_LE(difference(a, network->forward(sequence(leftText)).narrow(0, 6, 3)), tolerance);
    EXPECT_LE(difference(b, network->forward(sequence(rightText)).narrow(0, 6, 3)), tolerance);
}

TEST(KeyValueCache, SeveralSequencesAdvanceInOnePass)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids long_ = testing::someIds(9, 7);
    const Ids short_ = testing::someIds(4, 8);
    KeyValueCache first;
    KeyValueCache second;
    (void)network->forward(sequence(part(long_, 0, 7)), std::nullopt, &first);
    (void)network->forward(sequence(part(short_, 0, 3)), std::nullopt, &second);
    SegmentedBatch both;
    both.add(-1, part(long_, 7, 9));
    both.add(-1, part(short_, 3, 4));
    const std::vector<KeyValueCache*> caches{&first, &second};
    const Tensor hidden = network->forwardCached(both, std::nullopt, caches);
    EXPECT_LE(difference(hidden.narrow(0, 0, 2), network->forward(sequence(long_)).narrow(0, 7, 2)),
              tolerance);
    EXPECT_LE(
        difference(hidden.narrow(0, 2, 1), network->forward(sequence(short_)).narrow(0, 3, 1)),
        tolerance);
    EXPECT_EQ(first.length(), 9);
    EXPECT_EQ(second.length(), 4);
}

TEST(KeyValueCache, TruncatedAndClearedItForgets)
{
    const torch::NoGradGuard noGrad;
    const auto network = SmallNetwork{}.make();
    const Ids ids = testing::someIds(10, 9);
    const Tensor whole = network->forward(sequence(ids));
    KeyValueCache cache;
    (void)network->forward(sequence(part(ids, 0, 5)), std::nullopt, &cache);
    (void)network->forward(sequence(testing::someIds(4, 10)), std::nullopt, &cache);
    cache.truncate(5);
    const Tensor rest = network->forward(sequence(part(ids, 5, 10)), std::nullopt, &cache);
    EXPECT_LE(difference(rest, whole.narrow(0, 5, 5)), tolerance);
    EXPECT_THROW(cache.truncate(11), Error);
    EXPECT_THROW(cache.truncate(-1), Error);
    cache.clear();
    EXPECT_LE(difference(network->forward(sequence(ids), std::nullopt, &cache), whole), tolerance);
}

TEST(KeyValueCache, TreesAndMissingCachesAreRefused)
{
    const auto network = SmallNetwork{}.make();
    KeyValueCache cache;
    EXPECT_THROW(
        (void)network->forward(testing::tree({{-1, 2}, {0, 1}, {0, 1}}), std::nullopt, &cache),
        Error);
    EXPECT_THROW((void)network->forward(testing::tree({{-1, 2}, {-1, 1}}), std::nullopt, &cache),
                 Error);
    EXPECT_EQ(cache.length(), 0) << "a refused batch must not advance the cache";
}

TEST(KeyValueCache, NoGradientsAreKept)
{
    const auto network = SmallNetwork{}.make();
    KeyValueCache cache;
    EXPECT_FALSE(network->forward(testing::tree({{-1, 3}}), std::nullopt, &cache).requires_grad());
}

} // namespace

} // namespace nextquill::model
