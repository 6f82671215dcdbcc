// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/TwinExample.h"
#include "core/train/distributed/ProcessGroup.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

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

/// What a run does when its folder cannot be written (disk full, disk gone).
enum class OnDiskError {
    End,   ///< ends with Error(Storage): a resume goes on from the newest checkpoint
    Pause, ///< keeps everything in memory, and goes on once it is resumed
};

/// What a person asks of a run while it goes on. Shared by caller and trainer.
///
/// Threads  any.
class RunControl
{
public:
    /// Pause is for callers that show pauseReason() to somebody who can resume().
    explicit RunControl(OnDiskError onDiskError = OnDiskError::End)
        : m_onDiskError{onDiskError}
    {
    }

    /// Holds before the next micro-batch; the model stays loaded.
    void pause() { setPaused(true, {}); }
    void resume() { setPaused(false, {}); }
    /// By the trainer itself: what is wrong, where, and what to do before resume().
    void pauseBecause(std::string reason) { setPaused(true, std::move(reason)); }
    /// Empty when it goes on, or when a person paused it.
    [[nodiscard]] std::string pauseReason() const
    {
        const std::scoped_lock lock{m_mutex};
        return m_reason;
    }
    [[nodiscard]] bool waitsForTheDisk() const { return m_onDiskError == OnDiskError::Pause; }
    [[nodiscard]] bool isPaused() const
    {
        const std::scoped_lock lock{m_mutex};
        return m_paused;
    }
    /// Returns once it is not paused (any more), or asked to stop, in whatever order the two come.
    void waitWhilePaused(const StopToken& stop) const
    {
        std::unique_lock lock{m_mutex};
        m_changed.wait(lock, stop, [this] { return !m_paused; });
    }

    /// Lets the next micro-batch fail with this exception, as if what computes had thrown it: for
    /// tests of what follows on faults that no test can bring about.
    void failWith(std::exception_ptr fault)
    {
        const std::scoped_lock lock{m_mutex};
        m_fault = std::move(fault);
    }
    /// Throws what failWith() was given, once.
    void throwFault()
    {
        const std::exception_ptr fault = [this] {
            const std::scoped_lock lock{m_mutex};
            return std::exchange(m_fault, nullptr);
        }();
        if (fault) {
            std::rethrow_exception(fault);
        }
    }

    /// Asks for a checkpoint at the next step.
    void requestCheckpoint() { m_checkpoint.store(true); }
    [[nodiscard]] bool takeCheckpointRequest() { return m_checkpoint.exchange(false); }

private:
    void setPaused(bool paused, std::string reason)
    {
        {
            const std::scoped_lock lock{m_mutex};
            m_paused = paused;
            m_reason = std::move(reason);
        }
        m_changed.notify_all();
    }

    OnDiskError m_onDiskError;
    mutable std::mutex m_mutex; // of m_paused, m_reason and m_fault
    mutable std::condition_variable_any m_changed;
    bool m_paused = false;
    std::string m_reason;
    std::exception_ptr m_fault;
    std::atomic<bool> m_checkpoint{false};
};

enum class RunEnd {
    Finished, ///< all steps done; `model/` is written
    Stopped,  ///< asked to stop; a resume goes on from `checkpoint`, or from the start without one
};

struct RunResult
{
    RunEnd end = RunEnd::Finished;
    std::int64_t steps = 0; ///< optimizer steps since the run began, earlier sessions included
    /// The newest complete one, relative to the run's directory; empty when there is none yet.
    std::filesystem::path checkpoint;
};

/// One training run: reads examples, updates the decoder, leaves everything in the run's directory.
///
/// The window, the command line and a distributed worker are callers of this class and nothing
/// more: what they show comes from the directory's event log, never from the trainer's memory.
///
/// Order of data, learning rate and dropout are functions of (seed, step) alone, so a resumed run
/// continues bit by bit as if it had not been stopped, on the same device and thread count.
///
/// With a group of several ranks each process has a trainer of its own, on the same examples and
/// settings; they train one model together on the same steps as one process would. Rank 0 alone
/// writes into the directory; pausing is for one process.
///
/// Threads  construct and run on one thread.
/// Borrows  everything given; all of it outlives the trainer.
class Trainer
{
public:
    /// Settings are the directory's. A directory with checkpoints is resumed from the newest whole
    /// one; damaged ones are left out, with a warning in the event log. `heldOut` may be null;
    /// `frozen` is the model of effect source "frozen:MODEL", else null.
    ///
    /// Throws Error(BadInput) when settings contradict each other, the decoder or `frozen`, before
    /// any work; Error(OutOfMemory).
    Trainer(model::Decoder& decoder, const ExampleSource& examples, const ExampleSource* heldOut,
            model::Decoder* frozen, RunDirectory& directory, ProcessGroup& group = oneProcess());
    ~Trainer();

    Trainer(const Trainer&) = delete;
    Trainer& operator=(const Trainer&) = delete;

    /// Trains until the settings' last step or until asked to stop, whichever comes first.
    ///
    /// When stopped, the step under way is given up and repeated on resume, and the last finished
    /// one is checkpointed. Progress counts optimizer steps. A step with a non-finite loss or
    /// gradient is skipped and recorded with its example ids; `max-skipped-steps` of them in a row
    /// end the run. Weights that are not finite are never checkpointed.
    ///
    /// Checkpoints are written on a thread beside. Where the run's folder cannot be written, the
    /// run ends or pauses, as `control` has it: paused, it has given up the step under way, says
    /// why in a "pause" event and in control.pauseReason(), and on resume writes what it owes and
    /// goes on with the same curve. Where memory does not suffice for a micro-batch, the step
    /// begins again with half as many records at once, and a warning says so.
    ///
    /// Numbers  losses in events are means over the records of a step, mean_pce and
    ///          preference_ratio means over its target tokens
    /// Stops    within one micro-batch (or held-out record) and one checkpoint; returns
    ///          RunEnd::Stopped, no throw. One rank that is asked to stop stops all, at the latest
    ///          when they have done their shares of the step
    /// Throws   Error(OutOfMemory) for a single record, Error(Storage), Error(DeviceLost),
    ///          Error(BadInput) for a run
    ///          that finds no finite loss or was begun with other records: an "error" event says so
    ///          and the newest checkpoint stays valid. RankLost, and what ProcessGroup throws
    [[nodiscard]] RunResult run(StopToken stop, Progress& progress, RunControl& control);

private:
    class Session; // LibTorch types live behind this
    std::unique_ptr<Session> m_session;
};

} // namespace nextquill::train
