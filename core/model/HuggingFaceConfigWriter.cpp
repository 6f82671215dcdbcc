// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelConfig.h"
#include "core/model/ModelFamily.h"

#include <algorithm>

namespace nextquill::model {

namespace {

/// Rotary settings in both forms: Transformers before 5 reads the first one, since 5 the second.
void writeRotary(const ModelConfig& config, const ModelFamily& family, OrderedJson& json)
{
    OrderedJson scaling = toHuggingFace(config.ropeScaling);
    json["rope_theta"] = config.ropeTheta;
    if (!scaling.is_null()) {
        json["rope_scaling"] = scaling;
    }
    OrderedJson parameters =
        scaling.is_null() ? OrderedJson{{"rope_type", "default"}} : std::move(scaling);
    parameters["rope_theta"] = config.ropeTheta;
    if (config.rotarySize != 0) {
        const double share =
            static_cast<double>(config.rotarySize) / static_cast<double>(config.headSize);
        json["partial_rotary_factor"] = share;
        parameters["partial_rotary_factor"] = share;
        if (json.contains("rope_scaling")) {
            json["rope_scaling"]["partial_rotary_factor"] = share;
        }
    }
    if (family.turnsByLayerType) {
        json["rope_local_base_freq"] = config.slidingRopeTheta;
        parameters = {{"full_attention", parameters},
                      {"sliding_attention",
                       {{"rope_type", "default"}, {"rope_theta", config.slidingRopeTheta}}}};
    }
    json["rope_parameters"] = std::move(parameters);
    if (family.turnsPartly) {
        json["original_max_position_embeddings"] = config.ropeScaling.originalLength != 0
                                                       ? config.ropeScaling.originalLength
                                                       : config.contextLength;
    }
}

void writeLayers(const ModelConfig& config, const ModelFamily& family, OrderedJson& json)
{
    if (family.windows == Windows::None) {
        return;
    }
    json["sliding_window"] =
        config.slidingWindow != 0 ? OrderedJson(config.slidingWindow) : OrderedJson{};
    if (family.windows == Windows::Upper || family.windows == Windows::Unturned) {
        json["use_sliding_window"] = config.slidingWindow != 0;
    }
    if (family.windows == Windows::Upper) {
        const auto first = std::ranges::find_if(config.layerKinds, &LayerKind::slides);
        json["max_window_layers"] =
            config.slidingWindow != 0 ? static_cast<std::int64_t>(first - config.layerKinds.begin())
                                      : config.layers;
    }
    OrderedJson types = OrderedJson::array();
    OrderedJson turning = OrderedJson::array();
    for (std::size_t i = 0; i < static_cast<std::size_t>(config.layers); ++i) {
        types.push_back(config.layerKind(i).slides ? "sliding_attention" : "full_attention");
        turning.push_back(config.layerKind(i).turns ? 1 : 0);
    }
    if (family.windows != Windows::All) {
        json["layer_types"] = std::move(types);
    }
    if (family.unturnedLayers != 0) {
        json["no_rope_layers"] = std::move(turning);
    }
}

void writeBiases(const ModelConfig& config, const ModelFamily& family, OrderedJson& json)
{
    const bool isPlain = family.modelType == "llama" || family.modelType == "smollm3";
    if (isPlain || family.modelType == "qwen3" || family.isGemma) {
        json["attention_bias"] = config.outputBias;
    }
    if (isPlain) {
        json["mlp_bias"] = config.networkBias;
    }
}

OrderedJson numberOrNull(double value)
{
    return value != 0 ? OrderedJson(value) : OrderedJson{};
}

OrderedJson wholeOrNumber(double value)
{
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) == value ? OrderedJson(whole) : OrderedJson(value);
}

} // namespace

OrderedJson toHuggingFaceConfig(const ModelConfig& config, const std::string& dtype)
{
    const ModelFamily& family = familyNamed(config.modelType, "config.json");
    const bool isDynamic = config.ropeScaling.kind == RotaryScaling::Kind::Dynamic;
    OrderedJson json{{"architectures", OrderedJson::array({family.architecture})},
                     {"model_type", config.modelType},
                     {"hidden_size", config.hiddenSize},
                     {"intermediate_size", config.intermediateSize},
                     {"num_hidden_layers", config.layers},
                     {"num_attention_heads", config.heads},
                     {"num_key_value_heads", config.keyValueHeads},
                     {"head_dim", config.headSize},
                     {"vocab_size", config.vocabularySize},
                     {"max_position_embeddings",
                      isDynamic ? config.ropeScaling.originalLength : config.contextLength},
                     {family.isGemma ? "hidden_activation" : "hidden_act",
                      config.activation == Activation::Silu ? "silu" : "gelu_pytorch_tanh"},
                     {"rms_norm_eps", config.normEpsilon}};
    writeRotary(config, family, json);
    writeLayers(config, family, json);
    writeBiases(config, family, json);
    if (family.isGemma) {
        json["query_pre_attn_scalar"] = wholeOrNumber(
            config.queryScalar != 0 ? config.queryScalar : static_cast<double>(config.headSize));
        json["attn_logit_softcapping"] = numberOrNull(config.attentionCap);
        json["final_logit_softcapping"] = numberOrNull(config.logitCap);
    }
    json["attention_dropout"] = 0.0;
    json["tie_word_embeddings"] = config.tiedHead;
    json["use_cache"] = true;
    json["torch_dtype"] = dtype;
    return json;
}

} // namespace nextquill::model
