// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TimelineEntry.h"

#include "ui/project/ShownText.h"

namespace nextquill::ui {

namespace {

/// Places of timelineColumns() in a row.
enum Place { User, Item, Asin, Rating, Title, Words, Time, Excluded, Tags, Text, Places };

QString textOf(const store::Cell& cell)
{
    const auto* text = std::get_if<std::string>(&cell);
    return text != nullptr ? shown(*text) : QString{};
}

std::int64_t integerOf(const store::Cell& cell)
{
    const auto* value = std::get_if<std::int64_t>(&cell);
    return value != nullptr ? *value : 0;
}

double numberOf(const store::Cell& cell)
{
    const auto* value = std::get_if<double>(&cell);
    return value != nullptr ? *value : static_cast<double>(integerOf(cell));
}

} // namespace

std::vector<std::string> timelineColumns()
{
    return {"user", "item", "asin", "rating", "title", "words", "time", "excluded", "tags", "text"};
}

TimelineEntry entryFrom(const store::TableRow& row)
{
    const auto& cells = row.cells;
    TimelineEntry entry{.id = row.id, .key = row.key};
    if (cells.size() != Places) {
        return entry;
    }
    entry.user = textOf(cells[User]);
    entry.item = textOf(cells[Item]);
    if (entry.item.isEmpty()) {
        entry.item = textOf(cells[Asin]);
    }
    entry.rating = numberOf(cells[Rating]);
    entry.title = textOf(cells[Title]);
    entry.text = textOf(cells[Text]);
    entry.words = integerOf(cells[Words]);
    entry.time = integerOf(cells[Time]);
    entry.excluded = integerOf(cells[Excluded]) != 0;
    entry.tags = textOf(cells[Tags]).split(QStringLiteral(", "), Qt::SkipEmptyParts);
    return entry;
}

} // namespace nextquill::ui
