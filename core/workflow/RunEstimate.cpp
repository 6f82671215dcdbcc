// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/RunEstimate.h"

#include "core/base/AvailableMemory.h"
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/model/Decoder.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/train/TrainingMemory.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectExamples.h"
#include "core/workflow/SplitChoice.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <utility>
#include <vector>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t examinedAtMost = 64;

std::uint64_t bytesOf(model::ComputeType type)
{
    switch (type) {
    case model::ComputeType::BFloat16:
        return 2;
    case model::ComputeType::Float32:
        return 4;
    case model::ComputeType::Float64:
        return 8;
    }
    return 4;
}

/// Tokens of an example in the packed pass of the objective's worlds.
std::int64_t packedTokens(const causal::TwinExample& example, const causal::Objective& objective)
{
    std::size_t tokens = example.prefix.size();
    if (objective.needsHistoryPass()) {
        tokens += example.historyBranch.size() + example.target.size();
    }
    if (objective.needsPlainPass()) {
        tokens += example.plainBranch.size() + example.target.size();
    }
    return static_cast<std::int64_t>(tokens);
}

/// The records that are looked at: spread evenly over all, broken ones left out as training does.
struct Sample
{
    std::vector<causal::TwinExample> examples; ///< by packed length
    std::size_t longestTarget = 0;
};

Sample sampleOf(const train::ExampleSource& source, const causal::Objective& objective,
                const StopToken& stop, Progress& progress)
{
    Sample sample;
    const std::int64_t size = source.size();
    const std::int64_t count = std::min(size, examinedAtMost);
    std::string fault;
    for (std::int64_t i = 0; i < count; ++i) {
        stopPoint(stop);
        progress.report({.done = i, .total = count, .stage = "examining records"});
        try {
            sample.examples.push_back(source.example(i * size / count));
            sample.longestTarget =
                std::max(sample.longestTarget, sample.examples.back().target.size());
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::BadInput) {
                throw;
            }
            fault = error.what();
        }
    }
    if (sample.examples.empty()) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("none of {} records looked at can be used", count),
                    fault.empty() ? "the training part is empty" : fault,
                    "look at the split and at the limits of prompt and target"};
    }
    std::ranges::sort(sample.examples, {}, [&](const causal::TwinExample& example) {
        return packedTokens(example, objective);
    });
    return sample;
}

class Estimator
{
public:
    Estimator(const ModelChoice& choice, const train::TrainingSettings& settings, StopToken stop,
              Progress& progress)
        : m_settings{settings}
        , m_stop{std::move(stop)}
        , m_progress{progress}
        , m_decoder{loadModel(choice,
                              decoderOptions(settings.device, settings.dtype, settings.threads),
                              m_stop, progress)}
    {
    }

    [[nodiscard]] std::shared_ptr<const model::ModelFiles> files() const
    {
        return m_decoder->sharedFiles();
    }

    /// Adds the weights of the model that measures effects, where there is one beside.
    void addFrozen(store::Project* project)
    {
        if (const std::string frozen = train::frozenSource(m_settings.effectSource);
            !frozen.empty()) {
            const auto choice = chooseModel(frozen, project);
            m_frozenParameters = model::ModelFiles::open(choice.base)->config().parameters();
        }
    }

    /// From the records' lengths and a measured pass.
    RunEstimate of(const train::ExampleSource& source)
    {
        const Sample sample = sampleOf(source, m_settings.objective, m_stop, m_progress);
        RunEstimate estimate;
        estimate.records = source.size();
        estimate.examined = static_cast<std::int64_t>(sample.examples.size());
        double sum = 0;
        for (const causal::TwinExample& example : sample.examples) {
            sum += static_cast<double>(packedTokens(example, m_settings.objective));
        }
        estimate.meanTokens = sum / static_cast<double>(sample.examples.size());
        estimate.longestTokens = packedTokens(sample.examples.back(), m_settings.objective);
        countMemory(estimate, sample.longestTarget);
        countTime(estimate, sample);
        return estimate;
    }

