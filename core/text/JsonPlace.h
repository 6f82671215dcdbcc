// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/base/Json.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace nextquill::text {

/// A value of a tokenizer.json with its place in it, of which questions about its shape are asked;
/// what is not as it should be is an Error that names the place.
class JsonPlace
{
public:
    /// Both must live as long. `where` names the file, `place` what is in it ("normalizer").
    JsonPlace(const Json& value, const std::string& where, std::string place)
        : m_value{&value}
        , m_where{&where}
        , m_place{std::move(place)}
    {
    }

    [[nodiscard]] const Json& value() const { return *m_value; }
    [[nodiscard]] bool isMissing() const { return m_value->is_null(); }

    [[nodiscard]] Error bad(const std::string& problem) const;
    [[nodiscard]] Error unsupported(const std::string& problem) const;

    /// The member `key` of an object, missing where there is none; it keeps the place's name.
    [[nodiscard]] JsonPlace member(const std::string& key) const;
    /// One of a list.
    [[nodiscard]] JsonPlace item(const Json& value) const { return {value, *m_where, m_place}; }

    [[nodiscard]] std::string type() const;
    /// A member that is true or false.
    [[nodiscard]] bool flag(const char* key, bool otherwise) const;
    /// A member that is text.
    [[nodiscard]] std::string text(const char* key) const;
    /// A member that is a whole number from 0.
    [[nodiscard]] std::size_t count(const char* key) const;
    void checkDepth(std::size_t depth) const;

private:
    const Json* m_value;
    const std::string* m_where;
    std::string m_place;
};

/// What both readers of a file say to people.
[[nodiscard]] Error badTokenizer(const std::string& problem, const std::string& where);
[[nodiscard]] Error unsupportedTokenizer(const std::string& problem, const std::string& where);

} // namespace nextquill::text
