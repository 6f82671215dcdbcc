// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::hub {

/// A model's name on the hub: "OWNER/NAME".
struct HubName
{
    std::string owner;
    std::string name;

    [[nodiscard]] std::string text() const { return owner + "/" + name; }
    /// Its folder in the hub's cache: "models--OWNER--NAME".
    [[nodiscard]] std::string folder() const { return "models--" + owner + "--" + name; }
    [[nodiscard]] bool operator==(const HubName&) const = default;
};

/// The name that `text` is, by the hub's own rules; none where it is no such name.
[[nodiscard]] std::optional<HubName> readHubName(std::string_view text);

/// The same. Throws Error(BadInput) where it is none.
[[nodiscard]] HubName requireHubName(std::string_view text);

/// The name of a folder of the cache; none where the folder is no model's.
[[nodiscard]] std::optional<HubName> nameOfCacheFolder(std::string_view folder);

/// A branch, tag or commit that can stand in an address and in a path ("main", "refs/pr/1").
[[nodiscard]] bool isRevision(std::string_view text);

/// 40 lower-case hexadecimal digits.
[[nodiscard]] bool isCommit(std::string_view text);

/// A path below a folder, as a server may name one: parts of plain characters, none of them hidden,
/// "." or "..".
[[nodiscard]] bool isSafePath(std::string_view path);

} // namespace nextquill::hub
