// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/Decoder.h"
#include "core/model/ModelExport_torch.h"
#include "core/train/AdamW_torch.h"
#include "core/train/Checkpoint.h"
#include "core/train/CheckpointState_torch.h"
#include "core/train/DataOrder.h"
#include "core/train/LearningRate.h"
#include "core/train/RunDirectory.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <span>
#include <sys/resource.h>
#include <utility>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

using causal::LossReport;
using causal::TwinExample;

constexpr const char* tensorsFile = "state.safetensors";

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::int64_t peakMemoryBytes()
{
    struct rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

std::int64_t packedTokens(const TwinExample& example, bool plain)
{
    const std::size_t written = example.target.size() - 1;
    const std::size_t history = example.historyBranch.size() + written;
    const std::size_t other = plain ? example.plainBranch.size() + written : 0;
    return static_cast<std::int64_t>(example.prefix.size() + history + other);
}

/// Weighted sum of reports; weights of one step add up to 1.
void accumulate(LossReport& sum, const LossReport& part, double weight)
{
    sum.loss += weight * part.loss;
    sum.main += weight * part.main;
    sum.causal += weight * part.causal;
    const auto tokens = static_cast<double>(sum.tokens);
    const auto added = static_cast<double>(part.tokens);
    if (added > 0) {
        sum.meanPce = (sum.meanPce * tokens + part.meanPce * added) / (tokens + added);
        sum.preferenceRatio =
            (sum.preferenceRatio * tokens + part.preferenceRatio * added) / (tokens + added);
    }
    sum.hasPce = part.hasPce;
    sum.tokens += part.tokens;
}

OrderedJson orNull(bool known, double value)
{
    return known && std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr);
}

} // namespace

class Trainer::Session
{
public:
    Session(model::Decoder& decoder, const ExampleSource& examples, const ExampleSource* heldOut,
            model::Decoder* frozen, RunDirectory& directory)
        : m_decoder{decoder}
        , m_examples{examples}
        , m_heldOut{heldOut}
        , m_frozen{frozen}
        , m_directory{directory}
        , m_settings{directory.settings()}
        , m_order{std::max<std::int64_t>(1, examples.size()), m_settings.seed, m_settings.shuffle}
        , m_optimizer{decoder.network().trainableParameters(), m_settings}
    {
        validate(m_settings);
        if (examples.size() == 0) {
            throw Error{ErrorKind::BadInput, "there is no training example",
                        directory.folder().string(), "make a split with training examples"};
        }
        if (m_settings.full && decoder.adapters()) {
            throw Error{ErrorKind::BadInput, "full training of a model that has adapters",
                        directory.folder().string(), "train adapters, or merge them first"};
        }
        m_stepsPerEpoch = (examples.size() + recordsPerStep() - 1) / recordsPerStep();
        const std::int64_t all = m_settings.epochs * m_stepsPerEpoch;
        m_totalSteps = m_settings.maxSteps > 0 ? m_settings.maxSteps : all;
    }

    RunResult run(const StopToken& stop, Progress& progress, RunControl& control)
    {
        m_start = std::chrono::steady_clock::now();
        resumeFromNewest();
        if (m_step == 0) {
            evaluate(stop);
        }
        // A pause must not hold a run that is asked to stop.
        const std::stop_callback wake{stop, [&control] { control.resume(); }};
        while (m_step < m_totalSteps) {
            progress.report({.done = m_step, .total = m_totalSteps, .stage = "training"});
            if (!trainStep(stop, control)) {
                return endStopped();
            }
            const bool last = m_step == m_totalSteps;
            if (last || isDue(m_settings.evaluateEvery, 0)) {
                evaluate(stop);
            }
            if (last || control.takeCheckpointRequest() ||
                isDue(m_settings.checkpointEvery, m_stepsPerEpoch)) {
                checkpoint();
            }
        }
        progress.report({.done = m_step, .total = m_totalSteps, .stage = "saving"});
        return endFinished();
    }

private:
    /// The records of one optimizer step, broken ones left out.
    struct StepRecords
    {
        std::vector<TwinExample> examples;
    };

    [[nodiscard]] std::int64_t recordsPerStep() const
    {
        return m_settings.batch * m_settings.accumulation;
    }

    [[nodiscard]] double elapsed() const { return m_secondsBefore + secondsSince(m_start); }

