// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <filesystem>
#include <functional>
#include <string>

namespace nextquill::workflow {

struct DemoSettings
{
    std::filesystem::path folder;
    std::int64_t steps = 0;    ///< 0: the preset's number; CI takes a few
    std::int64_t examples = 0; ///< held-out texts that are scored; 0: 24
    std::string model = "demo";
};

/// The main job, whole, on what ships with the program: project, import, split, training, PCE,
/// comparison, evaluation, heatmaps. `say` receives each finished line of the report.
///
/// Returns the project's file. Run again, it goes on where it was or says that all is there.
std::filesystem::path runDemo(const DemoSettings& settings,
                              const std::function<void(const std::string&)>& say, StopToken stop,
                              Progress& progress);

} // namespace nextquill::workflow
