// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: N rows, H heads, K key-value heads, G = H / K, n rows of a block of queries, m keys that
// the last of them sees, d the head's size.
//
//   S = Q Kᵀ  [G n, m]     P = softmax(scale S), 0 where a key comes after its query     O = P V
//   ∂V = Pᵀ ∂O             ∂P = ∂O Vᵀ          δ = Σ ∂O O = Σ P ∂P
//   ∂S = scale P (∂P - δ)  ∂Q = ∂S K           ∂K = ∂Sᵀ Q
#include "core/model/SegmentAttention_torch.h"

#include "core/model/AttentionTasks.h"
#include "core/model/BlockProducts_torch.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/PairedAttention_torch.h"
#include "core/model/PlainAttention_torch.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace nextquill::model {

namespace {

using kernels::HeadLayout;
using kernels::ScoreBlock;
using kernels::Wide;
using torch::Tensor;

constexpr std::int64_t headRowGrain = 8;

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

/// The kernels turn whole heads.
bool hasHeadKernels(const Tensor& x, const HeadShape& shape, const RotaryTable& rotary)
{
    return hasKernels(x) && 2 * rotary.cos.size(1) == shape.size;
}

/// A piece of flat memory as a matrix.
Tensor matrix(const Tensor& flat, std::int64_t begin, std::int64_t rows, std::int64_t columns)
{
    return flat.narrow(0, begin, rows * columns).view({rows, columns});
}

/// What a task works on: its part of the queries' order and what it sees.
struct TaskPlaces
{
    TaskPlaces(const AttentionTask& task, const HeadShape& shape)
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

    void run(const std::vector<AttentionTask>& tasks) const
    {
        const torch::NoGradGuard noGrad; // of this thread
        BlockProducts products;
        const Tensor scores = torch::empty({m_scores}, m_out.options());
        for (const AttentionTask& task : tasks) {
            const TaskPlaces at{task, m_shape};
            const std::int64_t d = m_shape.size;
            const Tensor Q = matrix(m_heads.queries, at.firstRow * d, at.queries, d);
            Tensor S = matrix(scores, 0, at.queries, at.keys);
            products.putWithRows(Q, seen(m_keys, task), S);
            kernels::kernels<T>().causalSoftmax(
                {.queries = task.block->rows, .keys = at.keys, .scale = scaleOf(m_shape)},
                memoryOf<T>(S), memoryOf<Wide<T>>(m_logSums) + at.firstRow, 0, at.queries);
            Tensor O = matrix(m_out, at.firstRow * d, at.queries, d);
            products.putWithColumns(S, seen(m_values, task), O);
        }
    }

private:
    [[nodiscard]] static Tensor seen(const std::vector<Tensor>& all, const AttentionTask& task)
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
    void run(const std::vector<AttentionTask>& tasks, Tensor& dKeys, Tensor& dValues) const
    {
        const torch::NoGradGuard noGrad; // of this thread
        const std::int64_t d = m_shape.size;
        BlockProducts products;
        const Tensor scores = torch::empty({m_scores}, m_dOut.options());
        const Tensor gradients = torch::empty({m_scores}, m_dOut.options());
        const Tensor part = torch::empty({m_longestKeys * d}, m_dOut.options());
        for (const AttentionTask& task : tasks) {
            const TaskPlaces at{task, m_shape};
            const Tensor Q = matrix(m_heads.queries, at.firstRow * d, at.queries, d);
            const Tensor dO = matrix(m_dOut, at.firstRow * d, at.queries, d);
            const Tensor keys = seen(m_keys, task);
            Tensor S = matrix(scores, 0, at.queries, at.keys);
            Tensor dP = matrix(gradients, 0, at.queries, at.keys);
            products.putWithRows(Q, keys, S);
            products.putWithRows(dO, seen(m_values, task), dP);
            kernels::kernels<T>().causalSoftmaxBackward(
                {.queries = task.block->rows, .keys = at.keys, .scale = scaleOf(m_shape)},
                memoryOf<T>(S), memoryOf<T>(dP), memoryOf<Wide<T>>(m_logSums) + at.firstRow,
                memoryOf<Wide<T>>(m_delta) + at.firstRow, 0, at.queries);
            Tensor dQ = matrix(m_dQueries, at.firstRow * d, at.queries, d);
            products.putWithColumns(dP, keys, dQ);
            Tensor sum = matrix(part, 0, at.keys, d);
            products.putOfColumns(S, dO, sum);
            addPart(sum, task, dValues);
            products.putOfColumns(dP, Q, sum);
            addPart(sum, task, dKeys);
        }
    }

private:
    [[nodiscard]] static Tensor seen(const std::vector<Tensor>& all, const AttentionTask& task)
    {
        return all[task.block->run].select(0, task.keyHead).narrow(0, 0, task.block->keys);
    }

    void addPart(const Tensor& part, const AttentionTask& task, Tensor& sums) const
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

/// All tasks on LibTorch's threads.
template<class Work>
void shareForward(const Work& work, const QueryBlocks& blocks, const HeadShape& shape)
{
    const auto shares = shareOut(blocks, shape.keyHeads, parallelThreads());
    inParallel(std::ssize(shares), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            work.run(shares[static_cast<std::size_t>(i)]);
        }
    });
}

