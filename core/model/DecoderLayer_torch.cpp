// SPDX-License-Identifier: GPL-3.0-or-later
//
//   n = norm(x)      s = x + W_o attention(W_qkv n)      y = s + W_d (silu(g) u),  [g u] = W_gu
//   norm(s)
#include "core/model/DecoderLayer_torch.h"

#include "core/model/CachedAttention_torch.h"
#include "core/model/Gradients_torch.h"

#include <stdexcept>
#include <utility>

namespace nextquill::model {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Groups of linear layers in a layer, for their dropout.
enum class Place : std::uint64_t { AttentionIn, AttentionOut, NetworkIn, NetworkOut };

LinearGroup::Adapting adapting(const PassContext& context, std::size_t layer, Place place)
{
    LinearGroup::Adapting result{.on = context.useAdapters, .dropoutKey = std::nullopt};
    if (context.dropoutKey) {
        constexpr std::uint64_t spread = 0xd1342543de82ef95ULL;
        result.dropoutKey =
            *context.dropoutKey + spread * (4 * layer + static_cast<std::uint64_t>(place) + 1);
    }
    return result;
}

void addNormGradient(const Tensor& weight, const NormGradients& gradients)
{
    if (gradients.weight.defined()) {
        addGradient(weight, gradients.weight);
    }
}

/// Adds the gradients of a group's parameters and returns that of its input x.
Tensor backThrough(LinearGroup& group, const Tensor& dy, const Tensor& x,
                   const LinearGroup::Inner& inner, const LinearGroup::Adapting& how, bool ofInput)
{
    LinearGroup::Back back = group.inputGradient(dy, how, ofInput);
    group.addGradients(dy, x, inner, back.inner, how);
    return back.dx;
}

/// The rows' gradients in the place that they were taken from, zeros elsewhere.
Tensor spread(const Tensor& gradient, const Tensor& rows, std::int64_t count)
{
    return torch::zeros({count, gradient.size(1)}, gradient.options())
        .index_add_(0, rows, gradient);
}

} // namespace

DecoderLayer::DecoderLayer(std::int64_t hidden, std::int64_t inner, const HeadShape& shape,
                           bool bias, bool headNorms, double epsilon,
                           const torch::TensorOptions& options)
    : inputNorm{torch::empty({hidden}, options)}
    , attentionIn{hidden,
                  {shape.heads * shape.size, shape.keyHeads * shape.size,
                   shape.keyHeads * shape.size},
                  bias,
                  options}
    , queryNorm{headNorms ? torch::empty({shape.size}, options) : Tensor{}}
    , keyNorm{headNorms ? torch::empty({shape.size}, options) : Tensor{}}
    , attentionOut{shape.heads * shape.size, {hidden}, false, options}
    , postAttentionNorm{torch::empty({hidden}, options)}
    , networkIn{hidden, {inner, inner}, false, options}
    , networkOut{inner, {hidden}, false, options}
    , m_shape{shape}
    , m_epsilon{epsilon}
{
}

/// A layer as one node of autograd's graph. Parameters are not among its inputs: their gradients
/// are added to them directly.
class DecoderLayer::Differentiable : public torch::autograd::Function<Differentiable>
{
public:
    static Tensor forward(AutogradContext* context, const Tensor& x, DecoderLayer* layer,
                          std::size_t index, const std::optional<Tensor>& rows,
                          const std::shared_ptr<const PassContext>& pass)
    {
        auto memory = c10::make_intrusive<Memory>();
        memory->layer = layer;
        memory->index = index;
        memory->rows = rows;
        memory->pass = pass;
        Kept* kept = pass->recompute ? nullptr : &memory->kept;
        Tensor y = layer->compute(x, index, rows, *pass, kept);
        context->save_for_backward({x});
        context->saved_data["memory"] = torch::IValue::make_capsule(memory);
        return y;
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const Tensor x = context->get_saved_variables().at(0).detach();
        const auto capsule = context->saved_data["memory"].toCapsule();
        auto& memory = static_cast<Memory&>(*capsule);
        if (std::exchange(memory.isUsed, true)) {
            throw std::logic_error{"a decoder layer's backward pass can run once"};
        }
        if (memory.pass->recompute) {
            static_cast<void>(
                memory.layer->compute(x, memory.index, memory.rows, *memory.pass, &memory.kept));
        }
        const Tensor dx = memory.layer->backward(gradients.at(0).contiguous(), x, memory.index,
                                                 memory.rows, *memory.pass, memory.kept);
        memory.kept = {};
        return {dx, {}, {}, {}, {}};
    }

private:
    struct Memory : torch::CustomClassHolder
    {
        DecoderLayer* layer = nullptr;
        std::size_t index = 0;
        std::optional<Tensor> rows;
        std::shared_ptr<const PassContext> pass;
        Kept kept;
        bool isUsed = false;
    };
};

