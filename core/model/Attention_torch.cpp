// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shapes: N rows, H heads, K key-value heads, G = H / K, n rows of a block of queries, m keys that
// the last of them sees, d the head's size. The G query heads of a key-value head are rows of one
// product, so that keys and values are never repeated.
//
//   S = scale Q Kᵀ  [K, G n, m], -∞ where a key comes after its query
//   P = softmax(S)          O = P V
//   ∂V = Pᵀ ∂O              ∂P = ∂O Vᵀ
//   ∂S = P (∂P - Σ P ∂P)    ∂Q = scale ∂S K       ∂K = scale ∂Sᵀ Q
#include "core/model/Attention_torch.h"

#include "core/base/Error.h"
#include "core/model/KeyValueCache_torch.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace nextquill::model {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::variable_list;

/// Queries of a block: their scores stay in the processor's cache (measured), and long blocks fill
/// a GPU.
std::int64_t blockRows(const Tensor& q)
{
    if (!q.device().is_cpu()) {
        return 1024;
    }
    return q.scalar_type() == torch::kBFloat16 ? 256 : 64;
}

[[noreturn]] void refuseSegments(const std::string& problem)
{
    throw Error{ErrorKind::Internal, problem, "core/model/Attention", "report this"};
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

/// A block of queries of one run: rows [begin, begin + n) of the batch, which see m keys; the last
/// n of those are masked causally.
struct Block
{
    std::int64_t begin = 0;
    std::int64_t n = 0;
    std::int64_t m = 0;
};

std::vector<Block> blocks(const RowRange& own, std::int64_t past, std::int64_t rows)
{
    std::vector<Block> all;
    for (std::int64_t done = 0; done < own.length; done += rows) {
        const std::int64_t n = std::min(rows, own.length - done);
        all.push_back({.begin = own.begin + done, .n = n, .m = past + done + n});
    }
    return all;
}

/// The arithmetic of one call: sizes, scale, mask and scratch memory.
class BlockAttention
{
public:
    BlockAttention(const Tensor& q, std::int64_t K, std::int64_t longestKeys)
        : m_K{K}
        , m_G{q.size(1) / K}
        , m_d{q.size(2)}
        , m_rows{blockRows(q)}
        , m_scale{1 / std::sqrt(static_cast<double>(m_d))}
        , m_scores{K * m_G * std::min(m_rows, q.size(0)) * longestKeys, q}
        , m_weights{K * m_G * std::min(m_rows, q.size(0)) * longestKeys, q}
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
        at::baddbmm_out(S, S, Q, keys.transpose(1, 2), 0, m_scale);
        if (block.n > 1) {
            const Tensor later =
                m_later.narrow(0, 0, block.n).narrow(1, 0, block.n); // of the last n keys
            S.view({m_K, m_G, block.n, block.m})
                .narrow(3, block.m - block.n, block.n)
                .masked_fill_(later, -std::numeric_limits<double>::infinity());
        }
        Tensor P = m_weights.view(m_K, m_G * block.n, block.m);
        at::_softmax_out(P, S, -1, false);
        return P;
    }

    /// ∂S of a block, after weights(): uses up the memory of S.
    [[nodiscard]] Tensor scoreGradients(const Tensor& dO, const Tensor& values, const Tensor& P,
                                        const Block& block)
    {
        Tensor dP = m_scores.view(m_K, m_G * block.n, block.m);
        at::bmm_out(dP, dO, values.transpose(1, 2));
        return at::_softmax_backward_data(dP, P, -1, P.scalar_type());
    }

    [[nodiscard]] double scale() const { return m_scale; }

private:
    std::int64_t m_K;
    std::int64_t m_G;
    std::int64_t m_d;
    std::int64_t m_rows;
    double m_scale;
    Scratch m_scores;
    Scratch m_weights;
    Tensor m_later; ///< true above the diagonal
};

