// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/AttentionPlan.h"
#include "core/model/FlashAttention_torch.h"
#include "core/model/SegmentAttention_torch.h"

#include "tests/core/model/PlainFlash_torch.h"
#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <vector>

namespace nextquill::model {

namespace {

using testing::difference;
using testing::tree;
using torch::Tensor;

constexpr std::int64_t H = 4;
constexpr std::int64_t K = 2;
constexpr std::int64_t d = 6;

struct Inputs
{
    Tensor q;
    Tensor k;
    Tensor v;
};

Inputs random(std::int64_t rows, torch::ScalarType type = torch::kDouble)
{
    torch::manual_seed(3);
    return {.q = torch::randn({rows, H, d}, torch::kDouble).to(type).set_requires_grad(true),
            .k = torch::randn({rows, K, d}, torch::kDouble).to(type).set_requires_grad(true),
            .v = torch::randn({rows, K, d}, torch::kDouble).to(type).set_requires_grad(true)};
}

/// The definition: one matrix over all rows, a row sees its ancestors and itself up to its place.
Tensor byDefinition(const Inputs& in, const SegmentedBatch& batch)
{
    const std::int64_t rows = in.q.size(0);
    Tensor sees = torch::zeros({rows, rows}, torch::kBool);
    for (std::size_t i = 0; i < batch.segments.size(); ++i) {
        const auto path = testing::pathTo(batch, static_cast<int>(i));
        for (std::size_t a = 0; a < path.rows.size(); ++a) {
            for (std::size_t b = 0; b <= a; ++b) {
                sees[path.rows[a]][path.rows[b]] = true;
            }
        }
    }
    const Tensor k = in.k.repeat_interleave(H / K, 1).transpose(0, 1);
    const Tensor v = in.v.repeat_interleave(H / K, 1).transpose(0, 1);
    const Tensor scores =
        in.q.transpose(0, 1).matmul(k.transpose(1, 2)) / std::sqrt(static_cast<double>(d));
    const Tensor weights =
        torch::softmax(scores.masked_fill(~sees, -std::numeric_limits<double>::infinity()), -1);
    return weights.matmul(v).transpose(0, 1);
}

struct Results
{
    Tensor out;                    ///< [rows, H, d]
    std::vector<Tensor> gradients; ///< of q, k, v for `weight`
};

/// Ours, from rows as projected to rows as projected; positions are all 0, so that nothing turns.
Results ourResults(const Inputs& in, const SegmentedBatch& batch, const Tensor& weight,
                   std::int64_t blockRows)
{
    const torch::NoGradGuard noGrad;
    const std::int64_t rows = in.q.size(0);
    const AttentionPlan plan = planAttention(batch);
    const QueryBlocks blocks = cutIntoBlocks(plan, blockRows);
    const HeadShape shape{.heads = H, .keyHeads = K, .size = d};
    const RotaryTable still = rotaryTable(std::vector<std::int64_t>(static_cast<std::size_t>(rows)),
                                          d, 1, in.q.options());
    const Tensor projected = torch::cat({in.q, in.k, in.v}, 1).flatten(1).detach();
    const Heads heads = splitHeads(projected, shape, blocks, still);
    const Attended attended = segmentAttention(heads, shape, plan, blocks);
    const HeadGradients back =
        segmentAttentionBackward(weight.flatten(1), heads, attended, shape, plan, blocks);
    const Tensor merged =
        mergeHeads(back, shape, blocks, still, in.q.scalar_type()).view({rows, H + 2 * K, d});
    return {
        .out = attended.rows.view({rows, H, d}),
        .gradients = {merged.narrow(1, 0, H), merged.narrow(1, H, K), merged.narrow(1, H + K, K)}};
}

/// The same through what surrounds flash attention.
Results flashResults(const Inputs& in, const SegmentedBatch& batch, const Tensor& weight)
{
    const torch::NoGradGuard noGrad;
    const std::int64_t rows = in.q.size(0);
    const AttentionPlan plan = planAttention(batch);
    const FlashCalls calls = testing::plainFlash();
    const FlashPlan flash = planFlash(plan, &calls, torch::kCPU);
    const HeadShape shape{.heads = H, .keyHeads = K, .size = d};
    const RotaryTable still = rotaryTable(std::vector<std::int64_t>(static_cast<std::size_t>(rows)),
                                          d, 1, in.q.options());
    const FlashAttended attended =
        flashAttention(torch::cat({in.q, in.k, in.v}, 1).flatten(1).detach(), shape, flash, still);
    const Tensor merged = flashAttentionBackward(weight.flatten(1), attended, shape, flash, still)
                              .view({rows, H + 2 * K, d});
    return {
        .out = attended.output.rows,
        .gradients = {merged.narrow(1, 0, H), merged.narrow(1, H, K), merged.narrow(1, H + K, K)}};
}

void expectByDefinition(const SegmentedBatch& batch)
{
    const Inputs in = random(static_cast<std::int64_t>(batch.tokens.size()));
    const Tensor theirs = byDefinition(in, batch);
    const Tensor weight = torch::randn(theirs.sizes(), torch::kDouble);
    const auto gradients = torch::autograd::grad({(theirs * weight).sum()}, {in.q, in.k, in.v});
    const auto expectSame = [&](const Results& ours) {
        EXPECT_LE(difference(ours.out, theirs), 1e-12) << render(batch);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_LE(difference(ours.gradients[i], gradients[i]), 1e-11)
                << render(batch) << ", gradient " << i;
        }
    };
    const auto check = [&](std::int64_t blockRows) {
        expectSame(ourResults(in, batch, weight, blockRows));
    };
    expectSame(flashResults(in, batch, weight));
    check(64);
    check(5);
    const WithoutKernels without;
    SCOPED_TRACE("without kernels");
    check(64);
    check(5);
}

TEST(SegmentAttention, ASequenceIsCausal)
{
    expectByDefinition(tree({{-1, 9}}));
    expectByDefinition(tree({{-1, 1}}));
}

TEST(SegmentAttention, BlocksOfQueriesMeetWithoutASeam)
{
    for (const std::size_t length : {63U, 64U, 65U, 128U, 130U, 200U}) {
        expectByDefinition(tree({{-1, length}}));
    }
    expectByDefinition(tree({{-1, 70}, {0, 66}, {0, 129}}));
}

TEST(SegmentAttention, BranchesSeeTheirAncestorsAndNotEachOther)
{
    expectByDefinition(tree({{-1, 5}, {0, 4}, {0, 3}}));
    expectByDefinition(tree({{-1, 3}, {0, 2}, {1, 4}, {0, 1}, {3, 2}, {1, 5}}));
}

TEST(SegmentAttention, RootsDoNotSeeEachOther)
{
    expectByDefinition(tree({{-1, 4}, {-1, 3}, {0, 2}, {1, 2}, {-1, 1}}));
}

TEST(SegmentAttention, EmptySegmentsChangeNothing)
{
    expectByDefinition(tree({{-1, 0}, {0, 3}, {1, 0}, {2, 2}, {0, 4}}));
    expectByDefinition(tree({{-1, 3}, {0, 0}}));
}

TEST(SegmentAttention, BFloat16StaysNearFloat64)
{
    const SegmentedBatch batch = tree({{-1, 300}, {0, 40}, {0, 60}});
    const auto rows = static_cast<std::int64_t>(batch.tokens.size());
    const Inputs wide = random(rows);
    const Inputs narrow = random(rows, torch::kBFloat16);
    const Tensor weight = torch::ones({rows, H, d}, torch::kBFloat16);
    const auto exact =
        torch::autograd::grad({byDefinition(wide, batch).sum()}, {wide.q, wide.k, wide.v});
    const auto check = [&] {
        const Results ours = ourResults(narrow, batch, weight, 128);
        EXPECT_LE(difference(ours.out.to(torch::kDouble), byDefinition(wide, batch)), 0.05);
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_LE(difference(ours.gradients[i].to(torch::kDouble), exact[i]),
                      0.02 * (1 + exact[i].abs().max().item<double>()))
                << i;
        }
    };
    check();
    const WithoutKernels without;
    SCOPED_TRACE("without kernels");
    check();
}

