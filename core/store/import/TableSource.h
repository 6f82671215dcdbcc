// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/RecordSource.h"

#include <filesystem>
#include <memory>

namespace nextquill::store {

/// The rows of a table in text (CSV, TSV and their kin) as JSON objects of strings, whose keys are
/// the columns' names; "column 1", "column 2" … where the first row names none. Delimiter (comma,
/// tabulator, semicolon, bar or space), quoting and line ends (LF, CR LF, CR) are recognised from
/// the first lines. Lines above the names of the columns are problems with their places.
///
/// A row that is cut differently from the first one is a problem with its place, never mended by
/// guessing; but empty cells too many at its end are nothing. So is a quote that is not closed
/// within 1,000 lines or 1 MiB: its line alone is lost. Texts that are no UTF-8 are problems.
[[nodiscard]] std::unique_ptr<RecordSource> rowsOfTable(const std::filesystem::path& file);

/// Whether the first lines look like a table with columns, and not like JSON.
[[nodiscard]] bool isTable(const std::filesystem::path& file);

} // namespace nextquill::store
