// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/Splits.h"

#include "app/cli/Commands.h"

namespace nextquill::app {

// What trains, validates and tests, and of which subset; below `data`.

/// `data split`.
void addDataSplit(CLI::App& data, Context& context);
/// `data funnel`.
void addDataFunnel(CLI::App& data, Context& context);

/// A split as results have it.
[[nodiscard]] OrderedJson splitDocument(const store::Split& split);

} // namespace nextquill::app
