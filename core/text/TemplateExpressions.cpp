// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateExpressions.h"

#include "core/text/TemplateErrors.h"

#include <algorithm>
#include <utility>

namespace nextquill::text {

namespace {

constexpr int mostLevels = 64;
constexpr std::size_t mostPostfixes = 64;

/// Counts how deep expressions stand in each other.
class Level
{
public:
    explicit Level(int& depth)
        : m_depth{depth}
    {
        if (++m_depth > mostLevels) {
            --m_depth;
            throw unknownTemplate("its expressions are nested too deep");
        }
    }
    ~Level() { --m_depth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

private:
    int& m_depth;
};

ExpressionPtr made(TemplateExpression expression)
{
    return std::make_shared<const TemplateExpression>(std::move(expression));
}

} // namespace

bool TemplateExpressions::isNext(std::string_view text) const
{
    return m_at < m_tokens.size() && m_tokens[m_at].text == text &&
           (m_tokens[m_at].kind == TemplateToken::Kind::Name ||
            m_tokens[m_at].kind == TemplateToken::Kind::Sign);
}

bool TemplateExpressions::take(std::string_view text)
{
    const bool found = isNext(text);
    m_at += found ? 1U : 0U;
    return found;
}

void TemplateExpressions::expect(std::string_view text)
{
    if (!take(text)) {
        throw unknownTemplate("\"" + std::string{text} + "\" is missing in a tag");
    }
}

std::string TemplateExpressions::name()
{
    if (atEnd() || m_tokens[m_at].kind != TemplateToken::Kind::Name) {
        throw unknownTemplate("a name is missing in a tag");
    }
    return m_tokens[m_at++].text;
}

ExpressionPtr TemplateExpressions::choice()
{
    const Level level{m_depth};
    ExpressionPtr value = plain();
    while (take("if")) {
        ExpressionPtr condition = plain();
        ExpressionPtr other = take("else") ? choice() : made({.kind = Kind::Text});
        value =
            made({.kind = Kind::Choice, .parts = {std::move(value), std::move(condition), other}});
    }
    return value;
}

ExpressionPtr TemplateExpressions::chain(Kind kind, Reader next,
                                         std::initializer_list<std::string_view> signs)
{
    TemplateExpression all{.kind = kind};
    all.parts.push_back((this->*next)());
    const auto more = [&] {
        return std::any_of(signs.begin(), signs.end(),
                           [this](std::string_view sign) { return take(sign); });
    };
    while (more()) {
        all.parts.push_back((this->*next)());
    }
    return all.parts.size() == 1 ? all.parts.front() : made(std::move(all));
}

ExpressionPtr TemplateExpressions::plain()
{
    return chain(Kind::Or, &TemplateExpressions::conjunction, {"or"});
}

ExpressionPtr TemplateExpressions::conjunction()
{
    return chain(Kind::And, &TemplateExpressions::negation, {"and"});
}

ExpressionPtr TemplateExpressions::negation()
{
    const Level level{m_depth};
    return take("not") ? made({.kind = Kind::Not, .parts = {negation()}}) : comparison();
}

ExpressionPtr TemplateExpressions::comparison()
{
    ExpressionPtr left = sum();
    for (std::size_t count = 0; count < mostPostfixes; ++count) {
        if (isNext("not") && m_at + 1 < m_tokens.size() && m_tokens[m_at + 1].text == "in") {
            m_at += 2;
            ExpressionPtr inside =
                made({.kind = Kind::Compare, .text = "in", .parts = {left, sum()}});
            left = made({.kind = Kind::Not, .parts = {std::move(inside)}});
            continue;
        }
        std::string sign;
        for (const std::string_view known : {"==", "!=", "<=", ">=", "<", ">", "in"}) {
            if (sign.empty() && take(known)) {
                sign = known;
            }
        }
        if (sign.empty()) {
            return left;
        }
        ExpressionPtr right = sum();
        left = made({.kind = Kind::Compare, .text = sign, .parts = {left, std::move(right)}});
    }
    throw unknownTemplate("a tag has too many comparisons");
}

ExpressionPtr TemplateExpressions::sum()
{
    ExpressionPtr value = joined();
    for (std::size_t count = 0; count < mostPostfixes; ++count) {
        if (isNext("+")) {
            TemplateExpression all{.kind = Kind::Join, .text = "+", .parts = {std::move(value)}};
            while (take("+")) {
                all.parts.push_back(joined());
            }
            value = made(std::move(all));
        } else if (take("-")) {
            value = made(
                {.kind = Kind::Arithmetic, .text = "-", .parts = {std::move(value), joined()}});
        } else {
            return value;
        }
    }
    throw unknownTemplate("a tag has too many parts");
}

ExpressionPtr TemplateExpressions::joined()
{
    return chain(Kind::Join, &TemplateExpressions::product, {"~"});
}

ExpressionPtr TemplateExpressions::product()
{
    ExpressionPtr value = unary();
    for (std::size_t count = 0; count < mostPostfixes; ++count) {
        std::string sign;
        for (const std::string_view known : {"*", "//", "/", "%", "**"}) {
            if (sign.empty() && take(known)) {
                sign = known;
            }
        }
        if (sign.empty()) {
            return value;
        }
        ExpressionPtr right = unary();
        value = made({.kind = Kind::Arithmetic, .text = sign, .parts = {value, std::move(right)}});
    }
    throw unknownTemplate("a tag has too many parts");
}

ExpressionPtr TemplateExpressions::unary()
{
    const Level level{m_depth};
    if (take("-")) {
        ExpressionPtr value = unary();
        if (value->kind == Kind::Number && !value->text.starts_with('-')) {
            return made({.kind = Kind::Number, .text = "-" + value->text});
        }
        return made({.kind = Kind::Other});
    }
    return postfix(primary());
}

ExpressionPtr TemplateExpressions::bracketed(std::string_view closing)
{
    TemplateExpression list{.kind = Kind::List};
    bool isTuple = closing == "]";
    while (!take(closing)) {
        list.parts.push_back(choice());
        if (!isNext(closing)) {
            expect(",");
            isTuple = true;
        }
    }
    return list.parts.size() == 1 && !isTuple ? list.parts.front() : made(std::move(list));
}

ExpressionPtr TemplateExpressions::primary()
{
    if (atEnd()) {
        throw unknownTemplate("a tag ends within an expression");
    }
    const TemplateToken& token = m_tokens[m_at++];
    switch (token.kind) {
    case TemplateToken::Kind::Text: {
        std::string text = token.text;
        while (m_at < m_tokens.size() && m_tokens[m_at].kind == TemplateToken::Kind::Text) {
            text += m_tokens[m_at++].text;
        }
        return made({.kind = Kind::Text, .text = std::move(text)});
    }
    case TemplateToken::Kind::Number:
        if (take(".")) {
            return ++m_at, made({.kind = Kind::Other});
        }
        return made({.kind = Kind::Number, .text = token.text});
    case TemplateToken::Kind::Name:
        for (const auto& [name, kind] :
             {std::pair{"true", Kind::True}, {"false", Kind::False}, {"none", Kind::None}}) {
            std::string lower = token.text;
            lower[0] = static_cast<char>(lower[0] | 0x20);
            if (lower == name) {
                return made({.kind = kind});
            }
        }
        return made({.kind = Kind::Name, .text = token.text});
    case TemplateToken::Kind::Sign:
        break;
    }
    if (token.text == "(" || token.text == "[") {
        return bracketed(token.text == "(" ? ")" : "]");
    }
    if (token.text == "{") {
        TemplateExpression entries{.kind = Kind::Other};
        while (!take("}")) {
            entries.parts.push_back(choice());
            if (!take(":") && !isNext("}")) {
                expect(",");
            }
        }
        return made(std::move(entries));
    }
    throw unknownTemplate("a tag has a sign where a value should stand");
}

void TemplateExpressions::arguments(TemplateExpression& call)
{
    while (!take(")")) {
        const bool isKeyword = m_at + 1 < m_tokens.size() && m_tokens[m_at + 1].text == "=" &&
                               m_tokens[m_at + 1].kind == TemplateToken::Kind::Sign;
        if (isKeyword) {
            std::string keyword = name();
            expect("=");
            call.keywords.emplace_back(std::move(keyword), choice());
        } else {
            call.parts.push_back(choice());
        }
        if (!isNext(")")) {
            expect(",");
        }
    }
}

ExpressionPtr TemplateExpressions::subscript(ExpressionPtr base)
{
    const auto isEnd = [this] { return isNext(":") || isNext("]"); };
    ExpressionPtr index = isEnd() ? nullptr : choice();
    if (!isNext(":")) {
        expect("]");
        if (index == nullptr) {
            throw unknownTemplate("a tag has brackets without an index");
        }
        if (index->kind == Kind::Text) {
            return made({.kind = Kind::Member, .text = index->text, .parts = {std::move(base)}});
        }
        return made({.kind = Kind::Item, .parts = {std::move(base), std::move(index)}});
    }
    std::vector<ExpressionPtr> limits{std::move(index)};
    while (take(":")) {
        limits.push_back(isEnd() ? nullptr : choice());
    }
    expect("]");
    TemplateExpression slice{.kind = Kind::Slice, .parts = {std::move(base)}};
    const auto isNumber = [](const ExpressionPtr& limit) {
        return limit != nullptr && limit->kind == Kind::Number;
    };
    if (limits.size() == 2 && isNumber(limits[0]) && limits[1] == nullptr) {
        slice.text = limits[0]->text;
    } else if (limits.size() == 3 && limits[0] == nullptr && limits[1] == nullptr &&
               isNumber(limits[2]) && limits[2]->text == "-1") {
        slice.text = "reversed";
    }
    return made(std::move(slice));
}

ExpressionPtr TemplateExpressions::test(ExpressionPtr base)
{
    const bool isNegated = take("not");
    TemplateExpression test{.kind = Kind::Test, .text = name(), .parts = {std::move(base)}};
    if (take("(")) {
        arguments(test);
    } else if (!atEnd() && m_tokens[m_at].kind == TemplateToken::Kind::Text) {
        test.parts.push_back(primary());
    }
    ExpressionPtr result = made(std::move(test));
    return isNegated ? made({.kind = Kind::Not, .parts = {std::move(result)}}) : result;
}

ExpressionPtr TemplateExpressions::postfix(ExpressionPtr base)
{
    for (std::size_t count = 0; count < mostPostfixes; ++count) {
        if (take(".")) {
            base = made({.kind = Kind::Member, .text = name(), .parts = {std::move(base)}});
        } else if (take("[")) {
            base = subscript(std::move(base));
        } else if (take("(")) {
            TemplateExpression call{.kind = Kind::Call, .parts = {std::move(base)}};
            arguments(call);
            base = made(std::move(call));
        } else if (take("|")) {
            TemplateExpression filter{
                .kind = Kind::Filter, .text = name(), .parts = {std::move(base)}};
            if (take("(")) {
                arguments(filter);
            }
            base = made(std::move(filter));
        } else if (take("is")) {
            base = test(std::move(base));
        } else {
            return base;
        }
    }
    throw unknownTemplate("an expression has too many parts");
}

} // namespace nextquill::text
