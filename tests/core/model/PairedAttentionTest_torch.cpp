// SPDX-License-Identifier: GPL-3.0-or-later
// Attention and the wide product on products of bfloat16 pairs, against float64 from the same
// rounded numbers.
#include "core/model/AttentionPlan.h"
#include "core/model/PairProduct_torch.h"
#include "core/model/PairedAttention_torch.h"
#include "core/model/SegmentAttention_torch.h"
#include "core/model/WideProduct_torch.h"

#include "tests/core/model/SmallNetworks_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <string>
#include <vector>

namespace nextquill::model {

namespace {

using testing::difference;
using testing::tree;
using torch::Tensor;

struct PairedResults
{
    Tensor out;                    ///< [rows, H·d]
    std::vector<Tensor> gradients; ///< queries as rows, keys, values
};

/// Attention and its way back over `projected` [N, (H + 2K) d], for dOut [N, H·d], in its type.
PairedResults attend(const Tensor& projected, const Tensor& dOut, const HeadShape& shape,
                     const SegmentedBatch& batch, std::int64_t blockRows,
                     const std::vector<std::int64_t>& wanted = {})
{
    const torch::NoGradGuard noGrad;
    const AttentionPlan plan = planAttention(batch);
    const QueryBlocks all = cutIntoBlocks(plan, blockRows);
    const QueryBlocks blocks = wanted.empty() ? all : blocksOf(all, wanted);
    const auto rows = static_cast<std::size_t>(projected.size(0));
    const RotaryTable still =
        rotaryTable(std::vector<std::int64_t>(rows), shape.size, 1, projected.options());
    const Heads heads = splitHeads(projected, shape, blocks, still);
    const Attended attended = segmentAttention(heads, shape, plan, blocks);
    const HeadGradients back = segmentAttentionBackward(dOut, heads, attended, shape, plan, blocks);
    const Tensor merged = mergeHeads(back, shape, blocks, still, projected.scalar_type());
    const std::int64_t queries = shape.heads * shape.size;
    const std::int64_t keys = shape.keyHeads * shape.size;
    return {.out = attended.rows,
            .gradients = {merged.narrow(1, 0, queries), merged.narrow(1, queries, keys),
                          merged.narrow(1, queries + keys, keys)}};
}

/// Relative to the largest, or to 1: a key that is seen alone has no gradient at all.
double scaled(const Tensor& ours, const Tensor& exact)
{
    return difference(ours.to(torch::kDouble), exact) /
           std::max(exact.abs().max().item<double>(), 1.0);
}

void expectNearFloat64(const HeadShape& shape, const SegmentedBatch& batch, std::int64_t blockRows)
{
    torch::manual_seed(11);
    const auto N = static_cast<std::int64_t>(batch.tokens.size());
    const Tensor projected =
        torch::randn({N, (shape.heads + 2 * shape.keyHeads) * shape.size}).to(torch::kBFloat16);
    const Tensor dOut = torch::randn({N, shape.heads * shape.size}).to(torch::kBFloat16);
    const PairedResults ours = attend(projected, dOut, shape, batch, blockRows);
    const PairedResults exact =
        attend(projected.to(torch::kDouble), dOut.to(torch::kDouble), shape, batch, blockRows);
    // Probabilities, their gradients and the output are rounded to 8 bits.
    EXPECT_LE(scaled(ours.out, exact.out), 6e-3);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_LE(scaled(ours.gradients[i], exact.gradients[i]), 1.2e-2) << "gradient " << i;
    }
}

class PairedAttention : public ::testing::Test
{
protected:
    void SetUp() override
    {
        if (!hasPairProduct()) {
            GTEST_SKIP() << "this processor has no products of bfloat16 pairs";
        }
    }
};

TEST_F(PairedAttention, IsThatOfFloat64ForEveryShapeOfHeads)
{
    const SegmentedBatch batch = tree({{-1, 70}, {0, 66}, {0, 129}});
    for (const HeadShape& shape : {HeadShape{.heads = 9, .keyHeads = 3, .size = 64},
                                   HeadShape{.heads = 14, .keyHeads = 2, .size = 64},
                                   HeadShape{.heads = 2, .keyHeads = 2, .size = 32},
                                   HeadShape{.heads = 4, .keyHeads = 1, .size = 128}}) {
        SCOPED_TRACE(std::to_string(shape.heads) + " heads of " + std::to_string(shape.size));
        ASSERT_TRUE(hasPairedAttention(torch::empty({0}, torch::kBFloat16), shape));
        expectNearFloat64(shape, batch, 64);
    }
}

TEST_F(PairedAttention, BlocksOfKeysAndQueriesMeetWithoutASeam)
{
    const HeadShape shape{.heads = 6, .keyHeads = 2, .size = 32};
    for (const std::size_t length : {1U, 2U, 15U, 63U, 64U, 65U, 255U, 256U, 257U, 320U, 513U}) {
        SCOPED_TRACE(length);
        expectNearFloat64(shape, tree({{-1, length}}), 64);
    }
    for (const std::int64_t blockRows : {1, 5, 16, 48, 100}) {
        SCOPED_TRACE(blockRows);
        expectNearFloat64(shape, tree({{-1, 90}, {0, 77}}), blockRows);
    }
}

TEST_F(PairedAttention, BranchesSeeTheirAncestorsAndNotEachOther)
{
    const HeadShape shape{.heads = 3, .keyHeads = 1, .size = 64};
    expectNearFloat64(shape, tree({{-1, 30}, {0, 20}, {1, 40}, {0, 1}, {3, 70}, {1, 5}}), 32);
    expectNearFloat64(shape, tree({{-1, 4}, {-1, 300}, {0, 2}, {1, 2}, {-1, 1}}), 64);
    expectNearFloat64(shape, tree({{-1, 0}, {0, 3}, {1, 0}, {2, 200}, {0, 4}}), 64);
}

TEST_F(PairedAttention, IsTheSameAgainWithTheSameThreads)
{
    torch::manual_seed(2);
    const HeadShape shape{.heads = 9, .keyHeads = 3, .size = 64};
    const SegmentedBatch batch = tree({{-1, 150}, {0, 140}, {0, 90}, {-1, 33}});
    const auto N = static_cast<std::int64_t>(batch.tokens.size());
    const Tensor projected = torch::randn({N, 15 * 64}).to(torch::kBFloat16);
    const Tensor dOut = torch::randn({N, 9 * 64}).to(torch::kBFloat16);
    const PairedResults once = attend(projected, dOut, shape, batch, 64);
    const PairedResults again = attend(projected, dOut, shape, batch, 64);
    EXPECT_TRUE(torch::equal(once.out, again.out));
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_TRUE(torch::equal(once.gradients[i], again.gradients[i])) << i;
    }
}

