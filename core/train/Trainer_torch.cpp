// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/causal/FusedHead_torch.h"
#include "core/causal/TwinPass_torch.h"
#include "core/model/AdapterDirectory_torch.h"
#include "core/model/Decoder.h"
#include "core/model/ModelExport_torch.h"
#include "core/model/TorchErrors_torch.h"
#include "core/train/AdamW_torch.h"
#include "core/train/Checkpoint.h"
#include "core/train/HeldOut_torch.h"
#include "core/train/LearningRate.h"
#include "core/train/LossSum.h"
#include "core/train/RunCheckpoints_torch.h"
#include "core/train/RunChecks.h"
#include "core/train/RunDirectory.h"
#include "core/train/RunEvents.h"
#include "core/train/StepRecords.h"
#include "core/train/Trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

using causal::LossReport;
using causal::TwinExample;

constexpr const char* place = "training"; // of errors that LibTorch reports

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::int64_t packedTokens(const TwinExample& example, causal::Worlds worlds)
{
    const std::size_t written = example.target.size() - 1;
    const std::size_t history = worlds.history ? example.historyBranch.size() + written : 0;
    const std::size_t plain = worlds.plain ? example.plainBranch.size() + written : 0;
    return static_cast<std::int64_t>(example.prefix.size() + history + plain);
}

/// Dropout for as long as this lives.
class DropoutOn
{
public:
    explicit DropoutOn(model::Network& network)
        : m_network{network}
    {
        m_network.setTraining(true);
    }
    ~DropoutOn() { m_network.setTraining(false); }
    DropoutOn(const DropoutOn&) = delete;
    DropoutOn& operator=(const DropoutOn&) = delete;

private:
    model::Network& m_network;
};

} // namespace

class Trainer::Session
{
public:
    Session(model::Decoder& decoder, const ExampleSource& examples, const ExampleSource* heldOut,
            model::Decoder* frozen, RunDirectory& directory)
        : m_decoder{decoder}
        , m_examples{examples}
        , m_frozen{frozen}
        , m_directory{directory}
        , m_settings{checkedSettings(decoder, examples, frozen, directory)}
        , m_heldOut{decoder,
                    frozen,
                    heldOut,
                    limitsOf(decoder, frozen),
                    m_settings.objective,
                    directory.events()}
        , m_records{examples, limitsOf(decoder, frozen), m_settings, directory.events()}
        , m_optimizer{decoder.network().trainableParameters(), m_settings}
        , m_checkpoints{directory, m_settings.keepCheckpoints, m_settings.keepBest}
    {
        const std::int64_t all = m_settings.epochs * m_records.stepsPerEpoch();
        m_totalSteps = m_settings.maxSteps > 0 ? m_settings.maxSteps : all;
    }

    RunResult run(const StopToken& stop, Progress& progress, RunControl& control)
    {
        m_start = std::chrono::steady_clock::now();
        m_optimizer.clearGradients();
        m_directory.removeUnfinishedCheckpoints();
        resumeFromNewest();
        while (true) {
            m_checkpoints.check();
            if (isEvaluationDue()) {
                report(progress, "evaluating");
                if (!evaluate(stop)) {
                    return endStopped();
                }
            }
            if (m_step > 0 && isCheckpointDue(control)) {
                checkpoint(/*wait=*/m_step >= m_totalSteps);
            }
            if (m_step >= m_totalSteps) {
                break;
            }
            report(progress, "training");
            if (!trainStep(stop, control)) {
                return endStopped();
            }
        }
        report(progress, "saving");
        return endFinished();
    }

    /// What ended the run, for those who watch its directory. A checkpoint under way is written.
    void recordError(const Error& error) noexcept
    {
        try {
            m_checkpoints.wait();
        } catch (const Error&) {
            static_cast<void>(error); // the run ends with the error that came first
        }
        try {
            m_directory.events().append(
                {{"event", "error"}, {"step", m_step}, {"message", error.what()}});
        } catch (const std::exception&) {
            return; // the disk failed too; the error itself goes on to the caller
        }
    }

private:
    [[nodiscard]] causal::Worlds worlds() const
    {
        return {.history = m_settings.objective.needsHistoryPass(),
                .plain = m_settings.objective.needsPlainPass()};
    }

