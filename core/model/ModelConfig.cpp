// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelConfig.h"

#include "core/model/FileErrors.h"
#include "core/model/ModelFamily.h"
#include "core/model/ModelLimits.h"
#include "core/model/WeightNames.h"

#include <array>
#include <cmath>
#include <optional>

namespace nextquill::model {

namespace {

constexpr std::array<ModelFamily, 3> families{{
    {.modelType = "llama", .architecture = "LlamaForCausalLM"},
    {.modelType = "qwen2", .architecture = "Qwen2ForCausalLM", .queryKeyValueBias = true},
    {.modelType = "qwen3",
     .architecture = "Qwen3ForCausalLM",
     .queryKeyNorm = true,
     .defaultHeadSize = 128},
}};

/// The fields of one configuration file; a wrong kind of value is said where it is asked for.
class Fields
{
public:
    Fields(const Json& config, const std::string& where)
        : m_config{config}
        , m_where{where}
    {
        if (!config.is_object()) {
            throw damaged("the configuration is no JSON object", where);
        }
    }

    /// Null when it is missing.
    [[nodiscard]] const Json& value(const char* key) const
    {
        static const Json absent;
        const auto found = m_config.find(key);
        return found == m_config.end() ? absent : *found;
    }

    [[nodiscard]] std::int64_t integer(const char* key, std::optional<std::int64_t> otherwise,
                                       std::int64_t limit) const
    {
        const Json& field = value(key);
        if (field.is_null() && otherwise) {
            return *otherwise;
        }
        const bool isWhole = field.is_number_integer();
        if (!isWhole || (!field.is_number_unsigned() && field.get<std::int64_t>() < 0) ||
            field.get<std::uint64_t>() == 0) {
            throw damaged(std::string{key} +
                              (field.is_null() ? " is missing" : " is no positive whole number"),
                          m_where);
        }
        if (field.get<std::uint64_t>() > static_cast<std::uint64_t>(limit)) {
            throw overLimit(key, field.get<std::uint64_t>(), static_cast<std::uint64_t>(limit),
                            m_where);
        }
        return field.get<std::int64_t>();
    }

    [[nodiscard]] double number(const char* key, double otherwise) const
    {
        const Json& field = value(key);
        if (field.is_null()) {
            return otherwise;
        }
        if (!field.is_number()) {
            throw damaged(std::string{key} + " is no number", m_where);
        }
        return field.get<double>();
    }

    [[nodiscard]] bool flag(const char* key) const
    {
        const Json& field = value(key);
        if (!field.is_null() && !field.is_boolean()) {
            throw damaged(std::string{key} + " is neither true nor false", m_where);
        }
        return field.is_boolean() && field.get<bool>();
    }

    [[nodiscard]] std::string text(const char* key, const char* otherwise) const
    {
        const Json& field = value(key);
        if (field.is_null()) {
            return otherwise;
        }
        if (!field.is_string()) {
            throw damaged(std::string{key} + " is no text", m_where);
        }
        return field.get<std::string>();
    }

    [[nodiscard]] Error unsupported(const std::string& problem, const std::string& known) const
    {
        return {ErrorKind::Unsupported, problem, m_where, known};
    }

    [[nodiscard]] const std::string& where() const { return m_where; }

private:
    const Json& m_config;
    const std::string& m_where;
};

/// rope_theta, rope_scaling and rope_parameters, whose values Transformers 5 moved together.
double readRotaryBase(const Fields& fields)
{
    double theta = fields.number("rope_theta", 10000);
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        const Json& rope = fields.value(key);
        if (rope.is_null()) {
            continue;
        }
        const Fields inner{rope, fields.where() + ", " + key};
        const std::string type = inner.text("rope_type", inner.text("type", "default").c_str());
        const bool isPerLayer = inner.value("full_attention").is_object();
        if (type != "default" || isPerLayer) {
            throw fields.unsupported("rotary positions are scaled by " +
                                         (isPerLayer ? "layer type" : inQuotes(type)),
                                     "use a model with plain rotary positions (rope_type default)");
        }
        theta = inner.number("rope_theta", theta);
    }
    return theta;
}

/// What would change the computation and is not computed here.
void refuseOtherMathematics(const Fields& fields)
{
    const std::string activation = fields.text("hidden_act", "silu");
    if (activation != "silu" && activation != "swish") {
        throw fields.unsupported("the activation is " + inQuotes(activation),
                                 "use a model whose hidden_act is silu");
    }
    for (const char* key :
         {"attention_bias", "mlp_bias", "use_sliding_window", "rope_interleaved"}) {
        if (fields.flag(key)) {
            throw fields.unsupported(std::string{key} + " is true",
                                     "use a model of a llama, qwen2 or qwen3 kind without it");
        }
    }
    if (fields.number("partial_rotary_factor", 1) != 1) {
        throw fields.unsupported("partial_rotary_factor is not 1",
                                 "use a model that rotates whole heads");
    }
    if (!fields.value("quantization_config").is_null()) {
        throw fields.unsupported("the weights are quantised (quantization_config)",
                                 "use the model's unquantised weights, or a GGUF file");
    }
    for (const Json& layer : fields.value("layer_types")) {
        if (layer != "full_attention") {
            throw fields.unsupported("layer_types has " + inQuotes(layer.dump()),
                                     "use a model whose layers all attend to everything");
        }
    }
}

void checkRange(const char* what, std::int64_t value, std::int64_t limit, const std::string& where)
{
    if (value < 1) {
        throw damaged(std::string{what} + " is " + std::to_string(value), where);
    }
    if (value > limit) {
        throw overLimit(what, static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(limit),
                        where);
    }
}

} // namespace

