// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/hub/HubName.h"
#include "core/hub/HubSettings.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::hub {

/// What to fetch.
struct FetchRequest
{
    HubName name;
    std::string revision = "main";    ///< branch, tag or commit
    std::string file;                 ///< only this one; empty: what the model needs
    std::vector<std::string> include; ///< patterns of names; empty: what the model needs
};

/// A model that is in the cache now.
struct FetchedModel
{
    std::filesystem::path path; ///< folder of the snapshot, or its .gguf file
    std::string commit;
    std::vector<std::string> files; ///< names in the snapshot
    std::uint64_t bytes = 0;        ///< of these files
    std::uint64_t fetched = 0;      ///< of these, what came now over the network
};

/// Fetches a model into the hub's cache (HubCache) as the hub's own programs do, so that they and
/// we find it. What is there already is not fetched again; what an earlier fetch left is gone on
/// with. Each file is compared with the checksum that the hub lists before it gets its name; the
/// snapshot and its revision are entered when all of them are there. Only data is fetched: never
/// pickle files, never code.
///
/// Progress in bytes over all files, the file as the stage.
///
/// Threads  any; several fetches, also of several programs, wait for each other at each file
/// Stops    within 50 ms, with Stopped; what came is kept
/// Throws   Error(Unreachable) when the network or the hub fails, Error(BadInput) for a model that
///          is not there or not given, a choice to make, or a checksum that stays wrong,
///          Error(Unsupported) for pickle files, Error(Storage) for the disk, also before anything
///          is fetched when its space is too small
[[nodiscard]] FetchedModel fetchModel(const FetchRequest& request, const HubSettings& settings,
                                      const StopToken& stop, Progress& progress);

} // namespace nextquill::hub
