// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateValues.h"

#include "core/base/Utf8.h"
#include "core/text/TemplateErrors.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace nextquill::text {

namespace {

using Kind = TemplateExpression::Kind;
using Value = TemplateValue;
using Part = WrittenPart::Kind;

constexpr std::size_t mostValueParts = 64;
constexpr std::size_t mostValueBytes = std::size_t{1} << 15;
constexpr int mostNumber = 1'000'000;

TemplateValue unknownValue()
{
    return valueOf(Value::Kind::Unknown);
}

std::optional<int> wholeNumber(const std::string& digits)
{
    int number = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    const bool isWhole = read.ec == std::errc{} && read.ptr == end;
    return isWhole && number > -mostNumber && number < mostNumber ? std::optional{number}
                                                                  : std::nullopt;
}

TemplateValue smallNumber(int number)
{
    return number > -mostNumber && number < mostNumber
               ? Value{.kind = Value::Kind::Number, .number = number}
               : unknownValue();
}

/// A stretch of the date that we write wherever a template asks for today's: 26 July 2024, the one
/// that Llama's templates name themselves. None for a format that is not known.
std::optional<std::string> fixedDate(std::string_view format)
{
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            text += format[i];
            continue;
        }
        switch (format[++i]) {
        case 'd':
            text += "26";
            break;
        case 'b':
            text += "Jul";
            break;
        case 'B':
            text += "July";
            break;
        case 'm':
            text += "07";
            break;
        case 'Y':
            text += "2024";
            break;
        default:
            return std::nullopt;
        }
    }
    return text;
}

/// Both one behind the other; Unknown beyond what a prompt's markup needs.
TemplateValue joinedTexts(Value before, const Value& next)
{
    for (const WrittenPart& part : next.text) {
        const bool goesOn = part.kind == Part::Words && !before.text.empty() &&
                            before.text.back().kind == Part::Words;
        if (goesOn) {
            before.text.back().text += part.text;
        } else {
            before.text.push_back(part);
        }
    }
    std::size_t bytes = 0;
    for (const WrittenPart& part : before.text) {
        bytes += part.text.size();
    }
    return before.text.size() > mostValueParts || bytes > mostValueBytes ? unknownValue() : before;
}

} // namespace

TemplateValue TemplateValues::of(const TemplateExpression& expression) const
{
    switch (expression.kind) {
    case Kind::Text:
        return wordsValue(expression.text);
    case Kind::Number: {
        const auto number = wholeNumber(expression.text);
        return number ? smallNumber(*number) : unknownValue();
    }
    case Kind::None:
        return valueOf(Value::Kind::None);
    case Kind::Name:
        return named(expression.text);
    case Kind::Member:
        return member(*expression.parts[0], expression.text);
    case Kind::Item:
        return item(expression);
    case Kind::Slice:
        return slice(expression);
    case Kind::Call:
        return call(expression);
    case Kind::Filter:
        return filtered(expression);
    case Kind::Join:
        return joined(expression);
    case Kind::Arithmetic:
        return computed(expression);
    case Kind::Choice:
        return chosen(expression);
    case Kind::List:
    case Kind::Other:
        return unknownValue();
    default:
        return valueOf(truth(expression));
    }
}

TemplateValue TemplateValues::named(const std::string& name) const
{
    if (const auto found = m_names.values.find(name); found != m_names.values.end()) {
        return found->second;
    }
    const bool isFunction = name == "strftime_now" || name == "raise_exception" ||
                            name == "namespace" || name == "range" || name == "loop";
    return isFunction ? unknownValue() : valueOf(Value::Kind::Undefined);
}

TemplateValue TemplateValues::ofLoop(const std::string& name) const
{
    const bool isFirst = m_names.loopIndex == 0;
    const bool isLast = m_names.loopIndex + 1 == m_names.loopLength;
    if (m_names.loopLength == 0) {
        return unknownValue();
    }
    if (name == "first" || name == "last") {
        return valueOf((name == "first" ? isFirst : isLast) ? Truth::Yes : Truth::No);
    }
    if (name == "index" || name == "index0") {
        return numberValue(m_names.loopIndex + (name == "index" ? 1 : 0));
    }
    return name == "length" ? numberValue(m_names.loopLength) : unknownValue();
}

TemplateValue TemplateValues::member(const TemplateExpression& base, const std::string& name) const
{
    if (base.kind == Kind::Name && base.text == "loop") {
        return ofLoop(name);
    }
    const Value object = of(base);
    if (object.kind == Value::Kind::Namespace && base.kind == Kind::Name) {
        const auto found = m_names.values.find(base.text + "." + name);
        return found == m_names.values.end() ? valueOf(Value::Kind::Undefined) : found->second;
    }
    return memberOf(object, name);
}

TemplateValue TemplateValues::memberOf(const TemplateValue& object, const std::string& name) const
{
    if (object.kind == Value::Kind::Message) {
        const bool isSystem =
            m_names.conversation.at(static_cast<std::size_t>(object.number)) == TurnRole::System;
        if (name == "role") {
            return wordsValue(isSystem ? "system" : "user");
        }
        return name == "content" ? placeValue(isSystem ? Part::System : Part::User)
                                 : valueOf(Value::Kind::Undefined);
    }
    if (object.kind == Value::Kind::Undefined && m_names.isSure) {
        throw unknownTemplate("it asks for \"" + escapedForDisplay(name, 40) +
                              "\" of what nobody gives");
    }
    return unknownValue();
}

