// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/bench/BenchReport.h"

#include <cstdint>
#include <filesystem>

namespace nextquill::bench {

struct ImportBenchSettings
{
    std::int64_t rows = 100'000;
    /// Reviews to import instead of made ones, of Amazon's release of 2023.
    std::filesystem::path reviews;
    std::filesystem::path folder; ///< for temporary files; empty: the system's
    int repeats = 3;
    bool reference = true; ///< the plain path, too
    bool search = true;    ///< with the full-text index
};

/// Import of review lines into a new project, and of the same lines by the plain path
/// (core/store/import/PlainImport), in turns. All files are temporary and removed, whatever ends
/// the bench.
///
/// Stops    Stopped, within 100 ms
/// Throws   Error(Storage), Error(BadInput) for a file of something else; Error(Internal) when one
///          of both did not take all rows
[[nodiscard]] BenchReport benchImport(const ImportBenchSettings& settings, const StopToken& stop,
                                      Progress& progress);

} // namespace nextquill::bench
