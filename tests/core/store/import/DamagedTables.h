// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace nextquill::testing {

using Row = std::vector<std::string>;

/// How a table is written down.
struct TableManner
{
    std::string delimiter = ",";
    std::string quote = "\"";
    std::string escape = "\""; ///< in front of a quote within quotes; may be empty
    std::string rowEnd = "\r\n";
    bool endsLastRow = true;
    bool quotesAll = false;
};

/// A damaged table, and what is to come of it.
struct DamagedTable
{
    std::string name;
    std::string bytes;
    std::vector<Row> kept; ///< user, text and rating of the reviews, in their order
    int rejected = 0;
};

/// Tables with each kind of damage that public tables have: of the file (ends of lines, delimiters,
/// quotes, headers, lines above them, encodings, several tables in one file) and of single rows
/// (a cell more or less, a quote too many, another delimiter), at every place of the row.
class DamagedTables
{
public:
    DamagedTables()
    {
        ofTheFile();
        ofHeaders();
        ofRows();
    }

    [[nodiscard]] const std::vector<DamagedTable>& all() const { return m_tables; }

    [[nodiscard]] static const Row& header()
    {
        static const Row names{"user_id", "item_id", "rating", "title", "text", "date"};
        return names;
    }

    [[nodiscard]] static std::vector<Row> rows()
    {
        const char* texts[] = {
            "Warm, light, and dry",   "She said \"buy two\" and I did", "Plain words",
            "First line\nsecond one", "Five stars; would buy again",    "Tab\there, bar | there",
            "It's the boot's sole"};
        std::vector<Row> rows;
        for (int i = 0; i < 28; ++i) {
            rows.push_back({"user" + std::to_string(i % 5), "item" + std::to_string(i),
                            std::to_string(1 + i % 5), "Title, " + std::to_string(i),
                            std::string{texts[i % 7]} + " " + std::to_string(i),
                            "2013-01-" + std::to_string(10 + i % 20)});
        }
        return rows;
    }

    [[nodiscard]] static std::string rowText(const Row& row, const TableManner& manner)
    {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += i == 0 ? "" : manner.delimiter;
            line += cellText(row[i], manner);
        }
        return line;
    }

    [[nodiscard]] static std::string
    tableText(const std::vector<Row>& rows, const TableManner& manner = {}, bool withHeader = true)
    {
        std::string text = withHeader ? rowText(header(), manner) + manner.rowEnd : "";
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const bool isLast = i + 1 == rows.size();
            text += rowText(rows[i], manner) + (isLast && !manner.endsLastRow ? "" : manner.rowEnd);
        }
        return text;
    }