    /// Training time, pauses not counted.
    [[nodiscard]] double elapsed() const
    {
        return m_secondsBefore + secondsSince(m_start) - m_secondsPaused;
    }

    void report(Progress& progress, const char* stage) const
    {
        progress.report({.done = m_step, .total = m_totalSteps, .stage = stage});
    }

    /// Every so many steps, and at the end.
    [[nodiscard]] bool isDue(std::int64_t every) const
    {
        return m_step >= m_totalSteps || (every > 0 && m_step % every == 0);
    }

    [[nodiscard]] bool isEvaluationDue() const
    {
        return m_heldOut.hasRecords() && m_evaluated != m_step &&
               (m_step == 0 || isDue(m_settings.evaluateEvery));
    }

    [[nodiscard]] bool isCheckpointDue(RunControl& control) const
    {
        const bool asked = control.takeCheckpointRequest();
        const bool isBest =
            m_settings.keepBest && heldOutLoss() && m_checkpoints.wouldBeBest(*heldOutLoss());
        return asked || isBest ||
               isDue(m_settings.checkpointEvery > 0 ? m_settings.checkpointEvery
                                                    : m_records.stepsPerEpoch());
    }

    void resumeFromNewest()
    {
        const std::optional<Json> state = m_checkpoints.find();
        if (state) {
            restore(*state);
            return;
        }
        m_directory.events().append({{"event", "start"},
                                     {"steps", m_totalSteps},
                                     {"records", m_examples.size()},
                                     {"steps_per_epoch", m_records.stepsPerEpoch()}});
    }

    void restore(const Json& state)
    {
        const fs::path folder = m_directory.checkpointFolder(*m_checkpoints.newest());
        try {
            if (state.at("records").get<std::int64_t>() != m_examples.size()) {
                throw Error{ErrorKind::BadInput,
                            "the run began with " + state.at("records").dump() +
                                " training records, there are " +
                                std::to_string(m_examples.size()) + " now",
                            folder.string(), "put the old records back, or start a new run"};
            }
            m_checkpoints.read(*m_checkpoints.newest(), m_optimizer.state());
            m_optimizer.restored(state.at("optimizer_steps").get<std::int64_t>());
            m_step = state.at("step").get<std::int64_t>();
            m_skipped = state.at("skipped_in_a_row").get<std::int64_t>();
            m_evaluated = state.at("evaluated").get<std::int64_t>();
            const Json& loss = state.at("held_out_loss");
            m_heldOutLoss = loss.is_null() ? std::nullopt : std::optional{loss.get<double>()};
            m_secondsBefore = state.at("seconds").get<double>();
            warnOfOtherThreads(state.at("threads").get<int>());
        } catch (const Json::exception&) {
            throw Error{ErrorKind::BadInput, "the checkpoint's state is not one of this program",
                        folder.string(), "delete its folder; the run resumes from the one before"};
        }
        m_directory.events().append(
            {{"event", "resume"}, {"step", m_step}, {"steps", m_totalSteps}});
    }

    void warn(std::int64_t step, const std::string& message)
    {
        m_directory.events().append({{"event", "warning"}, {"step", step}, {"message", message}});
    }

    void warnOfOtherThreads(int before)
    {
        if (before != torch::get_num_threads()) {
            warn(m_step, "resumed with " + std::to_string(torch::get_num_threads()) +
                             " threads after " + std::to_string(before) +
                             ": sums may differ in their last digits");
        }
    }

    /// False when asked to stop: then nothing has changed.
    bool trainStep(const StopToken& stop, RunControl& control)
    {
        const double start = elapsed();
        const auto records = m_records.after(m_step, stop);
        if (!records) {
            return false;
        }
        const DropoutOn dropout{m_decoder.network()};
        LossSum losses;
        std::int64_t tokens = 0;
        const auto count = static_cast<std::int64_t>(records->size());
        for (std::int64_t first = 0; first < count; first += m_settings.batch) {
            hold(stop, control);
            if (stop.stop_requested()) {
                m_optimizer.clearGradients();
                return false;
            }
            const std::int64_t size = std::min(m_settings.batch, count - first);
            const std::span group{records->data() + first, static_cast<std::size_t>(size)};
            tokens += backward(group, count, first / m_settings.batch, losses);
        }
        finishStep(*records, losses.mean(), tokens, start);
        return true;
    }

