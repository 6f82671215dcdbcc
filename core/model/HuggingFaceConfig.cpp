// SPDX-License-Identifier: GPL-3.0-or-later
//
// config.json → ModelConfig and back.
#include "core/model/ConfigFields.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelConfig.h"
#include "core/model/ModelFamily.h"
#include "core/model/ModelLimits.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace nextquill::model {

namespace {

constexpr std::string_view picturesToo = "gemma3"; ///< the text model is in its text_config
constexpr std::string_view slidingType = "sliding_attention";
constexpr std::string_view fullType = "full_attention";

/// Keys of decoders that are near to ours and compute something else with them. Refused unless
/// null, false, 0 or empty.
constexpr const char* foreignKeys[] = {"alibi",
                                       "attention_chunk_size",
                                       "attention_multiplier",
                                       "attn_temperature_tuning",
                                       "clip_qkv",
                                       "embedding_multiplier",
                                       "hidden_size_per_layer_input",
                                       "kv_lora_rank",
                                       "logit_scale",
                                       "logits_scaling",
                                       "moe_intermediate_size",
                                       "n_routed_experts",
                                       "num_experts",
                                       "num_kv_shared_layers",
                                       "num_local_experts",
                                       "parallel_attn",
                                       "qk_layernorm",
                                       "qk_norm",
                                       "residual_multiplier",
                                       "rope_interleaved",
                                       "use_bidirectional_attention",
                                       "use_parallel_residual",
                                       "use_qk_norm"};

bool isNothing(const Json& value)
{
    return value.is_null() || value == false || value == 0 || value == 1.0 || value == "" ||
           ((value.is_array() || value.is_object()) && value.empty());
}

/// The configuration of the text model alone, with what Transformers takes for missing keys.
Json filledIn(const Json& config, const std::string& where)
{
    if (!config.is_object()) {
        throw damaged("the configuration is no JSON object", where);
    }
    const ConfigFields outer{config, where};
    std::string type = outer.text("model_type", "");
    const Json* source = &config;
    if (isPartOfModelWithPictures(config)) {
        source = &outer.value("text_config");
        type = ConfigFields{*source, where + ", text_config"}.text("model_type", "gemma3_text");
    }
    Json all = Json::parse(familyNamed(type, where).defaults);
    for (const auto& [key, value] : source->items()) {
        all[key] = value;
    }
    if (source != &config && !source->contains("tie_word_embeddings") &&
        outer.has("tie_word_embeddings")) {
        all["tie_word_embeddings"] = outer.value("tie_word_embeddings");
    }
    all["model_type"] = type;
    return all;
}

Activation readActivation(const ConfigFields& fields, const ModelFamily& family)
{
    const std::string name = family.isGemma ? fields.text("hidden_activation", "gelu_pytorch_tanh")
                                            : fields.text("hidden_act", "silu");
    if (name == "silu" || name == "swish") {
        return Activation::Silu;
    }
    if (name == "gelu_pytorch_tanh") {
        return Activation::GeluTanh;
    }
    throw fields.unsupported("the activation is " + inQuotes(name),
                             "use a model whose hidden_act is silu or gelu_pytorch_tanh");
}

/// What would change the computation and is not computed here.
void refuseOtherMathematics(const ConfigFields& fields, const ModelFamily& family)
{
    const auto refuse = [&](const char* key) {
        if (!isNothing(fields.value(key))) {
            throw fields.unsupported(std::string{key} + " is " + fields.value(key).dump(),
                                     "use a " + std::string{family.modelType} +
                                         " model without it");
        }
    };
    std::ranges::for_each(foreignKeys, refuse);
    if (!family.turnsPartly && fields.number("partial_rotary_factor", 1) != 1) {
        throw fields.unsupported("partial_rotary_factor is not 1",
                                 "use a model that rotates whole heads, or of the phi3 family");
    }
    if (!family.isGemma) {
        for (const char* key :
             {"attn_logit_softcapping", "final_logit_softcapping", "query_pre_attn_scalar"}) {
            refuse(key);
        }
    } else if (family.turnsByLayerType) {
        refuse("attn_logit_softcapping"); // which Transformers reads and does not use
    }
    if (family.modelType == "qwen2" || family.fusedProjections || family.modelType == "mistral") {
        refuse("attention_bias");
    }
    if (family.modelType != "llama" && family.modelType != "smollm3") {
        refuse("mlp_bias");
    }
    if (!fields.value("quantization_config").is_null()) {
        throw fields.unsupported("the weights are quantised (quantization_config)",
                                 "use the model's unquantised weights, or a GGUF file");
    }
}

/// What the family's own keys say of the layers.
std::vector<LayerKind> impliedKinds(const ConfigFields& fields, const ModelFamily& family,
                                    std::int64_t layers)
{
    std::vector<LayerKind> kinds(static_cast<std::size_t>(layers));
    const auto every = [](std::int64_t n, std::size_t layer) {
        return n != 0 && (static_cast<std::int64_t>(layer) + 1) % n == 0;
    };
    const bool asks = fields.flag("use_sliding_window") && fields.has("sliding_window");
    const bool isFirst = fields.value("max_window_layers") == 0; // from which all layers slide
    const std::int64_t upper = family.windows == Windows::Upper && asks && !isFirst
                                   ? fields.integer("max_window_layers", {}, limits::layers)
                                   : 0;
    const std::int64_t pattern =
        family.turnsByLayerType
            ? fields.integer("sliding_window_pattern", family.windowPattern, limits::layers)
            : family.windowPattern;
    const std::int64_t unturned =
        family.unturnedLayers != 0
            ? fields.integer("no_rope_layer_interval", family.unturnedLayers, limits::layers)
            : 0;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        kinds[i].turns = !every(unturned, i);
        switch (family.windows) {
        case Windows::All:
            kinds[i].slides = fields.has("sliding_window");
            break;
        case Windows::Upper:
            kinds[i].slides = asks && static_cast<std::int64_t>(i) >= upper;
            break;
        case Windows::Patterned:
            kinds[i].slides = fields.has("sliding_window") && !every(pattern, i);
            break;
        case Windows::Unturned:
        case Windows::None:
            break;
        }
    }
    return kinds;
}

