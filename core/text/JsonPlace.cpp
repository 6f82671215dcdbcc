// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/JsonPlace.h"

namespace nextquill::text {

namespace {

constexpr std::size_t nestingLimit = 8; // docs/formats.md, tokenizer.json

} // namespace

Error badTokenizer(const std::string& problem, const std::string& where)
{
    return {ErrorKind::BadInput, problem, where,
            "download the tokenizer again or use another model"};
}

Error unsupportedTokenizer(const std::string& problem, const std::string& where)
{
    return {ErrorKind::Unsupported, problem, where,
            "use a model whose tokenizer is of a kind that docs/tokenizers.md names"};
}

Error JsonPlace::bad(const std::string& problem) const
{
    return badTokenizer(problem, *m_where + ", " + m_place);
}

Error JsonPlace::unsupported(const std::string& problem) const
{
    return unsupportedTokenizer(problem, *m_where + ", " + m_place);
}

JsonPlace JsonPlace::member(const std::string& key) const
{
    static const Json absent;
    if (!m_value->is_object()) {
        return {absent, *m_where, m_place};
    }
    const auto found = m_value->find(key);
    return {found == m_value->end() ? absent : *found, *m_where, m_place};
}

std::string JsonPlace::type() const
{
    const JsonPlace type = member("type");
    if (!type.value().is_string()) {
        throw bad("no type is given");
    }
    return type.value().get<std::string>();
}

bool JsonPlace::flag(const char* key, bool otherwise) const
{
    const JsonPlace found = member(key);
    if (found.isMissing()) {
        return otherwise;
    }
    if (!found.value().is_boolean()) {
        throw bad(std::string{key} + " is neither true nor false");
    }
    return found.value().get<bool>();
}

std::string JsonPlace::text(const char* key) const
{
    const JsonPlace found = member(key);
    if (!found.value().is_string()) {
        throw bad(std::string{key} + " is no text");
    }
    return found.value().get<std::string>();
}

std::size_t JsonPlace::count(const char* key) const
{
    const JsonPlace found = member(key);
    if (!found.value().is_number_unsigned()) {
        throw bad(std::string{key} + " is no whole number from 0");
    }
    return found.value().get<std::size_t>();
}

void JsonPlace::checkDepth(std::size_t depth) const
{
    if (depth > nestingLimit) {
        throw bad("steps are nested deeper than " + std::to_string(nestingLimit) + " levels");
    }
}

} // namespace nextquill::text
