// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufConfig.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/ModelFamily.h"
#include "core/model/ModelLimits.h"
#include "core/model/WeightNames.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace nextquill::model {

namespace {

Error unsupported(const std::string& problem, const GgufFile& file)
{
    return {ErrorKind::Unsupported, problem, file.where(),
            "use a plain llama, qwen2 or qwen3 model"};
}

/// Keys of one architecture: "llama." + name.
class Keys
{
public:
    Keys(const GgufFile& file, std::string_view architecture)
        : m_file{file}
        , m_prefix{std::string{architecture} + "."}
    {
    }

    [[nodiscard]] std::int64_t whole(const char* key, std::optional<std::int64_t> otherwise,
                                     std::int64_t limit) const
    {
        const auto value = m_file.metadata().whole(m_prefix + key);
        if (!value && otherwise) {
            return *otherwise;
        }
        if (!value || *value == 0) {
            throw damaged("the metadata key " + m_prefix + key + (value ? " is 0" : " is missing"),
                          m_file.where());
        }
        if (*value > static_cast<std::uint64_t>(limit)) {
            throw overLimit(m_prefix + key, *value, static_cast<std::uint64_t>(limit),
                            m_file.where());
        }
        return static_cast<std::int64_t>(*value);
    }

    [[nodiscard]] double real(const char* key, double otherwise) const
    {
        return m_file.metadata().real(m_prefix + key).value_or(otherwise);
    }

    [[nodiscard]] std::string name(const char* key) const { return m_prefix + key; }

private:
    const GgufFile& m_file;
    std::string m_prefix;
};

void refuseOtherMathematics(const GgufFile& file, const Keys& keys)
{
    const GgufMetadata& metadata = file.metadata();
    const auto scaling = metadata.text(keys.name("rope.scaling.type"));
    if (scaling && *scaling != "none") {
        throw unsupported("rotary positions are scaled by " + inQuotes(*scaling), file);
    }
    if (file.find("rope_freqs.weight")) {
        throw unsupported("rotary positions are scaled by a table (rope_freqs.weight, rope type "
                          "llama3 or longrope)",
                          file);
    }
    if (keys.real("rope.scale_linear", 1) != 1) {
        throw unsupported("rotary positions are scaled linearly", file);
    }
    for (const char* key : {"expert_count", "attention.sliding_window"}) {
        if (metadata.whole(keys.name(key)).value_or(0) != 0) {
            throw unsupported("the model has " + keys.name(key), file);
        }
    }
}

/// Every tensor has a place in the architecture: an unknown one would be silently left out.
void refuseOtherTensors(const GgufFile& file, const ModelConfig& config)
{
    std::set<std::string> expected;
    for (ExpectedWeight& weight : expectedWeights(config)) {
        expected.insert(std::move(weight.name));
    }
    expected.insert("lm_head.weight"); // may be stored beside a tied embedding
    for (const auto& [name, view] : file.tensors()) {
        const auto known = huggingFaceName(name);
        if (!known || !expected.contains(*known)) {
            throw unsupported("a " + config.modelType + " model of " +
                                  std::to_string(config.layers) + " layers has no tensor " +
                                  inQuotes(name),
                              file);
        }
    }
}

/// The head is the embedding when there is none, or when it is stored a second time, bit for bit.
bool hasTiedHead(const GgufFile& file, const TensorView& embedding)
{
    const auto head = file.find("output.weight");
    return !head || (head->dtype == embedding.dtype && head->shape == embedding.shape &&
                     std::memcmp(head->data, embedding.data, embedding.bytes) == 0);
}

} // namespace

ModelConfig readGgufConfig(const GgufFile& file)
{
    const auto architecture = file.metadata().text("general.architecture");
    if (!architecture) {
        throw damaged("the metadata key general.architecture is missing", file.where());
    }
    const ModelFamily& family = ggufFamilyNamed(*architecture, file.where());
    if (*architecture != "llama" && *architecture != "qwen2" && *architecture != "qwen3") {
        throw unsupported(
            "the architecture " + inQuotes(*architecture) + " is not read from GGUF files", file);
    }
    const Keys keys{file, *architecture};
    refuseOtherMathematics(file, keys);
    const auto embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2) {
        throw damaged("the tensor token_embd.weight is missing or no matrix", file.where());
    }
    ModelConfig config;
    config.modelType = family.modelType;
    config.queryKeyValueBias = family.queryKeyValueBias;
    config.queryKeyNorm = family.queryKeyNorm;
    config.hiddenSize = keys.whole("embedding_length", {}, limits::hidden);
    config.intermediateSize = keys.whole("feed_forward_length", {}, limits::intermediate);
    config.layers = keys.whole("block_count", {}, limits::layers);
    config.heads = keys.whole("attention.head_count", {}, limits::heads);
    config.keyValueHeads = keys.whole("attention.head_count_kv", config.heads, limits::heads);
    config.headSize =
        keys.whole("attention.key_length", config.hiddenSize / config.heads, limits::headSize);
    config.contextLength = keys.whole("context_length", {}, limits::context);
    config.vocabularySize = embedding->shape.front();
    config.normEpsilon = keys.real("attention.layer_norm_rms_epsilon", 1e-6);
    config.ropeTheta = keys.real("rope.freq_base", 10000);
    config.tiedHead = hasTiedHead(file, *embedding);
    checkModelConfig(config, file.where());
    for (const char* key : {"attention.value_length", "rope.dimension_count"}) {
        if (keys.whole(key, config.headSize, limits::headSize) != config.headSize) {
            throw unsupported(keys.name(key) + " is not the size of a head", file);
        }
    }
    refuseOtherTensors(file, config);
    return config;
}

} // namespace nextquill::model
