// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: R columns, the G n queries of a task filled up to a multiple of 16; j blocks of 64 keys.
//
//   Sᵀ_j = K_j Qᵀ        Pᵀ_j = exp(scale Sᵀ_j - max)      Oᵀ  = Σ_j V_jᵀ Pᵀ_j / Σ
//   ∂Pᵀ_j = V_j ∂Oᵀ      ∂V_j = Pᵀ_j ∂O     ∂K_j = ∂Sᵀ_j Q     ∂Qᵀ = Σ_j K_jᵀ ∂Sᵀ_j
#include "core/model/PairedAttention_torch.h"

#include "core/kernels/PairKernels.h"
#include "core/model/KernelCall_torch.h"
#include "core/model/PairProduct_torch.h"
#include "core/model/PlainAttention_torch.h"

#include <algorithm>
#include <cstddef>
#include <span>

namespace nextquill::model {

namespace {

using kernels::BFloat16;
using kernels::KeyScores;
using kernels::pairKernels;
using torch::Tensor;

constexpr std::int64_t keyBlock = 64;   ///< keys of one product
constexpr std::int64_t keyChunk = 256;  ///< keys whose transposed rows lie together
constexpr std::int64_t columnUnit = 16; ///< what columns are filled up to

std::int64_t roundedUp(std::int64_t count, std::int64_t unit)
{
    return (count + unit - 1) / unit * unit;
}

/// Memory of a thread for the tasks that it does one after another.
template<class T>
class Scratch
{
public:
    explicit Scratch(std::int64_t count)
        : m_memory{torch::empty({count * static_cast<std::int64_t>(sizeof(T))}, torch::kUInt8)}
    {
    }

    [[nodiscard]] T* data() const { return memoryOf<T>(m_memory); }

private:
    Tensor m_memory;
};

/// What a task works on: its part of the queries' order and what it sees.
struct Places
{
    Places(const AttentionTask& task, const HeadShape& shape)
        : queries{shape.heads / shape.keyHeads * task.block->rows}
        , columns{roundedUp(queries, columnUnit)}
        , firstRow{task.block->begin * shape.heads + task.keyHead * queries}
        , keys{task.block->keys}
        , rows{task.block->rows}
    {
    }

    [[nodiscard]] std::int64_t keyBlocks() const { return (keys + keyBlock - 1) / keyBlock; }

    /// How many keys each column sees.
    void fillSeen(std::int32_t* seen) const
    {
        for (std::int64_t c = 0; c < columns; ++c) {
            seen[c] = static_cast<std::int32_t>(c < queries ? keys - rows + c % rows + 1 : keys);
        }
    }

    [[nodiscard]] KeyScores scores(const HeadShape& shape, const std::int32_t* seen,
                                   std::int64_t firstKey, std::int64_t count) const
    {
        return {.columns = columns,
                .firstKey = firstKey,
                .keys = count,
                .seen = seen,
                .leastSeen = keys - rows + 1,
                .scale = scaleOf(shape)};
    }

    std::int64_t queries;  ///< G n
    std::int64_t columns;  ///< R
    std::int64_t firstRow; ///< of the task's rows of queries, in heads
    std::int64_t keys;
    std::int64_t rows; ///< n
};

std::int64_t mostColumns(const QueryBlocks& blocks, const HeadShape& shape)
{
    return roundedUp(shape.heads / shape.keyHeads * longestBlock(blocks, &QueryBlock::rows),
                     columnUnit);
}

} // namespace

class SeenKeys
{
public:
    /// Of which the transposed rows are wanted.
    enum class Turned { Keys, Values };

