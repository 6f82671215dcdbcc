// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/train/TrainingFields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>
#include <vector>

/// How settings of each kind are read from text and written as text. Private to this folder.
namespace nextquill::train {

inline Error wrongValue(std::string_view field, std::string_view value, const std::string& allowed)
{
    return {ErrorKind::BadInput, fmt::format("\"{}\" is no value for {}", value, field),
            std::string{field}, "give " + allowed};
}

template<typename Number>
Number parsed(std::string_view field, std::string_view value, Number low, Number high)
{
    Number number{};
    const char* const end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    const bool whole = error == std::errc{} && stop == end;
    if (!whole || !(number >= low) || !(number <= high)) {
        throw wrongValue(field, value, fmt::format("a number from {} to {}", low, high));
    }
    return number;
}

inline bool parsedSwitch(std::string_view field, std::string_view value)
{
    if (value == "true" || value == "on" || value == "yes" || value == "1") {
        return true;
    }
    if (value == "false" || value == "off" || value == "no" || value == "0") {
        return false;
    }
    throw wrongValue(field, value, "on or off");
}

inline std::string numberText(double value)
{
    // Always with a point or exponent, so that TOML reads it as a number with fractions.
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".en") == std::string::npos) {
        text += ".0";
    }
    return text;
}

inline FieldAccess withNumber(TrainingField field, double low, double high,
                              double& (*member)(TrainingSettings&))
{
    field.kind = TrainingField::Kind::Number;
    return {
        .field = field,
        .read =
            [member](const TrainingSettings& s) {
                return numberText(member(const_cast<TrainingSettings&>(s)));
            },
        .write =
            [member, low, high, name = field.name](TrainingSettings& s, std::string_view value) {
                member(s) = parsed<double>(name, value, low, high);
            }};
}

template<typename Integer>
FieldAccess withInteger(TrainingField field, Integer low, Integer high,
                        Integer& (*member)(TrainingSettings&))
{
    field.kind = TrainingField::Kind::Integer;
    return {
        .field = field,
        .read =
            [member](const TrainingSettings& s) {
                return fmt::format("{}", member(const_cast<TrainingSettings&>(s)));
            },
        .write =
            [member, low, high, name = field.name](TrainingSettings& s, std::string_view value) {
                member(s) = parsed<Integer>(name, value, low, high);
            }};
}

inline FieldAccess withSwitch(TrainingField field, bool& (*member)(TrainingSettings&),
                              bool inverted = false)
{
    field.kind = TrainingField::Kind::Switch;
    return {.field = field,
            .read =
                [member, inverted](const TrainingSettings& s) {
                    const bool on = member(const_cast<TrainingSettings&>(s)) != inverted;
                    return std::string{on ? "true" : "false"};
                },
            .write =
                [member, inverted, name = field.name](TrainingSettings& s, std::string_view value) {
                    member(s) = parsedSwitch(name, value) != inverted;
                }};
}

/// An enumeration whose values stand in the order of the field's choices.
template<typename Enum>
FieldAccess withChoice(TrainingField field, Enum& (*member)(TrainingSettings&))
{
    field.kind = TrainingField::Kind::Choice;
    const std::vector<std::string> choices = field.choices;
    return {.field = field,
            .read =
                [member, choices](const TrainingSettings& s) {
                    return choices.at(
                        static_cast<std::size_t>(member(const_cast<TrainingSettings&>(s))));
                },
            .write =
                [member, choices, name = field.name](TrainingSettings& s, std::string_view value) {
                    const auto found = std::ranges::find(choices, value);
                    if (found == choices.end()) {
                        throw wrongValue(name, value, fmt::format("{}", fmt::join(choices, ", ")));
                    }
                    member(s) = static_cast<Enum>(found - choices.begin());
                }};
}

inline FieldAccess withText(TrainingField field, std::string& (*member)(TrainingSettings&),
                            bool (*allowed)(std::string_view), const std::string& what)
{
    field.kind = TrainingField::Kind::Text;
    return {.field = field,
            .read =
                [member](const TrainingSettings& s) {
                    return member(const_cast<TrainingSettings&>(s));
                },
            .write =
                [member, allowed, what, name = field.name](TrainingSettings& s,
                                                           std::string_view value) {
                    if (!allowed(value)) {
                        throw wrongValue(name, value, what);
                    }
                    member(s) = value;
                }};
}

} // namespace nextquill::train
