// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: N rows, H heads, K key-value heads, G = H / K, n rows of a block of queries, m keys that
// the last of them sees, d the head's size. The G query heads of a key-value head are rows of one
// product, so that keys and values are never repeated.
//
//   S = scale Q Kᵀ  [K, G n, m], capped where asked, -∞ where a key comes after its query or
//   before its window
//   P = softmax(S)          O = P V
#include "core/model/CachedAttention_torch.h"

#include "core/model/KeyValueCache_torch.h"
#include "core/model/PlainAttention_torch.h"

#include <algorithm>
#include <limits>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// Queries of a block: their scores stay in the processor's cache (measured), and long blocks fill
/// a GPU.
std::int64_t blockRows(const Tensor& q)
{
    if (!q.device().is_cpu()) {
        return 1024;
    }
    return q.scalar_type() == torch::kBFloat16 ? 256 : 64;
}

/// One memory for the blocks of a call, which differ in size.
class Scratch
{
public:
    Scratch(std::int64_t elements, const Tensor& like)
        : m_memory{torch::empty({elements}, like.options())}
    {
    }

    [[nodiscard]] Tensor view(std::int64_t a, std::int64_t b, std::int64_t c) const
    {
        return m_memory.narrow(0, 0, a * b * c).view({a, b, c});
    }

private:
    Tensor m_memory;
};

/// A block of queries of one run: rows [begin, begin + n) of the batch, which see m keys from
/// `first` on; the last n of those are masked causally.
struct Block
{
    std::int64_t begin = 0;
    std::int64_t n = 0;
    std::int64_t first = 0;
    std::int64_t m = 0;
};

std::vector<Block> blocks(const RowRange& own, std::int64_t past, std::int64_t rows,
                          std::int64_t window)
{
    std::vector<Block> all;
    for (std::int64_t done = 0; done < own.length; done += rows) {
        const std::int64_t n = std::min(rows, own.length - done);
        const std::int64_t first =
            window == 0 ? 0 : std::max<std::int64_t>(0, past + done + 1 - window);
        all.push_back(
            {.begin = own.begin + done, .n = n, .first = first, .m = past + done + n - first});
    }
    return all;
}

/// The arithmetic of one call: sizes, scale, mask and scratch memory.
class BlockAttention
{
public:
    BlockAttention(const Tensor& q, const HeadShape& shape, std::int64_t longestKeys)
        : m_K{shape.keyHeads}
        , m_G{shape.heads / shape.keyHeads}
        , m_d{shape.size}
        , m_rows{blockRows(q)}
        , m_shape{shape}
        , m_scores{m_K * m_G * std::min(m_rows, q.size(0)) * longestKeys, q}
        , m_weights{m_K * m_G * std::min(m_rows, q.size(0)) * longestKeys, q}
    {
        const std::int64_t n = std::min(m_rows, q.size(0));
        m_later = torch::ones({n, n}, q.options().dtype(torch::kBool)).triu_(1);
    }

    [[nodiscard]] std::int64_t rows() const { return m_rows; }

    /// [n, H, d] of the block's rows → [K, G n, d]
    [[nodiscard]] Tensor grouped(const Tensor& x, const Block& block) const
    {
        return x.narrow(0, block.begin, block.n)
            .view({block.n, m_K, m_G, m_d})
            .permute({1, 2, 0, 3})
            .reshape({m_K, m_G * block.n, m_d});
    }

    /// The way back, into the block's rows of `out`.
    void scatter(const Tensor& x, const Block& block, Tensor& out) const
    {
        out.narrow(0, block.begin, block.n)
            .view({block.n, m_K, m_G, m_d})
            .copy_(x.view({m_K, m_G, block.n, m_d}).permute({2, 0, 1, 3}));
    }

    /// P of a block for queries Q [K, G n, d] and the keys [K, m, d] that it sees.
    [[nodiscard]] Tensor weights(const Tensor& Q, const Tensor& keys, const Block& block)
    {
        Tensor S = m_scores.view(m_K, m_G * block.n, block.m);
        at::baddbmm_out(S, S, Q, keys.transpose(1, 2), 0, scaleOf(m_shape));
        if (m_shape.cap != 0) {
            S.div_(m_shape.cap).tanh_().mul_(m_shape.cap);
        }
        if (block.n > 1) {
            const Tensor later =
                m_later.narrow(0, 0, block.n).narrow(1, 0, block.n); // of the last n keys
            S.view({m_K, m_G, block.n, block.m})
                .narrow(3, block.m - block.n, block.n)
                .masked_fill_(later, -std::numeric_limits<double>::infinity());
        }
        if (m_shape.window != 0 && block.m > m_shape.window) {
            const Tensor earlier = torch::ones({block.n, block.m}, m_later.options())
                                       .tril_(block.m - block.n - m_shape.window);
            S.view({m_K, m_G, block.n, block.m})
                .masked_fill_(earlier, -std::numeric_limits<double>::infinity());
        }
        Tensor P = m_weights.view(m_K, m_G * block.n, block.m);
        at::_softmax_out(P, S, -1, false);
        return P;
    }

private:
    std::int64_t m_K;
    std::int64_t m_G;
    std::int64_t m_d;
    std::int64_t m_rows;
    HeadShape m_shape;
    Scratch m_scores;
    Scratch m_weights;
    Tensor m_later; ///< true above the diagonal
};

std::int64_t longestKeys(const AttentionPlan& plan)
{
    std::int64_t longest = 0;
    for (const AttentionRun& run : plan.runs) {
        longest = std::max(longest, run.past + run.own.length);
    }
    return longest;
}

} // namespace

Tensor cachedAttention(const Tensor& q, const Tensor& k, const Tensor& v, const HeadShape& shape,
                       const AttentionPlan& plan, std::span<KeyValueCache* const> caches,
                       std::size_t layer)
{
    std::int64_t longest = longestKeys(plan);
    std::int64_t cached = 0;
    for (const KeyValueCache* cache : caches) {
        cached = std::max(cached, cache->length());
    }
    longest += cached;
    Tensor out = torch::empty(q.sizes(), q.options());
    BlockAttention attention{q, shape, longest};
    for (const AttentionRun& run : plan.runs) {
        KeyValueCache& cache = *caches[run.root];
        const std::int64_t past = cache.length() + run.past;
        const auto [keys, values] =
            cache.store(layer, past, k.narrow(0, run.own.begin, run.own.length),
                        v.narrow(0, run.own.begin, run.own.length));
        for (const Block& block : blocks(run.own, past, attention.rows(), shape.window)) {
            const Tensor P = attention.weights(attention.grouped(q, block),
                                               keys.narrow(1, block.first, block.m), block);
            attention.scatter(torch::bmm(P, values.narrow(1, block.first, block.m)), block, out);
        }
    }
    return out;
}

} // namespace nextquill::model