/// The rows of k or v [N, K, d] that a run sees, as [K, m, d].
Tensor gathered(const Tensor& x, const AttentionRun& run)
{
    std::vector<Tensor> parts;
    for (const RowRange& range : run.ancestors) {
        parts.push_back(x.narrow(0, range.begin, range.length).transpose(0, 1));
    }
    const Tensor own = x.narrow(0, run.own.begin, run.own.length).transpose(0, 1);
    if (parts.empty()) {
        return own.contiguous();
    }
    parts.push_back(own);
    return torch::cat(parts, 1);
}

/// Adds gradients [K, m, d] of what gathered() took to where it came from.
void addBack(const Tensor& gradient, const AttentionRun& run, Tensor& out)
{
    std::int64_t done = 0;
    const auto add = [&](const RowRange& range) {
        out.narrow(0, range.begin, range.length)
            .add_(gradient.narrow(1, done, range.length).transpose(0, 1));
        done += range.length;
    };
    for (const RowRange& range : run.ancestors) {
        add(range);
    }
    add(run.own);
}

std::int64_t longestKeys(const AttentionPlan& plan)
{
    std::int64_t longest = 0;
    for (const AttentionRun& run : plan.runs) {
        longest = std::max(longest, run.past + run.own.length);
    }
    return longest;
}

/// Keeps a plan for the backward pass.
struct PlanHolder : torch::CustomClassHolder
{
    explicit PlanHolder(std::shared_ptr<const AttentionPlan> held)
        : plan{std::move(held)}
    {
    }
    std::shared_ptr<const AttentionPlan> plan;
};

class SegmentAttentionFunction : public Function<SegmentAttentionFunction>
{
public:
    static Tensor forward(AutogradContext* context, const Tensor& q, const Tensor& k,
                          const Tensor& v, const std::shared_ptr<const AttentionPlan>& plan)
    {
        context->save_for_backward({q, k, v});
        context->saved_data["plan"] =
            torch::IValue::make_capsule(c10::make_intrusive<PlanHolder>(plan));
        Tensor out = torch::empty(q.sizes(), q.options());
        BlockAttention attention{q, k.size(1), longestKeys(*plan)};
        for (const AttentionRun& run : plan->runs) {
            const Tensor keys = gathered(k, run);
            const Tensor values = gathered(v, run);
            for (const Block& block : blocks(run.own, run.past, attention.rows())) {
                const Tensor P = attention.weights(attention.grouped(q, block),
                                                   keys.narrow(1, 0, block.m), block);
                attention.scatter(torch::bmm(P, values.narrow(1, 0, block.m)), block, out);
            }
        }
        return out;
    }

    static variable_list backward(AutogradContext* context, variable_list gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor& q = saved[0];
        const Tensor& k = saved[1];
        const Tensor& v = saved[2];
        const auto holder = context->saved_data["plan"].toCapsule();
        const AttentionPlan& plan = *static_cast<const PlanHolder&>(*holder).plan;
        const Tensor dOut = gradients[0].contiguous();
        // Sums over blocks and over the children of a segment are made in float32.
        const auto wide = q.scalar_type() == torch::kDouble ? torch::kDouble : torch::kFloat;
        Tensor dq = torch::empty(q.sizes(), q.options());
        Tensor dk = torch::zeros(k.sizes(), k.options().dtype(wide));
        Tensor dv = torch::zeros(v.sizes(), v.options().dtype(wide));
        BlockAttention attention{q, k.size(1), longestKeys(plan)};
        for (const AttentionRun& run : plan.runs) {
            const Tensor keys = gathered(k, run);
            const Tensor values = gathered(v, run);
            Tensor dKeys = torch::zeros(keys.sizes(), dk.options());
            Tensor dValues = torch::zeros(keys.sizes(), dk.options());
            for (const Block& block : blocks(run.own, run.past, attention.rows())) {
                const Tensor Q = attention.grouped(q, block);
                const Tensor dO = attention.grouped(dOut, block);
                const Tensor seenKeys = keys.narrow(1, 0, block.m);
                const Tensor P = attention.weights(Q, seenKeys, block);
                dValues.narrow(1, 0, block.m).add_(torch::bmm(P.transpose(1, 2), dO));
                const Tensor dS =
                    attention.scoreGradients(dO, values.narrow(1, 0, block.m), P, block);
                dKeys.narrow(1, 0, block.m)
                    .add_(torch::bmm(dS.transpose(1, 2), Q), attention.scale());
                attention.scatter(torch::bmm(dS, seenKeys).mul_(attention.scale()), block, dq);
            }
            addBack(dKeys, run, dk);
            addBack(dValues, run, dv);
        }
        return {dq, dk.to(k.scalar_type()), dv.to(v.scalar_type()), Tensor{}};
    }
};

