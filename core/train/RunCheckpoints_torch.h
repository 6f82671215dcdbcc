// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/train/AdamW_torch.h"
#include "core/train/CheckpointWriter.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

namespace nextquill::train {

class RunDirectory;

/// What training does with tensors that are to be written.
enum class TensorsAre {
    InTraining, ///< they change with the next step
    ACopy       ///< nobody changes them
};

/// A run's checkpoints: finds them, writes them beside training, keeps the newest ones and the
/// best.
///
/// The best is the one with the lowest held-out loss, of equal ones the first. A "checkpoint" event
/// acknowledges a checkpoint: it is appended, and synced, once the checkpoint would outlast a power
/// cut. Older ones go after that.
///
/// Threads  all calls on one thread; the writing is on another (CheckpointWriter)
/// Borrows  directory
class RunCheckpoints
{
public:
    /// `keep`: how many of the newest stay; `keepBest`: the best stays beside them.
    RunCheckpoints(RunDirectory& directory, std::int64_t keep, bool keepBest);

    /// Looks through the run's folder and forgets what was known before. State of the newest whole
    /// checkpoint, none without one; each damaged one is left out with a warning in the event log.
    ///
    /// Speed    reads all files of all checkpoints
    [[nodiscard]] std::optional<Json> find();

    /// The file that has the tensors of a step's checkpoint (readTensors()).
    [[nodiscard]] std::filesystem::path tensorsOf(std::int64_t step) const;

    /// Copies the tensors, unless they are a copy, and has a checkpoint written from the copy, once
    /// the one before is written. Without room for a copy, or with `wait`, it is written before
    /// this returns. Nothing happens when the newest is of this step already and as much was known
    /// of it.
    ///
    /// `state`  what restores the run beside the tensors; its "step" names the checkpoint, its
    ///          "held_out_loss" is a number where the loss was measured at this step
    /// Throws   Error(Storage) for this or for the one before: what was there before is whole
    void write(const OrderedJson& state, const std::vector<AdamW::Slot>& slots, TensorsAre tensors,
               bool wait);

    /// Takes notice of a checkpoint that has been written since; throws its Error(Storage).
    void check();
    /// The same once it has been written.
    void wait();

    /// Steps of the newest and of the best whole checkpoint; what is being written is not yet one.
    [[nodiscard]] std::optional<std::int64_t> newest() const;
    [[nodiscard]] std::optional<std::int64_t> best() const;
    /// True when a checkpoint with this held-out loss would be the best.
    [[nodiscard]] bool wouldBeBest(double heldOutLoss) const;

private:
    struct Entry
    {
        std::int64_t step = 0;
        std::optional<double> heldOutLoss;
    };

    [[nodiscard]] static Entry entryOf(const Json& state);
    [[nodiscard]] static const Entry* bestOf(const std::vector<Entry>& entries);
    /// What goes from `entries`, newest first, and from the disk.
    [[nodiscard]] std::vector<std::int64_t> takeSuperfluous(std::vector<Entry>& entries) const;
    void put(const OrderedJson& state, const std::vector<AdamW::Slot>& slots, bool isBest,
             const std::vector<std::int64_t>& superfluous) const;
    void remove(std::int64_t step) const;
    void accept(const std::function<bool()>& isWritten);

    RunDirectory& m_directory;
    std::int64_t m_keep;
    bool m_keepBest;
    std::vector<Entry> m_whole;               ///< newest first
    std::optional<std::vector<Entry>> m_next; ///< m_whole, once what is being written is whole
    CheckpointWriter m_writer;                ///< last: its thread ends before the rest goes
};

} // namespace nextquill::train
