// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufConfig.h"

#include "core/model/GgufKeys.h"
#include "core/model/GgufRotary.h"
#include "core/model/MappedFile.h"
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
            "use a plain model of its family, or its Hugging Face folder"};
}

void refuseOtherMathematics(const GgufKeys& keys, const ModelFamily& family)
{
    const auto refuse = [&](const char* key) {
        if (keys.file().metadata().whole(keys.name(key)).value_or(0) != 0) {
            throw unsupported("the model has " + keys.name(key), keys.file());
        }
    };
    refuse("expert_count");
    if (family.windows != Windows::Patterned && !family.fusedProjections) {
        refuse("attention.sliding_window");
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
        const auto known = huggingFaceName(name, config);
        const bool isTable =
            name == rotaryTable || name == longRotaryTable || name == shortRotaryTable;
        if (!isTable && (!known || !expected.contains(*known))) {
            throw unsupported("a " + config.modelType + " model of " +
                                  std::to_string(config.layers) + " layers has no tensor " +
                                  inQuotes(name),
                              file);
        }
    }
}

/// Compared in pieces, so that two copies of a matrix never are in memory whole.
bool isSame(const MappedFile& file, const TensorView& a, const TensorView& b)
{
    constexpr std::size_t piece = std::size_t{1} << 20;
    for (std::size_t begin = 0; begin < a.bytes; begin += piece) {
        const std::size_t bytes = std::min(piece, a.bytes - begin);
        if (std::memcmp(a.data + begin, b.data + begin, bytes) != 0) {
            return false;
        }
        file.release(a.data + begin, bytes);
        file.release(b.data + begin, bytes);
    }
    return true;
}

/// The head is the embedding when there is none, or when it is stored a second time, bit for bit.
bool hasTiedHead(const GgufFile& file, const TensorView& embedding)
{
    const auto head = file.find("output.weight");
    return !head || (head->dtype == embedding.dtype && head->shape == embedding.shape &&
                     isSame(*file.file(), *head, embedding));
}

/// Gemma's largest models have a scale of their own, which files do not say.
double usualQueryScalar(const ModelConfig& config, const ModelFamily& family)
{
    if (!family.isGemma) {
        return 0;
    }
    const std::int64_t largest = config.modelType == "gemma2" ? 46 : 62; // layers: 27B
    return static_cast<double>(config.layers == largest ? config.hiddenSize / config.heads
                                                        : config.headSize);
}

void readSizes(const GgufKeys& keys, const TensorView& embedding, ModelConfig& config)
{
    config.hiddenSize = keys.whole("embedding_length", {}, limits::hidden);
    config.intermediateSize = keys.whole("feed_forward_length", {}, limits::intermediate);
    config.layers = keys.whole("block_count", {}, limits::layers);
    config.heads = keys.whole("attention.head_count", {}, limits::heads);
    config.keyValueHeads = keys.whole("attention.head_count_kv", config.heads, limits::heads);
    config.headSize =
        keys.whole("attention.key_length", config.hiddenSize / config.heads, limits::headSize);
    config.contextLength = keys.whole("context_length", {}, limits::context);
    config.vocabularySize = embedding.shape.front();
    config.normEpsilon = keys.real("attention.layer_norm_rms_epsilon", 1e-6);
    if (keys.whole("attention.value_length", config.headSize, limits::headSize) !=
        config.headSize) {
        throw unsupported(keys.name("attention.value_length") + " is not the size of a head",
                          keys.file());
    }
}

void readBiases(const GgufFile& file, const ModelFamily& family, ModelConfig& config)
{
    config.queryKeyValueBias = family.queryKeyValueBias || file.find("blk.0.attn_q.bias");
    config.outputBias = file.find("blk.0.attn_output.bias").has_value();
    config.networkBias = file.find("blk.0.ffn_down.bias").has_value();
}

void readPositions(const GgufKeys& keys, const ModelFamily& family, ModelConfig& config)
{
    constexpr double gemma3SlidingTheta = 10000;
    config.ropeTheta = keys.real("rope.freq_base", 10000);
    const std::int64_t turning =
        keys.whole("rope.dimension_count", config.headSize, limits::headSize);
    if (turning != config.headSize && !family.turnsPartly) {
        throw unsupported(keys.name("rope.dimension_count") + " is not the size of a head",
                          keys.file());
    }
    config.rotarySize = turning == config.headSize ? 0 : turning;
    config.ropeScaling = readGgufRotary(keys, config);
    if (family.turnsByLayerType) {
        config.slidingRopeTheta = keys.real("rope.freq_base_swa", gemma3SlidingTheta);
    }
}

void readGemma(const GgufKeys& keys, const ModelFamily& family, ModelConfig& config)
{
    config.queryScalar = usualQueryScalar(config, family);
    if (!family.isGemma) {
        return;
    }
    const bool hasCaps = !family.turnsByLayerType; // Gemma 2
    config.logitCap = keys.real("final_logit_softcapping", hasCaps ? 30 : 0);
    if (hasCaps) {
        config.attentionCap = keys.real("attn_logit_softcapping", 50);
    }
}

} // namespace

std::vector<LayerKind> usualLayerKinds(const ModelConfig& config, std::int64_t pattern)
{
    const ModelFamily& family = familyNamed(config.modelType, "GGUF");
    std::vector<LayerKind> kinds(static_cast<std::size_t>(config.layers));
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const auto number = static_cast<std::int64_t>(i) + 1;
        kinds[i].turns = family.unturnedLayers == 0 || number % family.unturnedLayers != 0;
        kinds[i].slides =
            config.slidingWindow != 0 &&
            (family.windows == Windows::All ||
             (family.windows == Windows::Patterned && pattern != 0 && number % pattern != 0));
    }
    const bool isPlain =
        std::ranges::all_of(kinds, [](const LayerKind& kind) { return kind == LayerKind{}; });
    return isPlain ? std::vector<LayerKind>{} : kinds;
}

double usualQueryScalar(const ModelConfig& config)
{
    return usualQueryScalar(config, familyNamed(config.modelType, "GGUF"));
}

ModelConfig readGgufConfig(const GgufFile& file)
{
    const auto architecture = file.metadata().text("general.architecture");
    if (!architecture) {
        throw damaged("the metadata key general.architecture is missing", file.where());
    }
    const ModelFamily& family = ggufFamilyNamed(*architecture, file.where());
    const GgufKeys keys{file, *architecture};
    refuseOtherMathematics(keys, family);
    const auto embedding = file.find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2) {
        throw damaged("the tensor token_embd.weight is missing or no matrix", file.where());
    }
    ModelConfig config = configOf(family);
    readSizes(keys, *embedding, config);
    readBiases(file, family, config);
    config.slidingWindow = keys.wholeOrNone("attention.sliding_window", limits::context);
    if (config.modelType == "gemma2" && !keys.has("attention.sliding_window")) {
        config.slidingWindow = 4096;
    }
    config.layerKinds = usualLayerKinds(config, keys.whole("attention.sliding_window_pattern",
                                                           family.windowPattern, limits::layers));
    readGemma(keys, family, config);
    config.tiedHead = hasTiedHead(file, *embedding);
    checkModelConfig(config, file.where());
    readPositions(keys, family, config); // sizes of tables follow from the heads'
    checkModelConfig(config, file.where());
    refuseOtherTensors(file, config);
    return config;
}

} // namespace nextquill::model
