// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/store/table/TableColumns.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// What is wrong with what was typed into a column's field, or into a whole filter.
class FilterError : public Error
{
public:
    /// `typed` is what the message shows: the text that was read from its byte `begin` on.
    FilterError(std::string column, std::size_t position, std::string problem,
                std::string_view typed, std::size_t begin = 0);

    [[nodiscard]] const std::string& column() const noexcept { return m_column; }
    /// Offset in UTF-8 bytes into the text that was read.
    [[nodiscard]] std::size_t position() const noexcept { return m_position; }

private:
    std::string m_column; ///< empty: the text names none there
    std::size_t m_position;
};

enum class Comparison {
    Contains, ///< texts: anywhere, whatever the case; numbers and flags: equal; times: within
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Between, ///< both ends belong to it
    Matches, ///< a regular expression
    Empty,
    NotEmpty,
};

/// One thing that a row must be.
struct ColumnCondition
{
    std::string column;
    Comparison comparison = Comparison::Contains;
    std::string text;     ///< what is looked for: texts, tags and regular expressions
    double low = 0;       ///< numbers, flags (0 or 1); times in milliseconds: the first that counts
    double high = 0;      ///< the last that counts; "2013-02" is its whole month
    bool anyCase = false; ///< of a regular expression: /…/i

    [[nodiscard]] bool operator==(const ColumnCondition&) const = default;
};

/// Which rows of a table are wanted: what was typed into the fields of the filter row, and into the
/// search. A row must be all of it.
///
/// In a field:
///
///   jazz          contains it, whatever the case (a number: is it; a time: lies in it)
///   =jazz  <>5    is exactly, is not            "=jazz"   the quotes make it plain text
///   >40  >=40  <2013-02  <=3                    numbers, times, and texts by their bytes
///   40..200   40..   ..200   2011..2013         numbers and times: from, to, both included
///   /ja+z+/   /ja+z+/i                          a regular expression (ICU's)
///   empty   not empty
///   >40 && <>50                                 both
///   yes   no                                    flags
///
/// Tags: `funny` and `=funny` are rows that have such a tag, `<>funny` rows without it.
///
/// As one text (saved views, `data list --where`): `rating:5 words:40.. title:"free jazz"
/// user:=A2K4 search:"miles davis"`: values with blanks or quotes in quotes, a quote in them
/// doubled.
///
/// Search (`search:`, tables of reviews only): words, "phrases", prefix*, AND, OR, NOT in title and
/// text.
///
/// Deleted reviews are in no table, whatever the filter.
///
/// Threads  a value
class FilterExpression
{
public:
    explicit FilterExpression(TableKind table = TableKind::Reviews);

    /// Throws FilterError.
    [[nodiscard]] static FilterExpression parse(TableKind table, std::string_view text);

    /// As parse() reads it.
    [[nodiscard]] std::string toText() const;

    /// What is wrong with a field's text; none when it can be set. For marking a field.
    [[nodiscard]] static std::optional<FilterError> check(TableKind table, std::string_view column,
                                                          std::string_view typed);

    /// Makes `typed` the field of that column; nothing but blanks: the column does not filter.
    /// Throws FilterError and changes nothing when it cannot be read.
    void set(std::string_view column, std::string_view typed);
    /// The same beside what the field has already ("&&").
    void add(std::string_view column, std::string_view typed);
    void clear(std::string_view column) { set(column, {}); }

    /// The field of that column as it was typed; empty: none.
    [[nodiscard]] std::string typed(std::string_view column) const;

    /// Throws Error(BadInput) when it cannot be read, or the table has no search.
    void setSearch(std::string_view search);
    [[nodiscard]] const std::string& search() const { return m_search; }

    [[nodiscard]] TableKind table() const { return m_table; }
    [[nodiscard]] bool isEmpty() const { return m_fields.empty() && m_search.empty(); }
    /// Names of the columns that filter, in the order in which they were set.
    [[nodiscard]] std::vector<std::string> columns() const;
    [[nodiscard]] const std::vector<ColumnCondition>& conditions() const { return m_conditions; }

    [[nodiscard]] bool operator==(const FilterExpression& other) const;

private:
    struct Field
    {
        std::string column;
        std::string typed;
    };

    TableKind m_table;
    std::vector<Field> m_fields;
    std::vector<ColumnCondition> m_conditions; ///< of all fields
    std::string m_search;
};

/// Field texts for a cell's menu; `value` as cellText() gives it.
[[nodiscard]] std::string onlyThis(std::string_view value);
[[nodiscard]] std::string notThis(std::string_view value);
[[nodiscard]] std::string greaterThan(std::string_view value);
[[nodiscard]] std::string lessThan(std::string_view value);
[[nodiscard]] std::string between(std::string_view low, std::string_view high);

} // namespace nextquill::store
