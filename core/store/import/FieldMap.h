// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// Instead of a column: there is none, whatever a column is called.
constexpr std::string_view noColumn = "-";

/// Which column of a table, or field of a JSON record, holds what. Empty: the source has none.
///
/// A source without `item` has one item for each text; without `rating` all are 0; without `time`
/// the order of its rows is the order in time, a minute apart from 1970 on.
struct FieldMap
{
    std::string user; ///< needed
    std::string text; ///< needed
    std::string item; ///< the item's key
    std::string itemTitle;
    std::string itemDescription;
    std::string title;
    std::string rating;
    std::string time; ///< seconds or milliseconds since 1970, or a date in ISO 8601

    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] bool isUsable() const { return !user.empty() && !text.empty(); }

    bool operator==(const FieldMap&) const = default;
};

/// The names of the fields as people write them: "user", "text", "item", "item-title" …
struct MappedField
{
    std::string_view name;
    std::string FieldMap::* column;
    std::string_view what;                    ///< for a list of choices
    std::vector<std::string_view> usualNames; ///< of columns, lower case, the likeliest first
};
[[nodiscard]] const std::vector<MappedField>& mappedFields();

/// `map` with the columns that its empty fields have by their usual names, and noColumn as empty.
[[nodiscard]] FieldMap withUsualNames(FieldMap map, const std::vector<std::string>& columns);

/// Reads "user=author", or "time=-" for noColumn. Throws Error(BadInput) for a field that there is
/// not, or no column.
void mapField(FieldMap& map, std::string_view assignment);

/// The map in words: "user from author, text from body, order of the rows as time".
[[nodiscard]] std::string inWords(const FieldMap& map);

} // namespace nextquill::store
