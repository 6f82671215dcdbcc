// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableReader.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>
#include <vector>

namespace nextquill::ui {

/// A review as it is read: what the table has of it, and what was found out besides.
struct TimelineEntry
{
    std::int64_t id = 0;
    store::RowKey key; ///< its place in the order of the list
    QString user;
    QString item; ///< title, or key
    double rating = 0;
    QString title;
    QString text;
    std::int64_t words = 0;
    std::int64_t time = 0;
    bool excluded = false;
    QStringList tags;
    std::optional<std::int64_t> tokens; ///< for the chosen model; none: not counted (yet)

    [[nodiscard]] bool operator==(const TimelineEntry&) const = default;
};

/// The columns that an entry is made of.
[[nodiscard]] std::vector<std::string> timelineColumns();

/// A row of a query with these columns and whole texts.
[[nodiscard]] TimelineEntry entryFrom(const store::TableRow& row);

} // namespace nextquill::ui
