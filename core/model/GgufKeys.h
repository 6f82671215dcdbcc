// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nextquill::model {

/// A GGUF file's keys of one architecture ("llama." + name), checked against limits.
class GgufKeys
{
public:
    GgufKeys(const GgufFile& file, std::string_view architecture)
        : m_file{file}
        , m_prefix{std::string{architecture} + "."}
    {
    }

    /// From 1 to `limit`. Throws Error(BadInput) outside, and where there is no value at all.
    [[nodiscard]] std::int64_t whole(const char* key, std::optional<std::int64_t> otherwise,
                                     std::int64_t limit) const
    {
        const auto value = m_file.metadata().whole(m_prefix + key);
        if (!value && otherwise) {
            return *otherwise;
        }
        if (!value || *value == 0) {
            throw damaged("the metadata key " + m_prefix + key + (value ? " is 0" : " is missing"),
                          m_file.where());
        }
        if (*value > static_cast<std::uint64_t>(limit)) {
            throw overLimit(m_prefix + key, *value, static_cast<std::uint64_t>(limit),
                            m_file.where());
        }
        return static_cast<std::int64_t>(*value);
    }

    /// The same with 0 for "none", which is also what a missing key says.
    [[nodiscard]] std::int64_t wholeOrNone(const char* key, std::int64_t limit) const
    {
        const auto value = m_file.metadata().whole(m_prefix + key);
        return value && *value != 0 ? whole(key, {}, limit) : 0;
    }

    [[nodiscard]] double real(const char* key, double otherwise) const
    {
        return m_file.metadata().real(m_prefix + key).value_or(otherwise);
    }

    /// Above 0 and finite. Throws Error(BadInput) otherwise.
    [[nodiscard]] double factor(const char* key, double otherwise) const
    {
        const double value = real(key, otherwise);
        constexpr double most = 1e9;
        if (!(value > 0 && value <= most)) {
            throw damaged("the metadata key " + m_prefix + key + " is out of range",
                          m_file.where());
        }
        return value;
    }

    [[nodiscard]] bool has(const char* key) const { return m_file.metadata().has(m_prefix + key); }
    [[nodiscard]] std::optional<std::string_view> text(const char* key) const
    {
        return m_file.metadata().text(m_prefix + key);
    }
    [[nodiscard]] std::string name(const char* key) const { return m_prefix + key; }
    [[nodiscard]] const GgufFile& file() const { return m_file; }

private:
    const GgufFile& m_file;
    std::string m_prefix;
};

} // namespace nextquill::model
