// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"
#include "core/model/DecoderLayer_torch.h"
#include "core/model/KeyValueCache_torch.h"
#include "core/model/ModelConfig.h"
#include "core/model/OutputHead_torch.h"
#include "core/model/Segments.h"

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::model {

/// A parameter by its Hugging Face name; adapters as "<module>.lora_A.weight".
struct NamedParameter
{
    std::string name;
    torch::Tensor tensor;
};

/// The decoder's mathematics on LibTorch.
///
/// Private to model, causal, train and generate. Letters: N rows of the batch, D hidden, V
/// vocabulary, H heads, K key-value heads.
///
/// Numbers  every weight in the compute type; norms in float32 inside, float64 throughout when that
///          is the compute type
/// Throws   Error(Internal) for a batch that is none, Error(BadInput) for token ids outside the
///          vocabulary, before any computing; LibTorch's own exceptions go through translate()
class Network
{
public:
    /// Weights of the right shapes, not filled yet: Decoder::load does.
    Network(const ModelConfig& config, torch::Device device, torch::ScalarType type);

    /// Hidden states after the final norm at the given rows of the batch (all when none): [rows,
    /// D], in the compute dtype. Unless under NoGradGuard backward() may run once from there: it
    /// adds the gradients of the trainable parameters to theirs (core/model/Gradients).
    ///
    /// With a cache the batch's roots continue the cached sequence: keys and values of the cache
    /// come first, positions go on, and the batch's own are appended (generation only: under
    /// NoGradGuard, one root, its descendants a chain).
    [[nodiscard]] torch::Tensor forward(const SegmentedBatch& batch,
                                        const std::optional<torch::Tensor>& rows = std::nullopt,
                                        KeyValueCache* cache = nullptr);

    /// The same with a cache per root of the batch: several sequences, such as the two worlds or
    /// samples, go on in one pass that reads the weights once.
    [[nodiscard]] torch::Tensor forwardCached(const SegmentedBatch& batch,
                                              const std::optional<torch::Tensor>& rows,
                                              std::span<KeyValueCache* const> caches);

    /// The output head [V, D], in the compute dtype; the embedding itself where tied.
    [[nodiscard]] torch::Tensor headWeight() const { return m_head; }
    /// The same with what becomes of its logits.
    [[nodiscard]] OutputHead head() const { return {m_head, m_config.logitCap}; }

    /// All weights, tied ones once, in a fixed order, without adapters.
    [[nodiscard]] std::vector<NamedParameter> parameters() const;
    /// Those that training changes: adapters where there are any, else all.
    [[nodiscard]] std::vector<NamedParameter> trainableParameters() const;
    /// Those of the adapters alone, if any: "<module>.lora_A.weight", "<module>.lora_B.weight".
    [[nodiscard]] std::vector<NamedParameter> adapterParameters() const;

    /// Weights with the adapters added to them, rounded once: W + scale·B·A. Without adapters the
    /// weights themselves.
    [[nodiscard]] std::vector<NamedParameter> mergedParameters() const;

    /// Dropout on or off; draws come from `seed` as set by setDropoutSeed.
    void setTraining(bool on);
    /// Makes the dropout of the next forward pass a function of (seed, step, micro-batch).
    void setDropoutSeed(std::uint64_t seed);
    /// Activation checkpointing: a pass whose gradients are wanted keeps the layers' inputs alone
    /// and computes the rest again on its way back. The same numbers for about a third more time.
    void setRecompute(bool on) { m_recompute = on; }

    [[nodiscard]] const ModelConfig& config() const { return m_config; }
    [[nodiscard]] torch::Device device() const { return m_embedding.device(); }
    [[nodiscard]] torch::ScalarType type() const { return m_embedding.scalar_type(); }

    /// Decoder::addAdapters, adapters() and enableAdapters().
    void addAdapters(const LowRankSettings& settings, std::uint64_t seed);
    [[nodiscard]] const std::optional<LowRankSettings>& adapters() const { return m_adapters; }
    void enableAdapters(bool on) { m_useAdapters = on; }

private:
    [[nodiscard]] torch::Tensor run(const SegmentedBatch& batch,
                                    const std::optional<torch::Tensor>& rows,
                                    std::span<KeyValueCache* const> caches);
    [[nodiscard]] torch::Tensor runByLength(const SegmentedBatch& batch,
                                            const std::optional<torch::Tensor>& rows,
                                            std::span<KeyValueCache* const> caches);
    /// `lengths`: of each row's sequence, where positions depend on them.
    [[nodiscard]] torch::Tensor compute(const SegmentedBatch& batch,
                                        const std::optional<torch::Tensor>& rows,
                                        std::span<KeyValueCache* const> caches,
                                        const std::vector<std::int64_t>& lengths);
    [[nodiscard]] std::shared_ptr<PassContext>
    contextOf(const SegmentedBatch& batch, const std::optional<torch::Tensor>& rows,
              std::span<KeyValueCache* const> caches,
              const std::vector<std::int64_t>& lengths) const;
    [[nodiscard]] torch::Tensor tokenIds(const SegmentedBatch& batch) const;
    void requireValid(const LowRankSettings& settings) const;
    [[nodiscard]] bool hasModule(std::string_view name) const;

    ModelConfig m_config;
    torch::Tensor m_embedding; ///< [V, D]
    std::vector<DecoderLayer> m_layers;
    torch::Tensor m_norm; ///< [D]
    torch::Tensor m_head; ///< [V, D]; the embedding where tied
    std::optional<LowRankSettings> m_adapters;
    bool m_useAdapters = true;
    bool m_training = false;
    bool m_recompute = false;
    std::uint64_t m_dropoutSeed = 0;
};

} // namespace nextquill::model
