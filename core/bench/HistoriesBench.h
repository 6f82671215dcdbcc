// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"

#include <cstdint>
#include <filesystem>

namespace nextquill::bench {

struct HistoriesBenchSettings
{
    std::int64_t reviews = 100'000;
    std::filesystem::path folder; ///< for temporary files; empty: the system's
    std::filesystem::path keep;   ///< the project that is made gets this name and stays
    /// Measure this project instead. It is curated and every step is taken back.
    std::filesystem::path project;
    int repeats = 3;
};

/// Tables of a project with many reviews: opened, paged, sorted, filtered, searched, counted,
/// jumped in, and curated by the hundred thousand, as a person does it in the window. A row's name
/// begins with the line of the acceptance table that it is about ("a1"); pages are compared with
/// skipping rows ("D5").
///
/// Stops    Stopped, between rows
/// Throws   Error(Storage); Error(BadInput) when there is a file of the name to keep
[[nodiscard]] BenchReport benchHistories(const HistoriesBenchSettings& settings,
                                         const StopToken& stop, Progress& progress);

} // namespace nextquill::bench
