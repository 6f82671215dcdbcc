// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {

/// The fields of one configuration file or of an object in it; a wrong kind of value is said where
/// it is asked for. A field that is null counts as missing.
///
/// Throws   Error(BadInput) that names the field
/// Borrows  the object
class ConfigFields
{
public:
    ConfigFields(const Json& config, std::string where);

    /// Null when it is missing.
    [[nodiscard]] const Json& value(const char* key) const;
    [[nodiscard]] bool has(const char* key) const { return !value(key).is_null(); }

    /// A whole number from 1 to `limit`; throws when it is missing and there is no other.
    [[nodiscard]] std::int64_t integer(const char* key, std::optional<std::int64_t> otherwise,
                                       std::int64_t limit) const;
    [[nodiscard]] double number(const char* key, double otherwise) const;
    [[nodiscard]] bool flag(const char* key) const;
    [[nodiscard]] std::string text(const char* key, const std::string& otherwise) const;
    /// A list of `count` numbers.
    [[nodiscard]] std::vector<double> numbers(const char* key, std::size_t count) const;

    [[nodiscard]] Error unsupported(const std::string& problem, const std::string& remedy) const;
    [[nodiscard]] const std::string& where() const { return m_where; }

private:
    const Json& m_config;
    std::string m_where;
};

} // namespace nextquill::model
