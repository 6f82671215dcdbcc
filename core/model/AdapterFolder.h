// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/model/Decoder.h"
#include "core/model/SafeTensorsFile.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::model {

/// A linear layer's part of an adapter.
struct AdapterModule
{
    std::string name; ///< "model.layers.0.self_attn.q_proj"
    TensorView A;     ///< [r, in]
    TensorView B;     ///< [out, r]
    double alpha = 0; ///< scale = alpha / r

    [[nodiscard]] std::int64_t rank() const { return A.shape.front(); }
    [[nodiscard]] double scale() const { return alpha / static_cast<double>(rank()); }
};

/// A PEFT directory with low-rank adapters, as it lies on the disk: adapter_config.json and
/// adapter_model.safetensors, checked against each other. Ranks and alphas may differ by layer
/// (rank_pattern, alpha_pattern, with names as keys), and be stabilised (use_rslora).
///
/// Threads  immutable; any number of threads
/// Source   PEFT 0.21, "LoRA" checkpoint format
class AdapterFolder
{
public:
    /// Throws Error(Unsupported) for another kind of adapter (DoRA, biases, whole modules, patterns
    /// that are no names), by name; Error(BadInput) for tensors that are missing, left over or of a
    /// shape that contradicts the configuration, and for values out of range; Error(Storage).
    explicit AdapterFolder(const std::filesystem::path& folder);

    [[nodiscard]] const std::vector<AdapterModule>& modules() const { return m_modules; }
    /// With `modules` for each layer that has one.
    [[nodiscard]] const LowRankSettings& settings() const { return m_settings; }
    [[nodiscard]] const std::string& where() const { return m_where; }

    /// The same adapter in a new folder. Throws Error(Storage).
    void copyTo(const std::filesystem::path& folder) const;

private:
    void readModules();
    [[nodiscard]] double alphaOf(const std::string& module, std::int64_t rank) const;

    Json m_config;
    SafeTensorsFile m_file;
    std::string m_where;
    std::vector<AdapterModule> m_modules;
    LowRankSettings m_settings;
};

/// The names of the directory's files, and what the tensors' names begin with.
inline constexpr const char* adapterConfigName = "adapter_config.json";
inline constexpr const char* adapterWeightsName = "adapter_model.safetensors";
inline constexpr std::string_view adapterPrefix = "base_model.model.";

} // namespace nextquill::model
