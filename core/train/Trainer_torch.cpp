// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/Decoder.h"
#include "core/model/TorchErrors_torch.h"
#include "core/train/Checkpoint.h"
#include "core/train/HeldOut_torch.h"
#include "core/train/LearningRate.h"
#include "core/train/RankedGradients_torch.h"
#include "core/train/RunCheckpoints_torch.h"
#include "core/train/RunChecks.h"
#include "core/train/RunDirectory.h"
#include "core/train/RunEvents.h"
#include "core/train/RunLog.h"
#include "core/train/RunModel_torch.h"
#include "core/train/RunPauses.h"
#include "core/train/StepGradients_torch.h"
#include "core/train/StepRecords.h"
#include "core/train/Trainer.h"
#include "core/train/distributed/CheckpointPace.h"
#include "core/train/distributed/ShardedAdamW_torch.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

using causal::LossReport;

constexpr const char* place = "training"; // of errors that LibTorch reports

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

class Trainer::Session
{
public:
    Session(model::Decoder& decoder, const ExampleSource& examples, const ExampleSource* heldOut,
            model::Decoder* frozen, RunDirectory& directory, ProcessGroup& group)
        : m_group{group}
        , m_decoder{decoder}
        , m_examples{examples}
        , m_directory{directory}
        , m_log{directory.events()}
        , m_pauses{m_log}
        , m_settings{checkedSettings(decoder, examples, frozen, directory, group.size())}
        , m_heldOut{decoder,
                    frozen,
                    heldOut,
                    limitsOf(decoder, frozen),
                    m_settings.objective,
                    directory.events()}
        , m_records{examples, limitsOf(decoder, frozen), m_settings, directory.events(), group}
        , m_gradients{decoder, frozen, m_settings}
        , m_optimizer{decoder.network().trainableParameters(), m_settings, group}
        , m_ranked{m_gradients, m_optimizer, m_settings, directory, group}
        , m_checkpoints{directory, m_settings.keepCheckpoints, m_settings.keepBest}
    {
        const std::int64_t all = m_settings.epochs * m_records.stepsPerEpoch();
        m_totalSteps = m_settings.maxSteps > 0 ? m_settings.maxSteps : all;
    }

    RunResult run(const StopToken& stop, Progress& progress, RunControl& control)
    {
        m_start = std::chrono::steady_clock::now();
        m_optimizer.clearGradients();
        resumeFromNewest();
        while (true) {
            std::optional<Error> failure;
            try {
                const auto result =
                    model::translated(place, [&] { return advance(stop, progress, control); });
                if (result) {
                    return *result;
                }
            } catch (const Error& error) {
                // Of several ranks none can go back alone: the others are at another place.
                if (error.kind() != ErrorKind::Storage || !control.waitsForTheDisk() ||
                    !m_group.isAlone() || stop.stop_requested()) {
                    throw;
                }
                failure = error;
            }
            if (failure) {
                m_optimizer.clearGradients(); // of a step that is given up
                settleCheckpoint();
                m_owesCheckpoint = true;
                m_pauses.holdBecause(*failure, {.done = m_step, .total = m_totalSteps}, stop,
                                     progress, control);
                if (stop.stop_requested()) {
                    return endStopped();
                }
            }
        }
    }

    /// What ended the run, for those who watch its directory. A checkpoint under way is written.
    void recordError(const Error& error) noexcept
    {
        settleCheckpoint();
        try {
            m_log.add({{"event", "error"}, {"step", m_step}, {"message", error.what()}});
        } catch (const std::exception&) {
            return; // the disk failed too; the error itself goes on to the caller
        }
    }

private:
    /// Waits for the checkpoint under way, where the disk's error is known already.
    void settleCheckpoint() noexcept
    {
        try {
            m_checkpoints.wait();
        } catch (const std::exception&) {
            m_owesCheckpoint = true; // the error that came first is told
        }
    }

