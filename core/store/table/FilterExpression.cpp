// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/FilterExpression.h"

#include "core/base/Utf8.h"
#include "core/store/SearchExpression.h"
#include "core/store/table/FilterField.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::string_view searchName = "search";
constexpr std::string_view blanks = " \t\n\r\v\f";
constexpr std::size_t longestFilter = 64'000;

std::string inQuotes(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        quoted += c;
        if (c == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

std::string asValue(std::string_view text)
{
    const bool plain = !text.empty() && text.find_first_of(blanks) == std::string_view::npos &&
                       text.find('"') == std::string_view::npos;
    return plain ? std::string{text} : inQuotes(text);
}

/// A value behind an operator, in quotes only where it must be.
std::string asOperand(std::string_view value)
{
    const bool plain =
        !value.empty() &&
        std::string_view{" \t\n\r\v\f=<>"}.find(value.front()) == std::string_view::npos &&
        blanks.find(value.back()) == std::string_view::npos &&
        value.find('"') == std::string_view::npos && value.find("&&") == std::string_view::npos;
    return plain ? std::string{value} : inQuotes(value);
}

/// Reads `name:value name:"a value"` piece by piece.
class TextReader
{
public:
    explicit TextReader(std::string_view text)
        : m_text{text}
    {
    }

    struct Field
    {
        std::string name;
        std::string typed;
        std::size_t at = 0; ///< of the value
    };

    std::optional<Field> next()
    {
        m_at = std::min(m_text.find_first_not_of(blanks, m_at), m_text.size());
        if (m_at == m_text.size()) {
            return std::nullopt;
        }
        const std::size_t end = m_text.find_first_of(":\"/ \t\n\r\v\f", m_at);
        if (end == std::string_view::npos || m_text[end] != ':' || end == m_at) {
            fail(m_at, "a filter is COLUMN:WHAT, as in rating:5 or title:\"free jazz\"; words to "
                       "find are search:WORDS");
        }
        Field field{
            .name = std::string{m_text.substr(m_at, end - m_at)}, .typed = {}, .at = end + 1};
        m_at = end + 1;
        field.typed = value();
        return field;
    }

    [[noreturn]] void fail(std::size_t at, std::string problem) const
    {
        throw FilterError{{}, at, std::move(problem), m_text};
    }

private:
    std::string value()
    {
        if (m_at >= m_text.size() || m_text[m_at] != '"') {
            const std::size_t end = std::min(m_text.find_first_of(blanks, m_at), m_text.size());
            std::string bare{m_text.substr(m_at, end - m_at)};
            m_at = end;
            return bare;
        }
        const std::size_t begin = m_at;
        std::string text;
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] != '"') {
                text += m_text[m_at];
            } else if (m_at + 1 < m_text.size() && m_text[m_at + 1] == '"') {
                text += '"';
                ++m_at;
            } else {
                ++m_at;
                return text;
            }
        }
        fail(begin, "a quotation mark is not closed");
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

FilterError::FilterError(std::string column, std::size_t position, std::string problem,
                         std::string_view typed, std::size_t begin)
    : Error{ErrorKind::BadInput,
            (column.empty() ? "the filter cannot be read: " : column + ": ") + problem,
            fmt::format("\"{}\", character {}", escapedForDisplay(typed),
                        codePointCount(typed.substr(0, std::min(position - begin, typed.size()))) +
                            1),
            "correct it, or leave it out"}
    , m_column{std::move(column)}
    , m_position{position}
{
}

FilterExpression::FilterExpression(TableKind table)
    : m_table{table}
{
}

FilterExpression FilterExpression::parse(TableKind table, std::string_view text)
{
    FilterExpression filter{table};
    if (text.size() > longestFilter || !isUtf8(text)) {
        throw FilterError{{}, 0, "it is too long or is no text", text.substr(0, 100)};
    }
    TextReader reader{text};
    while (const auto field = reader.next()) {
        if (field->name == searchName) {
            if (!filter.m_search.empty()) {
                reader.fail(field->at, "it searches twice");
            }
            filter.setSearch(field->typed);
            continue;
        }
        const TableColumn* const column = findColumn(table, field->name);
        if (column == nullptr) {
            reader.fail(field->at - field->name.size() - 1,
                        fmt::format("there is no column \"{}\"", field->name));
        }
        static_cast<void>(conditionsFrom(*column, field->typed, field->at));
        filter.add(column->name, field->typed);
    }
    return filter;
}

std::string FilterExpression::toText() const
{
    std::string text;
    for (const Field& field : m_fields) {
        text += (text.empty() ? "" : " ") + field.column + ':' + asValue(field.typed);
    }
    if (!m_search.empty()) {
        text += (text.empty() ? "" : " ") + std::string{searchName} + ':' + asValue(m_search);
    }
    return text;
}

std::optional<FilterError> FilterExpression::check(TableKind table, std::string_view column,
                                                   std::string_view typed)
{
    try {
        static_cast<void>(conditionsFrom(columnOf(table, column), typed));
    } catch (const FilterError& fault) {
        return fault;
    }
    return std::nullopt;
}

void FilterExpression::set(std::string_view column, std::string_view typed)
{
    const TableColumn& known = columnOf(m_table, column);
    std::vector<ColumnCondition> conditions = conditionsFrom(known, typed);
    std::erase_if(m_conditions, [&](const ColumnCondition& c) { return c.column == known.name; });
    const auto field = std::ranges::find(m_fields, known.name, &Field::column);
    if (conditions.empty()) {
        if (field != m_fields.end()) {
            m_fields.erase(field);
        }
        return;
    }
    if (field != m_fields.end()) {
        field->typed = typed;
    } else {
        m_fields.push_back({.column = std::string{known.name}, .typed = std::string{typed}});
    }
    std::ranges::move(conditions, std::back_inserter(m_conditions));
}

void FilterExpression::add(std::string_view column, std::string_view typed)
{
    const std::string before = this->typed(column);
    if (!before.empty() && typed.find_first_not_of(blanks) == std::string_view::npos) {
        return;
    }
    set(column, before.empty() ? std::string{typed} : before + " && " + std::string{typed});
}

std::string FilterExpression::typed(std::string_view column) const
{
    const auto field = std::ranges::find(m_fields, column, &Field::column);
    return field == m_fields.end() ? std::string{} : field->typed;
}

void FilterExpression::setSearch(std::string_view search)
{
    if (m_table != TableKind::Reviews && !search.empty()) {
        throw Error{ErrorKind::BadInput, "only reviews can be searched for words",
                    fmt::format("table of {}", nameOf(m_table)), "filter by a column instead"};
    }
    const bool something = !fullTextQuery(search).empty();
    m_search = something ? std::string{search} : std::string{};
}

std::vector<std::string> FilterExpression::columns() const
{
    std::vector<std::string> names;
    for (const Field& field : m_fields) {
        names.push_back(field.column);
    }
    return names;
}

bool FilterExpression::operator==(const FilterExpression& other) const
{
    return m_table == other.m_table && toText() == other.toText();
}

std::string onlyThis(std::string_view value)
{
    return '=' + asOperand(value);
}

std::string notThis(std::string_view value)
{
    return "<>" + asOperand(value);
}

std::string greaterThan(std::string_view value)
{
    return '>' + asOperand(value);
}

std::string lessThan(std::string_view value)
{
    return '<' + asOperand(value);
}

std::string between(std::string_view low, std::string_view high)
{
    return std::string{low} + ".." + std::string{high};
}

} // namespace nextquill::store
