// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionPlan.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/SegmentAttention_torch.h"

#include <torch/torch.h>

#include <cstdint>
#include <functional>

namespace nextquill::model {

/// Sequences of different lengths, packed one behind the other. Queries of a sequence are the last
/// of its tokens: query i of n sees the first m - n + i + 1 of its m keys.
///
/// Shapes   S sequences; queries [N, H, d], keys and values [M, K, d]
struct FlashInput
{
    torch::Tensor queries;
    torch::Tensor keys;
    torch::Tensor values;
    torch::Tensor queryEnds; ///< [S + 1] int32: where each begins, and the end
    torch::Tensor keyEnds;
    std::int64_t mostQueries = 0; ///< of a sequence
    std::int64_t mostKeys = 0;
    double scale = 1; ///< of scores before the softmax
};

/// What comes out; all but `rows` is for the backward pass alone, as the forward pass left it.
struct FlashOutput
{
    torch::Tensor rows; ///< [N, H, d]
    torch::Tensor logSums;
    torch::Tensor randomState;
    torch::Tensor unused;
};

/// In the inputs' shapes and type.
struct FlashGradients
{
    torch::Tensor queries;
    torch::Tensor keys;
    torch::Tensor values;
};

/// Who computes it: LibTorch's flash attention, or what a test puts in its place.
struct FlashCalls
{
    std::function<FlashOutput(const FlashInput&)> forward;
    std::function<FlashGradients(const torch::Tensor& dRows, const FlashInput&, const FlashOutput&)>
        backward;
};

/// The calls for attention on a device; null where SegmentAttention is to do it.
///
/// LibTorch has them for CUDA, bfloat16 and float16, heads of up to 256 numbers in eights. Before
/// the first use for a device, type and shape a small batch is computed and compared with
/// PlainAttention, forward and backward: where LibTorch refuses or the numbers differ, the plain
/// way stays, and LibTorch's warnings say so once. Untested on a GPU: there was none.
[[nodiscard]] const FlashCalls* flashCalls(torch::Device device, torch::ScalarType type,
                                           const HeadShape& shape);

/// Whether calls compute on a small batch what PlainAttention does, forward and backward, but for
/// rounding: what flashCalls() asks before it trusts them. Throws what they throw.
[[nodiscard]] bool agreesWithPlain(const FlashCalls& calls, torch::Device device,
                                   torch::ScalarType type, const HeadShape& shape);

/// While one lives, attention goes through these calls, on any device and in any type: how tests
/// run on a processor what surrounds them. One thread at a time.
class WithFlashCalls
{
public:
    explicit WithFlashCalls(FlashCalls calls);
    ~WithFlashCalls();
    WithFlashCalls(const WithFlashCalls&) = delete;
    WithFlashCalls& operator=(const WithFlashCalls&) = delete;

private:
    FlashCalls m_calls;
};

/// A plan's runs as sequences, made once for all layers. A run's queries are its own rows, its keys
/// those of its ancestors, then its own.
struct FlashPlan
{
    const FlashCalls* calls = nullptr; ///< none: not to be used
    torch::Tensor queryEnds;
    torch::Tensor keyEnds;
    torch::Tensor seen; ///< [M] rows of keys, run by run; undefined where no run has ancestors
    std::int64_t mostQueries = 0;
    std::int64_t mostKeys = 0;
};
[[nodiscard]] FlashPlan planFlash(const AttentionPlan& plan, const FlashCalls* calls,
                                  torch::Device device);

/// What attention leaves for its backward pass.
struct FlashAttended
{
    FlashInput input;
    FlashOutput output;
};

/// Grouped-query attention over segments, from rows as projected: x [N, (H + 2K) d] → `output`.
/// All rows are computed, whichever are read.
///
/// Numbers  what segmentAttention() computes; the type is that of x, sums inside are float32
[[nodiscard]] FlashAttended flashAttention(const torch::Tensor& x, const HeadShape& shape,
                                           const FlashPlan& plan, const RotaryTable& rotary);
/// The way back: dRows [N, H d] → [N, (H + 2K) d]. Gradients of keys that several runs see are
/// added in the wide type, on a GPU in no fixed order.
[[nodiscard]] torch::Tensor flashAttentionBackward(const torch::Tensor& dRows,
                                                   const FlashAttended& attended,
                                                   const HeadShape& shape, const FlashPlan& plan,
                                                   const RotaryTable& rotary);

} // namespace nextquill::model