    [[nodiscard]] bool isDue(std::int64_t every, std::int64_t otherwise) const
    {
        const std::int64_t period = every > 0 ? every : otherwise;
        return period > 0 && m_step % period == 0;
    }

    void resumeFromNewest()
    {
        const std::vector<std::int64_t> steps = m_directory.checkpoints();
        if (steps.empty()) {
            m_directory.events().append({{"event", "start"},
                                         {"steps", m_totalSteps},
                                         {"records", m_examples.size()},
                                         {"steps_per_epoch", m_stepsPerEpoch}});
            return;
        }
        const fs::path folder = m_directory.checkpointFolder(steps.front());
        const Json state = checkpointState(folder);
        readTensors(folder / tensorsFile, m_optimizer.state());
        m_optimizer.restored(state.at("optimizer_steps").get<std::int64_t>());
        m_step = state.at("step").get<std::int64_t>();
        m_secondsBefore = state.at("seconds").get<double>();
        m_checkpointed = m_step;
        m_directory.events().append(
            {{"event", "resume"}, {"step", m_step}, {"steps", m_totalSteps}});
    }

    StepRecords recordsOf(std::int64_t step)
    {
        const std::int64_t epoch = step / m_stepsPerEpoch;
        const std::int64_t first = (step % m_stepsPerEpoch) * recordsPerStep();
        const std::int64_t last = std::min(first + recordsPerStep(), m_examples.size());
        StepRecords records;
        for (std::int64_t place = first; place < last; ++place) {
            const std::int64_t index = m_order.at(epoch * m_examples.size() + place);
            try {
                records.examples.push_back(m_examples.example(index));
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::BadInput) {
                    throw;
                }
                m_directory.events().append(
                    {{"event", "warning"},
                     {"step", step + 1},
                     {"record", index},
                     {"message", std::string{"record left out: "} + error.what()}});
            }
        }
        return records;
    }

    /// False when asked to stop: then nothing has changed.
    bool trainStep(const StopToken& stop, RunControl& control)
    {
        const auto start = std::chrono::steady_clock::now();
        const StepRecords records = recordsOf(m_step);
        LossReport report;
        std::int64_t tokens = 0;
        m_decoder.network().setTraining(true);
        const auto count = static_cast<std::int64_t>(records.examples.size());
        for (std::int64_t first = 0; first < count; first += m_settings.batch) {
            hold(control);
            if (stop.stop_requested()) {
                m_optimizer.clearGradients();
                return false;
            }
            const std::int64_t size = std::min(m_settings.batch, count - first);
            const std::span group{records.examples.data() + first, static_cast<std::size_t>(size)};
            tokens += backward(group, count, first / m_settings.batch, report);
        }
        m_decoder.network().setTraining(false);
        finishStep(records, report, tokens, start);
        return true;
    }

    void hold(RunControl& control)
    {
        if (!control.isPaused()) {
            return;
        }
        m_directory.events().append({{"event", "pause"}, {"step", m_step}});
        control.waitWhilePaused();
        m_directory.events().append({{"event", "resume"}, {"step", m_step}});
    }

    /// Gradients of one micro-batch, added to those before; returns the tokens it packed.
    std::int64_t backward(std::span<const TwinExample> group, std::int64_t recordsOfStep,
                          std::int64_t microBatch, LossReport& report)
    {
        const Random seeds{m_settings.seed, static_cast<std::uint64_t>(m_step)};
        m_decoder.network().setDropoutSeed(seeds.bits(static_cast<std::uint64_t>(microBatch)));
        const bool plain = m_settings.objective.needsPlainPass();
        const causal::TwinHidden pass =
            causal::twinPass(m_decoder.network(), group,
                             {.history = m_settings.objective.needsHistoryPass(), .plain = plain});
        const causal::LossResult result = causal::objectiveLoss(
            m_settings.objective, pass, m_decoder.network().headWeight(), frozenEffects(group));
        const std::int64_t microBatches = (recordsOfStep + m_settings.batch - 1) / m_settings.batch;
        const double weight =
            m_settings.objective.normalize == causal::Normalize::Batch
                ? 1.0 / static_cast<double>(microBatches)
                : static_cast<double>(group.size()) / static_cast<double>(recordsOfStep);
        (result.loss * weight).backward();
        accumulate(report, result.report, weight);
        std::int64_t tokens = 0;
        for (const TwinExample& example : group) {
            tokens += packedTokens(example, plain);
        }
        return tokens;
    }

    [[nodiscard]] std::optional<torch::Tensor> frozenEffects(std::span<const TwinExample> group)
    {
        if (m_frozen == nullptr) {
            return std::nullopt;
        }
        NoProgress quiet;
        std::vector<float> pces;
        for (const causal::PreferenceEffects& effects :
             causal::measurePreferenceEffects(*m_frozen, group, {}, {}, quiet)) {
            for (const causal::TokenEffect& token : effects.tokens) {
                pces.push_back(token.pce());
            }
        }
        return torch::tensor(pces).to(m_decoder.network().headWeight().device());
    }

    void finishStep(const StepRecords& records, const LossReport& report, std::int64_t tokens,
                    std::chrono::steady_clock::time_point start)
    {
        const double norm = gradientNorm(m_optimizer.parameters());
        const double rate = learningRate(m_settings, m_step + 1, m_totalSteps);
        const bool finite = std::isfinite(report.loss) && std::isfinite(norm);
        if (finite && !records.examples.empty()) {
            clipGradients(m_optimizer.parameters(), norm, m_settings.maxGradNorm);
            m_optimizer.step(rate);
            m_skipped = 0;
        } else {
            m_optimizer.clearGradients();
            skipStep(records);
        }
        ++m_step;
        const double seconds = std::max(secondsSince(start), 1e-9);
        m_directory.events().append(
            {{"event", "step"},
             {"step", m_step},
             {"epoch", static_cast<double>(m_step) / static_cast<double>(m_stepsPerEpoch)},
             {"loss", orNull(true, report.loss)},
             {"loss_main", orNull(true, report.main)},
             {"loss_causal", orNull(m_settings.objective.hasCausalTerm(), report.causal)},
             {"mean_pce", orNull(report.hasPce, report.meanPce)},
             {"preference_ratio", orNull(report.hasPce, report.preferenceRatio)},
             {"lr", rate},
             {"grad_norm", orNull(true, norm)},
             {"tokens", tokens},
             {"tokens_per_second", static_cast<double>(tokens) / seconds},
             {"seconds", elapsed()},
             {"peak_memory_bytes", peakMemoryBytes()}});
    }

    /// A loss or gradient that is no number never reaches the weights.
    void skipStep(const StepRecords& records)
    {
        OrderedJson ids = OrderedJson::array();
        for (const TwinExample& example : records.examples) {
            ids.push_back(example.id);
        }
        m_directory.events().append(
            {{"event", "warning"},
             {"step", m_step + 1},
             {"message", ids.empty() ? "step skipped: none of its records can be used"
                                     : "step skipped: loss or gradient is not finite"},
             {"records", std::move(ids)}});
        if (++m_skipped >= m_settings.maxSkippedSteps) {
            throw Error{ErrorKind::BadInput,
                        std::to_string(m_skipped) + " steps in a row had no usable loss",
                        m_directory.folder().string(),
                        "lower lr, or look at the records that its events name"};
        }
    }

    /// Held-out loss by the same objective as in training, and the cross-entropies of both worlds.
    void evaluate(const StopToken& stop)
    {
        if (m_heldOut == nullptr || m_heldOut->size() == 0) {
            return;
        }
        const torch::NoGradGuard noGrad;
        LossReport objective;
        double nll_h = 0;
        double nll_0 = 0;
        std::int64_t used = 0;
        for (std::int64_t i = 0; i < m_heldOut->size() && !stop.stop_requested(); ++i) {
            const std::vector<TwinExample> one{m_heldOut->example(i)};
            const causal::TwinHidden pass = causal::twinPass(m_decoder.network(), one, {});
            const torch::Tensor head = m_decoder.network().headWeight();
            const auto loss = [&](const causal::Objective& o,
                                  const std::optional<torch::Tensor>& effects = std::nullopt) {
                return causal::objectiveLoss(o, pass, head, effects).report;
            };
            accumulate(objective, loss(m_settings.objective, frozenEffects(one)), 1);
            nll_h += loss(causal::Objective::defaults(causal::ObjectiveKind::Sft)).loss;
            nll_0 += loss(causal::Objective::defaults(causal::ObjectiveKind::SftNoHistory)).loss;
            ++used;
        }
        if (used < m_heldOut->size()) {
            return; // asked to stop: a mean over a part would not compare
        }
        const auto n = static_cast<double>(used);
        m_directory.events().append({{"event", "evaluate"},
                                     {"step", m_step},
                                     {"loss", objective.loss / n},
                                     {"loss_main", objective.main / n},
                                     {"loss_causal", objective.causal / n},
                                     {"nll", nll_h / n},
                                     {"nll_no_history", nll_0 / n},
                                     {"mean_pce", objective.meanPce},
                                     {"preference_ratio", objective.preferenceRatio},
                                     {"records", used},
                                     {"seconds", elapsed()}});
    }

    void checkpoint()
    {
        if (m_checkpointed == m_step) {
            return;
        }
        writeCheckpoint(m_directory.checkpointFolder(m_step),
                        {{"step", m_step},
                         {"optimizer_steps", m_optimizer.steps()},
                         {"seconds", elapsed()},
                         {"threads", torch::get_num_threads()}},
                        [this](const fs::path& folder) {
                            writeTensors(folder / tensorsFile, m_optimizer.state());
                        });
        m_checkpointed = m_step;
        m_directory.events().append({{"event", "checkpoint"},
                                     {"step", m_step},
                                     {"path", "checkpoints/" + std::to_string(m_step)}});
        m_directory.events().sync();
        removeOldCheckpoints();
    }

    void removeOldCheckpoints() const
    {
        const std::vector<std::int64_t> steps = m_directory.checkpoints();
        for (std::size_t i = static_cast<std::size_t>(m_settings.keepCheckpoints); i < steps.size();
             ++i) {
            std::error_code kept; // an old checkpoint that cannot go is no reason to end the run
            fs::remove_all(m_directory.checkpointFolder(steps[i]), kept);
        }
    }

    [[nodiscard]] RunResult resultWith(RunEnd end) const
    {
        RunResult result{.end = end, .steps = m_step};
        if (m_checkpointed >= 0) {
            result.checkpoint = fs::path{"checkpoints"} / std::to_string(m_checkpointed);
        }
        return result;
    }

    RunResult endStopped()
    {
        m_decoder.network().setTraining(false);
        if (m_step > 0) {
            checkpoint();
        }
        m_directory.events().append({{"event", "stop"}, {"step", m_step}, {"seconds", elapsed()}});
        return resultWith(RunEnd::Stopped);
    }

    RunResult endFinished()
    {
        const fs::path folder = m_directory.modelFolder();
        const fs::path temporary = folder.string() + ".tmp";
        fs::remove_all(temporary);
        fs::create_directories(temporary);
        if (m_settings.full) {
            model::writeModel(m_decoder, temporary);
        } else {
            model::writeAdapter(m_decoder, temporary, m_decoder.files().path().string());
        }
        fs::remove_all(folder);
        fs::rename(temporary, folder);
        m_directory.events().append(
            {{"event", "done"}, {"step", m_step}, {"model", "model"}, {"seconds", elapsed()}});
        m_directory.events().sync();
        return resultWith(RunEnd::Finished);
    }

    model::Decoder& m_decoder;
    const ExampleSource& m_examples;
    const ExampleSource* m_heldOut;
    model::Decoder* m_frozen;
    RunDirectory& m_directory;
    TrainingSettings m_settings;
    DataOrder m_order;
    AdamW m_optimizer;
    std::int64_t m_stepsPerEpoch = 1;
    std::int64_t m_totalSteps = 0;
    std::int64_t m_step = 0;          ///< finished ones
    std::int64_t m_checkpointed = -1; ///< step of the newest checkpoint
    std::int64_t m_skipped = 0;       ///< in a row
    double m_secondsBefore = 0;       ///< of earlier sessions
    std::chrono::steady_clock::time_point m_start;
};

Trainer::Trainer(model::Decoder& decoder, const ExampleSource& examples,
                 const ExampleSource* heldOut, model::Decoder* frozen, RunDirectory& directory)
    : m_session{std::make_unique<Session>(decoder, examples, heldOut, frozen, directory)}
{
}

Trainer::~Trainer() = default;

RunResult Trainer::run(StopToken stop, Progress& progress, RunControl& control)
{
    return m_session->run(stop, progress, control);
}

} // namespace nextquill::train
