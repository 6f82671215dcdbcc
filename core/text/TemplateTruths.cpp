// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateValues.h"

#include <algorithm>

namespace nextquill::text {

namespace {

using Kind = TemplateExpression::Kind;
using Value = TemplateValue;

Truth isKnown(bool value)
{
    return value ? Truth::Yes : Truth::No;
}

/// The words of a template that it looks for in texts: tags and switches.
bool isSwitch(const std::string& words)
{
    return words.starts_with('/') || words.starts_with('<') || words.starts_with('[');
}

} // namespace

Truth TemplateValues::truth(const TemplateExpression& expression) const
{
    switch (expression.kind) {
    case Kind::True:
        return Truth::Yes;
    case Kind::False:
        return Truth::No;
    case Kind::Not:
        return negated(truth(*expression.parts[0]));
    case Kind::And:
    case Kind::Or: {
        // As in Jinja, the first that decides: what stands behind it is not looked at.
        const Truth deciding = expression.kind == Kind::And ? Truth::No : Truth::Yes;
        bool decided = true;
        for (const ExpressionPtr& part : expression.parts) {
            const Truth found = truth(*part);
            if (found == deciding) {
                return deciding;
            }
            decided = decided && found != Truth::Unknown;
        }
        return decided ? negated(deciding) : Truth::Unknown;
    }
    case Kind::Compare:
        return compared(expression);
    case Kind::Test:
        return tested(expression);
    default:
        return truthOf(of(expression));
    }
}

Truth TemplateValues::compared(const TemplateExpression& expression) const
{
    const TemplateExpression& left = *expression.parts[0];
    const TemplateExpression& right = *expression.parts[1];
    if (expression.text == "in") {
        return contained(left, right);
    }
    const Value value = of(left);
    const Value other = of(right);
    if (expression.text == "==") {
        return equalValues(value, other);
    }
    if (expression.text == "!=") {
        return negated(equalValues(value, other));
    }
    if (value.kind != Value::Kind::Number || other.kind != Value::Kind::Number) {
        return Truth::Unknown;
    }
    if (expression.text == "<" || expression.text == ">=") {
        return isKnown((value.number < other.number) == (expression.text == "<"));
    }
    return isKnown((value.number > other.number) == (expression.text == ">"));
}

Truth TemplateValues::contained(const TemplateExpression& left,
                                const TemplateExpression& right) const
{
    const Value wanted = of(left);
    if (right.kind == Kind::List) {
        Truth result = Truth::No;
        for (const ExpressionPtr& part : right.parts) {
            const Truth found = equalValues(wanted, of(*part));
            result = found == Truth::No || result == Truth::Yes ? result : found;
        }
        return result;
    }
    const std::string* const words = wordsOf(wanted);
    const Value within = of(right);
    if (words == nullptr) {
        return Truth::Unknown;
    }
    if (within.kind == Value::Kind::Message) {
        return isKnown(*words == "role" || *words == "content");
    }
    if (const std::string* const text = wordsOf(within)) {
        return isKnown(text->find(*words) != std::string::npos);
    }
    const bool isAbsent = (holdsTurn(within) && within.text.size() == 1 && isSwitch(*words)) ||
                          within.kind == Value::Kind::Undefined;
    return isAbsent ? Truth::No : Truth::Unknown;
}

Truth TemplateValues::tested(const TemplateExpression& expression) const
{
    const std::string& test = expression.text;
    const Value value = of(*expression.parts[0]);
    if (expression.parts.size() == 2) {
        const bool isEqual = test == "equalto" || test == "eq";
        return isEqual ? equalValues(value, of(*expression.parts[1])) : Truth::Unknown;
    }
    const bool isFunction =
        expression.parts[0]->kind == Kind::Name && expression.parts[0]->text == "strftime_now";
    if (test == "defined" || test == "undefined") {
        const bool isDefined = value.kind != Value::Kind::Undefined;
        return value.kind == Value::Kind::Unknown && !isFunction
                   ? Truth::Unknown
                   : isKnown(isDefined == (test == "defined"));
    }
    if (value.kind == Value::Kind::Unknown || value.kind == Value::Kind::Namespace) {
        return Truth::Unknown;
    }
    if (test == "none") {
        return isKnown(value.kind == Value::Kind::None);
    }
    if (test == "string") {
        return isKnown(value.kind == Value::Kind::Text);
    }
    if (test == "mapping") {
        return isKnown(value.kind == Value::Kind::Message);
    }
    if ((test == "iterable" || test == "sequence") && value.kind != Value::Kind::Undefined) {
        return isKnown(value.kind == Value::Kind::Text || value.kind == Value::Kind::Messages ||
                       value.kind == Value::Kind::Message);
    }
    if (test == "true" || test == "false") {
        return isKnown(value.kind == (test == "true" ? Value::Kind::True : Value::Kind::False));
    }
    return Truth::Unknown;
}

} // namespace nextquill::text
