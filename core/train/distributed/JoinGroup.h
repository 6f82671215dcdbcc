// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/Launch.h"
#include "core/train/distributed/ProcessGroup.h"
#include "core/train/distributed/RankWatch.h"

#include <chrono>
#include <memory>
#include <string>

namespace nextquill::train {

/// How long ranks wait for each other.
struct JoinTiming
{
    std::chrono::milliseconds join{300'000}; ///< until all are there: hosts start one by one
    RankWatch::Timing watch;
};

/// Meets the other ranks of a launch and connects to all of them. `card` says what this rank is
/// about to do (program, settings); ranks whose cards differ do not train together.
///
/// Ranks of one host listen on the loopback interface alone. Nothing is encrypted, and who can
/// reach the ports can read and falsify what is sent: trusted networks only (docs/distributed.md).
/// From here on the process ignores SIGPIPE.
///
/// Throws  Error(BadInput) naming the ranks that did not come in time, or the rank whose card or
///         secret is another; Error(DeviceLost) when the network is not as the launch says
/// Source  LibTorch's c10d, with its stores and Gloo
[[nodiscard]] std::unique_ptr<ProcessGroup> joinGroup(const Launch& launch, const std::string& card,
                                                      const JoinTiming& timing = {});

} // namespace nextquill::train
