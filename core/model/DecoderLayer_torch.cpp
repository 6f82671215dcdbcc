// SPDX-License-Identifier: GPL-3.0-or-later
//
//   n = norm(x)      s = x + W_o attention(W_qkv n)      y = s + W_d (act(g) u),  [g u] = W_gu
//   norm(s);         Gemma: s = x + norm(W_o …), y = s + norm(W_d …)
#include "core/model/DecoderLayer_torch.h"

#include "core/model/CachedAttention_torch.h"
#include "core/model/Gradients_torch.h"

#include <stdexcept>
#include <utility>
#include <vector>

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

std::vector<std::int64_t> attentionParts(const ModelConfig& c)
{
    const std::int64_t queries = c.heads * c.headSize;
    const std::int64_t keys = c.keyValueHeads * c.headSize;
    return c.fusedProjections ? std::vector{queries + 2 * keys} : std::vector{queries, keys, keys};
}

std::vector<std::int64_t> networkParts(const ModelConfig& c)
{
    return c.fusedProjections ? std::vector{2 * c.intermediateSize}
                              : std::vector{c.intermediateSize, c.intermediateSize};
}

HeadShape shapeOfLayer(const ModelConfig& c, const LayerKind& kind)
{
    return {.heads = c.heads,
            .keyHeads = c.keyValueHeads,
            .size = c.headSize,
            .scale = c.attentionScale(),
            .cap = c.attentionCap,
            .window = kind.slides ? c.slidingWindow : 0};
}

/// A weight of a norm, or none.
Tensor normWeight(bool isThere, std::int64_t size, const torch::TensorOptions& options)
{
    return isThere ? torch::empty({size}, options) : Tensor{};
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

DecoderLayer::DecoderLayer(const ModelConfig& c, std::size_t index,
                           const torch::TensorOptions& options)
    : inputNorm{normWeight(true, c.hiddenSize, options)}
    , attentionIn{c.hiddenSize, attentionParts(c), c.queryKeyValueBias, options}
    , queryNorm{normWeight(c.queryKeyNorm, c.headSize, options)}
    , keyNorm{normWeight(c.queryKeyNorm, c.headSize, options)}
    , attentionOut{c.heads * c.headSize, {c.hiddenSize}, c.outputBias, options}
    , attentionOutNorm{normWeight(c.outerNorms, c.hiddenSize, options)}
    , networkNorm{normWeight(true, c.hiddenSize, options)}
    , networkIn{c.hiddenSize, networkParts(c), c.networkBias, options}
    , networkOut{c.intermediateSize, {c.hiddenSize}, c.networkBias, options}
    , networkOutNorm{normWeight(c.outerNorms, c.hiddenSize, options)}
    , m_shape{shapeOfLayer(c, c.layerKind(index))}
    , m_kind{c.layerKind(index)}
    , m_activation{c.activation}
    , m_normScale{c.offsetNorms ? NormScale::OnePlusWeight : NormScale::Weight}
    , m_epsilon{c.normEpsilon}
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
        Normed normed = norm(x, inputNorm);
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
    stream = behind(attentionOut, attended, adapting(context, index, Place::AttentionOut), stream,
                    attentionOutNorm, kept != nullptr ? &memory.attentionOut : nullptr);
    Tensor gateUp;
    {
        const Normed normed = norm(stream, networkNorm);
        memory.rStream = normed.r;
        gateUp = networkIn.apply(normed.y, adapting(context, index, Place::NetworkIn), {},
                                 kept != nullptr ? &memory.networkInInner : nullptr);
    }
    if (kept != nullptr) {
        kept->attendedRows = attended;
        kept->stream = stream;
        kept->gateUp = gateUp;
    }
    return behind(networkOut, gated(gateUp), adapting(context, index, Place::NetworkOut), stream,
                  networkOutNorm, kept != nullptr ? &memory.networkOut : nullptr);
}

Normed DecoderLayer::norm(const Tensor& x, const Tensor& weight) const
{
    return rmsNorm(x, weight, m_epsilon, m_normScale);
}

Tensor DecoderLayer::gated(const Tensor& gateUp) const
{
    return m_activation == Activation::Silu ? gatedSilu(gateUp) : gatedGelu(gateUp);
}

HeadShape DecoderLayer::shapeIn(const PassContext& context) const
{
    HeadShape shape = m_shape;
    shape.window = context.longest > shape.window ? shape.window : 0;
    return shape;
}

Tensor DecoderLayer::behind(const LinearGroup& group, const Tensor& x,
                            const LinearGroup::Adapting& how, const Tensor& stream,
                            const Tensor& outerNorm, KeptOut* kept) const
{
    LinearGroup::Inner* const inner = kept != nullptr ? &kept->inner : nullptr;
    if (!outerNorm.defined()) {
        return group.apply(x, how, stream, inner);
    }
    const Tensor adds = group.apply(x, how, {}, inner);
    Normed normed = norm(adds, outerNorm);
    if (kept != nullptr) {
        kept->adds = adds;
        kept->r = normed.r;
    }
    return normed.y.add_(stream);
}