TEST(SegmentAttention, IsTheSameAgainWithTheSameThreads)
{
    const SegmentedBatch batch = tree({{-1, 150}, {0, 140}, {0, 90}, {-1, 33}});
    const Inputs in = random(static_cast<std::int64_t>(batch.tokens.size()), torch::kFloat);
    const Tensor weight = torch::randn({in.q.size(0), H, d});
    const Results once = ourResults(in, batch, weight, 64);
    const Results again = ourResults(in, batch, weight, 64);
    EXPECT_TRUE(torch::equal(once.out, again.out));
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(torch::equal(once.gradients[i], again.gradients[i])) << i;
    }
}

TEST(AttentionPlan, JoinsNeighbouringAncestors)
{
    const AttentionPlan plan = planAttention(tree({{-1, 3}, {0, 2}, {1, 4}, {0, 1}, {3, 2}}));
    ASSERT_EQ(plan.runs.size(), 5U);
    ASSERT_EQ(plan.runs[2].ancestors.size(), 1U) << "0..3 and 3..5 are neighbours";
    EXPECT_EQ(plan.runs[2].ancestors[0].length, 5);
    ASSERT_EQ(plan.runs[4].ancestors.size(), 2U) << "0..3 and 9..10 are not";
    EXPECT_EQ(plan.runs[4].past, 4);
    EXPECT_EQ(plan.roots, 1U);
}

TEST(AttentionPlan, BatchesThatContradictThemselvesAreRefused)
{
    SegmentedBatch batch = tree({{-1, 3}, {0, 2}});
    batch.segments[1].begin = 4;
    EXPECT_THROW((void)planAttention(batch), Error);
    batch = tree({{-1, 3}, {0, 2}});
    batch.segments[1].parent = 1;
    EXPECT_THROW((void)planAttention(batch), Error);
    batch = tree({{-1, 3}, {0, 2}});
    batch.segments[1].length = -1;
    EXPECT_THROW((void)planAttention(batch), Error);
    batch = tree({{-1, 3}, {0, 2}});
    batch.tokens.pop_back();
    EXPECT_THROW((void)planAttention(batch), Error);
}

} // namespace

} // namespace nextquill::model