/// Appends the rows of `range` to the ancestors, joined to the last where it follows directly.
void appendRange(std::vector<RowRange>& ranges, const RowRange& range)
{
    if (range.length == 0) {
        return;
    }
    if (!ranges.empty() && ranges.back().begin + ranges.back().length == range.begin) {
        ranges.back().length += range.length;
    } else {
        ranges.push_back(range);
    }
}

} // namespace

AttentionPlan planAttention(const SegmentedBatch& batch)
{
    AttentionPlan plan;
    std::vector<AttentionRun> all; // also of empty segments, whose children need it
    std::int64_t row = 0;
    for (std::size_t i = 0; i < batch.segments.size(); ++i) {
        const Segment& segment = batch.segments[i];
        if (segment.parent < -1 || segment.parent >= static_cast<int>(i)) {
            refuseSegments("the parent of segment " + std::to_string(i) +
                           " does not come before it");
        }
        if (segment.begin != row || segment.length < 0) {
            refuseSegments("segment " + std::to_string(i) +
                           " does not begin where the last one ends");
        }
        row += segment.length;
        AttentionRun run{.own = {.begin = segment.begin, .length = segment.length}};
        if (segment.parent < 0) {
            run.root = plan.roots++;
        } else {
            const AttentionRun& parent = all[static_cast<std::size_t>(segment.parent)];
            run.root = parent.root;
            run.past = parent.past + parent.own.length;
            run.ancestors = parent.ancestors;
            appendRange(run.ancestors, parent.own);
        }
        all.push_back(std::move(run));
    }
    if (row != static_cast<std::int64_t>(batch.tokens.size())) {
        refuseSegments("the segments hold " + std::to_string(row) + " of " +
                       std::to_string(batch.tokens.size()) + " tokens");
    }
    for (AttentionRun& run : all) {
        if (run.own.length > 0) {
            plan.runs.push_back(std::move(run));
        }
    }
    return plan;
}

Tensor segmentAttention(const Tensor& q, const Tensor& k, const Tensor& v,
                        std::shared_ptr<const AttentionPlan> plan)
{
    return SegmentAttentionFunction::apply(q, k, v, std::move(plan));
}

Tensor cachedAttention(const Tensor& q, const Tensor& k, const Tensor& v, const AttentionPlan& plan,
                       std::span<KeyValueCache* const> caches, std::size_t layer)
{
    std::int64_t longest = longestKeys(plan);
    std::int64_t cached = 0;
    for (const KeyValueCache* cache : caches) {
        cached = std::max(cached, cache->length());
    }
    longest += cached;
    Tensor out = torch::empty(q.sizes(), q.options());
    BlockAttention attention{q, k.size(1), longest};
    for (const AttentionRun& run : plan.runs) {
        KeyValueCache& cache = *caches[run.root];
        const std::int64_t past = cache.length() + run.past;
        const auto [keys, values] =
            cache.store(layer, past, k.narrow(0, run.own.begin, run.own.length),
                        v.narrow(0, run.own.begin, run.own.length));
        for (const Block& block : blocks(run.own, past, attention.rows())) {
            const Tensor P =
                attention.weights(attention.grouped(q, block), keys.narrow(1, 0, block.m), block);
            attention.scatter(torch::bmm(P, values.narrow(1, 0, block.m)), block, out);
        }
    }
    return out;
}

} // namespace nextquill::model
