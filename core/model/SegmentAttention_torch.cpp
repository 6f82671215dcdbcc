// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: N rows, H heads, K key-value heads, G = H / K, n rows of a block of queries, m keys that
// the last of them sees, d the head's size.
//
//   S = Q Kᵀ  [G n, m]     P = softmax(scale S), 0 where a key comes after its query     O = P V
//   ∂V = Pᵀ ∂O             ∂P = ∂O Vᵀ          δ = Σ ∂O O = Σ P ∂P
//   ∂S = scale P (∂P - δ)  ∂Q = ∂S K           ∂K = ∂Sᵀ Q
#include "core/model/SegmentAttention_torch.h"

#include "core/model/KernelCall_torch.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace nextquill::model {

namespace {

using kernels::HeadLayout;
using kernels::ScoreBlock;
using kernels::Wide;
using torch::Tensor;

constexpr std::int64_t rowGrain = 8;

/// Sums of the backward pass are kept per thread: [K, N, d] twice. More threads than this would
/// cost more memory than they save time.
constexpr std::int64_t mostSums = 16;

HeadLayout layoutOf(const HeadShape& shape, const QueryBlocks& blocks)
{
    return {.rows = static_cast<std::int64_t>(blocks.beginOfRow.size()),
            .heads = shape.heads,
            .keyHeads = shape.keyHeads,
            .size = shape.size,
            .blockBegin = blocks.beginOfRow.data(),
            .blockRows = blocks.rowsOfRow.data()};
}

double scaleOf(const HeadShape& shape)
{
    return 1 / std::sqrt(static_cast<double>(shape.size));
}

/// One block of queries under one key-value head.
struct Task
{
    const QueryBlock* block = nullptr;
    std::int64_t keyHead = 0;

    [[nodiscard]] std::int64_t cost() const { return block->rows * block->keys; }
};

/// The tasks of each thread: the longest first, each to who has least to do. The same for the same
/// number of threads, so that sums are made in the same order again.
std::vector<std::vector<Task>> shareOut(const QueryBlocks& blocks, std::int64_t keyHeads,
                                        std::int64_t threads)
{
    std::vector<Task> tasks;
    for (const QueryBlock& block : blocks.blocks) {
        for (std::int64_t head = 0; head < keyHeads; ++head) {
            tasks.push_back({.block = &block, .keyHead = head});
        }
    }
    std::ranges::stable_sort(tasks, std::ranges::greater{}, &Task::cost);
    std::vector<std::vector<Task>> shares(
        static_cast<std::size_t>(std::max<std::int64_t>(1, std::min(threads, std::ssize(tasks)))));
    std::vector<std::int64_t> loads(shares.size());
    for (const Task& task : tasks) {
        const auto least =
            static_cast<std::size_t>(std::ranges::min_element(loads) - loads.begin());
        shares[least].push_back(task);
        loads[least] += task.cost();
    }
    return shares;
}

std::int64_t longestBlock(const QueryBlocks& blocks, std::int64_t QueryBlock::* length)
{
    std::int64_t longest = 0;
    for (const QueryBlock& block : blocks.blocks) {
        longest = std::max(longest, block.*length);
    }
    return longest;
}

/// The rows of keys or values [K, N, d] that each run sees, as [K, m, d]: parts of them where they
/// lie together, else copies.
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

/// Rows [0, keys) of what a run sees, as ranges of the batch's rows.
template<class Body>
void eachSeenRange(const AttentionRun& run, std::int64_t keys, const Body& body)
{
    std::int64_t done = 0;
    const auto visit = [&](const RowRange& range) {
        const std::int64_t length = std::min(range.length, keys - done);
        if (length > 0) {
            body(done, range.begin, length);
            done += length;
        }
    };
    for (const RowRange& range : run.ancestors) {
        visit(range);
    }
    visit(run.own);
}

/// A piece of flat memory as a matrix.
Tensor matrix(const Tensor& flat, std::int64_t begin, std::int64_t rows, std::int64_t columns)
{
    return flat.narrow(0, begin, rows * columns).view({rows, columns});
}

/// What a task works on: its part of the queries' order and what it sees.
struct TaskPlaces
{
    TaskPlaces(const Task& task, const HeadShape& shape)
        : queries{shape.heads / shape.keyHeads * task.block->rows}
        , firstRow{task.block->begin * shape.heads + task.keyHead * queries}
        , keys{task.block->keys}
    {
    }

