// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ReviewLines.h"

#include "core/base/Error.h"
#include "core/store/import/TimeText.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::string_view beginsFormula{"=+-@\t\r\n\0", 8};

constexpr std::array<std::string_view, 10> columnNames{
    "user_id", "item_id", "item_title", "item_description", "rating",
    "title",   "text",    "time",       "excluded",         "part"};

RowValue valueOfColumn(std::string_view name)
{
    return name == "rating"     ? RowValue::Real
           : name == "time"     ? RowValue::Time
           : name == "excluded" ? RowValue::Flag
                                : RowValue::Text;
}

std::string listOfColumns()
{
    std::string list;
    for (const std::string_view name : columnNames) {
        list += list.empty() ? "" : ", ";
        list += name;
    }
    return list;
}

} // namespace

std::span<const std::string_view> exportColumnNames()
{
    return columnNames;
}

std::vector<RowColumn> rowColumns(const std::vector<std::string>& names, bool withParts)
{
    for (const std::string& name : names) {
        if (std::ranges::find(columnNames, name) == columnNames.end()) {
            throw Error{ErrorKind::BadInput, "there is no column \"" + name + "\"", "export",
                        "choose of " + listOfColumns()};
        }
    }
    std::vector<RowColumn> columns;
    for (const std::string_view name : columnNames) {
        const bool isWanted = names.empty() || std::ranges::find(names, name) != names.end();
        if (isWanted && (withParts || name != "part")) {
            columns.push_back({.name = name, .value = valueOfColumn(name)});
        }
    }
    if (columns.empty()) {
        throw Error{ErrorKind::BadInput, "only the examples of a split have a part", "export",
                    "choose other columns, or a split"};
    }
    return columns;
}

std::string textIn(const RowColumn& column, const ExportRow& row)
{
    const std::string_view name = column.name;
    return name == "user_id"            ? row.user
           : name == "item_id"          ? row.item.asin
           : name == "item_title"       ? row.item.title
           : name == "item_description" ? row.item.description
           : name == "title"            ? row.review.title
           : name == "text"             ? row.review.text
           : row.part                   ? std::string{store::name(*row.part)}
                                        : std::string{};
}

OrderedJson reviewObject(const ExportRow& row, const std::vector<RowColumn>& columns)
{
    OrderedJson object = OrderedJson::object();
    for (const RowColumn& column : columns) {
        OrderedJson& value = object[std::string{column.name}];
        switch (column.value) {
        case RowValue::Text:
            value = textIn(column, row);
            break;
        case RowValue::Real:
            value = row.review.rating;
            break;
        case RowValue::Time:
            value = timeText(row.review.time);
            break;
        case RowValue::Flag:
            value = row.review.excluded;
            break;
        }
    }
    return object;
}

std::string tableHeader(const std::vector<RowColumn>& columns)
{
    std::string header;
    for (const RowColumn& column : columns) {
        header += header.empty() ? "" : ",";
        header += column.name;
    }
    return header + "\r\n";
}

std::string tableCell(std::string_view text)
{
    std::string cell{"\""};
    if (!text.empty() && beginsFormula.find(text.front()) != std::string_view::npos) {
        cell += '\'';
    }
    for (const char c : text) {
        cell.append(c == '"' ? 2 : 1, c);
    }
    return cell += '"';
}

std::string tableRow(const ExportRow& row, const std::vector<RowColumn>& columns)
{
    std::string line;
    for (const RowColumn& column : columns) {
        line += line.empty() ? "" : ",";
        switch (column.value) {
        case RowValue::Text:
            line += tableCell(textIn(column, row));
            break;
        case RowValue::Real:
            line += fmt::format("{}", row.review.rating);
            break;
        case RowValue::Time:
            line += timeText(row.review.time);
            break;
        case RowValue::Flag:
            line += fmt::format("{}", row.review.excluded);
            break;
        }
    }
    return line + "\r\n";
}

} // namespace nextquill::store
