// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/FilterField.h"

#include "core/base/Utf8.h"
#include "core/store/table/TextPattern.h"
#include "core/store/table/TypedValue.h"

#include <limits>
#include <utility>

namespace nextquill::store {

namespace {

constexpr std::size_t longestField = 4'000;

bool isBlank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// A piece of what was typed, and where it begins.
struct Piece
{
    std::string_view text;
    std::size_t at = 0;

    void trim()
    {
        while (!text.empty() && isBlank(text.front())) {
            text.remove_prefix(1);
            ++at;
        }
        while (!text.empty() && isBlank(text.back())) {
            text.remove_suffix(1);
        }
    }

    void skip(std::size_t count)
    {
        text.remove_prefix(count);
        at += count;
        trim();
    }
};

struct Operator
{
    std::string_view sign;
    Comparison comparison;
};

/// Longer signs first.
constexpr Operator operators[] = {
    {"<>", Comparison::NotEqual}, {">=", Comparison::GreaterEqual}, {"<=", Comparison::LessEqual},
    {"=", Comparison::Equal},     {">", Comparison::Greater},       {"<", Comparison::Less},
};

/// Where the `&&` stands that ends the first part, behind quotes and regular expressions.
std::size_t endOfPart(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t");
    bool quoted = false;
    bool pattern = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (pattern && text[i] == '\\') {
            ++i;
        } else if (text[i] == '/' && (pattern || i == begin)) {
            pattern = !pattern;
        } else if (text[i] == '"' && !pattern) {
            quoted = !quoted;
        } else if (!quoted && !pattern && text.substr(i).starts_with("&&")) {
            return i;
        }
    }
    return std::string_view::npos;
}

class FieldReader
{
public:
    /// `whole` begins at the byte `begin` of the text that is read.
    FieldReader(const TableColumn& column, std::string_view whole, std::size_t begin)
        : m_column{column}
        , m_whole{whole}
        , m_begin{begin}
    {
    }

    ColumnCondition read(Piece piece) const
    {
        if (piece.text.empty()) {
            fail(piece.at, "something is missing beside \"&&\"");
        }
        if (piece.text == "empty" || piece.text == "not empty") {
            return emptiness(piece);
        }
        if (piece.text.front() == '/' && isTextual()) {
            return pattern(piece);
        }
        for (const auto& [sign, comparison] : operators) {
            if (piece.text.starts_with(sign)) {
                piece.skip(sign.size());
                return compared(comparison, piece);
            }
        }
        return plain(piece);
    }

private:
    [[noreturn]] void fail(std::size_t at, std::string problem) const
    {
        throw FilterError{std::string{m_column.name}, at, std::move(problem), m_whole, m_begin};
    }

    [[nodiscard]] bool isTextual() const
    {
        return m_column.type == ColumnType::Text || m_column.type == ColumnType::Tags;
    }

    [[nodiscard]] ColumnCondition made(Comparison comparison) const
    {
        return {.column = std::string{m_column.name}, .comparison = comparison};
    }

    [[nodiscard]] ColumnCondition emptiness(const Piece& piece) const
    {
        if (!isTextual() && m_column.type != ColumnType::Time) {
            fail(piece.at, "this column always has a value");
        }
        return made(piece.text == "empty" ? Comparison::Empty : Comparison::NotEmpty);
    }

    [[nodiscard]] ColumnCondition pattern(const Piece& piece) const
    {
        const bool anyCase = piece.text.ends_with("/i");
        std::string_view inside = piece.text.substr(1);
        inside.remove_suffix(anyCase && inside.size() >= 2 ? 1 : 0);
        if (!inside.ends_with('/') || inside.size() < 2) {
            fail(piece.at,
                 "a regular expression is not closed: write /…/, or put a text that begins "
                 "with \"/\" in quotes");
        }
        inside.remove_suffix(1);
        ColumnCondition condition = made(Comparison::Matches);
        condition.text = inside;
        condition.anyCase = anyCase;
        if (const auto fault = TextPattern::faultOf(inside, anyCase)) {
            fail(piece.at + 1 + fault->position,
                 "the regular expression cannot be read: " + fault->problem);
        }
        return condition;
    }