    std::int64_t queries;  ///< G n
    std::int64_t firstRow; ///< of the task's rows of queries, in heads
    std::int64_t keys;
};

template<class T>
class ForwardTasks
{
public:
    ForwardTasks(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
                 const QueryBlocks& blocks, Tensor& out, Tensor& logSums)
        : m_heads{heads}
        , m_shape{shape}
        , m_keys{seenBy(heads.keys, plan)}
        , m_values{seenBy(heads.values, plan)}
        , m_out{out}
        , m_logSums{logSums}
        , m_scores{shape.heads / shape.keyHeads * longestBlock(blocks, &QueryBlock::rows) *
                   longestBlock(blocks, &QueryBlock::keys)}
    {
    }

    void run(const std::vector<Task>& tasks) const
    {
        const torch::NoGradGuard noGrad; // of this thread
        const Tensor scores = torch::empty({m_scores}, m_out.options());
        for (const Task& task : tasks) {
            const TaskPlaces at{task, m_shape};
            const std::int64_t d = m_shape.size;
            const Tensor Q = matrix(m_heads.queries, at.firstRow * d, at.queries, d);
            Tensor S = matrix(scores, 0, at.queries, at.keys);
            at::mm_out(S, Q, seen(m_keys, task).t());
            kernels::kernels<T>().causalSoftmax(
                {.queries = task.block->rows, .keys = at.keys, .scale = scaleOf(m_shape)},
                memoryOf<T>(S), memoryOf<Wide<T>>(m_logSums) + at.firstRow, 0, at.queries);
            Tensor O = matrix(m_out, at.firstRow * d, at.queries, d);
            at::mm_out(O, S, seen(m_values, task));
        }
    }

private:
    [[nodiscard]] static Tensor seen(const std::vector<Tensor>& all, const Task& task)
    {
        return all[task.block->run].select(0, task.keyHead).narrow(0, 0, task.block->keys);
    }

    const Heads& m_heads;
    const HeadShape& m_shape;
    std::vector<Tensor> m_keys;
    std::vector<Tensor> m_values;
    Tensor& m_out;
    Tensor& m_logSums;
    std::int64_t m_scores;
};

template<class T>
class BackwardTasks
{
public:
    BackwardTasks(const Heads& heads, const Tensor& logSums, const Tensor& dOut,
                  const Tensor& delta, const HeadShape& shape, const AttentionPlan& plan,
                  const QueryBlocks& blocks, Tensor& dQueries)
        : m_heads{heads}
        , m_logSums{logSums}
        , m_dOut{dOut}
        , m_delta{delta}
        , m_shape{shape}
        , m_plan{plan}
        , m_keys{seenBy(heads.keys, plan)}
        , m_values{seenBy(heads.values, plan)}
        , m_dQueries{dQueries}
        , m_longestKeys{longestBlock(blocks, &QueryBlock::keys)}
        , m_scores{shape.heads / shape.keyHeads * longestBlock(blocks, &QueryBlock::rows) *
                   m_longestKeys}
    {
    }

    /// Adds to dKeys and dValues [K, N, d], which are the thread's own.
    void run(const std::vector<Task>& tasks, Tensor& dKeys, Tensor& dValues) const
    {
        const torch::NoGradGuard noGrad; // of this thread
        const std::int64_t d = m_shape.size;
        const Tensor scores = torch::empty({m_scores}, m_dOut.options());
        const Tensor gradients = torch::empty({m_scores}, m_dOut.options());
        const Tensor part = torch::empty({m_longestKeys * d}, m_dOut.options());
        for (const Task& task : tasks) {
            const TaskPlaces at{task, m_shape};
            const Tensor Q = matrix(m_heads.queries, at.firstRow * d, at.queries, d);
            const Tensor dO = matrix(m_dOut, at.firstRow * d, at.queries, d);
            const Tensor keys = seen(m_keys, task);
            Tensor S = matrix(scores, 0, at.queries, at.keys);
            Tensor dP = matrix(gradients, 0, at.queries, at.keys);
            at::mm_out(S, Q, keys.t());
            at::mm_out(dP, dO, seen(m_values, task).t());
            kernels::kernels<T>().causalSoftmaxBackward(
                {.queries = task.block->rows, .keys = at.keys, .scale = scaleOf(m_shape)},
                memoryOf<T>(S), memoryOf<T>(dP), memoryOf<Wide<T>>(m_logSums) + at.firstRow,
                memoryOf<Wide<T>>(m_delta) + at.firstRow, 0, at.queries);
            Tensor dQ = matrix(m_dQueries, at.firstRow * d, at.queries, d);
            at::mm_out(dQ, dP, keys);
            Tensor sum = matrix(part, 0, at.keys, d);
            at::mm_out(sum, S.t(), dO);
            addPart(sum, task, dValues);
            at::mm_out(sum, dP.t(), Q);
            addPart(sum, task, dKeys);
        }
    }

private:
    [[nodiscard]] static Tensor seen(const std::vector<Tensor>& all, const Task& task)
    {
        return all[task.block->run].select(0, task.keyHead).narrow(0, 0, task.block->keys);
    }