const ModelFamily* findFamily(std::string_view modelType)
{
    for (const ModelFamily& family : families) {
        if (family.modelType == modelType) {
            return &family;
        }
    }
    return nullptr;
}

const ModelFamily& familyNamed(std::string_view modelType, const std::string& where)
{
    if (const ModelFamily* family = findFamily(modelType)) {
        return *family;
    }
    throw Error{ErrorKind::Unsupported, "the architecture " + inQuotes(modelType) + " is not known",
                where, "use a model of the architecture llama, qwen2 or qwen3"};
}

void checkModelConfig(const ModelConfig& config, const std::string& where)
{
    checkRange("the hidden size", config.hiddenSize, limits::hidden, where);
    checkRange("the intermediate size", config.intermediateSize, limits::intermediate, where);
    checkRange("the number of layers", config.layers, limits::layers, where);
    checkRange("the number of heads", config.heads, limits::heads, where);
    checkRange("the number of key-value heads", config.keyValueHeads, config.heads, where);
    checkRange("the size of a head", config.headSize, limits::headSize, where);
    checkRange("the vocabulary", config.vocabularySize, limits::vocabulary, where);
    checkRange("the context length", config.contextLength, limits::context, where);
    if (config.heads % config.keyValueHeads != 0) {
        throw damaged("the key-value heads (" + std::to_string(config.keyValueHeads) +
                          ") do not divide the heads (" + std::to_string(config.heads) + ")",
                      where);
    }
    if (config.headSize % 2 != 0) {
        throw damaged("the size of a head is odd: " + std::to_string(config.headSize), where);
    }
    if (!std::isfinite(config.normEpsilon) || config.normEpsilon < 0 || config.normEpsilon > 1) {
        throw damaged("the norm's epsilon is not between 0 and 1", where);
    }
    if (!std::isfinite(config.ropeTheta) || config.ropeTheta < 1 || config.ropeTheta > 1e12) {
        throw damaged("the rotary base is not between 1 and 1e12", where);
    }
}

std::int64_t ModelConfig::parameters() const
{
    std::int64_t sum = 0;
    for (const ExpectedWeight& weight : expectedWeights(*this)) {
        std::int64_t elements = 1;
        for (const std::int64_t size : weight.shape) {
            elements *= size;
        }
        sum += elements;
    }
    return sum;
}

ModelConfig readModelConfig(const Json& json, const std::string& where)
{
    const Fields fields{json, where};
    const ModelFamily& family = familyNamed(fields.text("model_type", ""), where);
    refuseOtherMathematics(fields);
    ModelConfig config;
    config.modelType = family.modelType;
    config.queryKeyValueBias = family.queryKeyValueBias;
    config.queryKeyNorm = family.queryKeyNorm;
    config.hiddenSize = fields.integer("hidden_size", {}, limits::hidden);
    config.intermediateSize = fields.integer("intermediate_size", {}, limits::intermediate);
    config.layers = fields.integer("num_hidden_layers", {}, limits::layers);
    config.heads = fields.integer("num_attention_heads", {}, limits::heads);
    config.keyValueHeads = fields.integer("num_key_value_heads", config.heads, limits::heads);
    config.vocabularySize = fields.integer("vocab_size", {}, limits::vocabulary);
    config.contextLength = fields.integer("max_position_embeddings", {}, limits::context);
    if (family.defaultHeadSize == 0 && fields.value("head_dim").is_null() &&
        config.hiddenSize % config.heads != 0) {
        throw damaged("num_attention_heads does not divide hidden_size", where);
    }
    config.headSize = fields.integer("head_dim",
                                     family.defaultHeadSize != 0 ? family.defaultHeadSize
                                                                 : config.hiddenSize / config.heads,
                                     limits::headSize);
    config.normEpsilon = fields.number("rms_norm_eps", 1e-6);
    config.ropeTheta = readRotaryBase(fields);
    config.tiedHead = fields.flag("tie_word_embeddings");
    checkModelConfig(config, where);
    return config;
}

OrderedJson toHuggingFaceConfig(const ModelConfig& config, const std::string& dtype)
{
    OrderedJson json{
        {"architectures",
         OrderedJson::array({familyNamed(config.modelType, "config.json").architecture})},
        {"model_type", config.modelType},
        {"hidden_size", config.hiddenSize},
        {"intermediate_size", config.intermediateSize},
        {"num_hidden_layers", config.layers},
        {"num_attention_heads", config.heads},
        {"num_key_value_heads", config.keyValueHeads},
        {"head_dim", config.headSize},
        {"vocab_size", config.vocabularySize},
        {"max_position_embeddings", config.contextLength},
        {"hidden_act", "silu"},
        {"rms_norm_eps", config.normEpsilon},
        // Transformers before 5 reads the first form, since 5 the second.
        {"rope_theta", config.ropeTheta},
        {"rope_parameters", {{"rope_theta", config.ropeTheta}, {"rope_type", "default"}}},
        {"attention_dropout", 0.0},
        {"tie_word_embeddings", config.tiedHead},
        {"use_cache", true},
        {"torch_dtype", dtype}};
    if (config.queryKeyValueBias) { // Qwen2 always has them
        json["use_sliding_window"] = false;
    } else {
        json["attention_bias"] = false;
    }
    return json;
}

} // namespace nextquill::model
