// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Network_torch.h"

#include "core/base/Error.h"
#include "core/model/Gradients_torch.h"
#include "core/model/KeyValueCache_torch.h"
#include "core/model/PassStop.h"
#include "core/model/Projections_torch.h"
#include "core/model/SharedLengths.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace nextquill::model {

namespace {

using torch::Tensor;

void appendLayer(std::vector<NamedParameter>& all, const DecoderLayer& layer,
                 const std::string& prefix, const ModelConfig& config)
{
    const auto add = [&](const std::string& name, const Tensor& tensor) {
        if (tensor.defined()) {
            all.push_back({.name = prefix + name, .tensor = tensor});
        }
    };
    add("input_layernorm.weight", layer.inputNorm);
    for (const Projection& projection : projectionsOf(config)) {
        const LinearGroup::Part& linear = projection.in(layer);
        add(std::string{projection.module} + ".weight", linear.weight);
        add(std::string{projection.module} + ".bias", linear.bias);
    }
    add("self_attn.q_norm.weight", layer.queryNorm);
    add("self_attn.k_norm.weight", layer.keyNorm);
    // Gemma's name for the norm behind attention is the others' for that before the network.
    add("post_attention_layernorm.weight",
        config.outerNorms ? layer.attentionOutNorm : layer.networkNorm);
    if (config.outerNorms) {
        add("pre_feedforward_layernorm.weight", layer.networkNorm);
        add("post_feedforward_layernorm.weight", layer.networkOutNorm);
    }
}

HeadShape shapeOf(const ModelConfig& c)
{
    return {.heads = c.heads, .keyHeads = c.keyValueHeads, .size = c.headSize};
}

std::span<const std::int64_t> rowNumbers(const Tensor& rows)
{
    return {rows.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(rows.numel())};
}

/// A parameter that is no input of a node: its gradient is added to it by the node itself.
struct Parameter
{
    Tensor tensor;
};

/// √D as Gemma has it, rounded to the type of the embedding; else 1.
double embeddingScale(const ModelConfig& config, torch::ScalarType type)
{
    if (!config.scaledEmbedding) {
        return 1;
    }
    const double root = std::sqrt(static_cast<double>(config.hiddenSize));
    return torch::tensor(root, torch::kDouble).to(type).item<double>();
}

Tensor embedded(const Tensor& weight, const Tensor& ids, double scale)
{
    const Tensor rows = torch::embedding(weight, ids);
    return scale == 1 ? rows : rows * scale;
}

/// The first rows of the stream: rows of the embedding, to which their gradients are added where it
/// is trained. `root` is what makes the stream part of a graph: any tensor that wants a gradient.
class Embedding : public torch::autograd::Function<Embedding>
{
public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& /*root*/,
                          const Parameter& weight, const Tensor& ids, double scale)
    {
        context->save_for_backward({ids});
        context->saved_data["weight"] = weight.tensor;
        context->saved_data["scale"] = scale;
        return embedded(weight.tensor, ids, scale);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const Tensor weight = context->saved_data["weight"].toTensor();
        if (weight.requires_grad() && gradients[0].defined()) {
            Tensor sum = gradientOf(weight);
            sum.index_add_(0, context->get_saved_variables()[0], gradients[0].to(sum.scalar_type()),
                           context->saved_data["scale"].toDouble());
        }
        return {{}, {}, {}, {}};
    }
};

/// rmsNorm() as a node of the graph.
class FinalNorm : public torch::autograd::Function<FinalNorm>
{
public:
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                          const Parameter& weight, double epsilon, NormScale scale)
    {
        Normed normed = rmsNorm(x, weight.tensor, epsilon, scale);
        context->save_for_backward({x, normed.r});
        context->saved_data["weight"] = weight.tensor;
        context->saved_data["isOffset"] = scale == NormScale::OnePlusWeight;
        return normed.y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients)
    {
        const auto saved = context->get_saved_variables();
        const Tensor weight = context->saved_data["weight"].toTensor();
        const NormGradients result =
            rmsNormBackward(gradients[0].contiguous(), saved[0].detach(), weight.detach(), saved[1],
                            {}, weight.requires_grad(),
                            context->saved_data["isOffset"].toBool() ? NormScale::OnePlusWeight
                                                                     : NormScale::Weight);
        if (result.weight.defined()) {
            addGradient(weight, result.weight);
        }
        return {result.x, {}, {}, {}};
    }
};