    void addPart(const Tensor& part, const Task& task, Tensor& sums) const
    {
        const std::int64_t d = m_shape.size;
        Wide<T>* head = memoryOf<Wide<T>>(sums) + task.keyHead * sums.size(1) * d;
        eachSeenRange(m_plan.runs[task.block->run], task.block->keys,
                      [&](std::int64_t from, std::int64_t to, std::int64_t length) {
                          kernels::kernels<T>().addTo(memoryOf<T>(part) + from * d, head + to * d,
                                                      0, length * d);
                      });
    }

    const Heads& m_heads;
    const Tensor& m_logSums;
    const Tensor& m_dOut;
    const Tensor& m_delta;
    const HeadShape& m_shape;
    const AttentionPlan& m_plan;
    std::vector<Tensor> m_keys;
    std::vector<Tensor> m_values;
    Tensor& m_dQueries;
    std::int64_t m_longestKeys;
    std::int64_t m_scores;
};

// ---- LibTorch's operations, for a device without kernels ---------------------------------------

/// The block's part of a flat tensor in the queries' order, as [K, G n, d].
Tensor blockOf(const Tensor& flat, const QueryBlock& block, const HeadShape& shape)
{
    return flat
        .narrow(0, block.begin * shape.heads * shape.size, block.rows * shape.heads * shape.size)
        .view({shape.keyHeads, shape.heads / shape.keyHeads * block.rows, shape.size});
}

/// Copies rows [n, H, d] of every block into the queries' order, or back.
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
    HeadGradients result{.queries = torch::empty_like(heads.queries),
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

} // namespace

std::int64_t queryBlockRows(const Tensor& like)
{
    if (!like.device().is_cpu()) {
        return 1024;
    }
    return like.scalar_type() == torch::kBFloat16 ? 128 : 64;
}

Heads splitHeads(const Tensor& x, const HeadShape& shape, const QueryBlocks& blocks,
                 const RotaryTable& rotary)
{
    const std::int64_t N = x.size(0);
    Heads heads{.queries = torch::empty({N * shape.heads * shape.size}, x.options()),
                .keys = torch::empty({shape.keyHeads, N, shape.size}, x.options()),
                .values = torch::empty({shape.keyHeads, N, shape.size}, x.options())};
    if (!hasKernels(x)) {
        const Tensor all = x.view({N, shape.heads + 2 * shape.keyHeads, shape.size});
        const Tensor turned = rotate(all.narrow(1, 0, shape.heads + shape.keyHeads), rotary);
        plainRowsToBlocks(turned.narrow(1, 0, shape.heads), blocks, shape, heads.queries);
        heads.keys.copy_(turned.narrow(1, shape.heads, shape.keyHeads).transpose(0, 1));
        heads.values.copy_(
            all.narrow(1, shape.heads + shape.keyHeads, shape.keyHeads).transpose(0, 1));
        return heads;
    }
    const HeadLayout layout = layoutOf(shape, blocks);
    withElement(x, [&](auto element) {
        using T = decltype(element);
        inParallel(N, rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().splitHeads(layout, memoryOf<T>(x), memoryOf<Wide<T>>(rotary.cos),
                                             memoryOf<Wide<T>>(rotary.sin),
                                             memoryOf<T>(heads.queries), memoryOf<T>(heads.keys),
                                             memoryOf<T>(heads.values), begin, end);
        });
    });
    return heads;
}