/// The same; returns the sums of keys' and values' gradients, [2, K, N, d].
template<class Work>
Tensor shareBackward(const Work& work, const QueryBlocks& blocks, const HeadShape& shape,
                     std::int64_t N, const torch::TensorOptions& wide)
{
    const auto shares = shareOut(blocks, shape.keyHeads, std::min(parallelThreads(), mostSums));
    const Tensor sums = torch::zeros({std::ssize(shares), 2, shape.keyHeads, N, shape.size}, wide);
    inParallel(std::ssize(shares), 1, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
            Tensor dKeys = sums.select(0, i).select(0, 0);
            Tensor dValues = sums.select(0, i).select(0, 1);
            work.run(shares[static_cast<std::size_t>(i)], dKeys, dValues);
        }
    });
    Tensor all = sums.select(0, 0);
    for (std::int64_t i = 1; i < std::ssize(shares); ++i) {
        all.add_(sums.select(0, i));
    }
    return all;
}

} // namespace

std::int64_t queryBlockRows(const Tensor& like, const HeadShape& shape, std::int64_t longest)
{
    if (!like.device().is_cpu()) {
        return 1024;
    }
    if (!hasPairedAttention(like, shape)) {
        return like.scalar_type() == torch::kBFloat16 ? 128 : 64;
    }
    constexpr std::int64_t columns = 192; // of a product
    constexpr std::int64_t unit = 16;
    constexpr std::int64_t scores = std::int64_t{1} << 18; // 1 MiB, most of a core's cache
    const std::int64_t group = shape.heads / shape.keyHeads;
    const std::int64_t most = std::min(columns, scores / std::max<std::int64_t>(1, longest));
    return std::max(unit, most / group / unit * unit);
}

Heads splitHeads(const Tensor& x, const HeadShape& shape, const QueryBlocks& blocks,
                 const RotaryTable& rotary)
{
    const std::int64_t N = x.size(0);
    Heads heads{.queries = torch::empty({N * shape.heads * shape.size}, x.options()),
                .keys = torch::empty({shape.keyHeads, N, shape.size}, x.options()),
                .values = torch::empty({shape.keyHeads, N, shape.size}, x.options())};
    if (!hasHeadKernels(x, shape, rotary)) {
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
        inParallel(N, headRowGrain, [&](std::int64_t begin, std::int64_t end) {
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
    if (!hasHeadKernels(dx, shape, rotary)) {
        Tensor dq =
            torch::zeros({N, shape.heads, shape.size}, dx.options()); // blocks may be left out
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
        inParallel(N, headRowGrain, [&](std::int64_t begin, std::int64_t end) {
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
    if (!hasKernels(heads.keys) || !shape.isPlain()) {
        return plainAttention(heads, shape, plan, blocks);
    }
    const std::int64_t N = heads.keys.size(1);
    const auto options = heads.keys.options();
    Attended result{.rows = torch::empty({N, shape.heads * shape.size}, options),
                    .logSums = torch::empty({N * shape.heads},
                                            options.dtype(wideType(heads.keys.scalar_type())))};
    Tensor out = torch::empty_like(heads.queries);
    const HeadLayout layout = layoutOf(shape, blocks);
    if (hasPairedAttention(heads.keys, shape)) {
        shareForward(PairedForward{heads, shape, plan, blocks, out, result.logSums}, blocks, shape);
    } else {
        withElement(heads.keys, [&](auto element) {
            using T = decltype(element);
            shareForward(ForwardTasks<T>{heads, shape, plan, blocks, out, result.logSums}, blocks,
                         shape);
        });
    }
    withElement(heads.keys, [&](auto element) {
        using T = decltype(element);
        inParallel(N, headRowGrain, [&](std::int64_t begin, std::int64_t end) {
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
    if (!hasKernels(heads.keys) || !shape.isPlain()) {
        return plainAttentionBackward(dRows, heads, attended, shape, plan, blocks);
    }
    const std::int64_t N = heads.keys.size(1);
    const auto wide = heads.keys.options().dtype(wideType(heads.keys.scalar_type()));
    HeadGradients result{.queries = blocks.coverAll ? torch::empty_like(heads.queries)
                                                    : torch::zeros_like(heads.queries),
                         .keys = {},
                         .values = {}};
    Tensor dOut = torch::empty_like(heads.queries);
    Tensor delta = torch::empty({N * shape.heads}, wide);
    const HeadLayout layout = layoutOf(shape, blocks);
    withElement(heads.keys, [&](auto element) {
        using T = decltype(element);
        inParallel(N, headRowGrain, [&](std::int64_t begin, std::int64_t end) {
            kernels::kernels<T>().rowsToBlocks(layout, memoryOf<T>(dRows),
                                               memoryOf<T>(attended.rows), memoryOf<T>(dOut),
                                               memoryOf<Wide<T>>(delta), begin, end);
        });
    });
    const Tensor& logSums = attended.logSums;
    Tensor sums; // [2, K, N, d]
    if (hasPairedAttention(heads.keys, shape)) {
        const PairedBackward work{heads, logSums, dOut, delta, shape, plan, blocks, result.queries};
        sums = shareBackward(work, blocks, shape, N, wide);
    } else {
        withElement(heads.keys, [&](auto element) {
            const BackwardTasks<decltype(element)> work{heads, logSums, dOut,   delta,
                                                        shape, plan,    blocks, result.queries};
            sums = shareBackward(work, blocks, shape, N, wide);
        });
    }
    result.keys = sums.select(0, 0);
    result.values = sums.select(0, 1);
    return result;
}

} // namespace nextquill::model