Tensor DecoderLayer::backThroughOuterNorm(const Tensor& dOut, const Tensor& weight,
                                          const KeptOut& kept)
{
    if (!weight.defined()) {
        return dOut;
    }
    const NormGradients gradients =
        rmsNormBackward(dOut, kept.adds, weight, kept.r, {}, weight.requires_grad(), m_normScale);
    addNormGradient(weight, gradients);
    return gradients.x;
}

Tensor DecoderLayer::withHeadNorms(const Tensor& projected, Kept* kept) const
{
    const std::int64_t N = projected.size(0);
    const std::int64_t queries = m_shape.heads * m_shape.size;
    const std::int64_t keys = m_shape.keyHeads * m_shape.size;
    const Normed q = norm(projected.narrow(1, 0, queries).reshape({-1, m_shape.size}), queryNorm);
    const Normed k = norm(projected.narrow(1, queries, keys).reshape({-1, m_shape.size}), keyNorm);
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
    const HeadShape shape = shapeIn(context);
    const RotaryTable& rotary = context.rotary.of(m_kind);
    if (!context.caches.empty()) {
        const Tensor heads =
            all.view({all.size(0), m_shape.heads + 2 * m_shape.keyHeads, m_shape.size});
        const Tensor turned = rotate(heads.narrow(1, 0, m_shape.heads + m_shape.keyHeads), rotary);
        return cachedAttention(
                   turned.narrow(1, 0, m_shape.heads).contiguous(),
                   turned.narrow(1, m_shape.heads, m_shape.keyHeads).contiguous(),
                   heads.narrow(1, m_shape.heads + m_shape.keyHeads, m_shape.keyHeads).contiguous(),
                   shape, context.plan, context.caches, index)
            .flatten(1);
    }
    if (usesFlash(context)) {
        FlashAttended flash = flashAttention(all, shape, context.flash, rotary);
        const Tensor rows = flash.output.rows.flatten(1);
        if (kept != nullptr) {
            kept->flash = std::move(flash);
        }
        return rows;
    }
    const Heads heads = splitHeads(all, shape, blocks, rotary);
    Attended attended = segmentAttention(heads, shape, context.plan, blocks);
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
    const bool full = networkNorm.requires_grad();
    {
        const auto how = adapting(context, index, Place::NetworkOut);
        const Tensor dAdds = backThroughOuterNorm(dOut, networkOutNorm, kept.networkOut);
        const LinearGroup::Back back = networkOut.inputGradient(dAdds, how);
        // Gate and up become their gradients, and give the activation once more.
        const Tensor active = m_activation == Activation::Silu
                                  ? gatedSiluBackward(back.dx, kept.gateUp)
                                  : gatedGeluBackward(back.dx, kept.gateUp);
        networkOut.addGradients(dAdds, active, kept.networkOut.inner, back.inner, how);
        kept.networkOut = {};
    }
    const Normed normed = norm(kept.stream, networkNorm);
    const Tensor dNormed = backThrough(networkIn, kept.gateUp, normed.y, kept.networkInInner,
                                       adapting(context, index, Place::NetworkIn), true);
    kept.gateUp.reset();
    const NormGradients gradients =
        rmsNormBackward(dNormed, kept.stream, networkNorm, kept.rStream, dOut, full, m_normScale);
    addNormGradient(networkNorm, gradients);
    return gradients.x;
}

Tensor DecoderLayer::backThroughHeads(const Tensor& dAttended, const QueryBlocks& blocks,
                                      const PassContext& context, const Kept& kept) const
{
    const HeadShape shape = shapeIn(context);
    const RotaryTable& rotary = context.rotary.of(m_kind);
    if (usesFlash(context)) {
        return flashAttentionBackward(dAttended, kept.flash, shape, context.flash, rotary);
    }
    const HeadGradients heads =
        segmentAttentionBackward(dAttended, kept.heads, kept.attended, shape, context.plan, blocks);
    return mergeHeads(heads, shape, blocks, rotary, dAttended.scalar_type());
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
                            weight, r, {}, weight.requires_grad(), m_normScale);
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
    Tensor dAttended = backThrough(
        attentionOut, backThroughOuterNorm(dStream, attentionOutNorm, kept.attentionOut),
        kept.attendedRows, kept.attentionOut.inner, adapting(context, index, Place::AttentionOut),
        true);
    kept.attentionOut = {};
    if (rows) {
        dAttended = spread(dAttended, *rows, x.size(0));
        dStream = spread(dStream, *rows, x.size(0));
    }
    Tensor dProjected = backThroughHeads(dAttended, context.blocksFor(rows), context, kept);
    if (queryNorm.defined()) {
        backThroughHeadNorms(dProjected, kept);
    }
    const Normed normed = norm(x, inputNorm);
    const Tensor dNormed = backThrough(attentionIn, dProjected, normed.y, kept.attentionInInner,
                                       adapting(context, index, Place::AttentionIn), ofInput);
    if (!ofInput) {
        return {};
    }
    const NormGradients gradients =
        rmsNormBackward(dNormed, x, inputNorm, kept.rInput, dStream, full, m_normScale);
    addNormGradient(inputNorm, gradients);
    return gradients.x;
}

} // namespace nextquill::model
