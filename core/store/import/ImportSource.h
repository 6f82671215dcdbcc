// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/Importer.h"
#include "core/store/import/RecordSource.h"
#include "core/store/import/SourceRecord.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// A file or a text in memory that is to be imported; opened when its turn comes.
struct ImportSource
{
    std::string name;
    std::filesystem::path path; ///< absolute; empty: it can be read once only
    bool isItems = false;       ///< metadata
    std::int64_t bytes = 0;     ///< 0: not known
    std::function<std::unique_ptr<RecordSource>()> open;
    std::filesystem::path golds; ///< of LaMP's outputs; empty: there are none
    std::function<std::string(const StopToken&)> digest;
};

[[nodiscard]] std::vector<ImportSource>
reviewSources(const std::vector<std::filesystem::path>& files,
              std::optional<SourceFormat> format = std::nullopt);
[[nodiscard]] std::vector<ImportSource>
itemSources(const std::vector<std::filesystem::path>& files);

/// `text` must outlive the import.
[[nodiscard]] ImportSource textSource(std::string_view text, const std::string& name, bool isItems);

/// What tells a file from another one without reading all of it: size, time of its last change, and
/// a digest of its ends. Empty where there is no such file, or a pipe.
[[nodiscard]] std::string identityOf(const std::filesystem::path& file);

/// Whether a file may be the one that had this identity: a copy has another time of change.
[[nodiscard]] bool isSameFile(const std::string& identity, const std::filesystem::path& file,
                              bool mayBeCopy);

/// LaMP's outputs of that source, where it may be LaMP's.
[[nodiscard]] GoldOutputs goldsOf(const ImportSource& source, std::optional<SourceFormat> format);

} // namespace nextquill::store
