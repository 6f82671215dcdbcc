// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Network_torch.h"

#include "core/base/Error.h"
#include "core/model/Gradients_torch.h"
#include "core/model/KeyValueCache_torch.h"
#include "core/model/SharedLengths.h"
#include "core/model/Transfer_torch.h"
#include "core/model/WeightNames.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// A projection by its Hugging Face name below "model.layers.N.": a part of a group.
struct Projection
{
    const char* module;
    LinearGroup DecoderLayer::* group;
    std::size_t part;

    [[nodiscard]] LinearGroup::Part& in(DecoderLayer& layer) const
    {
        return (layer.*group).parts()[part];
    }
    [[nodiscard]] const LinearGroup::Part& in(const DecoderLayer& layer) const
    {
        return (layer.*group).parts()[part];
    }
};

constexpr Projection separateProjections[] = {
    {"self_attn.q_proj", &DecoderLayer::attentionIn, 0},
    {"self_attn.k_proj", &DecoderLayer::attentionIn, 1},
    {"self_attn.v_proj", &DecoderLayer::attentionIn, 2},
    {"self_attn.o_proj", &DecoderLayer::attentionOut, 0},
    {"mlp.gate_proj", &DecoderLayer::networkIn, 0},
    {"mlp.up_proj", &DecoderLayer::networkIn, 1},
    {"mlp.down_proj", &DecoderLayer::networkOut, 0},
};

constexpr Projection fusedProjections[] = {
    {"self_attn.qkv_proj", &DecoderLayer::attentionIn, 0},
    {"self_attn.o_proj", &DecoderLayer::attentionOut, 0},
    {"mlp.gate_up_proj", &DecoderLayer::networkIn, 0},
    {"mlp.down_proj", &DecoderLayer::networkOut, 0},
};

std::span<const Projection> projectionsOf(const ModelConfig& config)
{
    return config.fusedProjections ? std::span<const Projection>{fusedProjections}
                                   : std::span<const Projection>{separateProjections};
}

/// "q_proj" of "self_attn.q_proj": what an adapter's list of targets names.
std::string_view shortName(std::string_view module)
{
    return module.substr(module.rfind('.') + 1);
}

std::string layerPrefix(std::size_t index)
{
    return "model.layers." + std::to_string(index) + '.';
}

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

std::vector<NamedParameter> Network::adapterParameters() const
{
    std::vector<NamedParameter> all;
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            const LinearGroup::Part& linear = projection.in(m_layers[i]);
            if (linear.adapter) {
                const std::string module = layerPrefix(i) + projection.module;
                all.push_back({.name = module + ".lora_A.weight", .tensor = linear.adapter->A});
                all.push_back({.name = module + ".lora_B.weight", .tensor = linear.adapter->B});
            }
        }
    }
    return all;
}

std::vector<NamedParameter> Network::mergedParameters() const
{
    const torch::NoGradGuard noGrad;
    std::vector<NamedParameter> all = parameters();
    std::unordered_map<std::string, Tensor*> byName;
    for (NamedParameter& parameter : all) {
        byName[parameter.name] = &parameter.tensor;
    }
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        for (const Projection& projection : projectionsOf(m_config)) {
            const LinearGroup::Part& linear = projection.in(m_layers[i]);
            if (linear.adapter) {
                *byName.at(layerPrefix(i) + projection.module + ".weight") =
                    linear.adapter->mergedInto(linear.weight);
            }
        }
    }
    return all;
}

void Network::setTraining(bool on)
{
    m_training = on;
}

void Network::setDropoutSeed(std::uint64_t seed)
{
    m_dropoutSeed = seed;
}

void Network::addAdapters(const LowRankSettings& given, std::uint64_t seed)
{
    LowRankSettings settings = given;
    settings.targets = adapterTargets(m_config, given.targets);
    requireValid(settings);
    for (const NamedParameter& parameter : parameters()) {
        Tensor{parameter.tensor}.set_requires_grad(false);
    }
    torch::Generator generator = at::globalContext().defaultGenerator(torch::kCPU).clone();
    generator.set_current_seed(seed);
    const double scale = settings.alpha / static_cast<double>(settings.rank);
    for (DecoderLayer& layer : m_layers) {
        for (const Projection& projection : projectionsOf(m_config)) {
            LinearGroup::Part& linear = projection.in(layer);
            linear.adapter.reset();
            if (std::ranges::find(settings.targets, shortName(projection.module)) !=
                settings.targets.end()) {
                linear.adapter = LowRankAdapter::fresh(linear.weight, settings.rank, scale,
                                                       settings.dropout, generator);
            }
        }
    }
    m_adapters = settings;
    m_useAdapters = true;
}

void Network::requireValid(const LowRankSettings& settings) const
{
    const auto refuseSetting = [](const std::string& problem, const std::string& remedy) {
        throw Error{ErrorKind::BadInput, problem, "low-rank adapters", remedy};
    };
    if (settings.rank < 1 || settings.rank > m_config.hiddenSize) {
        refuseSetting("rank " + std::to_string(settings.rank) + " is out of range",
                      "choose a rank from 1 to " + std::to_string(m_config.hiddenSize));
    }
    if (!(settings.dropout >= 0 && settings.dropout < 1)) {
        refuseSetting("dropout " + std::to_string(settings.dropout) + " is out of range",
                      "choose a dropout from 0 to below 1");
    }
    if (settings.targets.empty()) {
        refuseSetting("no layer is named as a target", "name at least one, such as q_proj");
    }
    std::string known;
    for (const Projection& projection : projectionsOf(m_config)) {
        known += (known.empty() ? "" : ", ") + std::string{shortName(projection.module)};
    }
    for (const std::string& target : settings.targets) {
        if (std::ranges::none_of(projectionsOf(m_config), [&](const Projection& projection) {
                return shortName(projection.module) == target;
            })) {
            refuseSetting("there is no linear layer " + target, "choose from " + known);
        }
    }
}

} // namespace nextquill::model
