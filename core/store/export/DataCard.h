// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/LeakChecks.h"
#include "core/store/Provenance.h"
#include "core/store/export/ExportTally.h"
#include "core/store/export/ReviewSelection.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::store {

/// What is to be said of a set of data: what it is, where it is from, how it was chosen.
struct DataCard
{
    std::string title;
    ExportSettings settings;
    std::optional<Split> split;
    std::string userName; ///< of the filter's user, as it is written
    std::string itemKey;  ///< of the filter's item
    ExportTally tally;
    Counts project;
    std::vector<SourceFile> sources;
    std::int64_t duplicates = 0;    ///< reviews that imports met again
    std::int64_t steps = 0;         ///< of curation, not taken back
    std::optional<LeakCheck> leaks; ///< of the split, if it was looked for
    std::int64_t leftOut = 0;       ///< targets without what the task asks for
};

/// The card of a project's export, but for its tally.
[[nodiscard]] DataCard dataCardOf(Project& project, const ExportSettings& settings,
                                  const std::optional<Split>& split, const WrittenNames& names);

/// YAML between two lines of ---, by which the hub and `datasets` know parts and columns.
[[nodiscard]] std::string frontMatter(const DataCard& card, const std::vector<ExportedFile>& files,
                                      bool ofSplit);

/// Writes a text as README.md into a folder that is in the making.
[[nodiscard]] ExportedFile writeReadme(const std::filesystem::path& folder,
                                       const std::string& text);

/// Markdown. Foreign texts stand in it as code, with nothing that could end that.
[[nodiscard]] std::string cardText(const DataCard& card, const std::vector<ExportedFile>& files);

/// The files, named as they are in a folder, as they are called when that has its place.
[[nodiscard]] std::vector<ExportedFile> placedIn(const std::filesystem::path& folder,
                                                 std::vector<ExportedFile> files);

} // namespace nextquill::store
