// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/JsonLines.h"

#include "core/base/Error.h"

#include <fmt/format.h>

namespace nextquill::app {

namespace {

constexpr std::size_t limitBytes = std::size_t{64} << 20;

} // namespace

std::string JsonLine::text(const char* field, const char* remedy) const
{
    const auto found = value.is_object() ? value.find(field) : value.end();
    if (found == value.end() || !found->is_string()) {
        throw Error{ErrorKind::BadInput, fmt::format("no text \"{}\"", field), where, remedy};
    }
    return found->get<std::string>();
}

std::optional<JsonLine> JsonLines::next()
{
    while (const auto line = m_lines.next()) {
        if (line->text.find_first_not_of(" \t") == std::string_view::npos) {
            continue;
        }
        std::string where = fmt::format("standard input, line {}", line->number);
        if (line->tooLong) {
            throw Error{ErrorKind::BadInput, "the line is longer than 64 MiB", where,
                        "split it into shorter ones"};
        }
        Json value = parseJson(line->text, {.bytes = limitBytes}, where);
        return JsonLine{.value = std::move(value), .where = std::move(where)};
    }
    return std::nullopt;
}

} // namespace nextquill::app
