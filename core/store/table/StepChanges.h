// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>

namespace nextquill::store {

class Connection;

/// Which values of a step's changes the reviews get: it is taken back, or made (again).
enum class StepSide { Before, After };

/// Gives all reviews of a step these values, with everything that is derived from them. Inside a
/// transaction, under a StopGuard.
///
/// Stops    Stopped
void applyStep(Connection& connection, std::int64_t step, StepSide side, const StopToken& stop,
               Progress& progress);

} // namespace nextquill::store
