// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace nextquill::model {

/// Which file of the folder has which tensor, from a model.safetensors.index.json: plain names of
/// files alone, so that nothing in an index leads out of the folder.
///
/// Throws Error(BadInput) for anything else and for an index over our limits.
[[nodiscard]] std::map<std::string, std::string> parseShardIndex(std::string_view json,
                                                                 const std::string& where);

/// The same from the file. Throws Error(Storage), too.
[[nodiscard]] std::map<std::string, std::string> readShardIndex(const std::filesystem::path& file);

} // namespace nextquill::model