    /// Without its quotes.
    [[nodiscard]] std::string unquoted(const Piece& piece) const
    {
        if (!piece.text.starts_with('"')) {
            return std::string{piece.text};
        }
        std::string text;
        for (std::size_t i = 1; i < piece.text.size(); ++i) {
            if (piece.text[i] != '"') {
                text += piece.text[i];
            } else if (i + 1 < piece.text.size() && piece.text[i + 1] == '"') {
                text += '"';
                ++i;
            } else if (i + 1 == piece.text.size()) {
                return text;
            } else {
                fail(piece.at + i, "there is something behind the quotation mark");
            }
        }
        fail(piece.at, "a quotation mark is not closed");
    }

    [[nodiscard]] ValueRange valuesOf(const Piece& piece) const
    {
        const Piece bare{.text = piece.text, .at = piece.at};
        if (const auto range = rangeOf(m_column.type, unquoted(bare))) {
            return *range;
        }
        switch (m_column.type) {
        case ColumnType::Time:
            fail(piece.at, "this is no date: write 2013, 2013-02 or 2013-02-11");
        case ColumnType::Flag:
            fail(piece.at, "write yes or no");
        default:
            fail(piece.at, "this is no number");
        }
    }

    [[nodiscard]] ColumnCondition compared(Comparison comparison, const Piece& piece) const
    {
        ColumnCondition condition = made(comparison);
        if (piece.text.empty() && !isTextual()) {
            fail(piece.at, "a value is missing");
        }
        if (isTextual()) {
            condition.text = unquoted(piece);
            if (m_column.type == ColumnType::Tags && comparison != Comparison::Equal &&
                comparison != Comparison::NotEqual) {
                fail(piece.at, "tags are not ordered: write =tag or <>tag");
            }
            return condition;
        }
        if (m_column.type == ColumnType::Flag && comparison != Comparison::Contains &&
            comparison != Comparison::Equal && comparison != Comparison::NotEqual) {
            fail(piece.at, "write yes or no");
        }
        const ValueRange range = valuesOf(piece);
        condition.low = range.low;
        condition.high = range.high;
        return condition;
    }

    [[nodiscard]] ColumnCondition plain(const Piece& piece) const
    {
        if (isTextual()) {
            ColumnCondition condition = made(Comparison::Contains);
            condition.text = unquoted(piece);
            return condition;
        }
        const std::size_t dots = piece.text.find("..");
        if (dots == std::string_view::npos || m_column.type == ColumnType::Flag) {
            return compared(Comparison::Contains, piece);
        }
        return fromTo(piece, dots);
    }

    [[nodiscard]] ColumnCondition fromTo(const Piece& piece, std::size_t dots) const
    {
        ColumnCondition condition = made(Comparison::Between);
        Piece first{.text = piece.text.substr(0, dots), .at = piece.at};
        Piece last{.text = piece.text.substr(dots + 2), .at = piece.at + dots + 2};
        first.trim();
        last.trim();
        if (first.text.empty() && last.text.empty()) {
            fail(piece.at, "both ends are missing: write 40..200, 40.. or ..200");
        }
        constexpr double infinity = std::numeric_limits<double>::infinity();
        condition.low = first.text.empty() ? -infinity : valuesOf(first).low;
        condition.high = last.text.empty() ? infinity : valuesOf(last).high;
        if (condition.low > condition.high) {
            fail(piece.at, "it ends before it begins");
        }
        return condition;
    }

    const TableColumn& m_column;
    std::string_view m_whole;
    std::size_t m_begin;
};

} // namespace

std::vector<ColumnCondition> conditionsFrom(const TableColumn& column, std::string_view typed,
                                            std::size_t offset)
{
    if (typed.size() > longestField || !isUtf8(typed) ||
        typed.find('\0') != std::string_view::npos) {
        throw FilterError{std::string{column.name}, offset, "it is too long or is no text",
                          typed.substr(0, 100), offset};
    }
    const FieldReader reader{column, typed, offset};
    std::vector<ColumnCondition> conditions;
    std::string_view rest = typed;
    std::size_t at = offset;
    if (typed.find_first_not_of(" \t\n\r\v\f") == std::string_view::npos) {
        return conditions;
    }
    for (;;) {
        const std::size_t end = endOfPart(rest);
        Piece piece{.text = rest.substr(0, end), .at = at};
        piece.trim();
        conditions.push_back(reader.read(piece));
        if (end == std::string_view::npos) {
            return conditions;
        }
        rest.remove_prefix(end + 2);
        at += end + 2;
    }
}

} // namespace nextquill::store
