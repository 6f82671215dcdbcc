// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/causal/Objective.h"
#include "core/model/Decoder.h"
#include "core/text/HistorySelection.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::train {

enum class Schedule { Linear, Cosine, Constant };
enum class OptimizerState { Float32, EightBit };
/// Which past reviews a prompt has: text::SelectionKind, or what the project uses.
enum class PromptSelection { Project, Recent, Words, Meaning, Diverse };

/// Every setting of a run. Each has one name, used as the flag of `nextquill train`, as the key of
/// RUN.toml, in run.toml and in the window's form (TrainingField below).
struct TrainingSettings
{
    causal::Objective objective;
    std::string effectSource = "online"; ///< "online" or "frozen:MODEL"
    bool full = false;                   ///< all weights; else low-rank adapters
    model::LowRankSettings lowRank;
    std::int64_t epochs = 1;
    std::int64_t maxSteps = 0;      ///< 0: as many as the epochs have
    std::int64_t batch = 1;         ///< records in a micro-batch
    std::int64_t accumulation = 16; ///< micro-batches in a step
    double learningRate = 5e-6;
    double weightDecay = 0.025; ///< not on norms and biases
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    OptimizerState optimizerState = OptimizerState::Float32; ///< number format of the moments
    double warmupRatio = 0.01;
    Schedule schedule = Schedule::Linear;
    double maxGradNorm = 1.0; ///< 0: no clipping
    std::size_t maxPromptTokens = 2048;
    std::size_t maxTargetTokens = 2048;
    std::size_t maxReviews = 8;
    std::string promptTemplate; ///< "template": NAME, NAME@VERSION; empty: what the project uses
    PromptSelection select = PromptSelection::Project;
    double selectDiversity = 0.5; ///< of text::SelectionRule, as are those that follow
    std::string selectEncoder;
    bool selectByTime = false;
    bool selectFill = false;
    bool shuffle = true;
    bool endOfText = true; ///< --no-eos leaves the end-of-sequence token out
    std::string device = "auto";
    std::string dtype = "auto"; ///< "auto", "float32", "bfloat16", "float64"
    int threads = 0;
    /// "auto", "on", "off": compute activations again on the way back instead of keeping them;
    /// "auto" where they would take more memory than there is.
    std::string activationCheckpointing = "auto";
    std::int64_t maxPassTokens = 0; ///< a micro-batch with more is cut into passes; 0: no limit
    bool shardGradients = false;    ///< with several ranks: ZeRO stage 2, else stage 1
    std::uint64_t seed = 42;
    std::int64_t checkpointEvery = 0; ///< steps; 0: at the end of each epoch
    std::int64_t keepCheckpoints = 2;
    bool keepBest = true;             ///< beside them that of the lowest held-out loss
    std::int64_t evaluateEvery = 0;   ///< steps; 0: at start and end
    std::int64_t evaluateLimit = 64;  ///< held-out examples at most; 0: all
    std::int64_t maxSkippedSteps = 5; ///< non-finite steps in a row that end the run
};

/// One setting as forms, flags and files know it.
struct TrainingField
{
    std::string name; ///< "lora-rank"
    /// "Objective", "Adapters", "Optimizer", "Data", "Prompt", "Machine", "Checkpoints"
    std::string group;
    std::string help;                 ///< one sentence
    std::string unit;                 ///< "steps", "tokens"; may be empty
    std::vector<std::string> choices; ///< of an enumeration; empty: free
    bool basic = false;               ///< shown in the short form
    enum class Kind { Integer, Number, Text, Switch, Choice } kind = Kind::Text;
};

/// MODEL of the effect source "frozen:MODEL"; empty for "online".
[[nodiscard]] std::string frozenSource(std::string_view effectSource);

/// Whether the moments of a parameter of so many elements are 8-bit. Small ones (norms, biases,
/// thin adapters) stay as they are: they take next to nothing and bear rounding worst.
[[nodiscard]] bool hasEightBitState(const TrainingSettings& settings, std::int64_t elements);

/// All fields, in the order in which they are shown and written.
[[nodiscard]] const std::vector<TrainingField>& trainingFields();

/// A field's value as text, as TOML and flags write it (without quotes).
[[nodiscard]] std::string valueOf(const TrainingSettings& settings, std::string_view field);
/// Sets a field from text. Throws Error(BadInput) naming the field, the value and what is allowed.
void setValue(TrainingSettings& settings, std::string_view field, std::string_view value);

/// "paper": METHOD.md's recipe; "cpu-tryout": adapters, minutes on two cores.
/// Throws Error(BadInput) for another name.
[[nodiscard]] TrainingSettings preset(std::string_view name);

/// Reads RUN.toml on top of `settings`. Throws Error(BadInput) with file, line and key.
void readRunFile(const std::filesystem::path& file, TrainingSettings& settings);
[[nodiscard]] std::string toToml(const TrainingSettings& settings);
[[nodiscard]] Json toJson(const TrainingSettings& settings); ///< name → value

/// The rule that the settings make; none where they leave it to the project. Throws Error(BadInput)
/// when they contradict each other.
[[nodiscard]] std::optional<text::SelectionRule> selectionRule(const TrainingSettings& settings);

/// Throws Error(BadInput) when settings contradict each other.
void validate(const TrainingSettings& settings);

} // namespace nextquill::train
