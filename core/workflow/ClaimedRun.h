// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/RunLedger.h"
#include "core/train/Trainer.h"
#include "core/train/distributed/ProcessGroup.h"

#include <functional>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// Trains a run that this process has claimed, and writes into the ledger what became of it. A run
/// of the queue that is stopped keeps its place, as Paused, where `keepsPlace` says so then.
///
/// Stops, Throws   as executeRun
train::RunResult trainClaimed(store::Project& project, const store::RunRow& row,
                              const StopToken& stop, Progress& progress, train::RunControl& control,
                              train::ProcessGroup& group = train::oneProcess(),
                              const std::function<bool()>& keepsPlace = {});

/// A rank that does not lead: it reads the project and leaves no trace in it.
train::RunResult followRun(store::Project& project, const store::RunRow& row, const StopToken& stop,
                           Progress& progress, train::RunControl& control,
                           train::ProcessGroup& group);

} // namespace nextquill::workflow
