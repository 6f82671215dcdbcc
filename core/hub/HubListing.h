// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/hub/HttpClient.h"
#include "core/hub/HubName.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::hub {

/// A file of a model, as the hub lists it.
struct HubFile
{
    std::string path;
    std::uint64_t size = unknownSize;
    /// SHA-256 (64 digits), or for small files git's SHA-1 of the blob (40); empty where the hub
    /// names none that can be one.
    std::string checksum;

    static constexpr std::uint64_t unknownSize = ~std::uint64_t{0};
    [[nodiscard]] bool isKnown() const { return size != unknownSize && !checksum.empty(); }
};

/// The files of a model at one commit.
struct HubListing
{
    std::string commit;
    std::vector<HubFile> files; ///< those whose names are safe paths, by name
};

/// Asks the hub. The answer is a stranger's: its length, numbers and names are checked.
///
/// Throws   what PersistentRequest throws; Error(BadInput) for an answer that is no such list
[[nodiscard]] HubListing listModel(HttpClient& client, const HubSettings& settings,
                                   const HubName& name, const std::string& revision,
                                   const StopToken& stop, Progress& progress);

} // namespace nextquill::hub
