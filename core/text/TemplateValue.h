// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nextquill::text {

/// A stretch of what a template writes: its own words, or the place of something.
struct WrittenPart
{
    enum class Kind {
        Words,     ///< text
        System,    ///< the system text
        User,      ///< the user's text
        Beginning, ///< bos_token
        End        ///< eos_token
    };
    Kind kind = Kind::Words;
    std::string text;
    bool trimsStart = false; ///< white space at its start is dropped
    bool trimsEnd = false;

    bool operator==(const WrittenPart&) const = default;
};

using WrittenText = std::vector<WrittenPart>;

/// What is known of an expression.
struct TemplateValue
{
    enum class Kind {
        Text,   ///< text
        Number, ///< number: of turns
        True,
        False,
        None,
        Undefined, ///< nobody gives it
        Messages,  ///< turns: their numbers
        Message,   ///< the turn `number`
        Namespace,
        Unknown
    };
    Kind kind = Kind::Unknown;
    WrittenText text;
    int number = 0;
    std::vector<int> turns;
};

enum class Truth { No, Yes, Unknown };

/// A value without more to it.
[[nodiscard]] TemplateValue valueOf(TemplateValue::Kind kind);
[[nodiscard]] TemplateValue valueOf(Truth truth);
[[nodiscard]] TemplateValue numberValue(std::size_t number);
[[nodiscard]] TemplateValue wordsValue(std::string words);
[[nodiscard]] TemplateValue placeValue(WrittenPart::Kind place);

/// The words, where it is words alone.
[[nodiscard]] const std::string* wordsOf(const TemplateValue& value);

/// It has the text of a turn in it.
[[nodiscard]] bool holdsTurn(const TemplateValue& value);

[[nodiscard]] Truth truthOf(const TemplateValue& value);
[[nodiscard]] Truth negated(Truth truth);
[[nodiscard]] Truth equalValues(const TemplateValue& left, const TemplateValue& right);

/// Drops white space at the ends of what is written, as str.strip() does.
void trim(WrittenText& text, bool start, bool end);

} // namespace nextquill::text
