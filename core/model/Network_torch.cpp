// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/Network_torch.h"

#include "core/base/Error.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace nextquill::model {

namespace {

using torch::Tensor;

/// A projection by its Hugging Face name below "model.layers.N.".
struct Projection
{
    const char* module;
    LinearLayer DecoderLayer::* layer;
};

constexpr Projection projections[] = {
    {"self_attn.q_proj", &DecoderLayer::query}, {"self_attn.k_proj", &DecoderLayer::key},
    {"self_attn.v_proj", &DecoderLayer::value}, {"self_attn.o_proj", &DecoderLayer::output},
    {"mlp.gate_proj", &DecoderLayer::gate},     {"mlp.up_proj", &DecoderLayer::up},
    {"mlp.down_proj", &DecoderLayer::down},
};

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
                 const std::string& prefix)
{
    const auto add = [&](const std::string& name, const Tensor& tensor) {
        if (tensor.defined()) {
            all.push_back({.name = prefix + name, .tensor = tensor});
        }
    };
    add("input_layernorm.weight", layer.inputNorm);
    for (const Projection& projection : projections) {
        const LinearLayer& linear = layer.*projection.layer;
        add(std::string{projection.module} + ".weight", linear.weight);
        add(std::string{projection.module} + ".bias", linear.bias);
    }
    add("self_attn.q_norm.weight", layer.queryNorm);
    add("self_attn.k_norm.weight", layer.keyNorm);
    add("post_attention_layernorm.weight", layer.postAttentionNorm);
}

DecoderLayer emptyLayer(const ModelConfig& c, const torch::TensorOptions& options)
{
    const auto linear = [&](std::int64_t in, std::int64_t out, bool bias) {
        return LinearLayer{.weight = torch::empty({out, in}, options),
                           .bias = bias ? torch::empty({out}, options) : Tensor{},
                           .adapter = std::nullopt};
    };
    const std::int64_t D = c.hiddenSize;
    const std::int64_t F = c.intermediateSize;
    const std::int64_t queries = c.heads * c.headSize;
    const std::int64_t keys = c.keyValueHeads * c.headSize;
    const auto headNorm = [&] {
        return c.queryKeyNorm ? torch::empty({c.headSize}, options) : Tensor{};
    };
    return DecoderLayer{.inputNorm = torch::empty({D}, options),
                        .query = linear(D, queries, c.queryKeyValueBias),
                        .key = linear(D, keys, c.queryKeyValueBias),
                        .value = linear(D, keys, c.queryKeyValueBias),
                        .queryNorm = headNorm(),
                        .keyNorm = headNorm(),
                        .output = linear(queries, D, false),
                        .postAttentionNorm = torch::empty({D}, options),
                        .gate = linear(D, F, false),
                        .up = linear(D, F, false),
                        .down = linear(F, D, false),
                        .headSize = c.headSize,
                        .normEpsilon = c.normEpsilon};
}

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

} // namespace

Network::Network(const ModelConfig& config, torch::Device device, torch::ScalarType type)
    : m_config{config}
{
    const auto options = torch::TensorOptions{}.device(device).dtype(type);
    m_embedding = torch::empty({config.vocabularySize, config.hiddenSize}, options);
    for (std::int64_t i = 0; i < config.layers; ++i) {
        m_layers.push_back(emptyLayer(config, options));
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
    auto plan = std::make_shared<AttentionPlan>(planAttention(batch));
    if (!caches.empty()) {
        requireChains(*plan, caches.size());
    }
    std::vector<std::int64_t> positions;
    positions.reserve(batch.tokens.size());
    for (const AttentionRun& attention : plan->runs) {
        const std::int64_t first =
            attention.past + (caches.empty() ? 0 : caches[attention.root]->length());
        for (std::int64_t i = 0; i < attention.own.length; ++i) {
            positions.push_back(first + i);
        }
    }
    PassContext context{.plan = plan,
                        .rotary = rotaryTable(positions, m_config.headSize, m_config.ropeTheta,
                                              m_embedding.options().requires_grad(false)),
                        .caches = caches,
                        .useAdapters = m_useAdapters,
                        .dropout = std::nullopt};
    if (m_training && m_adapters && m_adapters->dropout > 0) {
        context.dropout = at::globalContext().defaultGenerator(device()).clone();
        context.dropout->set_current_seed(m_dropoutSeed);
    }
    Tensor x = torch::embedding(m_embedding, tokenIds(batch));
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const bool last = i + 1 == m_layers.size();
        x = m_layers[i].forward(x, i, last ? rows : std::nullopt, context);
    }
    for (const AttentionRun& attention : plan->runs) {
        if (!caches.empty()) {
            caches[attention.root]->advance(attention.own.length);
        }
    }
    return rmsNorm(x, m_norm, m_config.normEpsilon);
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
    return torch::tensor(ids, torch::kLong).to(device());
}

Tensor Network::headWeight() const
{
    return m_head;
}

std::vector<NamedParameter> Network::parameters() const
{
    std::vector<NamedParameter> all{{.name = "model.embed_tokens.weight", .tensor = m_embedding}};
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        appendLayer(all, m_layers[i], layerPrefix(i));
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
        for (const Projection& projection : projections) {
            const LinearLayer& linear = m_layers[i].*projection.layer;
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
        for (const Projection& projection : projections) {
            const LinearLayer& linear = m_layers[i].*projection.layer;
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

void Network::addAdapters(const LowRankSettings& settings, std::uint64_t seed)
{
    requireValid(settings);
    for (const NamedParameter& parameter : parameters()) {
        Tensor{parameter.tensor}.set_requires_grad(false);
    }
    torch::Generator generator = at::globalContext().defaultGenerator(torch::kCPU).clone();
    generator.set_current_seed(seed);
    const double scale = settings.alpha / static_cast<double>(settings.rank);
    for (DecoderLayer& layer : m_layers) {
        for (const Projection& projection : projections) {
            LinearLayer& linear = layer.*projection.layer;
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
    for (const std::string& target : settings.targets) {
        if (std::ranges::none_of(projections, [&](const Projection& projection) {
                return shortName(projection.module) == target;
            })) {
            refuseSetting("there is no linear layer " + target,
                          "choose from q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
                          "down_proj");
        }
    }
}

} // namespace nextquill::model