    SeenKeys(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
             const QueryBlocks& blocks, Turned turned)
        : m_size{shape.size}
    {
        std::vector<std::int64_t> seen(plan.runs.size());
        for (const QueryBlock& block : blocks.blocks) {
            seen[block.run] = std::max(seen[block.run], block.keys);
        }
        std::int64_t all = 0;
        for (const std::int64_t keys : seen) {
            const std::int64_t padded = roundedUp(keys, keyBlock);
            m_runs.push_back({.first = all, .keys = keys, .padded = padded});
            all += shape.keyHeads * roundedUp(padded, keyChunk);
        }
        const auto options = heads.keys.options();
        m_keys = torch::empty({all, m_size}, options);
        m_values = torch::empty({all, m_size}, options);
        m_turned = torch::empty({all, m_size}, options);
        const std::int64_t pieces = std::ssize(m_runs) * shape.keyHeads;
        inParallel(pieces, 1, [&](std::int64_t begin, std::int64_t end) {
            Scratch<std::uint32_t> pairs{keyChunk / 2 * m_size};
            for (std::int64_t i = begin; i < end; ++i) {
                const auto run = static_cast<std::size_t>(i / shape.keyHeads);
                const std::int64_t head = i % shape.keyHeads;
                copy(plan.runs[run], run, head, heads.keys, m_keys);
                copy(plan.runs[run], run, head, heads.values, m_values);
                turn(run, head, turned == Turned::Keys ? m_keys : m_values, pairs.data());
            }
        });
    }

    /// Rows from a block of keys on, [padded - first, d].
    [[nodiscard]] const BFloat16* keys(const AttentionTask& task, std::int64_t first) const
    {
        return memoryOf<BFloat16>(m_keys) + (place(task) + first) * m_size;
    }
    [[nodiscard]] const BFloat16* values(const AttentionTask& task, std::int64_t first) const
    {
        return memoryOf<BFloat16>(m_values) + (place(task) + first) * m_size;
    }
    /// Transposed rows from a block of keys on, keyChunk numbers apart.
    [[nodiscard]] const BFloat16* turned(const AttentionTask& task, std::int64_t first) const
    {
        return memoryOf<BFloat16>(m_turned) + (place(task) + first / keyChunk * keyChunk) * m_size +
               first % keyChunk;
    }

private:
    struct Run
    {
        std::int64_t first = 0; ///< row of its first head
        std::int64_t keys = 0;
        std::int64_t padded = 0;
    };

    [[nodiscard]] std::int64_t place(std::size_t run, std::int64_t head) const
    {
        return m_runs[run].first + head * roundedUp(m_runs[run].padded, keyChunk);
    }
    [[nodiscard]] std::int64_t place(const AttentionTask& task) const
    {
        return place(task.block->run, task.keyHead);
    }

    void copy(const AttentionRun& of, std::size_t run, std::int64_t head, const Tensor& from,
              const Tensor& to) const
    {
        const BFloat16* const source = memoryOf<BFloat16>(from) + head * from.size(1) * m_size;
        BFloat16* const rows = memoryOf<BFloat16>(to) + place(run, head) * m_size;
        eachSeenRange(
            of, m_runs[run].keys, [&](std::int64_t done, std::int64_t begin, std::int64_t length) {
                std::copy_n(source + begin * m_size, length * m_size, rows + done * m_size);
            });
        std::fill(rows + m_runs[run].keys * m_size, rows + m_runs[run].padded * m_size, BFloat16{});
    }

    void turn(std::size_t run, std::int64_t head, const Tensor& of, std::uint32_t* pairs) const
    {
        for (std::int64_t key = 0; key < m_runs[run].padded; key += keyChunk) {
            const std::int64_t count = std::min(keyChunk, m_runs[run].padded - key);
            const std::int64_t first = (place(run, head) + key) * m_size;
            pairKernels().packRows(memoryOf<BFloat16>(of) + first, count, m_size, count, pairs);
            pairKernels().unpackTransposed(pairs, count, m_size, keyChunk,
                                           memoryOf<BFloat16>(m_turned) + first);
        }
    }

