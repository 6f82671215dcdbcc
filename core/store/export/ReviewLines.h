// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/export/ReviewSelection.h"

#include <string>
#include <string_view>

namespace nextquill::store {

/// A review as our JSON lines have it: what the importer's usual names find again.
[[nodiscard]] OrderedJson reviewObject(const ExportRow& row);

/// The columns of our tables, and a row; lines end in CR LF, each text stands in quotes.
[[nodiscard]] std::string tableHeader(bool withParts);
[[nodiscard]] std::string tableRow(const ExportRow& row);

/// A text as a cell: in quotes, quotes doubled. One that a spreadsheet would take for a formula or
/// a command (it begins with = + - @, a tabulator, a line break or NUL) gets an apostrophe in
/// front, which spreadsheets read as "this is text".
[[nodiscard]] std::string tableCell(std::string_view text);

} // namespace nextquill::store