    /// From the limits alone, where there are no records to look at.
    RunEstimate ofLimits(std::string why)
    {
        RunEstimate estimate;
        estimate.unknown = std::move(why);
        const auto worlds = (m_settings.objective.needsHistoryPass() ? 1U : 0U) +
                            (m_settings.objective.needsPlainPass() ? 1U : 0U);
        const auto context = static_cast<std::size_t>(m_decoder->config().contextLength);
        const std::size_t target = std::min(m_settings.maxTargetTokens, context);
        const std::size_t prompt = std::min(m_settings.maxPromptTokens, context - target);
        estimate.longestTokens = static_cast<std::int64_t>(worlds * (prompt + target));
        countMemory(estimate, target);
        return estimate;
    }

private:
    void countMemory(RunEstimate& estimate, std::size_t targetTokens) const
    {
        const model::ModelConfig& config = m_decoder->config();
        train::TrainingSettings settings = m_settings;
        settings.lowRank = m_decoder->adapters().value_or(settings.lowRank);
        const std::int64_t records = recordsOfPass(estimate.longestTokens);
        const train::PassSize pass{.tokens = records * estimate.longestTokens,
                                   .targetTokens =
                                       records * static_cast<std::int64_t>(targetTokens)};
        const std::uint64_t word = bytesOf(m_decoder->dtype());
        const auto count = [&](bool recompute) {
            return train::trainingMemory(config, settings, word, pass, recompute);
        };
        train::TrainingMemory memory = count(settings.activationCheckpointing == "on");
        if (settings.activationCheckpointing == "auto" && m_decoder->device() == "cpu" &&
            memory.peak() - memory.weights > availableMemory()) {
            memory = count(true);
            estimate.recomputes = true;
        }
        estimate.recomputes = estimate.recomputes || settings.activationCheckpointing == "on";
        estimate.parameters = config.parameters();
        estimate.trained = settings.full ? config.parameters()
                                         : train::adapterParameters(config, settings.lowRank);
        estimate.weightBytes = memory.weights +
                               static_cast<std::uint64_t>(m_frozenParameters) * word +
                               m_decoder->files().bytes();
        estimate.gradientBytes = memory.gradients;
        estimate.optimizerBytes = memory.optimizer;
        estimate.hasEightBitState = settings.optimizerState == train::OptimizerState::EightBit;
        estimate.hasMasterCopies = settings.full && word < 4;
        estimate.activationBytes = memory.activations;
        estimate.headBytes = memory.working() - memory.activations;
    }

    /// A micro-batch, or what `max-pass-tokens` leaves of it.
    [[nodiscard]] std::int64_t recordsOfPass(std::int64_t longestTokens) const
    {
        const std::int64_t limit = m_settings.maxPassTokens;
        return limit > 0
                   ? std::clamp<std::int64_t>(limit / std::max<std::int64_t>(1, longestTokens), 1,
                                              m_settings.batch)
                   : m_settings.batch;
    }

    void countTime(RunEstimate& estimate, const Sample& sample)
    {
        const std::int64_t records = m_settings.batch * m_settings.accumulation;
        const std::int64_t perEpoch = (estimate.records + records - 1) / records;
        estimate.steps =
            m_settings.maxSteps > 0 ? m_settings.maxSteps : perEpoch * m_settings.epochs;
        const auto batch =
            std::min(static_cast<std::size_t>(m_settings.batch), sample.examples.size());
        const std::size_t middle = (sample.examples.size() - batch) / 2;
        const std::span group{sample.examples.data() + middle, batch};
        std::int64_t tokens = 0;
        for (const causal::TwinExample& example : group) {
            tokens += packedTokens(example, causal::Objective{}); // the pass has both worlds
        }
        measure(group); // the first one also pays for memory that is new
        const double seconds = measure(group);
        estimate.microBatchSeconds = seconds;
        const double perToken = seconds / static_cast<double>(tokens);
        const double tokensOfStep = estimate.meanTokens * static_cast<double>(records);
        const double forward = perToken * tokensOfStep * static_cast<double>(estimate.steps);
        estimate.secondsLow = forward * (m_settings.full ? 3 : 2);
        estimate.secondsHigh = forward * 4;
    }

