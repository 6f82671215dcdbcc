// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/TrainingMemory.h"

#include "core/kernels/DynamicCode.h"
#include "core/model/WeightNames.h"

#include <algorithm>

namespace nextquill::train {

namespace {

constexpr std::uint64_t headChunkBytes = std::uint64_t{512} << 20;
constexpr std::uint64_t headRowsAtOnce = 8192; ///< of its gradient, before they are added

std::uint64_t unsignedOf(std::int64_t value)
{
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, value));
}

/// Bytes that a layer keeps of one token (core/model/DecoderLayer_torch).
std::uint64_t keptPerToken(const model::ModelConfig& c, const TrainingSettings& settings,
                           std::uint64_t word, std::uint64_t wide)
{
    const std::uint64_t queries = unsignedOf(c.heads * c.headSize);
    const std::uint64_t keys = unsignedOf(c.keyValueHeads * c.headSize);
    const std::uint64_t stream = 2 * unsignedOf(c.hiddenSize); // into and behind attention
    std::uint64_t numbers =
        stream + 2 * queries + 2 * keys + 2 * unsignedOf(c.intermediateSize); // gate and up
    if (c.queryKeyNorm) {
        numbers += queries + 2 * keys; // before the norms of heads
    }
    if (c.outerNorms) {
        numbers += 2 * unsignedOf(c.hiddenSize); // before the norms behind attention and network
    }
    if (!settings.full) {
        numbers += unsignedOf(settings.lowRank.rank) *
                   model::adapterTargets(c, settings.lowRank.targets).size();
    }
    return numbers * word + (unsignedOf(c.heads) + 2) * wide;
}

/// Bytes that a layer's way back holds of one token beside what was kept. In its network: gradients
/// of the stream, the norm's result and its gradient, the activation and its gradient. In its
/// attention, when gate and up are gone: gradients of the stream, the rows, their blocks and the
/// queries, and those of keys and values in the wide type, for two threads.
std::uint64_t workPerToken(const model::ModelConfig& c, std::uint64_t word, std::uint64_t wide)
{
    const std::uint64_t hidden = unsignedOf(c.hiddenSize);
    const std::uint64_t inner = unsignedOf(c.intermediateSize);
    const std::uint64_t queries = unsignedOf(c.heads * c.headSize);
    const std::uint64_t keys = unsignedOf(c.keyValueHeads * c.headSize);
    const std::uint64_t network = (3 * hidden + 2 * inner) * word;
    const std::uint64_t attention = (hidden + 3 * queries) * word + 4 * keys * wide;
    const std::uint64_t gone = 2 * inner * word;
    return std::max(network, attention > gone ? attention - gone : 0);
}

/// Bytes of a block of scores, their gradients and masks, where LibTorch's operations do attention:
/// layers with a cap, or with a window that is shorter than the sequence.
std::uint64_t plainScores(const model::ModelConfig& c, std::uint64_t wide, std::uint64_t tokens)
{
    constexpr std::uint64_t rows = 192; // of queries at the most
    constexpr std::uint64_t copies = 4;
    const std::uint64_t window = unsignedOf(c.slidingWindow);
    const bool slides = window != 0 && window < tokens;
    if (c.attentionCap == 0 && !slides) {
        return 0;
    }
    const bool allSlide = std::ranges::all_of(c.layerKinds, &model::LayerKind::slides);
    const std::uint64_t seen =
        c.attentionCap != 0 && !(slides && allSlide) ? tokens : window + rows;
    return copies * unsignedOf(c.heads) * std::min(rows, tokens) * std::min(seen, tokens) * wide;
}

/// Calls body with the elements of both matrices of each target, which every layer has.
template<class Body>
void eachAdapterMatrix(const model::ModelConfig& c, const model::LowRankSettings& settings,
                       Body body)
{
    const std::int64_t queries = c.heads * c.headSize;
    const std::int64_t keys = c.keyValueHeads * c.headSize;
    const auto sizes = [&](const std::string& target) { // of one side; the other is D
        if (target == "q_proj" || target == "o_proj") {
            return queries;
        }
        if (target == "k_proj" || target == "v_proj") {
            return keys;
        }
        if (target == "qkv_proj") {
            return queries + 2 * keys;
        }
        return target == "gate_up_proj" ? 2 * c.intermediateSize : c.intermediateSize;
    };
    for (const std::string& target : model::adapterTargets(c, settings.targets)) {
        body(settings.rank * c.hiddenSize);
        body(settings.rank * sizes(target));
    }
}

