// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill::app {

// CLI.md, Exit status.
inline constexpr int exitDone = 0;
inline constexpr int exitFailed = 1;
inline constexpr int exitUsage = 2;
inline constexpr int exitInterrupted = 130;

} // namespace nextquill::app
