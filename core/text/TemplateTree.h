// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

struct TemplateExpression;
using ExpressionPtr = std::shared_ptr<const TemplateExpression>;

/// An expression of a chat template, as it is written; it has no value.
struct TemplateExpression
{
    enum class Kind {
        Text,   ///< text
        Number, ///< text: its digits, behind - where it is negative
        True,
        False,
        None,
        Name,       ///< text
        Member,     ///< part 0 . text, also part 0 ["text"]
        Item,       ///< part 0 [part 1]
        Slice,      ///< part 0 [text:], part 0 [::-1] (text: "reversed"), or another (no text)
        Call,       ///< part 0 (parts 1…), keywords left out
        Filter,     ///< part 0 | text (parts 1…)
        Test,       ///< part 0 is text (parts 1…)
        Not,        ///< part 0
        And,        ///< parts
        Or,         ///< parts
        Compare,    ///< part 0 text part 1: == != < > <= >= in
        Join,       ///< parts, by + or ~
        Arithmetic, ///< part 0 text part 1: - * / // % **
        Choice,     ///< part 0 if part 1 else part 2
        List,       ///< parts
        Other       ///< known to be none of these
    };
    Kind kind = Kind::Other;
    std::string text;
    std::vector<ExpressionPtr> parts;
    std::vector<std::pair<std::string, ExpressionPtr>> keywords; ///< of Call
};

struct TemplateStatement;

struct TemplateBranch
{
    ExpressionPtr condition; ///< none for else
    std::vector<TemplateStatement> body;
};

struct TemplateStatement
{
    enum class Kind {
        Text,   ///< text
        Output, ///< expression
        If,     ///< branches
        For,    ///< text in expression; branch 0: the condition behind `if`, and the body
        Set,    ///< text (also "namespace.member") = expression
        Ignored ///< a macro's definition, a set block: expression is none
    };
    Kind kind = Kind::Text;
    std::string text;
    ExpressionPtr expression;
    std::vector<TemplateBranch> branches;
};

/// The statements of a Jinja template, nested at most 64 deep. Nothing is run.
///
/// Throws Error(Unsupported) for what is no Jinja, and for statements other than if, for, set,
/// macro and generation.
[[nodiscard]] std::vector<TemplateStatement> parseTemplate(std::string_view source);

} // namespace nextquill::text
