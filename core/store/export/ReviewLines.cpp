// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ReviewLines.h"

#include "core/store/import/TimeText.h"

#include <fmt/format.h>

namespace nextquill::store {

namespace {

constexpr std::string_view beginsFormula{"=+-@\t\r\n\0", 8};

} // namespace

OrderedJson reviewObject(const ExportRow& row)
{
    OrderedJson object{{"user_id", row.user},
                       {"item_id", row.item.asin},
                       {"item_title", row.item.title},
                       {"item_description", row.item.description},
                       {"rating", row.review.rating},
                       {"title", row.review.title},
                       {"text", row.review.text},
                       {"time", timeText(row.review.time)},
                       {"excluded", row.review.excluded}};
    if (row.part) {
        object["part"] = name(*row.part);
    }
    return object;
}

std::string tableHeader(bool withParts)
{
    return std::string{"user_id,item_id,item_title,item_description,rating,title,text,time,"
                       "excluded"} +
           (withParts ? ",part\r\n" : "\r\n");
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

std::string tableRow(const ExportRow& row)
{
    return fmt::format(
        "{},{},{},{},{},{},{},{},{}{}{}\r\n", tableCell(row.user), tableCell(row.item.asin),
        tableCell(row.item.title), tableCell(row.item.description), row.review.rating,
        tableCell(row.review.title), tableCell(row.review.text), timeText(row.review.time),
        row.review.excluded, row.part ? "," : "", row.part ? name(*row.part) : "");
}

} // namespace nextquill::store