TemplateValue TemplateValues::item(const TemplateExpression& expression) const
{
    const Value list = of(*expression.parts[0]);
    const Value index = of(*expression.parts[1]);
    if (list.kind != Value::Kind::Messages || index.kind != Value::Kind::Number) {
        return unknownValue();
    }
    const auto count = static_cast<int>(list.turns.size());
    const int at = index.number < 0 ? index.number + count : index.number;
    if (at < 0 || at >= count) {
        return valueOf(Value::Kind::Undefined);
    }
    return {.kind = Value::Kind::Message, .number = list.turns[static_cast<std::size_t>(at)]};
}

TemplateValue TemplateValues::slice(const TemplateExpression& expression) const
{
    Value list = of(*expression.parts[0]);
    const auto begin = wholeNumber(expression.text);
    if (list.kind != Value::Kind::Messages || (expression.text != "reversed" && !begin) ||
        (begin && *begin < 0)) {
        return unknownValue();
    }
    if (begin) {
        const auto count = std::min(static_cast<std::size_t>(*begin), list.turns.size());
        list.turns.erase(list.turns.begin(),
                         list.turns.begin() + static_cast<std::ptrdiff_t>(count));
    } else {
        std::reverse(list.turns.begin(), list.turns.end());
    }
    return list;
}

TemplateValue TemplateValues::call(const TemplateExpression& expression) const
{
    const TemplateExpression& called = *expression.parts[0];
    if (called.kind == Kind::Member) {
        return method(expression);
    }
    if (called.kind != Kind::Name || m_names.values.contains(called.text)) {
        return unknownValue();
    }
    if (called.text == "namespace" && expression.parts.size() == 1) {
        return valueOf(Value::Kind::Namespace);
    }
    const bool isDate = called.text == "strftime_now" && expression.parts.size() == 2 &&
                        expression.parts[1]->kind == Kind::Text;
    const auto date = isDate ? fixedDate(expression.parts[1]->text) : std::nullopt;
    return date ? wordsValue(*date) : unknownValue();
}

TemplateValue TemplateValues::method(const TemplateExpression& expression) const
{
    const TemplateExpression& called = *expression.parts[0];
    const TemplateExpression& object = *called.parts[0];
    const std::string& name = called.text;
    const std::size_t arguments = expression.parts.size() - 1;
    const std::string* const text = arguments > 0 && expression.parts[1]->kind == Kind::Text
                                        ? &expression.parts[1]->text
                                        : nullptr;
    Value value = of(object);
    if (value.kind == Value::Kind::Message && name == "get" && arguments == 1 && text != nullptr) {
        Value found = memberOf(value, *text); // None where it is absent
        return found.kind == Value::Kind::Undefined ? valueOf(Value::Kind::None) : found;
    }
    if (value.kind != Value::Kind::Text || !expression.keywords.empty()) {
        return unknownValue();
    }
    if ((name == "strip" || name == "lstrip" || name == "rstrip") && arguments == 0) {
        trim(value.text, name != "rstrip", name != "lstrip");
        return value;
    }
    if (!holdsTurn(value) || value.text.size() != 1 || text == nullptr) {
        return unknownValue();
    }
    if (name == "replace" && arguments == 2 && text->starts_with('/')) {
        return value; // a switch like "/think", which texts do not have
    }
    const bool asks = name == "startswith" || name == "endswith";
    return asks && arguments == 1 && text->starts_with('<') ? valueOf(Value::Kind::False)
                                                            : unknownValue();
}

TemplateValue TemplateValues::filtered(const TemplateExpression& expression) const
{
    const std::string& name = expression.text;
    const std::size_t arguments = expression.parts.size() - 1;
    Value value = of(*expression.parts[0]);
    const bool isText = value.kind == Value::Kind::Text;
    const bool isConversation = value.kind == Value::Kind::Messages;
    if (arguments == 0 && expression.keywords.empty()) {
        if (isText && name == "trim") {
            trim(value.text, true, true);
            return value;
        }
        if ((isText && name == "string") || (isConversation && name == "list")) {
            return value;
        }
        if (isConversation && (name == "length" || name == "count")) {
            return numberValue(value.turns.size());
        }
    }
    if (arguments == 1 && expression.keywords.empty() && name == "default") {
        return value.kind == Value::Kind::Undefined ? of(*expression.parts[1]) : value;
    }
    return unknownValue();
}

TemplateValue TemplateValues::joined(const TemplateExpression& expression) const
{
    Value result = of(*expression.parts[0]);
    for (std::size_t i = 1; i < expression.parts.size(); ++i) {
        const Value next = of(*expression.parts[i]);
        const bool areNumbers =
            result.kind == Value::Kind::Number && next.kind == Value::Kind::Number;
        if (areNumbers && expression.text == "+") {
            result = smallNumber(result.number + next.number);
        } else if (result.kind == Value::Kind::Text && next.kind == Value::Kind::Text) {
            result = joinedTexts(std::move(result), next);
        } else {
            return unknownValue();
        }
    }
    return result;
}

TemplateValue TemplateValues::computed(const TemplateExpression& expression) const
{
    const Value left = of(*expression.parts[0]);
    const Value right = of(*expression.parts[1]);
    if (left.kind != Value::Kind::Number || right.kind != Value::Kind::Number) {
        return unknownValue();
    }
    if (expression.text == "-") {
        return smallNumber(left.number - right.number);
    }
    const bool isRest = expression.text == "%" && left.number >= 0 && right.number > 0;
    return isRest ? smallNumber(left.number % right.number) : unknownValue();
}

TemplateValue TemplateValues::chosen(const TemplateExpression& expression) const
{
    switch (truth(*expression.parts[1])) {
    case Truth::Yes:
        return of(*expression.parts[0]);
    case Truth::No:
        return of(*expression.parts[2]);
    case Truth::Unknown:
        break;
    }
    return unknownValue();
}

} // namespace nextquill::text
