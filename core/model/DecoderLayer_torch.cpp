// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/DecoderLayer_torch.h"

namespace nextquill::model {

using torch::Tensor;

Tensor LinearLayer::apply(const Tensor& x, PassContext& context) const
{
    const Tensor y = torch::linear(x, weight, bias);
    if (!adapter || !context.useAdapters) {
        return y;
    }
    return adapter->addTo(y, x, context.dropout);
}

Tensor DecoderLayer::attend(const Tensor& x, std::size_t index, PassContext& context) const
{
    const Tensor normed = rmsNorm(x, inputNorm, normEpsilon);
    const auto heads = [&](const LinearLayer& linear) {
        const Tensor y = linear.apply(normed, context);
        return y.view({y.size(0), y.size(1) / headSize, headSize});
    };
    Tensor q = heads(query);
    Tensor k = heads(key);
    const Tensor v = heads(value);
    if (queryNorm.defined()) {
        q = rmsNorm(q, queryNorm, normEpsilon);
        k = rmsNorm(k, keyNorm, normEpsilon);
    }
    q = rotate(q, context.rotary);
    k = rotate(k, context.rotary);
    const Tensor attended = context.caches.empty()
                                ? segmentAttention(q, k, v, context.plan)
                                : cachedAttention(q, k, v, *context.plan, context.caches, index);
    return attended.flatten(1);
}

Tensor DecoderLayer::forward(const Tensor& x, std::size_t index, const std::optional<Tensor>& rows,
                             PassContext& context) const
{
    Tensor attended = attend(x, index, context);
    Tensor stream = x;
    if (rows) {
        attended = attended.index_select(0, *rows);
        stream = stream.index_select(0, *rows);
    }
    stream = stream + output.apply(attended, context);
    const Tensor normed = rmsNorm(stream, postAttentionNorm, normEpsilon);
    const Tensor gated = gatedSilu(gate.apply(normed, context), up.apply(normed, context));
    return stream + down.apply(gated, context);
}

} // namespace nextquill::model