    void hold(const StopToken& stop, RunControl& control)
    {
        if (!control.isPaused() || stop.stop_requested()) {
            return;
        }
        const auto start = std::chrono::steady_clock::now();
        m_directory.events().append({{"event", "pause"}, {"step", m_step}});
        control.waitWhilePaused(stop);
        m_secondsPaused += secondsSince(start);
        if (!stop.stop_requested()) {
            m_directory.events().append({{"event", "resume"}, {"step", m_step}});
        }
    }

    /// Gradients of one micro-batch, added to those before; returns the tokens it packed.
    std::int64_t backward(std::span<const TwinExample> group, std::int64_t recordsOfStep,
                          std::int64_t microBatch, LossSum& losses)
    {
        const Random seeds{m_settings.seed, static_cast<std::uint64_t>(m_step)};
        m_decoder.network().setDropoutSeed(seeds.bits(static_cast<std::uint64_t>(microBatch)));
        const causal::TwinHidden pass = causal::twinPass(m_decoder.network(), group, worlds());
        const torch::Tensor head = m_decoder.network().headWeight();
        const causal::LossResult result = causal::objectiveLoss(
            m_settings.objective, pass, head, frozenEffects(m_frozen, group, head.device()));
        // A loss is the mean over the records of its micro-batch, or over its tokens.
        const bool byRecord = m_settings.objective.normalize == causal::Normalize::Record;
        const std::int64_t microBatches = (recordsOfStep + m_settings.batch - 1) / m_settings.batch;
        const double weight = byRecord ? static_cast<double>(group.size()) : 1.0;
        const auto all = static_cast<double>(byRecord ? recordsOfStep : microBatches);
        (result.loss * (weight / all)).backward();
        losses.add(result.report, weight);
        std::int64_t tokens = 0;
        for (const TwinExample& example : group) {
            tokens += packedTokens(example, worlds());
        }
        return tokens;
    }

    void finishStep(const std::vector<TwinExample>& records, const LossReport& losses,
                    std::int64_t tokens, double start)
    {
        const double norm = gradientNorm(m_optimizer.parameters());
        const double rate = learningRate(m_settings, m_step + 1, m_totalSteps);
        if (!records.empty() && std::isfinite(losses.loss) && std::isfinite(norm)) {
            clipGradients(m_optimizer.parameters(), norm, m_settings.maxGradNorm);
            m_optimizer.step(rate);
            m_skipped = 0;
        } else {
            m_optimizer.clearGradients();
            skipStep(records);
        }
        ++m_step;
        m_directory.events().append(stepEvent(
            {.step = m_step,
             .epoch = static_cast<double>(m_step) / static_cast<double>(m_records.stepsPerEpoch()),
             .losses = losses,
             .hasRecords = !records.empty(),
             .rate = rate,
             .gradientNorm = norm,
             .tokens = tokens,
             .stepSeconds = elapsed() - start,
             .seconds = elapsed()},
            m_settings.objective));
    }