    std::int64_t m_size;
    std::vector<Run> m_runs;
    Tensor m_keys;
    Tensor m_values;
    Tensor m_turned;
};

bool hasPairedAttention(const Tensor& keys, const HeadShape& shape)
{
    return keys.scalar_type() == torch::kBFloat16 && hasKernels(keys) && shape.size % 32 == 0 &&
           hasPairProduct();
}

// ---- forward -----------------------------------------------------------------------------------

PairedForward::PairedForward(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
                             const QueryBlocks& blocks, Tensor& out, Tensor& logSums)
    : m_heads{heads}
    , m_shape{shape}
    , m_blocks{blocks}
    , m_out{out}
    , m_logSums{logSums}
    , m_seen{std::make_unique<SeenKeys>(heads, shape, plan, blocks, SeenKeys::Turned::Values)}
{
}

PairedForward::~PairedForward() = default;

void PairedForward::run(const std::vector<AttentionTask>& tasks) const
{
    const std::int64_t d = m_shape.size;
    const std::int64_t most = mostColumns(m_blocks, m_shape);
    const std::int64_t keys = roundedUp(longestBlock(m_blocks, &QueryBlock::keys), keyBlock);
    const Scratch<std::uint32_t> queries{d / 2 * most};
    const Scratch<float> scores{keys * most};
    const Scratch<float> out{d * most};
    const Scratch<float> sums{2 * most};
    const Scratch<std::int32_t> seen{most};
    for (const AttentionTask& task : tasks) {
        const Places at{task, m_shape};
        const std::int64_t R = at.columns;
        at.fillSeen(seen.data());
        pairKernels().packTransposed(memoryOf<BFloat16>(m_heads.queries) + at.firstRow * d,
                                     at.queries, d, R, queries.data());
        const std::int64_t padded = at.keyBlocks() * keyBlock;
        const PairProduct multiply{.M = keyBlock, .N = R, .K = d, .stride = d};
        for (std::int64_t key = 0; key < padded; key += keyBlock) {
            multiply(m_seen->keys(task, key), queries.data(), scores.data() + key * R);
        }
        float* const inverse = sums.data() + most;
        pairKernels().keySoftmax(at.scores(m_shape, seen.data(), 0, padded), scores.data(),
                                 sums.data(), inverse);
        const auto* const pairs = reinterpret_cast<const std::uint32_t*>(scores.data());
        for (std::int64_t key = 0; key < padded; key += keyChunk) {
            PairProduct{.M = d,
                        .N = R,
                        .K = std::min(keyChunk, padded - key),
                        .stride = keyChunk,
                        .adds = key > 0}(m_seen->turned(task, key), pairs + key / 2 * R,
                                         out.data());
        }
        pairKernels().transposeScaled(out.data(), d, R, inverse, at.queries,
                                      memoryOf<BFloat16>(m_out) + at.firstRow * d);
        std::copy_n(sums.data(), at.queries, memoryOf<float>(m_logSums) + at.firstRow);
    }
    endPairProducts();
}

// ---- backward ----------------------------------------------------------------------------------

namespace {

/// A task's queries and gradients of its output, as they are and transposed, and the sums that
/// belong to them.
class BackwardInput
{
public:
    BackwardInput(std::int64_t mostColumns, std::int64_t size)
        : queries{size / 2 * mostColumns}
        , dOut{size / 2 * mostColumns}
        , queryRows{mostColumns / 2 * size}
        , dOutRows{mostColumns / 2 * size}
        , logSums{mostColumns}
        , delta{mostColumns}
        , seen{mostColumns}
    {
    }

    void fill(const Places& at, std::int64_t size, const BFloat16* allQueries,
              const BFloat16* allGradients, const float* allLogSums, const float* allDelta) const
    {
        const BFloat16* const Q = allQueries + at.firstRow * size;
        const BFloat16* const dO = allGradients + at.firstRow * size;
        pairKernels().packTransposed(Q, at.queries, size, at.columns, queries.data());
        pairKernels().packTransposed(dO, at.queries, size, at.columns, dOut.data());
        pairKernels().packRows(Q, at.queries, size, at.columns, queryRows.data());
        pairKernels().packRows(dO, at.queries, size, at.columns, dOutRows.data());
        const auto rest = static_cast<std::size_t>(at.columns - at.queries);
        std::fill_n(std::copy_n(allLogSums + at.firstRow, at.queries, logSums.data()), rest, 0.0F);
        std::fill_n(std::copy_n(allDelta + at.firstRow, at.queries, delta.data()), rest, 0.0F);
        at.fillSeen(seen.data());
    }

