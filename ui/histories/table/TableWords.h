// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableColumns.h"
#include "core/store/table/TableReader.h"

#include <QString>

namespace nextquill::ui {

/// The window's words for what the tables of the core name in letters of their own.

[[nodiscard]] QString tableTitle(store::TableKind table); ///< "Reviews"
/// "1 review", "12,403 reviews"; `atLeast`: "≥ 12,403 reviews"
[[nodiscard]] QString countedRows(store::TableKind table, qint64 rows, bool atLeast = false);
[[nodiscard]] QString columnTitle(store::TableKind table, const store::TableColumn& column);
/// What a column holds, and what its filter understands.
[[nodiscard]] QString columnHelp(store::TableKind table, const store::TableColumn& column);
[[nodiscard]] bool isNumeric(const store::TableColumn& column);
/// In letters, before anybody chose one.
[[nodiscard]] int columnLetters(const store::TableColumn& column);

/// A cell on one line, for people: numbers with their separators, times by day, texts without line
/// breaks.
[[nodiscard]] QString shownCell(const store::TableColumn& column, const store::Cell& cell);

} // namespace nextquill::ui
