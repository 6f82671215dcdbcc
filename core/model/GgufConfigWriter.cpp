// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufConfigWriter.h"

#include "core/base/Error.h"
#include "core/model/GgufConfig.h"
#include "core/model/GgufRotary.h"
#include "core/model/ModelFamily.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>

namespace nextquill::model {

namespace {

using Kind = RotaryScaling::Kind;

Error unsayable(const std::string& what, const ModelConfig& config)
{
    return {ErrorKind::Unsupported, what, "a " + config.modelType + " model as GGUF",
            "export as a Hugging Face folder (--format hf)"};
}

/// Writes keys below the architecture's name.
class Keys
{
public:
    Keys(GgufPairs& pairs, std::string_view architecture)
        : m_pairs{pairs}
        , m_prefix{std::string{architecture} + '.'}
    {
    }

    void whole(const char* key, std::int64_t value)
    {
        m_pairs.whole(m_prefix + key, static_cast<std::uint32_t>(value));
    }
    void real(const char* key, double value) { m_pairs.real(m_prefix + key, value); }
    void text(const char* key, std::string_view value) { m_pairs.text(m_prefix + key, value); }

private:
    GgufPairs& m_pairs;
    std::string m_prefix;
};

GgufTensor table(const std::string& name, const std::vector<double>& factors)
{
    return {.name = name,
            .dtype = DType::F32,
            .shape = {static_cast<std::int64_t>(factors.size())},
            .rows = [factors](TensorRows /*rows*/, std::byte* out) {
                for (std::size_t i = 0; i < factors.size(); ++i) {
                    const auto factor = static_cast<float>(factors[i]);
                    std::memcpy(out + i * sizeof(factor), &factor, sizeof(factor));
                }
            }};
}

/// By what each frequency is divided: llama3's rule as the table that GGUF has in its place.
std::vector<double> llama3Factors(const ModelConfig& config)
{
    const RotaryScaling& scaling = config.ropeScaling;
    const std::int64_t size = config.rotarySize != 0 ? config.rotarySize : config.headSize;
    const auto length = static_cast<double>(scaling.originalLength);
    std::vector<double> factors;
    for (std::int64_t i = 0; i < size; i += 2) {
        const double lambda =
            2 * std::numbers::pi *
            std::pow(config.ropeTheta, static_cast<double>(i) / static_cast<double>(size));
        if (lambda < length / scaling.highFrequencyFactor) {
            factors.push_back(1);
        } else if (lambda > length / scaling.lowFrequencyFactor) {
            factors.push_back(scaling.factor);
        } else {
            const double share = (length / lambda - scaling.lowFrequencyFactor) /
                                 (scaling.highFrequencyFactor - scaling.lowFrequencyFactor);
            factors.push_back(1 / ((1 - share) / scaling.factor + share));
        }
    }
    return factors;
}

std::vector<GgufTensor> appendScaling(Keys& keys, const ModelConfig& config)
{
    const RotaryScaling& scaling = config.ropeScaling;
    switch (scaling.kind) {
    case Kind::None:
        return {};
    case Kind::Dynamic:
        throw unsayable("rotary positions are scaled dynamically", config);
    case Kind::Linear:
        keys.text("rope.scaling.type", "linear");
        keys.real("rope.scaling.factor", scaling.factor);
        return {};
    case Kind::Llama3:
        return {table(std::string{rotaryTable}, llama3Factors(config))};
    case Kind::Yarn:
        if (!scaling.truncates) {
            throw unsayable("YaRN's bounds are not rounded (truncate)", config);
        }
        keys.text("rope.scaling.type", "yarn");
        keys.real("rope.scaling.factor", scaling.factor);
        keys.whole("rope.scaling.original_context_length", scaling.originalLength);
        keys.real("rope.scaling.yarn_attn_factor",
                  scaling.attentionFactor / yarnAttention(scaling.factor));
        keys.real("rope.scaling.yarn_beta_fast", scaling.betaFast);
        keys.real("rope.scaling.yarn_beta_slow", scaling.betaSlow);
        return {};
    case Kind::LongRope:
        break;
    }
    if (config.modelType != "phi3") { // a table that holds for every length
        if (scaling.dependsOnLength() || scaling.attentionFactor != 1) {
            throw unsayable("rotary positions are scaled by longrope", config);
        }
        return {table(std::string{rotaryTable}, scaling.shortFactors)};
    }
    keys.text("rope.scaling.type", "longrope");
    keys.whole("rope.scaling.original_context_length", scaling.originalLength);
    keys.real("rope.scaling.attn_factor", scaling.attentionFactor);
    return {table(std::string{longRotaryTable}, scaling.longFactors),
            table(std::string{shortRotaryTable}, scaling.shortFactors)};
}

/// Every how many layers one sees everything; what readers take for granted must be so.
std::int64_t patternOf(const ModelConfig& config, const ModelFamily& family)
{
    const auto isLikeIts = [&](std::int64_t pattern) {
        ModelConfig usual = config;
        usual.layerKinds = usualLayerKinds(config, pattern);
        for (std::size_t i = 0; i < static_cast<std::size_t>(config.layers); ++i) {
            if (usual.layerKind(i) != config.layerKind(i)) {
                return false;
            }
        }
        return true;
    };
    if (isLikeIts(family.windowPattern)) {
        return family.windowPattern;
    }
    for (std::int64_t pattern = 1; family.windows == Windows::Patterned && pattern <= config.layers;
         ++pattern) {
        if (isLikeIts(pattern)) {
            return pattern;
        }
    }
    throw unsayable("the layers' windows or rotary positions are laid out in another way", config);
}

void requireUsual(const ModelConfig& config)
{
    ModelConfig usual = config;
    usual.queryScalar = usualQueryScalar(config);
    if (config.attentionScale() != usual.attentionScale()) {
        throw unsayable("the scores have a scale of their own (query_pre_attn_scalar)", config);
    }
    if (config.modelType == "gemma2" && (config.attentionCap == 0 || config.logitCap == 0)) {
        throw unsayable("scores or logits have no cap (softcapping), as readers expect", config);
    }
}

} // namespace

std::vector<GgufTensor> appendConfig(GgufPairs& pairs, const ModelConfig& config)
{
    const ModelFamily& family = familyNamed(config.modelType, "config.json");
    ModelConfig written = config;
    if (family.ggufArchitecture == "llama" && config.slidingWindow != 0) {
        // Mistral: these files know no window; up to its length none is needed.
        written.contextLength = std::min(config.contextLength, config.slidingWindow);
        written.slidingWindow = 0;
        written.layerKinds.clear();
    }
    requireUsual(written);
    const std::int64_t pattern = patternOf(written, family);
    pairs.text("general.architecture", family.ggufArchitecture);
    Keys keys{pairs, family.ggufArchitecture};
    keys.whole("vocab_size", written.vocabularySize);
    keys.whole("context_length", written.contextLength);
    keys.whole("embedding_length", written.hiddenSize);
    keys.whole("block_count", written.layers);
    keys.whole("feed_forward_length", written.intermediateSize);
    keys.whole("attention.head_count", written.heads);
    keys.whole("attention.head_count_kv", written.keyValueHeads);
    keys.whole("attention.key_length", written.headSize);
    keys.whole("attention.value_length", written.headSize);
    keys.real("attention.layer_norm_rms_epsilon", written.normEpsilon);
    keys.whole("rope.dimension_count",
               written.rotarySize != 0 ? written.rotarySize : written.headSize);
    keys.real("rope.freq_base", written.ropeTheta);
    if (written.slidingRopeTheta != 0) {
        keys.real("rope.freq_base_swa", written.slidingRopeTheta);
    }
    if (written.attentionCap != 0) {
        keys.real("attn_logit_softcapping", written.attentionCap);
    }
    if (written.logitCap != 0) {
        keys.real("final_logit_softcapping", written.logitCap);
    }
    if (family.windows == Windows::All || written.slidingWindow != 0) {
        keys.whole("attention.sliding_window", written.slidingWindow);
    }
    if (pattern != family.windowPattern) {
        keys.whole("attention.sliding_window_pattern", pattern);
    }
    return appendScaling(keys, written);
}

} // namespace nextquill::model
