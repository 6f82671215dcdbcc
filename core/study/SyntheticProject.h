// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/study/SyntheticUsers.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace nextquill::study {

/// What was made.
struct SyntheticProject
{
    std::filesystem::path project;
    std::filesystem::path truth;
    std::int64_t users = 0;
    std::int64_t items = 0;
    std::int64_t reviews = 0;
    std::string split; ///< by user: those who test are new to a model that trains on the others
    std::int64_t train = 0; ///< targets
    std::int64_t validation = 0;
    std::int64_t test = 0;
};

/// Makes a project of synthetic users, imported as any other reviews are, with a split by user, and
/// the truth of each text in a file beside it. Both get their names when they are whole.
///
/// Threads  any
/// Speed    some 2,000 reviews a second
/// Stops    Stopped; leaves nothing
/// Throws   Error(BadInput) when either file is there already or no target is left to train with,
///          Error(Storage)
SyntheticProject makeSyntheticProject(const std::filesystem::path& project,
                                      const SyntheticSettings& settings, const StopToken& stop,
                                      Progress& progress);

} // namespace nextquill::study