    Scratch<std::uint32_t> queries; ///< pairs [d / 2, R]
    Scratch<std::uint32_t> dOut;
    Scratch<std::uint32_t> queryRows; ///< pairs [R / 2, d]
    Scratch<std::uint32_t> dOutRows;
    Scratch<float> logSums;
    Scratch<float> delta;
    Scratch<std::int32_t> seen;
};

/// Adds rows [0, count) of a block of keys to the batch's rows that they are.
void addKeyRows(const float* part, const AttentionRun& run, std::int64_t first, std::int64_t count,
                std::int64_t size, float* sums)
{
    eachSeenRange(run, first + count,
                  [&](std::int64_t done, std::int64_t begin, std::int64_t length) {
                      const std::int64_t from = std::max(done, first);
                      const std::int64_t rows = done + length - from;
                      if (rows > 0) {
                          kernels::kernels<float>().addTo(part + (from - first) * size,
                                                          sums + (begin + from - done) * size, 0,
                                                          rows * size);
                      }
                  });
}

} // namespace

PairedBackward::PairedBackward(const Heads& heads, const Tensor& logSums, const Tensor& dOut,
                               const Tensor& delta, const HeadShape& shape,
                               const AttentionPlan& plan, const QueryBlocks& blocks,
                               Tensor& dQueries)
    : m_heads{heads}
    , m_logSums{logSums}
    , m_dOut{dOut}
    , m_delta{delta}
    , m_shape{shape}
    , m_plan{plan}
    , m_blocks{blocks}
    , m_dQueries{dQueries}
    , m_seen{std::make_unique<SeenKeys>(heads, shape, plan, blocks, SeenKeys::Turned::Keys)}
{
}

PairedBackward::~PairedBackward() = default;

void PairedBackward::run(const std::vector<AttentionTask>& tasks, Tensor& dKeys,
                         Tensor& dValues) const
{
    const std::int64_t d = m_shape.size;
    const std::int64_t most = mostColumns(m_blocks, m_shape);
    const BackwardInput in{most, d};
    const Scratch<float> S{keyBlock * most};
    const Scratch<float> dP{keyBlock * most};
    const Scratch<BFloat16> P{keyBlock * most};
    const Scratch<BFloat16> dS{keyBlock * most};
    const Scratch<std::uint32_t> dSPairs{keyBlock / 2 * most};
    const Scratch<float> part{keyBlock * d};
    const Scratch<float> dQ{d * most};
    for (const AttentionTask& task : tasks) {
        const Places at{task, m_shape};
        const std::int64_t R = at.columns;
        const AttentionRun& run = m_plan.runs[task.block->run];
        const std::int64_t head = task.keyHead * dKeys.size(1) * d;
        in.fill(at, d, memoryOf<BFloat16>(m_heads.queries), memoryOf<BFloat16>(m_dOut),
                memoryOf<float>(m_logSums), memoryOf<float>(m_delta));
        const PairProduct toScores{.M = keyBlock, .N = R, .K = d, .stride = d};
        const PairProduct toKeys{.M = keyBlock, .N = d, .K = R, .stride = R};
        for (std::int64_t key = 0; key < at.keys; key += keyBlock) {
            toScores(m_seen->keys(task, key), in.queries.data(), S.data());
            toScores(m_seen->values(task, key), in.dOut.data(), dP.data());
            pairKernels().keySoftmaxBackward(at.scores(m_shape, in.seen.data(), key, keyBlock),
                                             S.data(), dP.data(), in.logSums.data(),
                                             in.delta.data(), P.data(), dS.data(), dSPairs.data());
            const std::int64_t count = std::min(keyBlock, at.keys - key);
            toKeys(P.data(), in.dOutRows.data(), part.data());
            addKeyRows(part.data(), run, key, count, d, memoryOf<float>(dValues) + head);
            toKeys(dS.data(), in.queryRows.data(), part.data());
            addKeyRows(part.data(), run, key, count, d, memoryOf<float>(dKeys) + head);
            PairProduct{.M = d, .N = R, .K = keyBlock, .stride = keyChunk, .adds = key > 0}(
                m_seen->turned(task, key), dSPairs.data(), dQ.data());
        }
        pairKernels().transposeScaled(dQ.data(), d, R, nullptr, at.queries,
                                      memoryOf<BFloat16>(m_dQueries) + at.firstRow * d);
    }
    endPairProducts();
}

} // namespace nextquill::model
