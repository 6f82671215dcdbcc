// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/FieldMap.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <cctype>

namespace nextquill::store {

namespace {

std::string lowerCase(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
        return static_cast<char>(c == ' ' || c == '-' ? '_' : std::tolower(c));
    });
    return lower;
}

} // namespace

bool FieldMap::isEmpty() const
{
    return *this == FieldMap{};
}

const std::vector<MappedField>& mappedFields()
{
    static const std::vector<MappedField> fields{
        {"user",
         &FieldMap::user,
         "who wrote the text",
         {"user_id", "user", "userid", "user_name", "username", "reviewerid", "reviewer_id",
          "reviewer", "author_id", "author", "customer_id", "writer", "name"}},
        {"text",
         &FieldMap::text,
         "the text that the user wrote",
         {"text", "review_text", "reviewtext", "review_body", "body", "content", "review",
          "comment", "message", "output"}},
        {"item",
         &FieldMap::item,
         "key of what it is about",
         {"parent_asin", "asin", "item_id", "itemid", "item", "product_id", "productid",
          "business_id", "book_id", "movie_id", "isbn"}},
        {"item-title",
         &FieldMap::itemTitle,
         "title of what it is about",
         {"item_title", "product_title", "item_name", "product_name", "book_title", "movie_title"}},
        {"item-description",
         &FieldMap::itemDescription,
         "description of what it is about",
         {"item_description", "product_description", "description"}},
        {"title",
         &FieldMap::title,
         "title of the text",
         {"title", "summary", "review_title", "review_headline", "headline", "subject"}},
        {"rating",
         &FieldMap::rating,
         "number from 0 to 10",
         {"rating", "overall", "stars", "star_rating", "score", "review_score", "grade"}},
        {"time",
         &FieldMap::time,
         "when it was written",
         {"timestamp", "unixreviewtime", "time", "datetime", "date", "created_at", "created",
          "created_utc", "review_date", "review_time"}},
    };
    return fields;
}

FieldMap withUsualNames(FieldMap map, const std::vector<std::string>& columns)
{
    const auto isTaken = [&map](const std::string& column) {
        return std::ranges::any_of(
            mappedFields(), [&](const MappedField& field) { return map.*field.column == column; });
    };
    for (const MappedField& field : mappedFields()) {
        for (const std::string_view usual : field.usualNames) {
            const auto found = std::ranges::find_if(columns, [&](const std::string& column) {
                return lowerCase(column) == usual && !isTaken(column);
            });
            if ((map.*field.column).empty() && found != columns.end()) {
                map.*field.column = *found;
            }
        }
    }
    for (const MappedField& field : mappedFields()) {
        if (map.*field.column == noColumn) {
            (map.*field.column).clear();
        }
    }
    return map;
}

void mapField(FieldMap& map, std::string_view assignment)
{
    const std::size_t sign = assignment.find('=');
    const std::string_view name = assignment.substr(0, sign);
    const auto field = std::ranges::find(mappedFields(), name, &MappedField::name);
    if (field == mappedFields().end() || sign == std::string_view::npos ||
        sign + 1 == assignment.size()) {
        std::string names;
        for (const MappedField& known : mappedFields()) {
            names.append(names.empty() ? "" : ", ").append(known.name);
        }
        throw Error{ErrorKind::BadInput,
                    "\"" + escapedForDisplay(assignment) + "\" maps no field to a column", "--map",
                    "write FIELD=COLUMN, with one of the fields " + names};
    }
    map.*field->column = assignment.substr(sign + 1);
}

std::string inWords(const FieldMap& map)
{
    std::string words;
    for (const MappedField& field : mappedFields()) {
        const std::string& column = map.*field.column;
        if (!column.empty()) {
            words.append(words.empty() ? "" : ", ")
                .append(field.name)
                .append(" from ")
                .append(escapedForDisplay(column, 40));
        }
    }
    if (map.time.empty()) {
        words.append(words.empty() ? "" : ", ").append("the order of the rows as time");
    }
    return words;
}

} // namespace nextquill::store