Tensor DecoderLayer::forward(const Tensor& x, std::size_t index, const std::optional<Tensor>& rows,
                             const std::shared_ptr<const PassContext>& context)
{
    if (torch::GradMode::is_enabled() && context->caches.empty()) {
        return Differentiable::apply(x, this, index, rows, context);
    }
    const torch::NoGradGuard noGrad;
    return compute(x, index, rows, *context, nullptr);
}

Tensor DecoderLayer::compute(const Tensor& x, std::size_t index, const std::optional<Tensor>& rows,
                             const PassContext& context, Kept* kept) const
{
    Kept own;
    Kept& memory = kept != nullptr ? *kept : own;
    Tensor attended;
    {
        Normed normed = rmsNorm(x, inputNorm, m_epsilon);
        memory.rInput = normed.r;
        const Tensor projected =
            attentionIn.apply(normed.y, adapting(context, index, Place::AttentionIn), {},
                              kept != nullptr ? &memory.attentionInInner : nullptr);
        normed = {};
        attended = attend(projected, index, context.blocksFor(rows), context, kept);
    }
    Tensor stream = x;
    if (rows) {
        attended = attended.index_select(0, *rows);
        stream = stream.index_select(0, *rows);
    }
    stream = attentionOut.apply(attended, adapting(context, index, Place::AttentionOut), stream,
                                kept != nullptr ? &memory.attentionOutInner : nullptr);
    Tensor gateUp;
    {
        const Normed normed = rmsNorm(stream, postAttentionNorm, m_epsilon);
        memory.rStream = normed.r;
        gateUp = networkIn.apply(normed.y, adapting(context, index, Place::NetworkIn), {},
                                 kept != nullptr ? &memory.networkInInner : nullptr);
    }
    if (kept != nullptr) {
        kept->attendedRows = attended;
        kept->stream = stream;
        kept->gateUp = gateUp;
    }
    return networkOut.apply(gatedSilu(gateUp), adapting(context, index, Place::NetworkOut), stream,
                            kept != nullptr ? &memory.networkOutInner : nullptr);
}

Tensor DecoderLayer::withHeadNorms(const Tensor& projected, Kept* kept) const
{
    const std::int64_t N = projected.size(0);
    const std::int64_t queries = m_shape.heads * m_shape.size;
    const std::int64_t keys = m_shape.keyHeads * m_shape.size;
    const Normed q =
        rmsNorm(projected.narrow(1, 0, queries).reshape({-1, m_shape.size}), queryNorm, m_epsilon);
    const Normed k =
        rmsNorm(projected.narrow(1, queries, keys).reshape({-1, m_shape.size}), keyNorm, m_epsilon);
    if (kept != nullptr) {
        kept->projected = projected;
        kept->rQuery = q.r;
        kept->rKey = k.r;
    }
    return torch::cat(
        {q.y.view({N, queries}), k.y.view({N, keys}), projected.narrow(1, queries + keys, keys)},
        1);
}

Tensor DecoderLayer::attend(const Tensor& projected, std::size_t index, const QueryBlocks& blocks,
                            const PassContext& context, Kept* kept) const
{
    const Tensor all = queryNorm.defined() ? withHeadNorms(projected, kept) : projected;
    if (!context.caches.empty()) {
        const Tensor heads =
            all.view({all.size(0), m_shape.heads + 2 * m_shape.keyHeads, m_shape.size});
        const Tensor turned =
            rotate(heads.narrow(1, 0, m_shape.heads + m_shape.keyHeads), context.rotary);
        return cachedAttention(
                   turned.narrow(1, 0, m_shape.heads).contiguous(),
                   turned.narrow(1, m_shape.heads, m_shape.keyHeads).contiguous(),
                   heads.narrow(1, m_shape.heads + m_shape.keyHeads, m_shape.keyHeads).contiguous(),
                   context.plan, context.caches, index)
            .flatten(1);
    }
    if (context.flash.calls != nullptr) {
        FlashAttended flash = flashAttention(all, m_shape, context.flash, context.rotary);
        const Tensor rows = flash.output.rows.flatten(1);
        if (kept != nullptr) {
            kept->flash = std::move(flash);
        }
        return rows;
    }
    const Heads heads = splitHeads(all, m_shape, blocks, context.rotary);
    Attended attended = segmentAttention(heads, m_shape, context.plan, blocks);
    const Tensor rows = attended.rows;
    if (kept != nullptr) {
        kept->heads = heads;
        kept->attended = std::move(attended);
    }
    return rows;
}

