// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

/// Something that was written out of a project, and where to.
struct NotedExport
{
    std::filesystem::path path; ///< absolute, as it was then
    std::string what;           ///< "export", "recipe"
    std::int64_t time = 0;      ///< milliseconds since 1970, UTC
};

/// Notes an export in `exports.jsonl` of the project's folder, so that who erases a user can be
/// told where the texts went. Returns false where that cannot be written (a medium for reading
/// only): an export does not fail for it.
[[nodiscard]] bool noteExport(const Project& project, const std::filesystem::path& to,
                              std::string_view what);

/// All that were noted, oldest first, each place once, as it was written last. Lines that are none
/// of ours are passed over. `project` is the project's file.
[[nodiscard]] std::vector<NotedExport> notedExports(const std::filesystem::path& project);

/// Where they are noted.
[[nodiscard]] std::filesystem::path exportLogOf(const std::filesystem::path& project);

} // namespace nextquill::store
