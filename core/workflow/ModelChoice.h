// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/Decoder.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// What the user's MODEL means: a Hugging Face directory, a .gguf file, a PEFT adapter directory
/// (its base is found through the adapter's configuration), a run's name (its model), RUN@STEP (one
/// of its checkpoints), a model that
/// the project knows, "demo" for the model that the setup installed, a name of the user's own
/// (ModelRegistry), or a model of the hub's cache: OWNER/NAME, OWNER/NAME@REVISION or
/// OWNER/NAME/FILE.gguf. The network is not asked.
///
/// Names come before folders of the same name, but for the hub's: "./NAME" is always the folder.
struct ModelChoice
{
    std::string name;                             ///< as shown
    std::filesystem::path base;                   ///< directory or file
    std::optional<std::filesystem::path> adapter; ///< PEFT directory on top of it
    std::filesystem::path run;                    ///< folder of the run that made it; else empty
    std::optional<std::int64_t> step; ///< the run's checkpoint, upon what the run began with
};

/// Throws Error(BadInput) listing where it looked. `project` may be null.
[[nodiscard]] ModelChoice chooseModel(std::string_view model, store::Project* project);

/// The demo model's file: $NEXTQUILL_DEMO_MODEL, or below $XDG_DATA_HOME/nextquill/models. None
/// when it is not installed.
[[nodiscard]] std::optional<std::filesystem::path> demoModel();

/// As flags and settings write them: `dtype` is "auto", "float32", "bfloat16" or "float64". Sets
/// the number of threads of computations, 0: one per core.
[[nodiscard]] model::DecoderOptions decoderOptions(const std::string& device,
                                                   std::string_view dtype, int threads);

/// Throws what Decoder::load throws; Error(DeviceLost) for a device that this process has lost.
[[nodiscard]] std::unique_ptr<model::Decoder> loadModel(const ModelChoice& choice,
                                                        const model::DecoderOptions& options,
                                                        StopToken stop, Progress& progress);

} // namespace nextquill::workflow
