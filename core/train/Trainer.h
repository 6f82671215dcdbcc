// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/TwinExample.h"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::train {

class RunDirectory;

/// The examples of a run, by index; the trainer decides the order.
///
/// Threads  example() is called from the trainer's threads, one call at a time.
class ExampleSource
{
public:
    virtual ~ExampleSource() = default;

    [[nodiscard]] virtual std::int64_t size() const = 0;

    /// The example at `index`, [0, size()); the same for the same index for the whole run.
    /// Throws Error(BadInput) for a broken record: it is skipped, with a warning in the event log.
    [[nodiscard]] virtual causal::TwinExample example(std::int64_t index) const = 0;
};

/// What a person asks of a run while it goes on. Shared by caller and trainer.
///
/// Threads  any.
class RunControl
{
public:
    /// Holds before the next micro-batch; the model stays loaded.
    void pause() { m_paused.store(true); }
    void resume()
    {
        m_paused.store(false);
        m_paused.notify_all();
    }
    [[nodiscard]] bool isPaused() const { return m_paused.load(); }
    /// Returns once it is not paused (any more).
    void waitWhilePaused() const { m_paused.wait(true); }

    /// Asks for a checkpoint at the next step.
    void requestCheckpoint() { m_checkpoint.store(true); }
    [[nodiscard]] bool takeCheckpointRequest() { return m_checkpoint.exchange(false); }

private:
    std::atomic<bool> m_paused{false};
    std::atomic<bool> m_checkpoint{false};
};

enum class RunEnd {
    Finished, ///< all steps done; `model/` is written
    Stopped,  ///< asked to stop; the run can be resumed from `checkpoint`
};

struct RunResult
{
    RunEnd end = RunEnd::Finished;
    std::int64_t steps = 0; ///< optimizer steps since the run began, earlier sessions included
    std::filesystem::path checkpoint; ///< the newest complete one, relative to the run's directory
};

/// One training run: reads examples, updates the decoder, leaves everything in the run's directory.
///
/// The window, the command line and a distributed worker are callers of this class and nothing
/// more: what they show comes from the directory's event log, never from the trainer's memory.
///
/// Order of data, learning rate and dropout are functions of (seed, step) alone, so a resumed run
/// continues bit by bit as if it had not been stopped, on the same device and thread count.
///
/// Threads  construct and run on one thread.
/// Borrows  everything given; all of it outlives the trainer.
class Trainer
{
public:
    /// Settings are the directory's. A directory with checkpoints is resumed from the newest whole
    /// one. `heldOut` may be null; `frozen` is the model of effect source "frozen:MODEL", else
    /// null.
    ///
    /// Throws Error(BadInput) when settings contradict each other or the decoder, before any work.
    Trainer(model::Decoder& decoder, const ExampleSource& examples, const ExampleSource* heldOut,
            model::Decoder* frozen, RunDirectory& directory);
    ~Trainer();

    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    /// Trains until the settings' last step or until asked to stop, whichever comes first.
    ///
    /// When stopped, the step under way is given up and repeated on resume, and the last finished
    /// one is checkpointed. Progress counts optimizer steps. A step with a non-finite loss or
    /// gradient is skipped and recorded with its example ids.
    ///
    /// Stops    within one micro-batch and one checkpoint; returns RunEnd::Stopped, no throw
    /// Throws   Error(OutOfMemory), Error(Storage): the newest checkpoint stays valid
    [[nodiscard]] RunResult run(StopToken stop, Progress& progress, RunControl& control);

private:
    class Session; // LibTorch types live behind this
    std::unique_ptr<Session> m_session;
};

} // namespace nextquill::train