Tensor DecoderLayer::backThroughNetwork(const Tensor& dOut, std::size_t index,
                                        const PassContext& context, Kept& kept)
{
    const bool full = postAttentionNorm.requires_grad();
    {
        const auto how = adapting(context, index, Place::NetworkOut);
        const LinearGroup::Back back = networkOut.inputGradient(dOut, how);
        // Gate and up become their gradients, and give the activation once more.
        const Tensor active = gatedSiluBackward(back.dx, kept.gateUp);
        networkOut.addGradients(dOut, active, kept.networkOutInner, back.inner, how);
    }
    const Normed normed = rmsNorm(kept.stream, postAttentionNorm, m_epsilon);
    const Tensor dNormed = backThrough(networkIn, kept.gateUp, normed.y, kept.networkInInner,
                                       adapting(context, index, Place::NetworkIn), true);
    kept.gateUp.reset();
    const NormGradients gradients =
        rmsNormBackward(dNormed, kept.stream, postAttentionNorm, kept.rStream, dOut, full);
    addNormGradient(postAttentionNorm, gradients);
    return gradients.x;
}

Tensor DecoderLayer::backThroughHeads(const Tensor& dAttended, const QueryBlocks& blocks,
                                      const PassContext& context, const Kept& kept) const
{
    if (context.flash.calls != nullptr) {
        return flashAttentionBackward(dAttended, kept.flash, m_shape, context.flash,
                                      context.rotary);
    }
    const HeadGradients heads = segmentAttentionBackward(dAttended, kept.heads, kept.attended,
                                                         m_shape, context.plan, blocks);
    return mergeHeads(heads, m_shape, blocks, context.rotary, dAttended.scalar_type());
}

void DecoderLayer::backThroughHeadNorms(Tensor& dProjected, const Kept& kept)
{
    const std::int64_t queries = m_shape.heads * m_shape.size;
    const std::int64_t keys = m_shape.keyHeads * m_shape.size;
    const auto back = [&](std::int64_t begin, std::int64_t width, const Tensor& weight,
                          const Tensor& r) {
        Tensor part = dProjected.narrow(1, begin, width);
        const NormGradients gradients =
            rmsNormBackward(part.reshape({-1, m_shape.size}),
                            kept.projected.narrow(1, begin, width).reshape({-1, m_shape.size}),
                            weight, r, {}, weight.requires_grad());
        addNormGradient(weight, gradients);
        part.copy_(gradients.x.view({-1, width}));
    };
    back(0, queries, queryNorm, kept.rQuery);
    back(queries, keys, keyNorm, kept.rKey);
}

Tensor DecoderLayer::backward(const Tensor& dOut, const Tensor& x, std::size_t index,
                              const std::optional<Tensor>& rows, const PassContext& context,
                              Kept& kept)
{
    const bool full = inputNorm.requires_grad();
    const bool ofInput = full || index > 0;
    Tensor dStream = backThroughNetwork(dOut, index, context, kept);
    Tensor dAttended = backThrough(attentionOut, dStream, kept.attendedRows, kept.attentionOutInner,
                                   adapting(context, index, Place::AttentionOut), true);
    if (rows) {
        dAttended = spread(dAttended, *rows, x.size(0));
        dStream = spread(dStream, *rows, x.size(0));
    }
    Tensor dProjected = backThroughHeads(dAttended, context.blocksFor(rows), context, kept);
    if (queryNorm.defined()) {
        backThroughHeadNorms(dProjected, kept);
    }
    const Normed normed = rmsNorm(x, inputNorm, m_epsilon);
    const Tensor dNormed = backThrough(attentionIn, dProjected, normed.y, kept.attentionInInner,
                                       adapting(context, index, Place::AttentionIn), ofInput);
    if (!ofInput) {
        return {};
    }
    const NormGradients gradients =
        rmsNormBackward(dNormed, x, inputNorm, kept.rInput, dStream, full);
    addNormGradient(inputNorm, gradients);
    return gradients.x;
}

} // namespace nextquill::model