    /// To the end of the next step, or of the run. May be called again after an Error(Storage):
    /// what was not written is tried again, and nothing is trained twice.
    std::optional<RunResult> advance(const StopToken& stop, Progress& progress, RunControl& control)
    {
        m_log.write();
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
            report(progress, "saving");
            return endFinished();
        }
        report(progress, "training");
        return trainStep(stop, control) ? std::nullopt : std::optional{endStopped()};
    }

    /// Training time, pauses not counted.
    [[nodiscard]] double elapsed() const
    {
        return m_secondsBefore + secondsSince(m_start) - m_pauses.seconds();
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

    /// The same on all ranks.
    [[nodiscard]] bool isCheckpointDue(RunControl& control) const
    {
        const bool asked = control.takeCheckpointRequest();
        return m_group.any(asked || wantsCheckpoint()) ||
               isDue(m_settings.checkpointEvery > 0 ? m_settings.checkpointEvery
                                                    : m_records.stepsPerEpoch());
    }

    /// What rank 0 alone knows.
    [[nodiscard]] bool wantsCheckpoint() const
    {
        const bool isBest = m_settings.keepBest && m_group.leads() && heldOutLoss() &&
                            m_checkpoints.wouldBeBest(*heldOutLoss());
        const bool isTime =
            !m_group.isAlone() && m_group.leads() && m_pace.isDue(std::chrono::steady_clock::now());
        return isBest || isTime || m_owesCheckpoint;
    }

    /// Rank 0 chooses the checkpoint, and all read it.
    void resumeFromNewest()
    {
        Json chosen;
        if (m_group.leads()) {
            m_directory.removeUnfinishedCheckpoints();
            if (const std::optional<Json> state = m_checkpoints.find()) {
                chosen = {{"checkpoint", *m_checkpoints.newest()}, {"state", *state}};
            }
        }
        chosen = Json::parse(m_group.fromLead(toLine(OrderedJson(chosen))));
        if (!chosen.is_null()) {
            restore(chosen.at("checkpoint").get<std::int64_t>(), chosen.at("state"));
            return;
        }
        OrderedJson start{{"event", "start"},
                          {"steps", m_totalSteps},
                          {"records", m_examples.size()},
                          {"steps_per_epoch", m_records.stepsPerEpoch()}};
        if (!m_group.isAlone()) {
            start["ranks"] = m_group.size();
        }
        m_directory.events().append(start);
    }

    void restore(std::int64_t checkpoint, const Json& state)
    {
        const fs::path folder = m_directory.checkpointFolder(checkpoint);
        try {
            if (state.at("records").get<std::int64_t>() != m_examples.size()) {
                throw Error{ErrorKind::BadInput,
                            "the run began with " + state.at("records").dump() +
                                " training records, there are " +
                                std::to_string(m_examples.size()) + " now",
                            folder.string(), "put the old records back, or start a new run"};
            }
            m_optimizer.restore(m_checkpoints.tensorsOf(checkpoint),
                                state.at("optimizer_steps").get<std::int64_t>());
            m_step = state.at("step").get<std::int64_t>();
            m_skipped = state.at("skipped_in_a_row").get<std::int64_t>();
            m_evaluated = state.at("evaluated").get<std::int64_t>();
            const Json& loss = state.at("held_out_loss");
            m_heldOutLoss = loss.is_null() ? std::nullopt : std::optional{loss.get<double>()};
            m_secondsBefore = state.at("seconds").get<double>();
            m_gradients.setRecordsAtOnce(state.at("records_at_once").get<std::int64_t>());
            warnOfOther("threads", state.at("threads").get<int>(), torch::get_num_threads());
            warnOfOther("ranks", state.value("ranks", 1), m_group.size());
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

    void warnOfOther(const std::string& what, int before, int now)
    {
        if (before != now) {
            warn(m_step, "resumed with " + std::to_string(now) + " " + what + " after " +
                             std::to_string(before) + ": sums may differ in their last digits");
        }
    }

    /// False when asked to stop: then nothing has changed.
    bool trainStep(const StopToken& stop, RunControl& control)
    {
        const double start = elapsed();
        const auto share = m_records.after(m_step, stop);
        if (!share) {
            return false;
        }
        const auto sums = m_ranked.of(m_step, *share, [&] {
            m_pauses.holdIfAsked(m_step, stop, control);
            return !stop.stop_requested();
        });
        if (!sums) {
            return false;
        }
        finishStep(share->all, *sums, start);
        return true;
    }

    void finishStep(std::int64_t records, const StepSums& sums, double start)
    {
        const LossReport losses = sums.losses.mean();
        const double norm = m_optimizer.gradientNorm();
        const double rate = learningRate(m_settings, m_step + 1, m_totalSteps);
        if (records > 0 && std::isfinite(losses.loss) && std::isfinite(norm)) {
            m_optimizer.clipGradients(norm, m_settings.maxGradNorm);
            m_optimizer.step(rate);
            m_skipped = 0;
        } else {
            m_optimizer.clearGradients();
            skipStep(records > 0);
        }
        ++m_step;
        m_log.add(stepEvent(
            {.step = m_step,
             .epoch = static_cast<double>(m_step) / static_cast<double>(m_records.stepsPerEpoch()),
             .losses = losses,
             .hasRecords = records > 0,
             .rate = rate,
             .gradientNorm = norm,
             .tokens = sums.tokens,
             .stepSeconds = elapsed() - start,
             .seconds = elapsed()},
            m_settings.objective));
    }

    /// A loss or gradient that is no number never reaches the weights.
    void skipStep(bool hasRecords)
    {
        if (m_group.leads()) {
            m_log.add({{"event", "warning"},
                       {"step", m_step + 1},
                       {"message", hasRecords ? "step skipped: loss or gradient is not finite"
                                              : "step skipped: none of its records can be used"},
                       {"records", m_records.ids(m_step)}});
        }
        if (++m_skipped >= m_settings.maxSkippedSteps) {
            throw Error{ErrorKind::BadInput,
                        std::to_string(m_skipped) + " steps in a row had no usable loss",
                        m_directory.folder().string(),
                        hasRecords ? "lower lr, or look at the records that its events name"
                                   : "its events name the records and what is wrong with them"};
        }
    }

    /// Held-out loss by the same objective as in training, and the cross-entropies of both worlds.
    /// False when asked to stop.
    bool evaluate(const StopToken& stop)
    {
        const std::optional<HeldOutLoss> loss = m_heldOut.measure(m_step, stop, m_group);
        if (!loss) {
            return false;
        }
        m_evaluated = m_step;
        const double figure = loss->objective.loss;
        const bool isNumber = loss->records > 0 && std::isfinite(figure);
        m_heldOutLoss = isNumber ? std::optional{figure} : std::nullopt;
        m_log.add(evaluateEvent(m_step, *loss, elapsed(), m_settings.objective));
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
        const auto begin = std::chrono::steady_clock::now();
        m_checkpoints.wait(); // so that its copy is gone before another is made
        const std::vector<AdamW::Slot> tensors = m_optimizer.state(); // of all ranks, on rank 0
        if (m_group.leads()) {
            writeCheckpointOf(tensors, wait);
        }
        m_owesCheckpoint = false;
        m_pace.wrote(begin, std::chrono::steady_clock::now());
    }

    void writeCheckpointOf(const std::vector<AdamW::Slot>& tensors, bool wait)
    {
        const std::optional<double> loss = heldOutLoss();
        m_checkpoints.write({{"step", m_step},
                             {"optimizer_steps", m_optimizer.steps()},
                             {"skipped_in_a_row", m_skipped},
                             {"evaluated", m_evaluated},
                             {"held_out_loss", loss ? OrderedJson(*loss) : OrderedJson(nullptr)},
                             {"records", m_examples.size()},
                             {"records_at_once", m_gradients.recordsAtOnce()},
                             {"seconds", elapsed()},
                             {"threads", torch::get_num_threads()},
                             {"ranks", m_group.size()}},
                            tensors, m_group.isAlone() ? TensorsAre::InTraining : TensorsAre::ACopy,
                            wait);
    }

    [[nodiscard]] RunResult resultWith(RunEnd end)
    {
        RunResult result{.end = end, .steps = m_step};
        const auto newest = m_checkpoints.newest(); // rank 0 has written it
        result.checkpoint = m_group.fromLead(
            newest ? (fs::path{"checkpoints"} / std::to_string(*newest)).string() : std::string{});
        m_group.waitForAll(); // so that no rank takes the end of another for a loss
        return result;
    }

    RunResult endStopped()
    {
        m_log.write();
        if (m_step > 0) {
            checkpoint(/*wait=*/true);
        }
        m_directory.events().append({{"event", "stop"}, {"step", m_step}, {"seconds", elapsed()}});
        return resultWith(RunEnd::Stopped);
    }

    /// The step whose weights are the run's result, on rank 0.
    std::int64_t bestStep()
    {
        const std::int64_t best =
            m_settings.keepBest ? m_checkpoints.best().value_or(m_step) : m_step;
        if (best != m_step && !isWholeCheckpoint(m_directory.checkpointFolder(best))) {
            warn(m_step, "the best checkpoint, of step " + std::to_string(best) +
                             ", is damaged: the model is that of the last step");
            return m_step;
        }
        return best;
    }

    /// Puts the best checkpoint's weights into the decoder, where that is another one than the
    /// last. Returns its step.
    std::int64_t takeBest()
    {
        const std::string chosen =
            m_group.fromLead(m_group.leads() ? std::to_string(bestStep()) : std::string{});
        const std::int64_t best = std::stoll(chosen);
        if (best != m_step) {
            m_optimizer.restore(m_checkpoints.tensorsOf(best), m_optimizer.steps());
        }
        return best;
    }

    RunResult endFinished()
    {
        const std::int64_t step = takeBest();
        if (m_group.leads()) {
            writeResult(step);
        }
        return resultWith(RunEnd::Finished);
    }

    void writeResult(std::int64_t step)
    {
        writeRunModel(m_decoder, m_settings.full, m_directory);
        m_directory.events().append({{"event", "done"},
                                     {"step", m_step},
                                     {"model", "model"},
                                     {"model_step", step},
                                     {"seconds", elapsed()}});
        m_directory.events().sync();
    }

    ProcessGroup& m_group;
    model::Decoder& m_decoder;
    const ExampleSource& m_examples;
    RunDirectory& m_directory;
    RunLog m_log;
    RunPauses m_pauses;
    TrainingSettings m_settings;
    HeldOut m_heldOut;
    StepRecords m_records;
    StepGradients m_gradients;
    ShardedAdamW m_optimizer;
    RankedGradients m_ranked;
    RunCheckpoints m_checkpoints; ///< of rank 0
    std::int64_t m_totalSteps = 0;
    std::int64_t m_step = 0;             ///< finished ones
    std::int64_t m_evaluated = -1;       ///< step of the newest held-out loss
    std::optional<double> m_heldOutLoss; ///< of that step
    std::int64_t m_skipped = 0;          ///< in a row
    bool m_owesCheckpoint = false;       ///< one could not be written
    double m_secondsBefore = 0;          ///< of earlier sessions
    std::chrono::steady_clock::time_point m_start;
    CheckpointPace m_pace{std::chrono::steady_clock::now()};
};

Trainer::Trainer(model::Decoder& decoder, const ExampleSource& examples,
                 const ExampleSource* heldOut, model::Decoder* frozen, RunDirectory& directory,
                 ProcessGroup& group)
    : m_session{model::translated(place, [&] {
        return std::make_unique<Session>(decoder, examples, heldOut, frozen, directory, group);
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
