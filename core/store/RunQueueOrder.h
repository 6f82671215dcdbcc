// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/RunLedger.h"

#include <optional>
#include <vector>

namespace nextquill::store {

/// The queue of a project: the runs of its ledger that wait for their turn, in an order that is
/// kept in the project. A run whose program died waits at its old place, which is the first.
///
/// Each change is one transaction, and several processes may make them at the same time
/// (OpenMode::Ledger).
///
/// Throws   Error(BadInput) naming the run when it is not there, or not in the queue
class RunQueueOrder
{
public:
    explicit RunQueueOrder(Project& project)
        : m_project{project}
    {
    }

    [[nodiscard]] std::vector<RunRow> waiting() const; ///< the next one first
    [[nodiscard]] std::optional<RunRow> next() const;

    /// Makes the run that of this process (RunLedger::claim), where it is the next one still; none
    /// where another one is, or another process was faster.
    [[nodiscard]] std::optional<RunRow> claimIfNext(RunId run);

    /// Puts a run at the end: one that was never begun, was stopped or interrupted, or has failed.
    /// Throws Error(BadInput) when it is done or running; one that is in the queue stays.
    void enqueue(RunId run);

    void moveFirst(RunId run);
    void moveLast(RunId run);
    void moveBefore(RunId run, RunId other);
    /// By so many places, negative: towards the front; at most to the end.
    void moveBy(RunId run, int places);

    /// Out of the queue: the run is Stopped then, and can be queued again or deleted.
    void takeOut(RunId run);

private:
    Project& m_project;
};

} // namespace nextquill::store
