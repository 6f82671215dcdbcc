// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/table/TableReader.h"

#include "ui/histories/table/TableSelection.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace nextquill::ui {

/// One line of tab-separated cells as spreadsheets paste it: a cell with a tab, a line break or a
/// quote stands in quotes, and a text that a spreadsheet would take for a formula (=, +, -, @) gets
/// an apostrophe in front.
[[nodiscard]] QString pastedLine(const QStringList& cells);
[[nodiscard]] QString pastedText(const QString& text);

/// What is copied: whole texts, numbers with a point, in the order of the rows.
struct CopiedCells
{
    QString text;
    qint64 rows = 0;
    bool isCut = false; ///< there were more rows than a clipboard should hold
};

/// Reads the rows and writes them as lines; `titles` makes a first line, unless it is empty.
///
/// Stops  Stopped
[[nodiscard]] CopiedCells copyRows(store::Project& project, store::TableQuery query,
                                   const store::TableFences& fences, const QList<RowRange>& ranges,
                                   const QStringList& titles, const StopToken& stop,
                                   Progress& progress);

} // namespace nextquill::ui