    /// A loss or gradient that is no number never reaches the weights.
    void skipStep(const std::vector<TwinExample>& records)
    {
        OrderedJson ids = OrderedJson::array();
        for (const TwinExample& example : records) {
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
                        records.empty() ? "its events name the records and what is wrong with them"
                                        : "lower lr, or look at the records that its events name"};
        }
    }

    /// Held-out loss by the same objective as in training, and the cross-entropies of both worlds.
    /// False when asked to stop.
    bool evaluate(const StopToken& stop)
    {
        const std::optional<HeldOutLoss> loss = m_heldOut.measure(m_step, stop);
        if (!loss) {
            return false;
        }
        m_directory.events().append(evaluateEvent(m_step, *loss, elapsed(), m_settings.objective));
        m_evaluated = m_step;
        const double figure = loss->objective.loss;
        const bool isNumber = loss->records > 0 && std::isfinite(figure);
        m_heldOutLoss = isNumber ? std::optional{figure} : std::nullopt;
        return true;
    }

    /// Of this step, where it was measured and is a number.
    [[nodiscard]] std::optional<double> heldOutLoss() const
    {
        return m_step > 0 && m_evaluated == m_step ? m_heldOutLoss : std::nullopt;
    }

    void checkpoint(bool wait)
    {
        if (!m_optimizer.isFinite()) {
            throw Error{ErrorKind::BadInput, "the weights are not finite any more",
                        m_directory.folder().string(),
                        "lower lr and resume from the newest checkpoint, or start again"};
        }
        const std::optional<double> loss = heldOutLoss();
        m_checkpoints.write({{"step", m_step},
                             {"optimizer_steps", m_optimizer.steps()},
                             {"skipped_in_a_row", m_skipped},
                             {"evaluated", m_evaluated},
                             {"held_out_loss", loss ? OrderedJson(*loss) : OrderedJson(nullptr)},
                             {"records", m_examples.size()},
                             {"seconds", elapsed()},
                             {"threads", torch::get_num_threads()}},
                            m_optimizer.state(), wait);
    }

    [[nodiscard]] RunResult resultWith(RunEnd end) const
    {
        RunResult result{.end = end, .steps = m_step};
        if (const auto newest = m_checkpoints.newest()) {
            result.checkpoint = fs::path{"checkpoints"} / std::to_string(*newest);
        }
        return result;
    }

    RunResult endStopped()
    {
        if (m_step > 0) {
            checkpoint(/*wait=*/true);
        }
        m_directory.events().append({{"event", "stop"}, {"step", m_step}, {"seconds", elapsed()}});
        return resultWith(RunEnd::Stopped);
    }

    /// Puts the best checkpoint's weights into the decoder, where that is another one than the
    /// last. Returns its step.
    std::int64_t takeBest()
    {
        const std::int64_t best =
            m_settings.keepBest ? m_checkpoints.best().value_or(m_step) : m_step;
        if (best == m_step) {
            return m_step;
        }
        if (!isWholeCheckpoint(m_directory.checkpointFolder(best))) {
            warn(m_step, "the best checkpoint, of step " + std::to_string(best) +
                             ", is damaged: the model is that of the last step");
            return m_step;
        }
        m_checkpoints.read(best, m_optimizer.state());
        m_optimizer.restored(m_optimizer.steps());
        return best;
    }

    RunResult endFinished()
    {
        const std::int64_t step = takeBest();
        const fs::path folder = m_directory.modelFolder();
        const fs::path temporary = folder.string() + ".tmp";
        fs::remove_all(temporary);
        fs::create_directories(temporary);
        if (m_settings.full) {
            model::writeModel(m_decoder, temporary);
        } else {
            model::writeAdapter(m_decoder, temporary, m_decoder.files().path().string());
        }
        syncToDisk(temporary);
        fs::remove_all(folder);
        fs::rename(temporary, folder);
        syncToDisk(m_directory.folder());
        m_directory.events().append({{"event", "done"},
                                     {"step", m_step},
                                     {"model", "model"},
                                     {"model_step", step},
                                     {"seconds", elapsed()}});
        m_directory.events().sync();
        return resultWith(RunEnd::Finished);
    }

    model::Decoder& m_decoder;
    const ExampleSource& m_examples;
    model::Decoder* m_frozen;
    RunDirectory& m_directory;
    TrainingSettings m_settings;
    HeldOut m_heldOut;
    StepRecords m_records;
    AdamW m_optimizer;
    RunCheckpoints m_checkpoints;
    std::int64_t m_totalSteps = 0;
    std::int64_t m_step = 0;             ///< finished ones
    std::int64_t m_evaluated = -1;       ///< step of the newest held-out loss
    std::optional<double> m_heldOutLoss; ///< of that step
    std::int64_t m_skipped = 0;          ///< in a row
    double m_secondsBefore = 0;          ///< of earlier sessions
    double m_secondsPaused = 0;
    std::chrono::steady_clock::time_point m_start;
};

Trainer::Trainer(model::Decoder& decoder, const ExampleSource& examples,
                 const ExampleSource* heldOut, model::Decoder* frozen, RunDirectory& directory)
    : m_session{model::translated(place, [&] {
        return std::make_unique<Session>(decoder, examples, heldOut, frozen, directory);
    })}
{
}

Trainer::~Trainer() = default;

RunResult Trainer::run(StopToken stop, Progress& progress, RunControl& control)
{
    try {
        return model::translated(place, [&] { return m_session->run(stop, progress, control); });
    } catch (const Error& error) {
        m_session->recordError(error);
        throw;
    }
}

} // namespace nextquill::train