/// Of each number format: blocks that nobody reads are left out, and change nothing in the rest.
TEST(SegmentAttention, WantedBlocksAloneGiveTheSameForTheirRows)
{
    const HeadShape shape{.heads = 6, .keyHeads = 2, .size = 32};
    const SegmentedBatch batch = tree({{-1, 100}, {0, 130}, {0, 80}});
    const std::vector<std::int64_t> wanted{220, 228, 229, 309};
    for (const auto type : {torch::kBFloat16, torch::kFloat, torch::kDouble}) {
        torch::manual_seed(4);
        const Tensor projected = torch::randn({310, 10 * 32}).to(type);
        Tensor dOut = torch::zeros({310, 6 * 32}, type);
        for (const std::int64_t row : wanted) {
            dOut[row].normal_();
        }
        const PairedResults all = attend(projected, dOut, shape, batch, 16);
        const PairedResults some = attend(projected, dOut, shape, batch, 16, wanted);
        for (const std::int64_t row : wanted) {
            EXPECT_TRUE(torch::equal(all.out[row], some.out[row])) << row;
        }
        for (std::size_t i = 0; i < 3; ++i) {
            // Blocks are dealt to the threads in another way: sums differ in their order.
            EXPECT_LE(scaled(some.gradients[i], all.gradients[i].to(torch::kDouble)),
                      type == torch::kBFloat16 ? 5e-3 : 1e-5)
                << "gradient " << i;
        }
    }
}

TEST(AttentionPlan, BlocksOfWantedRowsAlone)
{
    const QueryBlocks all = cutIntoBlocks(planAttention(tree({{-1, 40}, {0, 20}})), 16);
    ASSERT_EQ(all.blocks.size(), 5U);
    const QueryBlocks some = blocksOf(all, std::vector<std::int64_t>{15, 59});
    ASSERT_EQ(some.blocks.size(), 2U);
    EXPECT_EQ(some.blocks[0].begin, 0);
    EXPECT_EQ(some.blocks[1].begin, 56);
    EXPECT_FALSE(some.coverAll);
    EXPECT_EQ(some.beginOfRow, all.beginOfRow) << "rows keep their places";
    EXPECT_TRUE(blocksOf(all, std::vector<std::int64_t>{0, 16, 32, 40, 56}).coverAll);
}

TEST(WideProduct, IsTheProductInFloat64OfTheRoundedNumbers)
{
    for (const std::int64_t rows : {1, 3, 240}) {
        for (const std::int64_t outs : {1, 64, 100, 129}) {
            for (const std::int64_t inner : {64, 50}) { // 50: by copies
                torch::manual_seed(6);
                const Tensor x = torch::randn({rows, inner}).to(torch::kBFloat16);
                const Tensor W = torch::randn({outs, inner}).to(torch::kBFloat16);
                const Tensor exact = torch::mm(x.to(torch::kDouble), W.to(torch::kDouble).t());
                const Tensor ours = wideProduct(x, W);
                EXPECT_EQ(ours.scalar_type(), torch::kFloat);
                EXPECT_LE(difference(ours.to(torch::kDouble), exact), 2e-5)
                    << rows << " " << outs << " " << inner;
                const WithoutKernels without;
                EXPECT_LE(difference(wideProduct(x, W).to(torch::kDouble), exact), 2e-5);
            }
        }
    }
}

TEST(WideProduct, KeepsWideTypes)
{
    torch::manual_seed(6);
    const Tensor x = torch::randn({5, 7}, torch::kDouble);
    const Tensor W = torch::randn({9, 7}, torch::kDouble);
    EXPECT_TRUE(torch::equal(wideProduct(x, W), torch::mm(x, W.t())));
    EXPECT_EQ(wideProduct(x.to(torch::kFloat), W.to(torch::kFloat)).scalar_type(), torch::kFloat);
}

} // namespace

} // namespace nextquill::model
