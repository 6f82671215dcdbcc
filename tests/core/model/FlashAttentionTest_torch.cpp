// SPDX-License-Identifier: GPL-3.0-or-later
//
// What surrounds LibTorch's flash attention, with a plain one in its place: the calls themselves
// need a GPU.
#include "core/model/FlashAttention_torch.h"

#include "tests/core/model/PlainFlash_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <initializer_list>
#include <limits>
#include <vector>

namespace nextquill::model {

namespace {

using testing::Branch;
using testing::difference;
using testing::plainFlash;
using testing::rowTensor;
using testing::SmallNetwork;
using testing::tree;
using torch::Tensor;

struct Pass
{
    Tensor rows;
    Tensor gradient;
};

std::vector<std::int64_t> positionsIn(const AttentionPlan& plan)
{
    std::vector<std::int64_t> positions;
    for (const AttentionRun& run : plan.runs) {
        for (std::int64_t i = 0; i < run.own.length; ++i) {
            positions.push_back(run.past + i);
        }
    }
    return positions;
}

/// By segmentAttention(), which SegmentAttentionTest holds against the definition.
Pass bySegments(const Tensor& x, const Tensor& dRows, const HeadShape& shape,
                const AttentionPlan& plan, const RotaryTable& rotary)
{
    const QueryBlocks blocks = cutIntoBlocks(plan, 64);
    const Heads heads = splitHeads(x, shape, blocks, rotary);
    const Attended attended = segmentAttention(heads, shape, plan, blocks);
    const HeadGradients back =
        segmentAttentionBackward(dRows, heads, attended, shape, plan, blocks);
    return {.rows = attended.rows,
            .gradient = mergeHeads(back, shape, blocks, rotary, x.scalar_type())};
}

void expectLikeSegments(const SegmentedBatch& batch)
{
    SCOPED_TRACE(render(batch));
    const torch::NoGradGuard noGrad;
    const AttentionPlan plan = planAttention(batch);
    const FlashCalls calls = plainFlash();
    const FlashPlan flash = planFlash(plan, &calls, torch::kCPU);
    const auto rows = static_cast<std::int64_t>(batch.tokens.size());
    torch::manual_seed(5);
    for (const HeadShape& shape : {HeadShape{.heads = 4, .keyHeads = 2, .size = 6},
                                   HeadShape{.heads = 3, .keyHeads = 1, .size = 8},
                                   HeadShape{.heads = 2, .keyHeads = 2, .size = 4}}) {
        const Tensor x =
            torch::randn({rows, (shape.heads + 2 * shape.keyHeads) * shape.size}, torch::kDouble);
        const Tensor dRows = torch::randn({rows, shape.heads * shape.size}, torch::kDouble);
        const RotaryTable rotary = rotaryTable(positionsIn(plan), shape.size, 100, x.options());
        const FlashAttended attended = flashAttention(x, shape, flash, rotary);
        const Tensor gradient = flashAttentionBackward(dRows, attended, shape, flash, rotary);
        const Pass expected = bySegments(x, dRows, shape, plan, rotary);
        EXPECT_LE(difference(attended.output.rows.flatten(1), expected.rows), 1e-12);
        EXPECT_LE(difference(gradient, expected.gradient), 1e-11);
    }
}

TEST(FlashAttention, OfTreesIsThatOfSegments)
{
    expectLikeSegments(tree({{-1, 9}}));
    expectLikeSegments(tree({{-1, 1}}));
    expectLikeSegments(tree({{-1, 5}, {0, 4}, {0, 3}}));
    expectLikeSegments(tree({{-1, 3}, {0, 2}, {1, 4}, {0, 1}, {3, 2}, {1, 5}}));
    expectLikeSegments(tree({{-1, 70}, {0, 66}, {0, 129}}));
}

TEST(FlashAttention, OfSeveralRootsAndEmptySegmentsToo)
{
    expectLikeSegments(tree({{-1, 4}, {-1, 3}, {0, 2}, {1, 2}, {-1, 1}}));
    expectLikeSegments(tree({{-1, 4}, {-1, 7}}));
    expectLikeSegments(tree({{-1, 0}, {0, 3}, {1, 0}, {2, 2}, {0, 4}}));
    expectLikeSegments(tree({{-1, 3}, {0, 0}}));
}

TEST(FlashAttention, CopiesKeysOnlyWhereSomebodySeesAnAncestor)
{
    const FlashCalls calls = plainFlash();
    const auto planned = [&](std::initializer_list<Branch> branches) {
        return planFlash(planAttention(tree(branches)), &calls, torch::kCPU);
    };
    EXPECT_FALSE(planned({{-1, 4}, {-1, 7}}).seen.defined());
    const FlashPlan plan = planned({{-1, 3}, {0, 2}, {0, 4}});
    ASSERT_TRUE(plan.seen.defined());
    EXPECT_TRUE(torch::equal(plan.seen, rowTensor({0, 1, 2, 0, 1, 2, 3, 4, 0, 1, 2, 5, 6, 7, 8})));
    EXPECT_TRUE(torch::equal(plan.queryEnds, torch::tensor({0, 3, 5, 9}, torch::kInt)));
    EXPECT_TRUE(torch::equal(plan.keyEnds, torch::tensor({0, 3, 8, 15}, torch::kInt)));
    EXPECT_EQ(plan.mostQueries, 4);
    EXPECT_EQ(plan.mostKeys, 7);
}

TEST(FlashAttention, IsNotForAProcessorNorForABatchWithoutRows)
{
    const HeadShape shape{.heads = 4, .keyHeads = 2, .size = 8};
    EXPECT_EQ(flashCalls(torch::kCPU, torch::kBFloat16, shape), nullptr);
    const FlashCalls calls = plainFlash();
    EXPECT_EQ(planFlash(planAttention({}), &calls, torch::kCPU).calls, nullptr);
    EXPECT_EQ(planFlash(planAttention(tree({{-1, 2}})), nullptr, torch::kCPU).calls, nullptr);
}

TEST(FlashAttention, IsTriedBeforeItIsTrusted)
{
    const HeadShape shape{.heads = 4, .keyHeads = 2, .size = 16};
    const auto trusted = [&shape](const FlashCalls& calls, torch::ScalarType type) {
        return agreesWithPlain(calls, torch::kCPU, type, shape);
    };
    EXPECT_TRUE(trusted(plainFlash(), torch::kFloat));
    EXPECT_TRUE(trusted(plainFlash(), torch::kBFloat16));
    const FlashCalls good = plainFlash();
    FlashCalls wrong = good;
    wrong.backward = [&good](const Tensor& dRows, const FlashInput& in, const FlashOutput& out) {
        FlashGradients gradients = good.backward(dRows, in, out);
        gradients.keys.zero_();
        return gradients;
    };
    EXPECT_FALSE(trusted(wrong, torch::kFloat));
    wrong = good;
    wrong.forward = [&good](const FlashInput& in) { // a row less than the library promises
        FlashOutput out = good.forward(in);
        out.rows[0].fill_(std::numeric_limits<double>::quiet_NaN());
        return out;
    };
    wrong.backward = [](const Tensor&, const FlashInput& in, const FlashOutput&) {
        return FlashGradients{.queries = in.queries, .keys = in.keys, .values = in.values};
    };
    EXPECT_FALSE(trusted(wrong, torch::kFloat));
}

/// Hidden states of some rows, and gradients of all weights, of a pass through the whole network.
std::vector<Tensor> passOf(Network& network)
{
    const SegmentedBatch batch = tree({{-1, 6}, {0, 4}, {0, 5}, {-1, 3}, {3, 0}, {4, 2}});
    for (const NamedParameter& parameter : network.parameters()) {
        Tensor{parameter.tensor}.mutable_grad() = Tensor{};
    }
    const Tensor hidden = network.forward(batch, rowTensor({7, 9, 12, 14, 18}));
    torch::manual_seed(4);
    (hidden * torch::randn(hidden.sizes(), torch::kDouble)).sum().backward();
    std::vector<Tensor> results{hidden.detach()};
    for (const NamedParameter& parameter : network.parameters()) {
        if (parameter.tensor.grad().defined()) {
            results.push_back(parameter.tensor.grad());
        }
    }
    return results;
}

TEST(FlashAttention, LayersGiveTheSameStatesAndGradientsThroughIt)
{
    for (const bool norms : {true, false}) {
        for (const bool recompute : {false, true}) {
            SmallNetwork small;
            small.queryKeyNorm = norms;
            const auto network = small.make();
            network->setRecompute(recompute);
            const auto expected = passOf(*network);
            int forwards = 0;
            FlashCalls counted = plainFlash();
            counted.forward = [&forwards, plain = counted.forward](const FlashInput& in) {
                ++forwards;
                return plain(in);
            };
            const WithFlashCalls calls{counted};
            const auto ours = passOf(*network);
            EXPECT_EQ(forwards, recompute ? 4 : 2) << "in both layers";
            ASSERT_EQ(ours.size(), expected.size());
            for (std::size_t i = 0; i < ours.size(); ++i) {
                EXPECT_LE(difference(ours[i], expected[i]), 1e-11) << i;
            }
        }
    }
}

} // namespace

} // namespace nextquill::model