/// no_rope_layers: 1 where a layer turns, 0 where it does not.
void readUnturned(const ConfigFields& fields, std::vector<LayerKind>& kinds)
{
    const Json& list = fields.value("no_rope_layers");
    if (list.is_null()) {
        return;
    }
    if (!list.is_array() || list.size() < kinds.size()) {
        throw damaged("no_rope_layers is no list with a number for each layer", fields.where());
    }
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (list[i] != 0 && list[i] != 1) {
            throw damaged("no_rope_layers has a value that is neither 0 nor 1", fields.where());
        }
        kinds[i].turns = list[i] == 1;
    }
}

void readLayerTypes(const ConfigFields& fields, const ModelFamily& family,
                    std::vector<LayerKind>& kinds)
{
    const Json& list = fields.value("layer_types");
    if (list.is_null()) {
        return;
    }
    if (!list.is_array() || list.size() != kinds.size()) {
        throw damaged("layer_types is no list with a word for each layer", fields.where());
    }
    const bool decides = family.windows != Windows::None && family.windows != Windows::All;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const bool slides = list[i] == slidingType;
        if ((!slides && list[i] != fullType) || (!decides && slides != kinds[i].slides) ||
            (slides && !fields.has("sliding_window"))) {
            throw fields.unsupported("layer_types has " + inQuotes(list[i].dump()),
                                     "use a model whose layers attend as its family's do");
        }
        kinds[i].slides = slides;
    }
}

std::vector<LayerKind> readLayerKinds(const ConfigFields& fields, const ModelFamily& family,
                                      std::int64_t layers)
{
    std::vector<LayerKind> kinds = impliedKinds(fields, family, layers);
    if (family.unturnedLayers != 0) {
        readUnturned(fields, kinds);
    }
    const bool asks = fields.flag("use_sliding_window") && fields.has("sliding_window");
    if (family.windows == Windows::Unturned && asks) {
        for (LayerKind& kind : kinds) {
            kind.slides = !kind.turns;
        }
    }
    readLayerTypes(fields, family, kinds);
    if ((family.windows == Windows::Upper || family.windows == Windows::Unturned) && !asks) {
        for (LayerKind& kind : kinds) {
            kind.slides = false; // Transformers has no window then, whatever the types say
        }
    }
    if (family.windows == Windows::None && fields.flag("use_sliding_window")) {
        throw fields.unsupported("use_sliding_window is true",
                                 "use a model of the llama family without it");
    }
    if (std::ranges::all_of(kinds, [](const LayerKind& kind) { return kind == LayerKind{}; })) {
        return {};
    }
    return kinds;
}

/// The object that describes rotary positions: rope_scaling, or rope_parameters, of a model that
/// tells layer types apart the part of the layers without a window.
const Json& rotaryObject(const ConfigFields& fields, const ModelFamily& family)
{
    static const Json empty = Json::object();
    const Json& scaling = fields.value("rope_scaling");
    const Json& parameters = fields.value("rope_parameters");
    if (!scaling.is_null()) {
        return scaling;
    }
    if (parameters.is_null()) {
        return empty;
    }
    const bool isPerType =
        parameters.is_object() && (parameters.contains(std::string{fullType}) ||
                                   parameters.contains(std::string{slidingType}));
    if (isPerType != family.turnsByLayerType) {
        throw fields.unsupported(isPerType ? "rotary positions differ by layer type"
                                           : "rope_parameters are not by layer type",
                                 "use a model with its family's form of rope_parameters");
    }
    if (!isPerType) {
        return parameters;
    }
    const auto full = parameters.find(std::string{fullType});
    return full == parameters.end() || full->is_null() ? empty : *full;
}

