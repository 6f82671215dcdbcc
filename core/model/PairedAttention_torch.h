// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionTasks.h"
#include "core/model/SegmentAttention_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace nextquill::model {

/// True where attention over these heads can be made of products of pairs: bfloat16 on a processor
/// with instructions for it, heads of a multiple of 32 numbers.
[[nodiscard]] bool hasPairedAttention(const torch::Tensor& keys, const HeadShape& shape);

/// What the runs of a plan see, laid out for products of pairs: keys and values as rows, filled up
/// with zeros to whole blocks of keys, and one of them transposed.
class SeenKeys;

/// Attention of some blocks of queries, on products of bfloat16 pairs. Scores lie key by key
/// (core/kernels/PairKernels.h), so that every right factor is made without moving a score: they
/// are float32 until they are probabilities, and never leave the core's cache.
///
/// Threads  made on one thread, run() on several, each with tasks of its own
/// Borrows  everything given
class PairedForward
{
public:
    /// `out` in the queries' order and `logSums` [N·H] are filled by run().
    PairedForward(const Heads& heads, const HeadShape& shape, const AttentionPlan& plan,
                  const QueryBlocks& blocks, torch::Tensor& out, torch::Tensor& logSums);
    ~PairedForward();
    PairedForward(const PairedForward&) = delete;
    PairedForward& operator=(const PairedForward&) = delete;

    void run(const std::vector<AttentionTask>& tasks) const;

private:
    const Heads& m_heads;
    const HeadShape& m_shape;
    const QueryBlocks& m_blocks;
    torch::Tensor& m_out;
    torch::Tensor& m_logSums;
    std::unique_ptr<const SeenKeys> m_seen;
};

/// The way back.
class PairedBackward
{
public:
    /// `dOut` and `dQueries` in the queries' order; `delta` [N·H] is Σ dO·O.
    PairedBackward(const Heads& heads, const torch::Tensor& logSums, const torch::Tensor& dOut,
                   const torch::Tensor& delta, const HeadShape& shape, const AttentionPlan& plan,
                   const QueryBlocks& blocks, torch::Tensor& dQueries);
    ~PairedBackward();
    PairedBackward(const PairedBackward&) = delete;
    PairedBackward& operator=(const PairedBackward&) = delete;

    /// Adds to dKeys and dValues [K, N, d] in float32, which are the thread's own.
    void run(const std::vector<AttentionTask>& tasks, torch::Tensor& dKeys,
             torch::Tensor& dValues) const;

private:
    const Heads& m_heads;
    const torch::Tensor& m_logSums;
    const torch::Tensor& m_dOut;
    const torch::Tensor& m_delta;
    const HeadShape& m_shape;
    const AttentionPlan& m_plan;
    const QueryBlocks& m_blocks;
    torch::Tensor& m_dQueries;
    std::unique_ptr<const SeenKeys> m_seen;
};

} // namespace nextquill::model