[[noreturn]] void refuseCaches(const std::string& problem)
{
    throw Error{ErrorKind::Internal, problem, "core/model/Network", "report this"};
}

/// With caches every root has its own, and its tokens are one sequence.
void requireChains(const AttentionPlan& plan, std::size_t caches)
{
    if (plan.roots != caches) {
        refuseCaches(std::to_string(caches) + " caches for " + std::to_string(plan.roots) +
                     " sequences");
    }
    std::vector<std::int64_t> tokens(plan.roots);
    for (const AttentionRun& run : plan.runs) {
        if (run.past != tokens[run.root]) {
            refuseCaches("a cached sequence branches");
        }
        tokens[run.root] += run.own.length;
    }
}

/// Positions of all rows, after what the caches hold.
std::vector<std::int64_t> positionsOf(const AttentionPlan& plan,
                                      std::span<KeyValueCache* const> caches)
{
    std::vector<std::int64_t> positions;
    for (const AttentionRun& run : plan.runs) {
        const std::int64_t first = run.past + (caches.empty() ? 0 : caches[run.root]->length());
        for (std::int64_t i = 0; i < run.own.length; ++i) {
            positions.push_back(first + i);
        }
    }
    return positions;
}

} // namespace

Network::Network(const ModelConfig& config, torch::Device device, torch::ScalarType type)
    : m_config{config}
{
    const auto options = torch::TensorOptions{}.device(device).dtype(type);
    m_embedding = torch::empty({config.vocabularySize, config.hiddenSize}, options);
    for (std::int64_t i = 0; i < config.layers; ++i) {
        m_layers.emplace_back(m_config, static_cast<std::size_t>(i), options);
    }
    m_norm = torch::empty({config.hiddenSize}, options);
    m_head = config.tiedHead ? m_embedding : torch::empty(m_embedding.sizes(), options);
    for (const NamedParameter& parameter : parameters()) {
        Tensor{parameter.tensor}.set_requires_grad(true);
    }
}

Tensor Network::forward(const SegmentedBatch& batch, const std::optional<Tensor>& rows,
                        KeyValueCache* cache)
{
    if (cache == nullptr) {
        return run(batch, rows, {});
    }
    return forwardCached(batch, rows, std::span{&cache, 1});
}

Tensor Network::forwardCached(const SegmentedBatch& batch, const std::optional<Tensor>& rows,
                              std::span<KeyValueCache* const> caches)
{
    const torch::NoGradGuard noGrad;
    return run(batch, rows, caches);
}

Tensor Network::run(const SegmentedBatch& batch, const std::optional<Tensor>& rows,
                    std::span<KeyValueCache* const> caches)
{
    return m_config.ropeScaling.dependsOnLength() ? runByLength(batch, rows, caches)
                                                  : compute(batch, rows, caches, {});
}

/// What is turned otherwise than before, or than what shares its tokens, is computed anew.
Tensor Network::runByLength(const SegmentedBatch& batch, const std::optional<Tensor>& rows,
                            std::span<KeyValueCache* const> caches)
{
    std::vector<std::vector<text::TokenId>> cached;
    for (const KeyValueCache* cache : caches) {
        cached.push_back(cache->tokens());
    }
    const AttentionPlan plan = planAttention(batch); // refuses what is no batch
    if (!caches.empty()) {
        requireChains(plan, caches.size());
    }
    const LengthBatch own = separateLengths(batch, m_config.ropeScaling, cached);
    for (std::size_t root = 0; root < caches.size(); ++root) {
        if (own.redone[root]) {
            caches[root]->clear();
        }
    }
    const Tensor places = own.isChanged ? uploaded(own.rows, device()) : Tensor{};
    const std::optional<Tensor> wanted =
        own.isChanged ? std::optional{rows ? places.index_select(0, *rows) : places} : rows;
    Tensor hidden = compute(own.batch, wanted, caches, own.lengths);
    // Only what is in the caches now: a pass that failed has left them as they were.
    for (const AttentionRun& run :
         caches.empty() ? std::vector<AttentionRun>{} : planAttention(own.batch).runs) {
        caches[run.root]->remember(std::span{own.batch.tokens}.subspan(
            static_cast<std::size_t>(run.own.begin), static_cast<std::size_t>(run.own.length)));
    }
    return hidden;
}

