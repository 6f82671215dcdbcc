// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace nextquill::store {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;

/// The string of the first of these fields that has one that is not empty.
[[nodiscard]] inline std::string textField(const JsonObject& object,
                                           std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        std::string_view text;
        if (object[name].get(text) == simdjson::SUCCESS && !text.empty()) {
            return std::string{text};
        }
    }
    return {};
}

/// The same for keys, which sources also write as whole numbers.
[[nodiscard]] inline std::string keyField(const JsonObject& object,
                                          std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        std::string_view text;
        if (object[name].get(text) == simdjson::SUCCESS && !text.empty()) {
            return std::string{text};
        }
        std::int64_t number = 0;
        if (object[name].get(number) == simdjson::SUCCESS) {
            return std::to_string(number);
        }
    }
    return {};
}

/// The number of the first of these fields that has one; numbers written as strings count.
[[nodiscard]] inline std::optional<double>
numberField(const JsonObject& object, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        double value = 0;
        if (object[name].get(value) == simdjson::SUCCESS) {
            return value;
        }
        std::string_view text;
        if (object[name].get(text) == simdjson::SUCCESS) {
            const auto [rest, failed] =
                std::from_chars(text.data(), text.data() + text.size(), value);
            if (failed == std::errc{} && rest == text.data() + text.size()) {
                return value;
            }
        }
    }
    return std::nullopt;
}

/// Whether a field says yes: true, or "true" as tables have it.
[[nodiscard]] inline bool flagField(const JsonObject& object, std::string_view name)
{
    bool flag = false;
    std::string_view text;
    return object[name].get(flag) == simdjson::SUCCESS
               ? flag
               : object[name].get(text) == simdjson::SUCCESS && text == "true";
}

/// A string, or an array of strings joined by a space; anything else is empty.
[[nodiscard]] inline std::string paragraphsField(const JsonObject& object, std::string_view name)
{
    simdjson::dom::array paragraphs;
    if (object[name].get(paragraphs) != simdjson::SUCCESS) {
        return textField(object, {name});
    }
    std::string joined;
    for (const JsonElement paragraph : paragraphs) {
        std::string_view text;
        if (paragraph.get(text) == simdjson::SUCCESS && !text.empty()) {
            joined.append(joined.empty() ? "" : " ").append(text);
        }
    }
    return joined;
}

} // namespace nextquill::store
