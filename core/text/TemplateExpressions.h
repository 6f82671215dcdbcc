// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TemplateTags.h"
#include "core/text/TemplateTree.h"

#include <initializer_list>

namespace nextquill::text {

/// Reads expressions from the tokens of one tag, by Jinja's precedence.
///
/// Throws Error(Unsupported) for what is none, and for more than 64 levels.
class TemplateExpressions
{
public:
    explicit TemplateExpressions(const std::vector<TemplateToken>& tokens)
        : m_tokens{tokens}
    {
    }

    [[nodiscard]] ExpressionPtr choice(); ///< a whole expression
    [[nodiscard]] ExpressionPtr plain();  ///< the same without `… if … else …`

    [[nodiscard]] bool atEnd() const { return m_at == m_tokens.size(); }
    [[nodiscard]] bool isNext(std::string_view text) const; ///< a name or sign
    bool take(std::string_view text);                       ///< goes on where it is next
    void expect(std::string_view text);
    [[nodiscard]] std::string name(); ///< the name that must be next

private:
    using Kind = TemplateExpression::Kind;
    using Reader = ExpressionPtr (TemplateExpressions::*)();

    [[nodiscard]] ExpressionPtr chain(Kind kind, Reader next,
                                      std::initializer_list<std::string_view> signs);
    [[nodiscard]] ExpressionPtr conjunction();
    [[nodiscard]] ExpressionPtr negation();
    [[nodiscard]] ExpressionPtr comparison();
    [[nodiscard]] ExpressionPtr sum();
    [[nodiscard]] ExpressionPtr joined();
    [[nodiscard]] ExpressionPtr product();
    [[nodiscard]] ExpressionPtr unary();
    [[nodiscard]] ExpressionPtr primary();
    [[nodiscard]] ExpressionPtr bracketed(std::string_view closing);
    [[nodiscard]] ExpressionPtr postfix(ExpressionPtr base);
    [[nodiscard]] ExpressionPtr subscript(ExpressionPtr base);
    [[nodiscard]] ExpressionPtr test(ExpressionPtr base);
    void arguments(TemplateExpression& call);

    const std::vector<TemplateToken>& m_tokens;
    std::size_t m_at = 0;
    int m_depth = 0;
};

} // namespace nextquill::text
