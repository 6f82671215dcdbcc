// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::ui {

/// How a project was opened.
struct OpenedProject
{
    std::filesystem::path file;
    bool readOnly = false;
    std::string why;                      ///< where it is read-only
    std::vector<std::string> interrupted; ///< runs that were going on when their program ended
    int waiting = 0;                      ///< runs in the queue
};

/// Opens a project to write, or, where another program holds it or it is newer than this one, to
/// read. For a worker thread. Throws Error where neither goes.
[[nodiscard]] OpenedProject openProject(const std::filesystem::path& file);

[[nodiscard]] OpenedProject createProject(const std::filesystem::path& file);

/// The demo's project in the user's data folder, made with the built-in sample when it is missing.
[[nodiscard]] OpenedProject openDemo(const StopToken& stop, Progress& progress);

} // namespace nextquill::ui
