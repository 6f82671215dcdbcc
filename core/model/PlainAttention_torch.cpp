// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PlainAttention_torch.h"

#include "core/model/AttentionTasks.h"

#include <algorithm>
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

/// The keys of a run that a block's queries see: `count` from `first` on.
struct Sight
{
    Sight(const QueryBlock& block, const HeadShape& shape)
        : first{shape.window == 0
                    ? 0
                    : std::max<std::int64_t>(0, block.keys - block.rows + 1 - shape.window)}
        , count{block.keys - first}
    {
    }

    [[nodiscard]] Tensor of(const Tensor& keys) const { return keys.narrow(1, first, count); }

    std::int64_t first;
    std::int64_t count;
};

/// Scaled and capped scores [K, G n, m] in the wide type, of keys that come after their query or
/// before its window, too.
Tensor plainScores(const Tensor& Q, const Tensor& keys, const HeadShape& shape)
{
    Tensor S = torch::bmm(Q, keys.transpose(1, 2)).to(wideType(Q.scalar_type()));
    S.mul_(scaleOf(shape));
    if (shape.cap != 0) {
        S.div_(shape.cap).tanh_().mul_(shape.cap);
    }
    return S;
}

/// -∞ in the place of scores of keys that are not seen.
void maskScores(Tensor& S, const QueryBlock& block, const Sight& sight, const HeadShape& shape)
{
    const auto options = S.options().dtype(torch::kBool);
    Tensor all = S.view({shape.heads, block.rows, sight.count});
    constexpr double never = -std::numeric_limits<double>::infinity();
    all.narrow(2, sight.count - block.rows, block.rows)
        .masked_fill_(torch::ones({block.rows, block.rows}, options).triu_(1), never);
    if (shape.window != 0) {
        // Query i, the (count - rows + i)-th of these keys, sees `window` up to itself.
        all.masked_fill_(torch::ones({block.rows, sight.count}, options)
                             .tril_(sight.count - block.rows - shape.window),
                         never);
    }
}

} // namespace

double scaleOf(const HeadShape& shape)
{
    return shape.scale != 0 ? shape.scale : 1 / std::sqrt(static_cast<double>(shape.size));
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
        const Sight sight{block, shape};
        Tensor S =
            plainScores(blockOf(heads.queries, block, shape), sight.of(keys[block.run]), shape);
        maskScores(S, block, sight, shape);
        const Tensor sums = torch::logsumexp(S, 2, /*keepdim=*/true);
        result.logSums.narrow(0, block.begin * shape.heads, block.rows * shape.heads)
            .copy_(sums.flatten());
        const Tensor P = torch::exp(S - sums).to(out.scalar_type());
        blockOf(out, block, shape).copy_(torch::bmm(P, sight.of(values[block.run])));
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
        const Sight sight{block, shape};
        const Tensor seenKeys = sight.of(keys[block.run]);
        const Tensor sums =
            attended.logSums.narrow(0, block.begin * shape.heads, block.rows * shape.heads)
                .view({shape.keyHeads, -1, 1});
        Tensor P = plainScores(Q, seenKeys, shape);
        const Tensor slope = shape.cap != 0 ? 1 - (P / shape.cap).square_() : Tensor{};
        maskScores(P, block, sight, shape);
        P.sub_(sums).exp_();
        const Tensor dP = torch::bmm(dO, sight.of(values[block.run]).transpose(1, 2));
        const Tensor delta =
            (dO.to(P.scalar_type()) * blockOf(out, block, shape)).sum(2, /*keepdim=*/true);
        Tensor wideGradient = (dP - delta).mul_(P).mul_(scaleOf(shape));
        if (slope.defined()) {
            wideGradient.mul_(slope);
        }
        const Tensor dS = wideGradient.to(type);
        blockOf(result.queries, block, shape).copy_(torch::bmm(dS, seenKeys));
        const Tensor dV = torch::bmm(P.to(type).transpose(1, 2), dO);
        const Tensor dK = torch::bmm(dS.transpose(1, 2), Q);
        eachSeenRange(
            plan.runs[block.run], block.keys,
            [&](std::int64_t done, std::int64_t to, std::int64_t length) {
                const std::int64_t skipped =
                    std::clamp<std::int64_t>(sight.first - done, 0, length);
                const std::int64_t from = done + skipped - sight.first;
                const std::int64_t rows = length - skipped;
                if (rows > 0) {
                    result.keys.narrow(1, to + skipped, rows).add_(dK.narrow(1, from, rows));
                    result.values.narrow(1, to + skipped, rows).add_(dV.narrow(1, from, rows));
                }
            });
    }
    return result;
}

} // namespace nextquill::model