private:
    static std::string cellText(const std::string& cell, const TableManner& manner)
    {
        const bool needsQuotes =
            manner.quotesAll ||
            cell.find_first_of(manner.delimiter + manner.quote + "\r\n") != std::string::npos;
        if (!needsQuotes) {
            return cell;
        }
        std::string text = manner.quote;
        for (const char c : cell) {
            text += (std::string{c} == manner.quote ? manner.escape : "") + c;
        }
        return text + manner.quote;
    }

    static std::vector<Row> kept(std::vector<Row> rows)
    {
        for (Row& row : rows) {
            row = {row[0], row[4], row[2]};
        }
        return rows;
    }

    void add(const std::string& name, const std::string& bytes, const std::vector<Row>& rows,
             int rejected = 0)
    {
        m_tables.push_back({name, bytes, kept(rows), rejected});
    }

    void ofTheFile()
    {
        const std::vector<Row> all = rows();
        add("as it should be", tableText(all), all);
        add("lines end with LF", tableText(all, {.rowEnd = "\n"}), all);
        add("lines end with CR", tableText(withoutBreaks(), {.rowEnd = "\r"}), withoutBreaks());
        add("no end of the last line", tableText(all, {.endsLastRow = false}), all);
        add("empty lines at the end", tableText(all) + "\r\n\r\n", all);
        add("UTF-8 with a mark", "\xEF\xBB\xBF" + tableText(all), all);
        add("UTF-16, little end first", utf16(tableText(all), false), all);
        add("UTF-16, big end first", utf16(tableText(all), true), all);
        for (const char* delimiter : {"\t", ";", "|", ", "}) {
            add(std::string{"delimiter "} + delimiter, tableText(all, {.delimiter = delimiter}),
                all);
        }
        add("delimiter space", tableText(all, {.delimiter = " ", .quotesAll = true}), all);
        add("all cells in quotes", tableText(all, {.quotesAll = true}), all);
        add("quotes are apostrophes",
            tableText(all, {.quote = "'", .escape = "'", .quotesAll = true}), all);
        add("quotes behind backslashes", tableText(all, {.escape = "\\"}), all);
        add("quotes within quotes stand single", tableText(withoutBreaks(), {.escape = ""}),
            withoutBreaks());
        add("one row", tableText({all[0]}), {all[0]});
    }

    void ofHeaders()
    {
        const std::vector<Row> all = rows();
        add("no rows", rowText(header(), {}) + "\r\n", {});
        add("the header twice", rowText(header(), {}) + "\r\n" + tableText(all), all, 1);
        add("lines above the header", "Report of the shop\r\n\r\n" + tableText(all), all, 1);
        add("filled up lines above the header", "Report,,,,,\r\n,,,,,\r\n" + tableText(all), all,
            2);
        add("a second table with the same columns", tableText(all) + tableText(all), all, 1);
        std::string narrow;
        for (int i = 0; i < 5; ++i) {
            narrow += "shop" + std::to_string(i) + ",12\r\n";
        }
        add("a second table with less columns", tableText(all) + "shop,sales\r\n" + narrow, all, 6);
        std::string names = tableText(all);
        names.replace(0, names.find("\r\n"), "User ID,Item-ID,RATING,Title,Text,Date");
        add("other spellings in the header", names, all);
        names.replace(0, names.find("\r\n"), "\"user_id\",\"item_id\",\"rating\",title,text,date,");
        add("a delimiter at the end of the header", names, {}, -1); // rows of another width
    }

    void ofRows()
    {
        const std::vector<Row> all = rows();
        constexpr std::size_t place = 9;
        std::vector<Row> others = all;
        others.erase(others.begin() + place);
        const auto damaged = [&](const std::string& line) {
            std::vector<Row> before(all.begin(), all.begin() + place);
            std::vector<Row> after(all.begin() + place + 1, all.end());
            return tableText(before) + line + "\r\n" + tableText(after, {}, false);
        };
        for (std::size_t cell = 0; cell + 1 < header().size(); ++cell) {
            const std::string at = ", cell " + std::to_string(cell);
            Row less = all[place];
            less[cell] += less[cell + 1];
            less.erase(less.begin() + static_cast<std::ptrdiff_t>(cell) + 1);
            add("a delimiter less" + at, damaged(rowText(less, {})), others, 1);
            Row more = all[place];
            more.insert(more.begin() + static_cast<std::ptrdiff_t>(cell) + 1, "");
            add("a delimiter more" + at, damaged(rowText(more, {})), others, 1);
            std::string quote;
            for (std::size_t i = 0; i < header().size(); ++i) {
                quote += (i == 0 ? "" : ",") + std::string{i == cell ? "\"" : ""} +
                         (i == 3 ? "Title" : all[place][i]);
            }
            add("a quote that nothing closes" + at, damaged(quote), others, 1);
        }
        for (const char* delimiter : {";", "\t", " "}) {
            add(std::string{"another delimiter in a row: "} + delimiter,
                damaged(rowText(all[place], {.delimiter = delimiter, .quotesAll = true})), others,
                1);
        }
        add("an empty row", damaged(""), others);
        add("a row that is no UTF-8", damaged("user1,item1,5,t,caf\xE9,2013-01-01"), others, 1);
    }

    /// Those without a line break: where lines end with CR, or nothing marks a quote, they would be
    /// two rows.
    static std::vector<Row> withoutBreaks()
    {
        std::vector<Row> all = rows();
        std::erase_if(all, [](const Row& row) { return row[4].find('\n') != std::string::npos; });
        return all;
    }

    /// Of a text that is ASCII.
    static std::string utf16(const std::string& text, bool bigFirst)
    {
        std::string wide = bigFirst ? "\xFE\xFF" : "\xFF\xFE";
        for (const char c : text) {
            wide += bigFirst ? std::string{'\0', c} : std::string{c, '\0'};
        }
        return wide;
    }

    std::vector<DamagedTable> m_tables;
};

} // namespace nextquill::testing
