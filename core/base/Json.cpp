// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"

#include <memory>
#include <set>
#include <vector>

namespace nextquill {

namespace {

Error jsonError(const std::string& problem, const std::string& where)
{
    return {ErrorKind::BadInput, problem, where, "check or download the file again"};
}

/// Where byte `position` stands in `text`, as a person counts.
std::string lineAndColumn(std::string_view text, std::size_t position)
{
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char c : text.substr(0, position)) {
        column = c == '\n' ? 1 : column + 1;
        line += c == '\n' ? 1U : 0U;
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// The parser itself recurses, so depth is bounded before it runs: brackets outside strings.
void checkDepth(std::string_view text, int limit, const std::string& where)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
            continue;
        }
        if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > limit) {
                throw jsonError("JSON is nested deeper than " + std::to_string(limit) + " levels",
                                where + ", " + lineAndColumn(text, i));
            }
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
}

/// Finds a key that an object names twice; the parser would keep the last one silently.
nlohmann::json::parser_callback_t refuseDuplicates(const std::string& where)
{
    auto open = std::make_shared<std::vector<std::set<std::string>>>();
    return [open, where](int /*depth*/, Json::parse_event_t event, Json& parsed) {
        switch (event) {
        case Json::parse_event_t::object_start:
            open->emplace_back();
            break;
        case Json::parse_event_t::object_end:
            open->pop_back();
            break;
        case Json::parse_event_t::key:
            if (!open->back().insert(parsed.get<std::string>()).second) {
                throw jsonError("key \"" + parsed.get<std::string>() + "\" stands twice", where);
            }
            break;
        default:
            break;
        }
        return true;
    };
}

} // namespace

Json parseJson(std::string_view text, const JsonLimits& limits, const std::string& where)
{
    if (text.size() > limits.bytes) {
        throw jsonError("JSON has " + std::to_string(text.size()) + " bytes, at most " +
                            std::to_string(limits.bytes) + " are read",
                        where);
    }
    checkDepth(text, limits.depth, where);
    try {
        return limits.refuseDuplicateKeys ? Json::parse(text, refuseDuplicates(where))
                                          : Json::parse(text);
    } catch (const Json::parse_error& error) {
        const std::size_t position = error.byte > 0 ? error.byte - 1 : 0;
        throw jsonError("no valid JSON", where + ", " + lineAndColumn(text, position));
    } catch (const Json::out_of_range&) {
        throw jsonError("a number in the JSON is too large", where);
    }
}

Json readJsonFile(const std::filesystem::path& file, const JsonLimits& limits)
{
    return parseJson(readFile(file, limits.bytes), limits, file.string());
}

std::string toLine(const OrderedJson& value)
{
    return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

} // namespace nextquill