Tensor mergeHeads(const HeadGradients& gradients, const HeadShape& shape, const QueryBlocks& blocks,
                  const RotaryTable& rotary, torch::ScalarType type)
{
    const std::int64_t N = gradients.keys.size(1);
    Tensor dx = torch::empty({N, (shape.heads + 2 * shape.keyHeads) * shape.size},
                             gradients.queries.options());
    if (!hasKernels(dx)) {
        Tensor dq = torch::empty({N, shape.heads, shape.size}, dx.options());
        plainBlocksToRows(gradients.queries, blocks, shape, dq);
        const RotaryTable back{.cos = rotary.cos, .sin = rotary.sin.neg()};
        const Tensor dk = rotate(gradients.keys.transpose(0, 1), back);
        return torch::cat(
                   {rotate(dq, back), dk.to(type), gradients.values.transpose(0, 1).to(type)}, 1)
            .flatten(1);
    }
    const HeadLayout layout = layoutOf(shape, blocks);
    withElement(dx, [&](auto element) {
        using T = decltype(element);
        inParallel(N, rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().mergeHeads(
                layout, memoryOf<T>(gradients.queries), memoryOf<Wide<T>>(gradients.keys),
                memoryOf<Wide<T>>(gradients.values), memoryOf<Wide<T>>(rotary.cos),
                memoryOf<Wide<T>>(rotary.sin), memoryOf<T>(dx), begin, end);
        });
    });
    return dx;
}

Attended segmentAttention(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
                          const QueryBlocks& blocks)
{
    if (!hasKernels(heads.keys)) {
        return plainAttention(heads, shape, plan, blocks);
    }
    const std::int64_t N = heads.keys.size(1);
    const auto options = heads.keys.options();
    Attended result{.rows = torch::empty({N, shape.heads * shape.size}, options),
                    .logSums = torch::empty({N * shape.heads},
                                            options.dtype(wideType(heads.keys.scalar_type())))};
    Tensor out = torch::empty_like(heads.queries);
    const HeadLayout layout = layoutOf(shape, blocks);
    withElement(heads.keys, [&](auto element) {
        using T = decltype(element);
        const ForwardTasks<T> work{heads, shape, plan, blocks, out, result.logSums};
        const auto shares = shareOut(blocks, shape.keyHeads, parallelThreads());
        inParallel(std::ssize(shares), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                work.run(shares[static_cast<std::size_t>(i)]);
            }
        });
        inParallel(N, rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().blocksToRows(layout, memoryOf<T>(out), memoryOf<T>(result.rows),
                                               begin, end);
        });
    });
    return result;
}

HeadGradients segmentAttentionBackward(const Tensor& dRows, const Heads& heads,
                                       const Attended& attended, const HeadShape& shape,
                                       const AttentionPlan& plan, const QueryBlocks& blocks)
{
    if (!hasKernels(heads.keys)) {
        return plainAttentionBackward(dRows, heads, attended, shape, plan, blocks);
    }
    const std::int64_t N = heads.keys.size(1);
    const auto wide = heads.keys.options().dtype(wideType(heads.keys.scalar_type()));
    HeadGradients result{.queries = torch::empty_like(heads.queries), .keys = {}, .values = {}};
    Tensor dOut = torch::empty_like(heads.queries);
    Tensor delta = torch::empty({N * shape.heads}, wide);
    const HeadLayout layout = layoutOf(shape, blocks);
    withElement(heads.keys, [&](auto element) {
        using T = decltype(element);
        inParallel(N, rowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().rowsToBlocks(layout, memoryOf<T>(dRows),
                                               memoryOf<T>(attended.rows), memoryOf<T>(dOut),
                                               memoryOf<Wide<T>>(delta), begin, end);
        });
        const BackwardTasks<T> work{heads, attended.logSums, dOut,          delta, shape,
                                    plan,  blocks,           result.queries};
        const auto shares = shareOut(blocks, shape.keyHeads, std::min(parallelThreads(), mostSums));
        const Tensor sums =
            torch::zeros({2, std::ssize(shares), shape.keyHeads, N, shape.size}, wide);
        inParallel(std::ssize(shares), 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                Tensor dKeys = sums.select(0, 0).select(0, i);
                Tensor dValues = sums.select(0, 1).select(0, i);
                work.run(shares[static_cast<std::size_t>(i)], dKeys, dValues);
            }
        });
        for (std::int64_t i = 1; i < std::ssize(shares); ++i) {
            sums.select(1, 0).add_(sums.select(1, i));
        }
        result.keys = sums.select(0, 0).select(0, 0);
        result.values = sums.select(0, 1).select(0, 0);
    });
    return result;
}

} // namespace nextquill::model
