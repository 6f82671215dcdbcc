// SPDX-License-Identifier: GPL-3.0-or-later
//
// The table of settings: name, what it is, and how it is read and written. Flags, RUN.toml,
// run.toml, the window's form and the ledger all come from it.
#include "core/train/TrainingFields.h"

#include "core/train/FieldKinds.h"

#include <limits>

namespace nextquill::train {

namespace {

using Kind = TrainingField::Kind;
using Settings = TrainingSettings;

/// Choosing another objective brings its own default of alpha along (METHOD.md's table).
FieldAccess objectiveField()
{
    TrainingField field{.name = "objective",
                        .group = "Objective",
                        .help =
                            "What a step minimises; nextquill is the method, the others are its "
                            "parts, a rival and baselines",
                        .basic = true,
                        .kind = Kind::Choice};
    for (const causal::ObjectiveKind kind : causal::allObjectives()) {
        field.choices.emplace_back(causal::name(kind));
    }
    return {.field = field,
            .read = [](const Settings& s) { return std::string{causal::name(s.objective.kind)}; },
            .write =
                [choices = field.choices](Settings& s, std::string_view value) {
                    const auto kind = causal::objectiveKind(value);
                    if (!kind) {
                        throw wrongValue("objective", value,
                                         fmt::format("{}", fmt::join(choices, ", ")));
                    }
                    s.objective.kind = *kind;
                    s.objective.alpha = causal::Objective::defaults(*kind).alpha;
                }};
}

FieldAccess targetsField()
{
    return {
        .field = {.name = "lora-targets",
                  .group = "Adapters",
                  .help = "Linear layers that get an adapter, separated by commas"},
        .read =
            [](const Settings& s) { return fmt::format("{}", fmt::join(s.lowRank.targets, ",")); },
        .write =
            [](Settings& s, std::string_view value) {
                std::vector<std::string> targets;
                for (std::size_t start = 0; start <= value.size();) {
                    const std::size_t end = std::min(value.find(',', start), value.size());
                    targets.emplace_back(value.substr(start, end - start));
                    start = end + 1;
                }
                std::vector<std::string> known = model::LowRankSettings{}.targets;
                known.insert(known.end(), {"qkv_proj", "gate_up_proj"}); // Phi-3
                for (const std::string& target : targets) {
                    if (std::ranges::find(known, target) == known.end()) {
                        throw wrongValue("lora-targets", target,
                                         fmt::format("some of {}", fmt::join(known, ",")));
                    }
                }
                s.lowRank.targets = std::move(targets);
            }};
}

constexpr std::int64_t many = 1'000'000'000;

void addObjectiveFields(std::vector<FieldAccess>& f)
{
    f.push_back(objectiveField());
    f.push_back(
        withNumber({.name = "alpha", .group = "Objective", .help = "Weight of the causal term"}, 0,
                   1000, [](Settings& s) -> double& { return s.objective.alpha; }));
    f.push_back(
        withNumber({.name = "threshold",
                    .group = "Objective",
                    .help = "Causal effect above which a token counts as preference-bearing"},
                   -1, 1, [](Settings& s) -> double& { return s.objective.threshold; }));
    f.push_back(withNumber({.name = "high-weight",
                            .group = "Objective",
                            .help = "Weight of preference-bearing tokens"},
                           0, 1e6, [](Settings& s) -> double& { return s.objective.highWeight; }));
    f.push_back(withNumber(
        {.name = "low-weight", .group = "Objective", .help = "Weight of all other tokens"}, 0, 1e6,
        [](Settings& s) -> double& { return s.objective.lowWeight; }));
    f.push_back(withChoice<causal::Normalize>(
        {.name = "normalize",
         .group = "Objective",
         .help = "Sums and means over one record, or over a micro-batch's tokens",
         .choices = {"record", "batch"}},
        [](Settings& s) -> causal::Normalize& { return s.objective.normalize; }));
    f.push_back(withChoice<causal::CausalWeighting>(
        {.name = "causal-weighting",
         .group = "Objective",
         .help = "Token weights in the causal term: none as in the authors' code, omega as in the "
                 "paper",
         .choices = {"none", "omega"}},
        [](Settings& s) -> causal::CausalWeighting& { return s.objective.causalWeighting; }));
    f.push_back(withText(
        {.name = "effect-source",
         .group = "Objective",
         .help = "Where the effects behind the weights come from: the model in training, or a "
                 "frozen one"},
        [](Settings& s) -> std::string& { return s.effectSource; },
        [](std::string_view v) { return v == "online" || !frozenSource(v).empty(); },
        "online or frozen:MODEL"));
    f.push_back(
        withSwitch({.name = "no-history-gradient",
                    .group = "Objective",
                    .help = "The causal term's gradient also reaches the pass without history"},
                   [](Settings& s) -> bool& { return s.objective.noHistoryGradient; }));
    f.push_back(withSwitch({.name = "plausible-only",
                            .group = "Objective",
                            .help = "The causal term looks at likely tokens alone"},
                           [](Settings& s) -> bool& { return s.objective.plausibleOnly; }));
    f.push_back(withSwitch({.name = "detach-weight",
                            .group = "Objective",
                            .help = "js-weight: no gradient through the weights"},
                           [](Settings& s) -> bool& { return s.objective.detachWeight; }));
    f.push_back(withNumber(
        {.name = "clip-low", .group = "Objective", .help = "perce: least weight of a token"}, -1000,
        1000, [](Settings& s) -> double& { return s.objective.clipLow; }));
    f.push_back(withNumber(
        {.name = "clip-high", .group = "Objective", .help = "perce: greatest weight of a token"},
        -1000, 1000, [](Settings& s) -> double& { return s.objective.clipHigh; }));
}

void addAdapterFields(std::vector<FieldAccess>& f)
{
    f.push_back(withSwitch({.name = "full",
                            .group = "Adapters",
                            .help = "Train all weights instead of low-rank adapters",
                            .basic = true},
                           [](Settings& s) -> bool& { return s.full; }));
    f.push_back(withInteger<std::int64_t>(
        {.name = "lora-rank", .group = "Adapters", .help = "Rank of the adapters", .basic = true},
        1, 4096, [](Settings& s) -> std::int64_t& { return s.lowRank.rank; }));
    f.push_back(withNumber(
        {.name = "lora-alpha", .group = "Adapters", .help = "Adapters are scaled by alpha / rank"},
        0, 1e6, [](Settings& s) -> double& { return s.lowRank.alpha; }));
    f.push_back(withNumber({.name = "lora-dropout",
                            .group = "Adapters",
                            .help = "Share of adapter inputs that a training step drops"},
                           0, 0.95, [](Settings& s) -> double& { return s.lowRank.dropout; }));
    f.push_back(targetsField());
}

void addOptimizerFields(std::vector<FieldAccess>& f)
{
    f.push_back(withNumber(
        {.name = "lr", .group = "Optimizer", .help = "Learning rate of AdamW", .basic = true}, 0,
        10, [](Settings& s) -> double& { return s.learningRate; }));
    f.push_back(withChoice<Schedule>({.name = "schedule",
                                      .group = "Optimizer",
                                      .help = "How the rate goes down after the warm-up",
                                      .choices = {"linear", "cosine", "constant"}},
                                     [](Settings& s) -> Schedule& { return s.schedule; }));
    f.push_back(withNumber({.name = "warmup-ratio",
                            .group = "Optimizer",
                            .help = "Share of the steps over which the rate rises from 0"},
                           0, 1, [](Settings& s) -> double& { return s.warmupRatio; }));
    f.push_back(withNumber({.name = "weight-decay",
                            .group = "Optimizer",
                            .help = "Decay of weights, not on norms and biases"},
                           0, 10, [](Settings& s) -> double& { return s.weightDecay; }));
    f.push_back(withNumber({.name = "beta1", .group = "Optimizer", .help = "AdamW's first decay"},
                           0, 0.999999, [](Settings& s) -> double& { return s.beta1; }));
    f.push_back(withNumber({.name = "beta2", .group = "Optimizer", .help = "AdamW's second decay"},
                           0, 0.99999999, [](Settings& s) -> double& { return s.beta2; }));
    f.push_back(withNumber({.name = "epsilon", .group = "Optimizer", .help = "AdamW's epsilon"}, 0,
                           1, [](Settings& s) -> double& { return s.epsilon; }));
    f.push_back(withChoice<OptimizerState>(
        {.name = "optimizer-state",
         .group = "Optimizer",
         .help = "Number format of AdamW's moments; 8-bit ones take a quarter of the memory, and "
                 "the curve is near that of float32",
         .choices = {"float32", "8-bit"}},
        [](Settings& s) -> OptimizerState& { return s.optimizerState; }));
    f.push_back(withNumber({.name = "max-grad-norm",
                            .group = "Optimizer",
                            .help = "Gradients are scaled down to this norm; 0: never"},
                           0, 1e9, [](Settings& s) -> double& { return s.maxGradNorm; }));
}

void addDataFields(std::vector<FieldAccess>& f)
{
    using I = std::int64_t;
    f.push_back(withInteger<I>({.name = "epochs",
                                .group = "Data",
                                .help = "How often every record is used",
                                .basic = true},
                               1, 100'000, [](Settings& s) -> I& { return s.epochs; }));
    f.push_back(
        withInteger<I>({.name = "max-steps",
                        .group = "Data",
                        .help = "Ends the run after so many steps; 0: as many as the epochs have",
                        .unit = "steps",
                        .basic = true},
                       0, many, [](Settings& s) -> I& { return s.maxSteps; }));
    f.push_back(withInteger<I>(
        {.name = "batch", .group = "Data", .help = "Records computed at once", .unit = "records"},
        1, 65'536, [](Settings& s) -> I& { return s.batch; }));
    f.push_back(withInteger<I>({.name = "accumulation",
                                .group = "Data",
                                .help = "Micro-batches that make one step",
                                .basic = true},
                               1, 65'536, [](Settings& s) -> I& { return s.accumulation; }));
    using N = std::size_t;
    f.push_back(withInteger<N>({.name = "max-prompt-tokens",
                                .group = "Data",
                                .help = "Longest prompt; the oldest reviews are left out",
                                .unit = "tokens"},
                               32, 1 << 24, [](Settings& s) -> N& { return s.maxPromptTokens; }));
    f.push_back(withInteger<N>({.name = "max-target-tokens",
                                .group = "Data",
                                .help = "Longest target text; what is longer is cut",
                                .unit = "tokens"},
                               2, 1 << 24, [](Settings& s) -> N& { return s.maxTargetTokens; }));
    f.push_back(withInteger<N>({.name = "max-reviews",
                                .group = "Data",
                                .help = "Past reviews in a prompt, the newest",
                                .unit = "reviews",
                                .basic = true},
                               1, 4096, [](Settings& s) -> N& { return s.maxReviews; }));
    f.push_back(withSwitch(
        {.name = "shuffle", .group = "Data", .help = "Records in an order drawn from the seed"},
        [](Settings& s) -> bool& { return s.shuffle; }));
    f.push_back(withSwitch(
        {.name = "no-eos",
         .group = "Data",
         .help = "Leaves the end-of-sequence token out of targets"},
        [](Settings& s) -> bool& { return s.endOfText; }, /*inverted=*/true));
    f.push_back(withInteger<std::uint64_t>(
        {.name = "seed", .group = "Data", .help = "Of order, adapters and dropout"}, 0,
        std::uint64_t{std::numeric_limits<std::int64_t>::max()},
        [](Settings& s) -> std::uint64_t& { return s.seed; }));
}

void addPromptFields(std::vector<FieldAccess>& f)
{
    const auto anyText = [](std::string_view) { return true; };
    f.push_back(withText(
        {.name = "template",
         .group = "Prompt",
         .help = "Prompt template: a preset, NAME or NAME@VERSION; empty: what the project uses"},
        [](Settings& s) -> std::string& { return s.promptTemplate; }, anyText, "a name"));
    f.push_back(withChoice<PromptSelection>(
        {.name = "select",
         .group = "Prompt",
         .help = "Which past reviews are taken: what the project uses, the newest, the most alike "
                 "in words, in meaning, or alike and unlike each other",
         .choices = {"project", "recent", "bm25", "embeddings", "mmr"}},
        [](Settings& s) -> PromptSelection& { return s.select; }));
    f.push_back(withNumber({.name = "select-diversity",
                            .group = "Prompt",
                            .help = "Weight of unlikeness in mmr; 0: relevance alone"},
                           0, 1, [](Settings& s) -> double& { return s.selectDiversity; }));
    f.push_back(withText(
        {.name = "select-encoder",
         .group = "Prompt",
         .help = "Folder of the encoder for embeddings; with mmr it may be empty: words are "
                 "compared then"},
        [](Settings& s) -> std::string& { return s.selectEncoder; }, anyText, "a folder"));
    f.push_back(withSwitch({.name = "select-by-time",
                            .group = "Prompt",
                            .help = "Those taken stand newest first, whatever they were taken for"},
                           [](Settings& s) -> bool& { return s.selectByTime; }));
    f.push_back(withSwitch({.name = "select-fill",
                            .group = "Prompt",
                            .help = "A review that has no room is passed over for later ones"},
                           [](Settings& s) -> bool& { return s.selectFill; }));
}

void addMachineFields(std::vector<FieldAccess>& f)
{
    using I = std::int64_t;
    f.push_back(withText(
        {.name = "device", .group = "Machine", .help = "Where it is computed"},
        [](Settings& s) -> std::string& { return s.device; },
        [](std::string_view v) {
            return v == "auto" || v == "cpu" || v == "cuda" || v.starts_with("cuda:");
        },
        "auto, cpu, cuda or cuda:N"));
    f.push_back(withText(
        {.name = "dtype",
         .group = "Machine",
         .help = "Number format of the weights",
         .choices = {"auto", "float32", "bfloat16", "float64"}},
        [](Settings& s) -> std::string& { return s.dtype; },
        [](std::string_view v) {
            return v == "auto" || v == "float32" || v == "bfloat16" || v == "float64";
        },
        "auto, float32, bfloat16 or float64"));
    f.push_back(withInteger<int>(
        {.name = "threads", .group = "Machine", .help = "Processor threads; 0: one per core"}, 0,
        4096, [](Settings& s) -> int& { return s.threads; }));
    f.push_back(withText(
        {.name = "activation-checkpointing",
         .group = "Machine",
         .help = "Computes activations again instead of keeping them: less memory, a third more "
                 "time",
         .choices = {"auto", "on", "off"}},
        [](Settings& s) -> std::string& { return s.activationCheckpointing; },
        [](std::string_view v) { return v == "auto" || v == "on" || v == "off"; },
        "auto, on or off"));
    f.push_back(
        withInteger<I>({.name = "max-pass-tokens",
                        .group = "Machine",
                        .help = "Tokens computed at once; a micro-batch with more is cut, 0: never",
                        .unit = "tokens"},
                       0, many, [](Settings& s) -> I& { return s.maxPassTokens; }));
    f.push_back(withSwitch({.name = "shard-gradients",
                            .group = "Machine",
                            .help = "With several ranks each keeps its share of the gradients "
                                    "alone, and sends after every micro-batch"},
                           [](Settings& s) -> bool& { return s.shardGradients; }));
    f.push_back(withInteger<I>({.name = "checkpoint-every",
                                .group = "Checkpoints",
                                .help = "Steps between checkpoints; 0: at each epoch's end",
                                .unit = "steps"},
                               0, many, [](Settings& s) -> I& { return s.checkpointEvery; }));
    f.push_back(withInteger<I>({.name = "keep-checkpoints",
                                .group = "Checkpoints",
                                .help = "How many of the newest are kept"},
                               1, 10'000, [](Settings& s) -> I& { return s.keepCheckpoints; }));
    f.push_back(withSwitch(
        {.name = "keep-best",
         .group = "Checkpoints",
         .help = "Keeps the one of the lowest held-out loss too; it becomes the run's model"},
        [](Settings& s) -> bool& { return s.keepBest; }));
    f.push_back(withInteger<I>({.name = "evaluate-every",
                                .group = "Checkpoints",
                                .help = "Steps between held-out losses; 0: at start and end",
                                .unit = "steps"},
                               0, many, [](Settings& s) -> I& { return s.evaluateEvery; }));
    f.push_back(withInteger<I>({.name = "evaluate-limit",
                                .group = "Checkpoints",
                                .help = "Held-out records at most; 0: all",
                                .unit = "records"},
                               0, many, [](Settings& s) -> I& { return s.evaluateLimit; }));
    f.push_back(withInteger<I>(
        {.name = "max-skipped-steps",
         .group = "Checkpoints",
         .help = "Steps in a row with a loss that is no number, before the run ends"},
        1, many, [](Settings& s) -> I& { return s.maxSkippedSteps; }));
}

} // namespace

const std::vector<FieldAccess>& fieldTable()
{
    static const std::vector<FieldAccess> table = [] {
        std::vector<FieldAccess> fields;
        addObjectiveFields(fields);
        addAdapterFields(fields);
        addOptimizerFields(fields);
        addDataFields(fields);
        addPromptFields(fields);
        addMachineFields(fields);
        return fields;
    }();
    return table;
}

} // namespace nextquill::train
