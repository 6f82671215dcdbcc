// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hub/HubListing.h"
#include "core/hub/ModelFetch.h"

#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::hub {

/// What is fetched of a model: first what is small, then the weights.
struct NeededFiles
{
    std::vector<HubFile> first; ///< configuration, tokenizer, card, index of shards
    std::vector<HubFile> weights;
    bool hasIndex = false; ///< the weights are those that the index among `first` names
};

/// Chooses from the hub's list: the configuration, the tokenizer's files and safetensors of the
/// top folder (or an adapter's); else the one .gguf file. With FetchRequest::file only that one,
/// with ::include what matches. Never pickle files or code.
///
/// Throws Error(BadInput) where there is a choice to make, with the names, or nothing matches;
/// Error(Unsupported) where the weights are pickle files alone.
[[nodiscard]] NeededFiles chooseFiles(const HubListing& listing, const FetchRequest& request);

/// The shards that an index names. Throws Error(BadInput) for an index that names others than files
/// of the list.
[[nodiscard]] std::vector<HubFile> shardsOf(const std::filesystem::path& index,
                                            const HubListing& listing, const HubName& name);

} // namespace nextquill::hub