/// Of the moments of one tensor.
std::uint64_t momentBytes(const TrainingSettings& settings, std::int64_t elements,
                          std::uint64_t wide)
{
    if (!hasEightBitState(settings, elements)) {
        return unsignedOf(elements) * 2 * wide;
    }
    const std::int64_t blocks = (elements + kernels::codeBlock - 1) / kernels::codeBlock;
    return unsignedOf(elements) * 2 + unsignedOf(blocks) * 2 * sizeof(float);
}

std::uint64_t momentBytes(const model::ModelConfig& config, const TrainingSettings& settings,
                          std::uint64_t wide)
{
    std::uint64_t bytes = 0;
    if (settings.full) {
        for (const model::ExpectedWeight& weight : model::expectedWeights(config)) {
            std::int64_t elements = 1;
            for (const std::int64_t size : weight.shape) {
                elements *= size;
            }
            bytes += momentBytes(settings, elements, wide);
        }
        return bytes;
    }
    eachAdapterMatrix(config, settings.lowRank, [&](std::int64_t elements) {
        bytes += momentBytes(settings, elements, wide) * unsignedOf(config.layers);
    });
    return bytes;
}

} // namespace

std::int64_t adapterParameters(const model::ModelConfig& config,
                               const model::LowRankSettings& settings)
{
    std::int64_t parameters = 0;
    eachAdapterMatrix(config, settings,
                      [&](std::int64_t elements) { parameters += elements * config.layers; });
    return parameters;
}

TrainingMemory trainingMemory(const model::ModelConfig& config, const TrainingSettings& settings,
                              std::uint64_t wordBytes, const PassSize& pass, bool recompute)
{
    const std::uint64_t wide = std::max<std::uint64_t>(wordBytes, 4);
    const std::uint64_t all = unsignedOf(config.parameters());
    const std::uint64_t adapters = unsignedOf(adapterParameters(config, settings.lowRank));
    const std::uint64_t trained = settings.full ? all : adapters;
    const std::uint64_t tokens = unsignedOf(pass.tokens);
    const std::uint64_t layers = unsignedOf(config.layers);
    TrainingMemory memory;
    memory.weights = all * wordBytes + (settings.full ? 0 : adapters * wide);
    memory.gradients = trained * wide;
    const bool hasMaster = settings.full && wordBytes < 4;
    memory.optimizer = momentBytes(config, settings, wide) + (hasMaster ? trained * 4 : 0);

    const std::uint64_t kept = keptPerToken(config, settings, wordBytes, wide);
    const std::uint64_t input = unsignedOf(config.hiddenSize) * wordBytes;
    memory.activations = tokens * layers * (recompute ? input : kept);
    memory.layer = tokens * (workPerToken(config, wordBytes, wide) + (recompute ? kept : 0)) +
                   plainScores(config, wide, tokens);

    const std::uint64_t vocabulary = unsignedOf(config.vocabularySize);
    const std::uint64_t rows = 2 * unsignedOf(pass.targetTokens);
    const std::uint64_t logits =
        std::min(rows * vocabulary * (wide + (wordBytes < wide ? wordBytes : 0)),
                 std::max(headChunkBytes, 2 * vocabulary * wide));
    const std::uint64_t gradient =
        settings.full && wordBytes < wide
            ? std::min(vocabulary, headRowsAtOnce) * unsignedOf(config.hiddenSize) * wordBytes
            : 0;
    memory.head = logits + gradient;
    if (config.logitCap != 0) { // whole distributions, and a copy of the head in the wide type
        const std::uint64_t distributions =
            std::min(3 * rows * vocabulary * wide, std::max(headChunkBytes, 2 * vocabulary * wide));
        const std::uint64_t copy =
            wordBytes < wide ? vocabulary * unsignedOf(config.hiddenSize) * wide : 0;
        memory.head = std::max(memory.head, distributions + copy);
    }
    return memory;
}

} // namespace nextquill::train
