// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/AttentionPlan.h"
#include "core/model/FlashAttention_torch.h"
#include "core/model/LinearGroup_torch.h"
#include "core/model/ModelConfig.h"
#include "core/model/RotaryTables_torch.h"
#include "core/model/RowFunctions_torch.h"
#include "core/model/SegmentAttention_torch.h"

#include <torch/torch.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace nextquill::model {

class KeyValueCache;

/// What all layers of a forward pass share.
struct PassContext
{
    AttentionPlan plan;
    QueryBlocks blocks;     ///< none with caches
    QueryBlocks lastBlocks; ///< of a last layer of which some rows are read
    FlashPlan flash;        ///< in place of the blocks, where it has calls and the layer is plain
    RotaryTables rotary;
    std::int64_t longest = 0;               ///< keys that the row that sees most of them would see
    std::span<KeyValueCache* const> caches; ///< none, or one per root of the batch
    bool useAdapters = true;
    std::optional<std::uint64_t> dropoutKey; ///< none: no dropout
    /// Activation checkpointing: keep a layer's input alone; the backward pass computes the rest
    /// again. Source: arXiv 1604.06174.
    bool recompute = false;

    /// Of a layer of which these rows are read, or all.
    [[nodiscard]] const QueryBlocks& blocksFor(const std::optional<torch::Tensor>& rows) const
    {
        return rows ? lastBlocks : blocks;
    }
};

/// Attention and gated network, each behind a norm and beside the stream of hidden states; in
/// Gemma each with another norm behind it.
///
/// Its backward pass is written by hand: it keeps what is dear to compute (queries, keys, values,
/// the attention's rows, gate and up) and computes the rest again from it.
class DecoderLayer
{
public:
    /// Layer `index` of a model; its weights are not filled yet.
    DecoderLayer(const ModelConfig& config, std::size_t index, const torch::TensorOptions& options);

    torch::Tensor inputNorm;        ///< [D]
    LinearGroup attentionIn;        ///< queries, keys, values; or one layer for all of them
    torch::Tensor queryNorm;        ///< [headSize], or undefined
    torch::Tensor keyNorm;          ///< [headSize], or undefined
    LinearGroup attentionOut;       ///< one layer
    torch::Tensor attentionOutNorm; ///< [D], of what attention adds to the stream; or undefined
    torch::Tensor networkNorm;      ///< [D], before the network
    LinearGroup networkIn;          ///< gate, up; or one layer for both
    LinearGroup networkOut;         ///< one layer
    torch::Tensor networkOutNorm;   ///< [D], of what the network adds; or undefined

    /// Hidden states [N, D] → [rows, D]; all rows when none are named. Rows that are not named take
    /// part as keys and values only. Differentiable where gradients are tracked and no caches are
    /// given; then backward() may run once.
    [[nodiscard]] torch::Tensor forward(const torch::Tensor& x, std::size_t index,
                                        const std::optional<torch::Tensor>& rows,
                                        const std::shared_ptr<const PassContext>& context);

private:
    class Differentiable;

    /// Of a group whose results are added to the stream.
    struct KeptOut
    {
        LinearGroup::Inner inner;
        torch::Tensor adds; ///< before the outer norm; undefined without one
        torch::Tensor r;
    };

    /// What the backward pass needs of a forward pass.
    struct Kept
    {
        torch::Tensor rInput;
        torch::Tensor projected; ///< before the norms of heads; undefined without those
        torch::Tensor rQuery;
        torch::Tensor rKey;
        Heads heads;
        Attended attended;
        FlashAttended flash;        ///< in place of the two above
        torch::Tensor attendedRows; ///< those that were asked for
        KeptOut attentionOut;
        torch::Tensor stream; ///< behind attention
        torch::Tensor rStream;
        torch::Tensor gateUp;
        KeptOut networkOut;
        LinearGroup::Inner attentionInInner;
        LinearGroup::Inner networkInInner;
    };

    /// `kept` may be null.
    [[nodiscard]] torch::Tensor compute(const torch::Tensor& x, std::size_t index,
                                        const std::optional<torch::Tensor>& rows,
                                        const PassContext& context, Kept* kept) const;
    [[nodiscard]] torch::Tensor attend(const torch::Tensor& projected, std::size_t index,
                                       const QueryBlocks& blocks, const PassContext& context,
                                       Kept* kept) const;
    [[nodiscard]] torch::Tensor withHeadNorms(const torch::Tensor& projected, Kept* kept) const;
    /// stream + W x, or stream + norm(W x) where there is an outer norm. `kept` may be null.
    [[nodiscard]] torch::Tensor behind(const LinearGroup& group, const torch::Tensor& x,
                                       const LinearGroup::Adapting& how,
                                       const torch::Tensor& stream, const torch::Tensor& outerNorm,
                                       KeptOut* kept) const;
    /// Gradient of W x for that of the sum.
    [[nodiscard]] torch::Tensor backThroughOuterNorm(const torch::Tensor& dOut,
                                                     const torch::Tensor& weight,
                                                     const KeptOut& kept);
    [[nodiscard]] Normed norm(const torch::Tensor& x, const torch::Tensor& weight) const;
    [[nodiscard]] torch::Tensor gated(const torch::Tensor& gateUp) const;
    /// The layer's shape; without a window in a pass that has no sequence longer than it.
    [[nodiscard]] HeadShape shapeIn(const PassContext& context) const;
    [[nodiscard]] bool usesFlash(const PassContext& context) const
    {
        return context.flash.calls != nullptr && shapeIn(context).isPlain();
    }
    /// Gradient of x; uses `kept` up.
    [[nodiscard]] torch::Tensor backward(const torch::Tensor& dOut, const torch::Tensor& x,
                                         std::size_t index,
                                         const std::optional<torch::Tensor>& rows,
                                         const PassContext& context, Kept& kept);
    [[nodiscard]] torch::Tensor backThroughNetwork(const torch::Tensor& dOut, std::size_t index,
                                                   const PassContext& context, Kept& kept);
    /// Gradients of queries, keys and values as projected, [N, (H + 2K) d].
    [[nodiscard]] torch::Tensor backThroughHeads(const torch::Tensor& dAttended,
                                                 const QueryBlocks& blocks,
                                                 const PassContext& context,
                                                 const Kept& kept) const;
    /// In place of the gradients of normed heads those before the norms.
    void backThroughHeadNorms(torch::Tensor& dProjected, const Kept& kept);

    HeadShape m_shape;
    LayerKind m_kind;
    Activation m_activation;
    NormScale m_normScale;
    double m_epsilon;
};

} // namespace nextquill::model
