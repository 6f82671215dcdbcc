// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/ModelConfig.h"
#include "core/model/ModelFiles.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {

enum class ComputeType { Float32, BFloat16, Float64 };

struct DecoderOptions
{
    std::string device = "auto"; ///< "auto", "cpu", "cuda", "cuda:N"
    /// None: bfloat16 where the device multiplies it natively, else float32.
    std::optional<ComputeType> dtype;
};

/// The adapter of one linear layer.
struct LowRankModule
{
    std::string name; ///< "model.layers.0.self_attn.q_proj"
    std::int64_t rank = 0;
    double alpha = 0;

    friend bool operator==(const LowRankModule&, const LowRankModule&) = default;
};

/// Low-rank adapters on linear layers: W·x + scale · B·(A·dropout(x)). Source: arXiv 2106.09685.
struct LowRankSettings
{
    std::int64_t rank = 16;
    double alpha = 32; ///< scale = alpha / rank
    double dropout = 0;
    std::vector<std::string> targets{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                     "gate_proj", "up_proj", "down_proj"};
    /// The adapted layers one by one, where they differ in rank or alpha or not all layers have
    /// them; empty: `targets` of all layers, alike.
    std::vector<LowRankModule> modules;
};

class Network; // LibTorch; core/model/Network_torch.h

/// A loaded model: configuration, tokenizer and weights on a device.
///
/// Threads  owned by one thread at a time.
class Decoder
{
public:
    /// Loads weights (and, when `adapter` names a PEFT directory, its low-rank adapters).
    ///
    /// Throws Error(BadInput) for missing tensors or wrong shapes, Error(OutOfMemory),
    /// Error(Unsupported) for a device that is not there, Stopped.
    [[nodiscard]] static std::unique_ptr<Decoder>
    load(std::shared_ptr<const ModelFiles> files, const DecoderOptions& options,
         const std::optional<std::filesystem::path>& adapter, StopToken stop, Progress& progress);

    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    [[nodiscard]] const ModelFiles& files() const { return *m_files; }
    [[nodiscard]] std::shared_ptr<const ModelFiles> sharedFiles() const { return m_files; }
    [[nodiscard]] const ModelConfig& config() const { return m_files->config(); }
    [[nodiscard]] const text::Tokenizer& tokenizer() const { return *m_files->tokenizer(); }

    /// Another number for each decoder of this process: what was computed with one is worth nothing
    /// to the next, though it may lie at the same address.
    [[nodiscard]] std::uint64_t instance() const { return m_instance; }
    [[nodiscard]] std::string device() const; ///< "cpu", "cuda:0"
    [[nodiscard]] ComputeType dtype() const;

    /// Freezes the weights and adds fresh adapters (A random by `seed`, B zero).
    void addAdapters(const LowRankSettings& settings, std::uint64_t seed);
    /// The adapters in use, if any.
    [[nodiscard]] const std::optional<LowRankSettings>& adapters() const;
    /// Runs as if the adapters were not there (the base model), until switched on again.
    void enableAdapters(bool on);

    [[nodiscard]] Network& network() { return *m_network; }
    [[nodiscard]] const Network& network() const { return *m_network; }

private:
    Decoder(std::shared_ptr<const ModelFiles> files, std::unique_ptr<Network> network);

    std::shared_ptr<const ModelFiles> m_files;
    std::unique_ptr<Network> m_network;
    std::uint64_t m_instance;
};

/// Devices that this program can compute on, "cpu" first, with a word on each.
struct Device
{
    std::string name;        ///< "cpu", "cuda:0"
    std::string description; ///< "2 threads, bfloat16", "NVIDIA H200, 139 GiB"
};
[[nodiscard]] std::vector<Device> devices();

/// LibTorch's version.
[[nodiscard]] std::string torchVersion();

/// Threads that computations use from now on; 0: as many as the processor has cores.
void setThreads(int threads);

} // namespace nextquill::model
