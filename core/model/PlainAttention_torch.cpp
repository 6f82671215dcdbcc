// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PlainAttention_torch.h"

#include "core/model/AttentionTasks.h"

#include <cmath>
#include <limits>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// The block's part of a flat tensor in the queries' order, as [K, G n, d].
Tensor blockOf(const Tensor& flat, const QueryBlock& block, const HeadShape& shape)
{
    return flat
        .narrow(0, block.begin * shape.heads * shape.size, block.rows * shape.heads * shape.size)
        .view({shape.keyHeads, shape.heads / shape.keyHeads * block.rows, shape.size});
}

/// Scores [K, G n, m] in the wide type, -∞ where a key comes after its query.
Tensor plainScores(const Tensor& Q, const Tensor& keys, const QueryBlock& block,
                   const HeadShape& shape)
{
    Tensor S = torch::bmm(Q, keys.transpose(1, 2)).to(wideType(Q.scalar_type()));
    S.mul_(scaleOf(shape));
    const Tensor later =
        torch::ones({block.rows, block.rows}, S.options().dtype(torch::kBool)).triu_(1);
    S.view({shape.heads, block.rows, block.keys})
        .narrow(2, block.keys - block.rows, block.rows)
        .masked_fill_(later, -std::numeric_limits<double>::infinity());
    return S;
}

} // namespace

double scaleOf(const HeadShape& shape)
{
    return 1 / std::sqrt(static_cast<double>(shape.size));
}

std::vector<Tensor> seenBy(const Tensor& x, const AttentionPlan& plan)
{
    std::vector<Tensor> all;
    for (const AttentionRun& run : plan.runs) {
        const Tensor own = x.narrow(1, run.own.begin, run.own.length);
        if (run.ancestors.empty()) {
            all.push_back(own);
            continue;
        }
        std::vector<Tensor> parts;
        for (const RowRange& range : run.ancestors) {
            parts.push_back(x.narrow(1, range.begin, range.length));
        }
        parts.push_back(own);
        all.push_back(torch::cat(parts, 1));
    }
    return all;
}

void plainRowsToBlocks(const Tensor& rows, const QueryBlocks& blocks, const HeadShape& shape,
                       Tensor& flat)
{
    for (const QueryBlock& block : blocks.blocks) {
        blockOf(flat, block, shape)
            .view({shape.heads, block.rows, shape.size})
            .copy_(rows.narrow(0, block.begin, block.rows).transpose(0, 1));
    }
}

void plainBlocksToRows(const Tensor& flat, const QueryBlocks& blocks, const HeadShape& shape,
                       Tensor& rows)
{
    for (const QueryBlock& block : blocks.blocks) {
        rows.narrow(0, block.begin, block.rows)
            .copy_(blockOf(flat, block, shape)
                       .view({shape.heads, block.rows, shape.size})
                       .transpose(0, 1));
    }
}

Attended plainAttention(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
                        const QueryBlocks& blocks)
{
    const std::int64_t N = heads.keys.size(1);
    Attended result{.rows = torch::empty({N, shape.heads, shape.size}, heads.keys.options()),
                    .logSums = torch::empty({N * shape.heads}, heads.keys.options().dtype(wideType(
                                                                   heads.keys.scalar_type())))};
    const std::vector<Tensor> keys = seenBy(heads.keys, plan);
    const std::vector<Tensor> values = seenBy(heads.values, plan);
    const Tensor out = torch::empty_like(heads.queries);
    for (const QueryBlock& block : blocks.blocks) {
        const Tensor S = plainScores(blockOf(heads.queries, block, shape),
                                     keys[block.run].narrow(1, 0, block.keys), block, shape);
        const Tensor sums = torch::logsumexp(S, 2, /*keepdim=*/true);
        result.logSums.narrow(0, block.begin * shape.heads, block.rows * shape.heads)
            .copy_(sums.flatten());
        const Tensor P = torch::exp(S - sums).to(out.scalar_type());
        blockOf(out, block, shape).copy_(torch::bmm(P, values[block.run].narrow(1, 0, block.keys)));
    }
    plainBlocksToRows(out, blocks, shape, result.rows);
    result.rows = result.rows.flatten(1);
    return result;
}

HeadGradients plainAttentionBackward(const Tensor& dRows, const Heads& heads,
                                     const Attended& attended, const HeadShape& shape,
                                     const AttentionPlan& plan, const QueryBlocks& blocks)
{
    const std::int64_t N = heads.keys.size(1);
    const auto wide = heads.keys.options().dtype(wideType(heads.keys.scalar_type()));
    const auto type = heads.keys.scalar_type();
    HeadGradients result{.queries = blocks.coverAll ? torch::empty_like(heads.queries)
                                                    : torch::zeros_like(heads.queries),
                         .keys = torch::zeros(heads.keys.sizes(), wide),
                         .values = torch::zeros(heads.keys.sizes(), wide)};
    Tensor dOut = torch::empty_like(heads.queries);
    plainRowsToBlocks(dRows.view({N, shape.heads, shape.size}), blocks, shape, dOut);
    Tensor out = torch::empty_like(heads.queries);
    plainRowsToBlocks(attended.rows.view({N, shape.heads, shape.size}), blocks, shape, out);
    const std::vector<Tensor> keys = seenBy(heads.keys, plan);
    const std::vector<Tensor> values = seenBy(heads.values, plan);
    for (const QueryBlock& block : blocks.blocks) {
        const Tensor Q = blockOf(heads.queries, block, shape);
        const Tensor dO = blockOf(dOut, block, shape);
        const Tensor seenKeys = keys[block.run].narrow(1, 0, block.keys);
        const Tensor sums =
            attended.logSums.narrow(0, block.begin * shape.heads, block.rows * shape.heads)
                .view({shape.keyHeads, -1, 1});
        const Tensor P = torch::exp(plainScores(Q, seenKeys, block, shape) - sums);
        const Tensor dP =
            torch::bmm(dO, values[block.run].narrow(1, 0, block.keys).transpose(1, 2));
        const Tensor delta =
            (dO.to(P.scalar_type()) * blockOf(out, block, shape)).sum(2, /*keepdim=*/true);
        const Tensor dS = ((dP - delta) * P * scaleOf(shape)).to(type);
        blockOf(result.queries, block, shape).copy_(torch::bmm(dS, seenKeys));
        const Tensor dV = torch::bmm(P.to(type).transpose(1, 2), dO);
        const Tensor dK = torch::bmm(dS.transpose(1, 2), Q);
        eachSeenRange(plan.runs[block.run], block.keys,
                      [&](std::int64_t from, std::int64_t to, std::int64_t length) {
                          result.keys.narrow(1, to, length).add_(dK.narrow(1, from, length));
                          result.values.narrow(1, to, length).add_(dV.narrow(1, from, length));
                      });
    }
    return result;
}

} // namespace nextquill::model
