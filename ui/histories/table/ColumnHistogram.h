// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

namespace nextquill::ui {

/// One bar over a column: how many rows, and what they have in common as a person reads it.
struct HistogramBar
{
    QString label; ///< "40–59"
    qint64 count = 0;
};

/// The distribution of a column over the rows that pass the filter, as its header shows it.
struct ColumnHistogram
{
    QList<HistogramBar> bars; ///< in order of the column; none: nothing is shown
    QString note;             ///< of which rows: "of 12,403 rows"
    bool isWhole = true;      ///< false: of a part of them, which `note` names; painted lighter
    bool isRangeable = true;  ///< bars may be dragged over to filter
};

} // namespace nextquill::ui