double readSlidingBase(const ConfigFields& fields)
{
    const double base = fields.number("rope_local_base_freq", 10000);
    const Json& parameters = fields.value("rope_parameters");
    if (parameters.is_null() || !parameters.contains(std::string{slidingType}) ||
        parameters[std::string{slidingType}].is_null()) {
        return base;
    }
    const ConfigFields own{parameters[std::string{slidingType}],
                           fields.where() + ", rope_parameters of sliding_attention"};
    const std::string type = own.text("rope_type", own.text("type", "default"));
    if (type != "default") {
        throw own.unsupported("rotary positions under a sliding window are scaled by " +
                                  inQuotes(type),
                              "use a model that scales those of full attention alone");
    }
    return own.number("rope_theta", base);
}

void readRotary(const ConfigFields& fields, const ModelFamily& family, ModelConfig& config)
{
    const ConfigFields rope{
        rotaryObject(fields, family),
        fields.where() + (fields.has("rope_scaling") ? ", rope_scaling" : ", rope_parameters")};
    const Json& parameters = fields.value("rope_parameters");
    // rope_scaling has no base where rope_parameters stand beside it.
    const double beside = parameters.is_object() && !family.turnsByLayerType
                              ? ConfigFields{parameters, fields.where()}.number(
                                    "rope_theta", fields.number("rope_theta", 10000))
                              : fields.number("rope_theta", 10000);
    config.ropeTheta = rope.number("rope_theta", beside);
    const double share =
        rope.number("partial_rotary_factor", fields.number("partial_rotary_factor", 1));
    if (!(share > 0 && share <= 1)) {
        throw damaged("partial_rotary_factor is not above 0 and at most 1", fields.where());
    }
    if (share != 1 && !family.turnsPartly) {
        throw rope.unsupported("partial_rotary_factor is not 1",
                               "use a model that rotates whole heads, or of the phi3 family");
    }
    const auto turning = static_cast<std::int64_t>(static_cast<double>(config.headSize) * share);
    config.rotarySize = turning == config.headSize ? 0 : turning;
    config.ropeScaling = readRotaryScaling(rope, fields, turning, config.contextLength);
    if (family.turnsByLayerType) {
        config.slidingRopeTheta = readSlidingBase(fields);
    }
    // Stated is what the unscaled positions were good for.
    if (config.ropeScaling.kind == RotaryScaling::Kind::Dynamic ||
        config.ropeScaling.kind == RotaryScaling::Kind::Yarn) {
        config.contextLength = std::max(
            config.contextLength,
            static_cast<std::int64_t>(config.ropeScaling.factor *
                                      static_cast<double>(config.ropeScaling.originalLength)));
    }
}

void readSizes(const ConfigFields& fields, ModelConfig& config)
{
    config.hiddenSize = fields.integer("hidden_size", {}, limits::hidden);
    config.intermediateSize = fields.integer("intermediate_size", {}, limits::intermediate);
    config.layers = fields.integer("num_hidden_layers", {}, limits::layers);
    config.heads = fields.integer("num_attention_heads", {}, limits::heads);
    config.keyValueHeads = fields.integer("num_key_value_heads", config.heads, limits::heads);
    config.vocabularySize = fields.integer("vocab_size", {}, limits::vocabulary);
    config.contextLength = fields.integer("max_position_embeddings", {}, limits::context);
    if (!fields.has("head_dim") && config.hiddenSize % config.heads != 0) {
        throw damaged("num_attention_heads does not divide hidden_size", fields.where());
    }
    config.headSize =
        fields.integer("head_dim", config.hiddenSize / config.heads, limits::headSize);
}

} // namespace

bool isPartOfModelWithPictures(const Json& config)
{
    return config.is_object() && config.value("model_type", Json{}) == picturesToo &&
           config.contains("text_config") && !config["text_config"].is_null();
}

ModelConfig readModelConfig(const Json& json, const std::string& where)
{
    const Json all = filledIn(json, where);
    const ConfigFields fields{all, where};
    const ModelFamily& family = familyNamed(fields.text("model_type", ""), where);
    refuseOtherMathematics(fields, family);
    ModelConfig config = configOf(family);
    readSizes(fields, config);
    config.activation = readActivation(fields, family);
    config.normEpsilon = fields.number("rms_norm_eps", 1e-6);
    config.tiedHead = fields.flag("tie_word_embeddings");
    config.outputBias = fields.flag("attention_bias");
    config.queryKeyValueBias = family.queryKeyValueBias || config.outputBias;
    config.networkBias = fields.flag("mlp_bias");
    if (family.isGemma) {
        config.queryScalar = fields.number("query_pre_attn_scalar", 0);
        config.attentionCap = fields.number("attn_logit_softcapping", 0);
        config.logitCap = fields.number("final_logit_softcapping", 0);
    }
    config.layerKinds = readLayerKinds(fields, family, config.layers);
    if (std::ranges::any_of(config.layerKinds, &LayerKind::slides)) {
        config.slidingWindow = fields.integer("sliding_window", {}, limits::context);
    }
    readRotary(fields, family, config);
    checkModelConfig(config, where);
    return config;
}

} // namespace nextquill::model