    double measure(std::span<const causal::TwinExample> group)
    {
        NoProgress quiet;
        m_progress.report({.stage = "measuring a micro-batch"});
        const auto start = std::chrono::steady_clock::now();
        static_cast<void>(causal::measurePreferenceEffects(*m_decoder, group, {}, m_stop, quiet));
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    const train::TrainingSettings& m_settings;
    StopToken m_stop;
    Progress& m_progress;
    std::unique_ptr<model::Decoder> m_decoder;
    std::int64_t m_frozenParameters = 0;
};

std::string size(std::uint64_t bytes)
{
    constexpr double mebibyte = 1024.0 * 1024.0;
    const double mebibytes = static_cast<double>(bytes) / mebibyte;
    return mebibytes < 1024 ? fmt::format("{:.1f} MiB", mebibytes)
                            : fmt::format("{:.2f} GiB", mebibytes / 1024);
}

std::string duration(double seconds)
{
    if (seconds < 60) {
        return fmt::format("{:.1f} s", seconds);
    }
    const auto minutes = static_cast<std::int64_t>(std::lround(seconds / 60));
    return minutes < 60 ? fmt::format("{} min", minutes)
                        : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

} // namespace

RunEstimate estimateRun(const fs::path& projectFile, const RunRequest& request, StopToken stop,
                        Progress& progress)
{
    train::validate(request.settings);
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    const auto split = splitCalled(*project, request.split);
    Estimator estimator{chooseModel(request.model, project.get()), request.settings, stop,
                        progress};
    estimator.addFrozen(project.get());
    if (!split) {
        return estimator.ofLimits("the project has no split yet: lengths are the limits, time is "
                                  "not known; make one with `nextquill data split`");
    }
    ExampleSettings settings = exampleSettings(request.settings);
    settings.promptTemplate = templateNamed(*project, request.settings.promptTemplate);
    const ProjectExamples examples{
        projectFile, store::Splits{*project}.examples(split->id, store::SplitPart::Train),
        estimator.files(), settings};
    return estimator.of(examples);
}

RunEstimate estimateRecords(const fs::path& records, const std::string& model,
                            const train::TrainingSettings& settings, StopToken stop,
                            Progress& progress)
{
    train::validate(settings);
    Estimator estimator{chooseModel(model, nullptr), settings, stop, progress};
    estimator.addFrozen(nullptr);
    const RecordExamples examples{records, estimator.files(), exampleSettings(settings).target};
    return estimator.of(examples);
}

OrderedJson toJson(const RunEstimate& e)
{
    const auto orNull = [](const std::optional<double>& value) {
        return value ? OrderedJson(*value) : OrderedJson(nullptr);
    };
    return {{"parameters", e.parameters},
            {"trained_parameters", e.trained},
            {"records", e.records},
            {"examined_records", e.examined},
            {"longest_tokens", e.longestTokens},
            {"mean_tokens", e.meanTokens},
            {"steps", e.steps},
            {"memory_bytes",
             {{"weights", e.weightBytes},
              {"gradients", e.gradientBytes},
              {"optimizer", e.optimizerBytes},
              {"activations", e.activationBytes},
              {"head", e.headBytes},
              {"total", e.bytes()}}},
            {"activation_checkpointing", e.recomputes},
            {"micro_batch_seconds", orNull(e.microBatchSeconds)},
            {"seconds_low", orNull(e.secondsLow)},
            {"seconds_high", orNull(e.secondsHigh)},
            {"unknown", e.unknown.empty() ? OrderedJson(nullptr) : OrderedJson(e.unknown)}};
}

namespace {

std::string optimizerText(const RunEstimate& e)
{
    const std::string moments = e.hasEightBitState ? "two moments, in 8 bits" : "two moments";
    if (!e.hasMasterCopies) {
        return moments;
    }
    return moments + (e.hasEightBitState ? " with a float32 copy of the weights"
                                         : ", in float32 with a copy of the weights");
}

} // namespace

std::string toText(const RunEstimate& e)
{
    std::string text = fmt::format(
        "memory       about {} and LibTorch's own 0.3 GiB\n"
        "  weights      {:>11}  {:.1f} million parameters\n"
        "  gradients    {:>11}  of {:.3f} million that are trained\n"
        "  optimizer    {:>11}  {}\n"
        "  activations  {:>11}  {} tokens, both worlds of the longest record{}, "
        "times the batch{}\n"
        "  at work      {:>11}  the head or a layer, whichever takes more\n",
        size(e.bytes()), size(e.weightBytes), static_cast<double>(e.parameters) / 1e6,
        size(e.gradientBytes), static_cast<double>(e.trained) / 1e6, size(e.optimizerBytes),
        optimizerText(e), size(e.activationBytes), e.longestTokens,
        e.examined > 0 ? fmt::format(" of {} looked at", e.examined) : " that the limits allow",
        e.recomputes ? ", computed again on the way back" : "", size(e.headBytes));
    if (e.secondsLow && e.secondsHigh) {
        text += fmt::format(
            "time         about {} to {} for {} steps, evaluations and checkpoints not counted\n"
            "             (a micro-batch forward took {:.3g} s here; backward takes one to three "
            "times that)",
            duration(*e.secondsLow), duration(*e.secondsHigh), e.steps, *e.microBatchSeconds);
    } else {
        text += "time         unknown";
    }
    return e.unknown.empty() ? text : text + "\nnote         " + e.unknown;
}

} // namespace nextquill::workflow
