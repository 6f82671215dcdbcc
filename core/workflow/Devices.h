// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/train/TrainingSettings.h"
#include "core/train/distributed/Launch.h"
#include "core/workflow/DeviceTurn.h"

#include <optional>
#include <string>

namespace nextquill::workflow {

/// As settings name it, "auto" and "cuda" included → "cpu", "cuda:0".
[[nodiscard]] std::string deviceNamed(const std::string& device);

/// As settings name it, for this rank's part of its host: "auto", "cpu", "cuda:1".
[[nodiscard]] std::string deviceOfRank(const std::string& device, const train::Launch& launch);

/// The turn of a run on its device. The ranks of a job have their devices from their launcher and
/// do not wait: a device that another run has is an error there. Ranks that share a device share
/// the turn.
///
/// Stops, Throws   as DeviceTurn::take
[[nodiscard]] std::optional<DeviceTurn> turnOf(const std::string& device, const std::string& who,
                                               WhenBusy whenBusy, const train::Launch& launch,
                                               const StopToken& stop, Progress& progress);

/// Notes that this process cannot use the device any more: an error that stopped it stays until the
/// process ends. `device` as deviceNamed() has it.
///
/// Threads  any, as requireUsable()
void noteLost(const std::string& device, const Error& error);

[[nodiscard]] bool isLost(const std::string& device);

/// Throws Error(DeviceLost) for a device that was lost, with what stopped it.
void requireUsable(const std::string& device);

/// For tests: nothing gives a process a device back that it has lost.
void forgetLost(const std::string& device);

} // namespace nextquill::workflow
