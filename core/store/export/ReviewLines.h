// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/export/ReviewSelection.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

enum class RowValue { Text, Real, Time, Flag };

/// A column of our lines and tables. The usual names: what the importer finds again.
struct RowColumn
{
    std::string_view name;
    RowValue value = RowValue::Text;
};

/// The columns of these names in their usual order; all for an empty list, `part` only with parts.
///
/// Throws Error(BadInput) for a name that there is not, and for none that is left.
[[nodiscard]] std::vector<RowColumn> rowColumns(const std::vector<std::string>& names,
                                                bool withParts);

/// A row's value in a column of texts. There is one column each of the other types: rating, time
/// and whether it is excluded.
[[nodiscard]] std::string textIn(const RowColumn& column, const ExportRow& row);

/// A review as our JSON lines have it; times are ISO 8601.
[[nodiscard]] OrderedJson reviewObject(const ExportRow& row, const std::vector<RowColumn>& columns);

/// The head of our tables, and a row; lines end in CR LF, each text stands in quotes.
[[nodiscard]] std::string tableHeader(const std::vector<RowColumn>& columns);
[[nodiscard]] std::string tableRow(const ExportRow& row, const std::vector<RowColumn>& columns);

/// A text as a cell: in quotes, quotes doubled. One that a spreadsheet would take for a formula or
/// a command (it begins with = + - @, a tabulator, a line break or NUL) gets an apostrophe in
/// front, which spreadsheets read as "this is text".
[[nodiscard]] std::string tableCell(std::string_view text);

} // namespace nextquill::store
