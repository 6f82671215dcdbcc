// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/WeightNames.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace nextquill::model {

namespace {

using Shape = std::vector<std::int64_t>;
using Names = std::pair<std::string_view, std::string_view>; // GGUF, Hugging Face

constexpr std::array<Names, 3> outside{
    {{"token_embd", "model.embed_tokens"}, {"output_norm", "model.norm"}, {"output", "lm_head"}}};

/// Of all families but for what the next tables say.
constexpr std::array<Names, 11> inLayer{{{"attn_norm", "input_layernorm"},
                                         {"attn_q", "self_attn.q_proj"},
                                         {"attn_k", "self_attn.k_proj"},
                                         {"attn_v", "self_attn.v_proj"},
                                         {"attn_q_norm", "self_attn.q_norm"},
                                         {"attn_k_norm", "self_attn.k_norm"},
                                         {"attn_output", "self_attn.o_proj"},
                                         {"ffn_norm", "post_attention_layernorm"},
                                         {"ffn_gate", "mlp.gate_proj"},
                                         {"ffn_up", "mlp.up_proj"},
                                         {"ffn_down", "mlp.down_proj"}}};

constexpr std::array<Names, 3> withOuterNorms{{{"post_attention_norm", "post_attention_layernorm"},
                                               {"ffn_norm", "pre_feedforward_layernorm"},
                                               {"post_ffw_norm", "post_feedforward_layernorm"}}};

constexpr std::array<Names, 2> withFusedProjections{
    {{"attn_qkv", "self_attn.qkv_proj"}, {"ffn_up", "mlp.gate_up_proj"}}};

/// The other one of a pair whose `have` is `name`.
std::optional<std::string_view> lookUp(std::span<const Names> table, std::string_view name,
                                       std::string_view Names::* have = &Names::first)
{
    const auto found = std::ranges::find(table, name, have);
    if (found == table.end()) {
        return std::nullopt;
    }
    return have == &Names::first ? found->second : found->first;
}

/// The same for a module of a layer, in either direction.
std::optional<std::string_view> lookUpInLayer(const ModelConfig& config, std::string_view name,
                                              std::string_view Names::* have)
{
    std::optional<std::string_view> found;
    if (config.outerNorms) {
        found = lookUp(withOuterNorms, name, have);
    }
    if (config.fusedProjections) {
        found = lookUp(withFusedProjections, name, have);
    }
    return found ? found : lookUp(inLayer, name, have);
}

/// A tensor's name without its ending, which is ".weight" or ".bias".
std::optional<std::pair<std::string_view, std::string_view>> cutEnding(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view ending = name.substr(dot);
    if (ending != ".weight" && ending != ".bias") {
        return std::nullopt;
    }
    return std::pair{name.substr(0, dot), ending};
}

bool isLayerNumber(std::string_view text)
{
    constexpr std::size_t digits = 4; // layers are at most 1,024
    return !text.empty() && text.size() <= digits && (text == "0" || text.front() != '0') &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

void appendLayer(std::vector<ExpectedWeight>& weights, const ModelConfig& config,
                 const std::string& layer)
{
    const std::int64_t D = config.hiddenSize;
    const std::int64_t inner = config.intermediateSize;
    const std::int64_t queries = config.heads * config.headSize;
    const std::int64_t keys = config.keyValueHeads * config.headSize;
    const auto append = [&](const std::string& name, Shape shape) {
        weights.push_back({layer + name, std::move(shape)});
    };
    const auto linear = [&](const std::string& module, std::int64_t out, std::int64_t in,
                            bool bias) {
        append(module + ".weight", {out, in});
        if (bias) {
            append(module + ".bias", {out});
        }
    };
    append("input_layernorm.weight", {D});
    if (config.fusedProjections) {
        linear("self_attn.qkv_proj", queries + 2 * keys, D, config.queryKeyValueBias);
    } else {
        linear("self_attn.q_proj", queries, D, config.queryKeyValueBias);
        linear("self_attn.k_proj", keys, D, config.queryKeyValueBias);
        linear("self_attn.v_proj", keys, D, config.queryKeyValueBias);
    }
    if (config.queryKeyNorm) {
        append("self_attn.q_norm.weight", {config.headSize});
        append("self_attn.k_norm.weight", {config.headSize});
    }
    linear("self_attn.o_proj", D, queries, config.outputBias);
    append("post_attention_layernorm.weight", {D});
    if (config.outerNorms) {
        append("pre_feedforward_layernorm.weight", {D});
        append("post_feedforward_layernorm.weight", {D});
    }
    if (config.fusedProjections) {
        linear("mlp.gate_up_proj", 2 * inner, D, config.networkBias);
    } else {
        linear("mlp.gate_proj", inner, D, config.networkBias);
        linear("mlp.up_proj", inner, D, config.networkBias);
    }
    linear("mlp.down_proj", D, inner, config.networkBias);
}

} // namespace

std::vector<ExpectedWeight> expectedWeights(const ModelConfig& config)
{
    std::vector<ExpectedWeight> weights;
    weights.push_back({"model.embed_tokens.weight", {config.vocabularySize, config.hiddenSize}});
    for (std::int64_t layer = 0; layer < config.layers; ++layer) {
        appendLayer(weights, config, "model.layers." + std::to_string(layer) + ".");
    }
    weights.push_back({"model.norm.weight", {config.hiddenSize}});
    if (!config.tiedHead) {
        weights.push_back({"lm_head.weight", {config.vocabularySize, config.hiddenSize}});
    }
    return weights;
}

std::vector<std::string> adapterTargets(const ModelConfig& config,
                                        const std::vector<std::string>& targets)
{
    constexpr std::array<Names, 5> fused{{{"q_proj", "qkv_proj"},
                                          {"k_proj", "qkv_proj"},
                                          {"v_proj", "qkv_proj"},
                                          {"gate_proj", "gate_up_proj"},
                                          {"up_proj", "gate_up_proj"}}};
    std::vector<std::string> own;
    for (const std::string& target : targets) {
        const auto found = config.fusedProjections ? lookUp(fused, target) : std::nullopt;
        std::string name{found.value_or(target)};
        if (std::ranges::find(own, name) == own.end()) {
            own.push_back(std::move(name));
        }
    }
    return own;
}

namespace {

/// A name of one format in the other: `prefix` and `otherPrefix` are those of layers.
std::optional<std::string> inOtherFormat(std::string_view name, const ModelConfig& config,
                                         std::string_view prefix, std::string_view otherPrefix,
                                         std::string_view Names::* have)
{
    const auto cut = cutEnding(name);
    if (!cut) {
        return std::nullopt;
    }
    auto [stem, ending] = *cut;
    std::string start;
    std::optional<std::string_view> found;
    if (stem.starts_with(prefix)) {
        stem.remove_prefix(prefix.size());
        const std::string_view number = stem.substr(0, stem.find('.'));
        if (!isLayerNumber(number) || number.size() == stem.size()) {
            return std::nullopt;
        }
        start = std::string{otherPrefix}.append(number).append(".");
        found = lookUpInLayer(config, stem.substr(number.size() + 1), have);
    } else {
        found = lookUp(outside, stem, have);
    }
    if (!found) {
        return std::nullopt;
    }
    return start.append(*found).append(ending);
}

constexpr std::string_view ggufLayers = "blk.";
constexpr std::string_view huggingFaceLayers = "model.layers.";

} // namespace

std::optional<std::string> huggingFaceName(std::string_view ggufName, const ModelConfig& config)
{
    return inOtherFormat(ggufName, config, ggufLayers, huggingFaceLayers, &Names::first);
}

std::optional<std::string> ggufName(std::string_view huggingFaceName, const ModelConfig& config)
{
    return inOtherFormat(huggingFaceName, config, huggingFaceLayers, ggufLayers, &Names::second);
}

bool hasOffset(std::string_view huggingFaceName, const ModelConfig& config)
{
    return config.offsetNorms && huggingFaceName.ends_with("norm.weight");
}

} // namespace nextquill::model
