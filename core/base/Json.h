// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace nextquill {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json; ///< keeps the order of keys, for files that people read

/// What foreign JSON may cost. Defaults are those for small configuration files.
struct JsonLimits
{
    std::size_t bytes = std::size_t{4} << 20;
    int depth = 32;
    bool refuseDuplicateKeys = false;
};

/// Parses JSON from a stranger.
///
/// Throws Error(BadInput) with `where`, line and column when it is no JSON, not UTF-8 or over a
/// limit.
[[nodiscard]] Json parseJson(std::string_view text, const JsonLimits& limits,
                             const std::string& where);

/// The same for a whole file. Throws Error(Storage) when it cannot be read.
[[nodiscard]] Json readJsonFile(const std::filesystem::path& file, const JsonLimits& limits);

/// One line of JSON, without a line break; invalid UTF-8 is replaced by U+FFFD.
[[nodiscard]] std::string toLine(const OrderedJson& value);

} // namespace nextquill
