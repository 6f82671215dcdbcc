// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ConfigFields.h"

#include "core/model/FileErrors.h"

#include <utility>

namespace nextquill::model {

ConfigFields::ConfigFields(const Json& config, std::string where)
    : m_config{config}
    , m_where{std::move(where)}
{
    if (!config.is_object()) {
        throw damaged("the configuration is no JSON object", m_where);
    }
}

const Json& ConfigFields::value(const char* key) const
{
    static const Json absent;
    const auto found = m_config.find(key);
    return found == m_config.end() ? absent : *found;
}

std::int64_t ConfigFields::integer(const char* key, std::optional<std::int64_t> otherwise,
                                   std::int64_t limit) const
{
    const Json& field = value(key);
    if (field.is_null() && otherwise) {
        return *otherwise;
    }
    const bool isWhole = field.is_number_integer();
    if (!isWhole || (!field.is_number_unsigned() && field.get<std::int64_t>() < 0) ||
        field.get<std::uint64_t>() == 0) {
        throw damaged(std::string{key} +
                          (field.is_null() ? " is missing" : " is no positive whole number"),
                      m_where);
    }
    if (field.get<std::uint64_t>() > static_cast<std::uint64_t>(limit)) {
        throw overLimit(key, field.get<std::uint64_t>(), static_cast<std::uint64_t>(limit),
                        m_where);
    }
    return field.get<std::int64_t>();
}

double ConfigFields::number(const char* key, double otherwise) const
{
    const Json& field = value(key);
    if (field.is_null()) {
        return otherwise;
    }
    if (!field.is_number()) {
        throw damaged(std::string{key} + " is no number", m_where);
    }
    return field.get<double>();
}

bool ConfigFields::flag(const char* key) const
{
    const Json& field = value(key);
    if (!field.is_null() && !field.is_boolean()) {
        throw damaged(std::string{key} + " is neither true nor false", m_where);
    }
    return field.is_boolean() && field.get<bool>();
}

std::string ConfigFields::text(const char* key, const std::string& otherwise) const
{
    const Json& field = value(key);
    if (field.is_null()) {
        return otherwise;
    }
    if (!field.is_string()) {
        throw damaged(std::string{key} + " is no text", m_where);
    }
    return field.get<std::string>();
}

std::vector<double> ConfigFields::numbers(const char* key, std::size_t count) const
{
    const Json& field = value(key);
    if (!field.is_array() || field.size() != count) {
        throw damaged(std::string{key} + " is no list of " + std::to_string(count) + " numbers",
                      m_where);
    }
    std::vector<double> all;
    for (const Json& item : field) {
        if (!item.is_number()) {
            throw damaged(std::string{key} + " has something that is no number", m_where);
        }
        all.push_back(item.get<double>());
    }
    return all;
}

Error ConfigFields::unsupported(const std::string& problem, const std::string& remedy) const
{
    return {ErrorKind::Unsupported, problem, m_where, remedy};
}

} // namespace nextquill::model
