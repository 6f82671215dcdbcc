// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/ForwardCost.h"

#include "core/bench/BenchModels.h"
#include "core/bench/BenchRecords.h"
#include "core/bench/TrainingCost.h"

#include <gtest/gtest.h>

namespace nextquill::bench {
namespace {

using Ids = std::vector<text::TokenId>;

Ids ids(std::initializer_list<int> values)
{
    Ids result;
    for (const int value : values) {
        result.push_back(text::TokenId{value});
    }
    return result;
}

TEST(PassWork, CountsACommonBeginningOnce)
{
    const std::vector<Ids> sequences{ids({1, 2, 3, 4}), ids({1, 2, 5}), ids({1, 2, 3, 6, 7})};
    const PassWork separate = separateWork(sequences, 2);
    EXPECT_EQ(separate.tokens, 12);
    EXPECT_EQ(separate.pairs, 10 + 6 + 15);
    EXPECT_EQ(separate.rows, 6);
    const PassWork shared = sharedWork(sequences, 2);
    EXPECT_EQ(shared.tokens, 4 + 1 + 2);
    EXPECT_EQ(shared.pairs, 10 + 3 + (4 + 5));
    EXPECT_EQ(shared.rows, 6);
}

TEST(ForwardCost, IsCountedByHand)
{
    // D 2, two heads of 3 over one key head, F 5, V 7, two layers
    const model::ModelConfig config{.hiddenSize = 2,
                                    .intermediateSize = 5,
                                    .layers = 2,
                                    .heads = 2,
                                    .keyValueHeads = 1,
                                    .headSize = 3,
                                    .vocabularySize = 7};
    const ForwardCost cost = forwardCost(config, {.tokens = 10, .pairs = 55, .rows = 4});
    const double in = 2 * 10 * 2 * (6 + 3 + 3);         // queries, keys and values of each token
    const double behind = 2 * (6 * 2 + 2 * 5 + 2 * 10); // of one token: out, down, gate and up
    EXPECT_EQ(cost.linear, 2 * in + 10 * behind + 4 * behind);
    EXPECT_EQ(cost.attention, 2 * 2 * (2 * 55 * 6)); // scores and values, two layers
    EXPECT_EQ(cost.head, 2 * 4 * 2 * 7);
    EXPECT_EQ(cost.all(), cost.linear + cost.attention + cost.head);
}

TEST(TrainingCost, OfATwinPassIsThatOfItsTree)
{
    const model::ModelConfig config = modelNamed("smollm2-135m");
    const std::vector<causal::TwinExample> records = randomRecords({}, 1, config);
    std::vector<Ids> sequences;
    for (const Ids& branch : {records[0].historyBranch, records[0].plainBranch}) {
        Ids sequence = records[0].prefix;
        sequence.insert(sequence.end(), branch.begin(), branch.end());
        sequence.insert(sequence.end(), records[0].target.begin(), records[0].target.end() - 1);
        sequences.push_back(std::move(sequence));
    }
    const PassWork work = sharedWork(sequences, 120);
    EXPECT_EQ(work.tokens, 1173);
    EXPECT_EQ(work.rows, 240);
    const TrainingCost exact = trainingCost(config, records, 1); // blocks of one query
    EXPECT_DOUBLE_EQ(exact.forward, forwardCost(config, work).all());
    EXPECT_GT(trainingCost(config, records, 64).forward, exact.forward); // whole blocks of keys
}

TEST(BenchRecords, AreTheSameEachTime)
{
    const model::ModelConfig config = modelNamed("tiny");
    const RecordLengths lengths{.prefix = 5, .history = 7, .none = 2, .suffix = 3, .target = 4};
    const auto records = randomRecords(lengths, 2, config);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].prefix.size(), 5U);
    EXPECT_EQ(records[0].historyBranch.size(), 10U);
    EXPECT_EQ(records[0].plainBranch.size(), 5U);
    EXPECT_EQ(records[0].target.size(), 4U);
    EXPECT_NE(records[0].target, records[1].target);
    EXPECT_EQ(records[1].historyBranch, randomRecords(lengths, 2, config)[1].historyBranch);
    for (const text::TokenId id : records[1].historyBranch) {
        EXPECT_LT(static_cast<std::int64_t>(id), config.vocabularySize);
    }
}

} // namespace
} // namespace nextquill::bench
