// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::store {

class Connection;

/// Steps that were taken back are a branch that `step` took the place of; those that were dropped
/// more than 30 days ago are forgotten. Inside the transaction that makes the step.
void dropUndoneSteps(Connection& connection, std::int64_t step);

/// Returns how many were forgotten.
std::int64_t forgetOldSteps(Connection& connection, std::int64_t now);

} // namespace nextquill::store
