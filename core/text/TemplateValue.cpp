// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateValue.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace nextquill::text {

namespace {

using Part = WrittenPart::Kind;
using Value = TemplateValue;

constexpr std::string_view pythonBlanks = " \t\n\r\v\f\x1c\x1d\x1e\x1f";

Truth isSo(bool value)
{
    return value ? Truth::Yes : Truth::No;
}

} // namespace

TemplateValue valueOf(TemplateValue::Kind kind)
{
    return {.kind = kind};
}

TemplateValue valueOf(Truth truth)
{
    return valueOf(truth == Truth::Yes  ? Value::Kind::True
                   : truth == Truth::No ? Value::Kind::False
                                        : Value::Kind::Unknown);
}

TemplateValue numberValue(std::size_t number)
{
    return {.kind = Value::Kind::Number, .number = static_cast<int>(number)};
}

TemplateValue wordsValue(std::string words)
{
    Value value{.kind = Value::Kind::Text};
    if (!words.empty()) {
        value.text.push_back({.kind = Part::Words, .text = std::move(words)});
    }
    return value;
}

TemplateValue placeValue(WrittenPart::Kind place)
{
    return {.kind = Value::Kind::Text, .text = {{.kind = place}}};
}

const std::string* wordsOf(const TemplateValue& value)
{
    static const std::string none;
    if (value.kind != Value::Kind::Text || value.text.size() > 1) {
        return nullptr;
    }
    if (value.text.empty()) {
        return &none;
    }
    return value.text[0].kind == Part::Words ? &value.text[0].text : nullptr;
}

bool holdsTurn(const TemplateValue& value)
{
    return value.kind == Value::Kind::Text &&
           std::any_of(value.text.begin(), value.text.end(), [](const WrittenPart& part) {
               return part.kind == Part::System || part.kind == Part::User;
           });
}

Truth truthOf(const TemplateValue& value)
{
    switch (value.kind) {
    case Value::Kind::Text:
        return isSo(!value.text.empty());
    case Value::Kind::Number:
        return isSo(value.number != 0);
    case Value::Kind::Messages:
        return isSo(!value.turns.empty());
    case Value::Kind::True:
    case Value::Kind::Message:
    case Value::Kind::Namespace:
        return Truth::Yes;
    case Value::Kind::False:
    case Value::Kind::None:
    case Value::Kind::Undefined:
        return Truth::No;
    case Value::Kind::Unknown:
        break;
    }
    return Truth::Unknown;
}

Truth negated(Truth truth)
{
    return truth == Truth::Yes ? Truth::No : truth == Truth::No ? Truth::Yes : truth;
}

Truth equalValues(const TemplateValue& left, const TemplateValue& right)
{
    if (left.kind == Value::Kind::Unknown || right.kind == Value::Kind::Unknown) {
        return Truth::Unknown;
    }
    if (left.kind != right.kind) { // True is 1 in Python: not looked at
        const auto isOne = [](const Value& v) {
            return v.kind == Value::Kind::Number || v.kind == Value::Kind::True ||
                   v.kind == Value::Kind::False;
        };
        const bool isBool = left.kind != Value::Kind::Number && right.kind != Value::Kind::Number;
        return isOne(left) && isOne(right) && !isBool ? Truth::Unknown : Truth::No;
    }
    switch (left.kind) {
    case Value::Kind::Number:
    case Value::Kind::Message:
        return isSo(left.number == right.number);
    case Value::Kind::Text: {
        const std::string* const words = wordsOf(left);
        const std::string* const others = wordsOf(right);
        if (words != nullptr && others != nullptr) {
            return isSo(*words == *others);
        }
        const std::string* const one = words != nullptr ? words : others;
        return one != nullptr && one->empty() ? Truth::No : Truth::Unknown;
    }
    case Value::Kind::Messages:
    case Value::Kind::Namespace:
    case Value::Kind::Unknown:
        return Truth::Unknown;
    default:
        return Truth::Yes;
    }
}

void trim(WrittenText& text, bool start, bool end)
{
    while (start && !text.empty()) {
        WrittenPart& first = text.front();
        if (first.kind != Part::Words) {
            first.trimsStart = true;
            break;
        }
        first.text.erase(0,
                         std::min(first.text.find_first_not_of(pythonBlanks), first.text.size()));
        if (!first.text.empty()) {
            break;
        }
        text.erase(text.begin());
    }
    while (end && !text.empty()) {
        WrittenPart& last = text.back();
        if (last.kind != Part::Words) {
            last.trimsEnd = true;
            break;
        }
        last.text.erase(last.text.find_last_not_of(pythonBlanks) + 1);
        if (!last.text.empty()) {
            break;
        }
        text.pop_back();
    }
}

} // namespace nextquill::text