std::shared_ptr<PassContext> Network::contextOf(const SegmentedBatch& batch,
                                                const std::optional<Tensor>& rows,
                                                std::span<KeyValueCache* const> caches,
                                                const std::vector<std::int64_t>& lengths) const
{
    auto context = std::make_shared<PassContext>();
    context->plan = planAttention(batch);
    context->longest = longestSight(context->plan);
    context->caches = caches;
    context->useAdapters = m_useAdapters;
    context->recompute = m_recompute;
    if (caches.empty()) {
        context->blocks = cutIntoBlocks(
            context->plan, queryBlockRows(m_embedding, shapeOf(m_config), context->longest));
        context->lastBlocks = rows && rows->is_cpu() // elsewhere one would wait for the device
                                  ? blocksOf(context->blocks, rowNumbers(*rows))
                                  : context->blocks;
        context->flash =
            planFlash(context->plan, flashCalls(device(), type(), shapeOf(m_config)), device());
    } else {
        requireChains(context->plan, caches.size());
        std::int64_t cached = 0;
        for (const KeyValueCache* cache : caches) {
            cached = std::max(cached, cache->length());
        }
        context->longest += cached;
    }
    context->rotary = rotaryTables(m_config, positionsOf(context->plan, caches), lengths,
                                   m_embedding.options().requires_grad(false));
    if (m_training && m_adapters && m_adapters->dropout > 0) {
        context->dropoutKey = m_dropoutSeed;
    }
    return context;
}

Tensor Network::compute(const SegmentedBatch& batch, const std::optional<Tensor>& rows,
                        std::span<KeyValueCache* const> caches,
                        const std::vector<std::int64_t>& lengths)
{
    const std::shared_ptr<const PassContext> context = contextOf(batch, rows, caches, lengths);
    const Tensor ids = tokenIds(batch);
    const bool tracked = torch::GradMode::is_enabled() && caches.empty();
    const double scale = embeddingScale(m_config, type());
    Tensor x =
        tracked
            ? Embedding::apply(
                  torch::empty({0}, context->rotary.turning.cos.options()).set_requires_grad(true),
                  Parameter{m_embedding}, ids, scale)
            : embedded(m_embedding, ids, scale);
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        passStopPoint(i, m_layers.size());
        const bool last = i + 1 == m_layers.size();
        x = m_layers[i].forward(x, i, last ? rows : std::nullopt, context);
    }
    for (const AttentionRun& attention : context->plan.runs) {
        if (!caches.empty()) {
            caches[attention.root]->advance(attention.own.length);
        }
    }
    const NormScale norm = m_config.offsetNorms ? NormScale::OnePlusWeight : NormScale::Weight;
    return tracked ? FinalNorm::apply(x, Parameter{m_norm}, m_config.normEpsilon, norm)
                   : rmsNorm(x, m_norm, m_config.normEpsilon, norm).y;
}

/// Ids that the embedding does not have would read beyond it on a GPU.
Tensor Network::tokenIds(const SegmentedBatch& batch) const
{
    std::vector<std::int64_t> ids;
    ids.reserve(batch.tokens.size());
    for (const text::TokenId token : batch.tokens) {
        const auto id = static_cast<std::int64_t>(token);
        if (id < 0 || id >= m_config.vocabularySize) {
            throw Error{ErrorKind::BadInput,
                        "token id " + std::to_string(id) + " is not in the model's vocabulary of " +
                            std::to_string(m_config.vocabularySize),
                        "token " + std::to_string(ids.size()) + " of the batch",
                        "use the tokenizer that belongs to the model"};
        }
        ids.push_back(id);
    }
    return uploaded(ids, device());
}

std::vector<NamedParameter> Network::parameters() const
{
    std::vector<NamedParameter> all{{.name = "model.embed_tokens.weight", .tensor = m_embedding}};
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        appendLayer(all, m_layers[i], layerPrefix(i), m_config);
    }
    all.push_back({.name = "model.norm.weight", .tensor = m_norm});
    if (!m_config.tiedHead) {
        all.push_back({.name = "lm_head.weight", .tensor = m_head});
    }
    return all;
}

std::vector<NamedParameter> Network::trainableParameters() const
{
    return m_adapters ? adapterParameters() : parameters();
}

void Network::setTraining(bool on)
{
    m_training = on;
}

void Network::setDropoutSeed(std::uint64_t seed)
{
    m_dropoutSeed = seed;
}

} // namespace nextquill::model
