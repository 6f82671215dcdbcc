// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateReading.h"

#include "core/text/TemplateErrors.h"

#include <algorithm>
#include <utility>

namespace nextquill::text {

namespace {

using Kind = TemplateExpression::Kind;
using Part = WrittenPart::Kind;
using Value = TemplateValue;

constexpr std::size_t mostStatements = 100'000;
constexpr std::size_t mostPasses = 64; // through loops: real templates need about four
constexpr std::size_t mostNames = 256;
constexpr std::size_t mostWritten = std::size_t{1} << 18;

/// The template raises an error for this conversation.
struct Refusal
{
};

class TemplateReader
{
public:
    explicit TemplateReader(std::vector<TurnRole> conversation)
    {
        Value messages = valueOf(Value::Kind::Messages);
        for (std::size_t i = 0; i < conversation.size(); ++i) {
            messages.turns.push_back(static_cast<int>(i));
        }
        m_names.conversation = std::move(conversation);
        m_names.values = {{"messages", messages},
                          {"add_generation_prompt", valueOf(Value::Kind::True)},
                          {"bos_token", placeValue(Part::Beginning)},
                          {"eos_token", placeValue(Part::End)}};
    }

    /// None when the template raises an error.
    std::optional<WrittenText> run(const std::vector<TemplateStatement>& statements)
    {
        try {
            walk(statements);
        } catch (const Refusal&) {
            return std::nullopt;
        }
        return std::move(m_written);
    }

private:
    [[nodiscard]] Value valueOfExpression(const TemplateExpression& expression) const
    {
        return TemplateValues{m_names}.of(expression);
    }

    void walk(const std::vector<TemplateStatement>& statements)
    {
        for (const TemplateStatement& statement : statements) {
            if (++m_statements > mostStatements) {
                throw unknownTemplate("it is too long");
            }
            switch (statement.kind) {
            case TemplateStatement::Kind::Text:
                write({{.kind = Part::Words, .text = statement.text}});
                break;
            case TemplateStatement::Kind::Output:
                output(*statement.expression);
                break;
            case TemplateStatement::Kind::If:
                branches(statement);
                break;
            case TemplateStatement::Kind::For:
                loop(statement);
                break;
            case TemplateStatement::Kind::Set:
                define(statement);
                break;
            case TemplateStatement::Kind::Ignored:
                break;
            }
        }
    }

    void output(const TemplateExpression& expression)
    {
        const bool raises = expression.kind == Kind::Call &&
                            expression.parts[0]->kind == Kind::Name &&
                            expression.parts[0]->text == "raise_exception";
        if (raises && m_names.isSure) {
            throw Refusal{};
        }
        if (raises) { // perhaps: then nobody ever sees the text
            return;
        }
        const Value value = valueOfExpression(expression);
        if (value.kind == Value::Kind::Text) {
            write(value.text);
        } else if (value.kind != Value::Kind::Undefined) {
            throw unknownTemplate("it writes what cannot be told without running it");
        }
    }

    void write(const WrittenText& text)
    {
        for (const WrittenPart& part : text) {
            if (part.kind == Part::Words && part.text.empty()) {
                continue;
            }
            if (!m_names.isSure) {
                throw unknownTemplate("it writes under a condition that is not known here");
            }
            m_bytes += part.text.size() + 1;
            if (m_bytes > mostWritten) {
                throw unknownTemplate("it writes too much");
            }
            const bool goesOn = part.kind == Part::Words && !m_written.empty() &&
                                m_written.back().kind == Part::Words;
            if (goesOn) {
                m_written.back().text += part.text;
            } else {
                m_written.push_back(part);
            }
        }
    }

    void branches(const TemplateStatement& statement)
    {
        const bool wasSure = m_names.isSure;
        for (const TemplateBranch& branch : statement.branches) {
            const Truth truth =
                branch.condition ? TemplateValues{m_names}.truth(*branch.condition) : Truth::Yes;
            if (truth == Truth::No) {
                continue;
            }
            m_names.isSure = m_names.isSure && truth == Truth::Yes;
            walk(branch.body);
            if (truth == Truth::Yes) {
                break;
            }
        }
        m_names.isSure = wasSure;
    }

    void countPass()
    {
        if (++m_passes > mostPasses) {
            throw unknownTemplate("it has too many loops in each other");
        }
    }

    void loop(const TemplateStatement& statement)
    {
        const Value over = valueOfExpression(*statement.expression);
        if (over.kind == Value::Kind::Undefined) {
            return;
        }
        const TemplateNames outer = m_names;
        if (over.kind == Value::Kind::Messages) {
            each(statement, over.turns);
        } else { // once, to see that it writes nothing
            countPass();
            m_names.isSure = false;
            m_names.loopLength = 0;
            for (std::size_t begin = 0; begin <= statement.text.size();) { // "key,value"
                const std::size_t end =
                    std::min(statement.text.find(',', begin), statement.text.size());
                m_names.values[statement.text.substr(begin, end - begin)] =
                    valueOf(Value::Kind::Unknown);
                begin = end + 1;
            }
            walk(statement.branches.front().body);
        }
        leave(outer);
    }

    void each(const TemplateStatement& statement, const std::vector<int>& turns)
    {
        const TemplateBranch& body = statement.branches.front();
        std::vector<int> chosen;
        for (const int turn : turns) {
            m_names.values[statement.text] = {.kind = Value::Kind::Message, .number = turn};
            const Truth isChosen =
                body.condition ? TemplateValues{m_names}.truth(*body.condition) : Truth::Yes;
            if (isChosen == Truth::Unknown) {
                throw unknownTemplate("a loop has a condition that is not known here");
            }
            if (isChosen == Truth::Yes) {
                chosen.push_back(turn);
            }
        }
        const TemplateNames outer = m_names;
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            countPass();
            leave(outer);
            m_names.values[statement.text] = {.kind = Value::Kind::Message, .number = chosen[i]};
            m_names.loopIndex = i;
            m_names.loopLength = chosen.size();
            walk(body.body);
        }
    }

    /// What a loop sets is gone behind it, except members of namespaces from outside.
    void leave(const TemplateNames& outer)
    {
        TemplateNames kept = outer;
        for (auto& [name, value] : m_names.values) {
            const std::size_t dot = name.find('.');
            if (dot != std::string::npos && outer.values.contains(name.substr(0, dot))) {
                kept.values[name] = std::move(value);
            }
        }
        m_names = std::move(kept);
    }

    void define(const TemplateStatement& statement)
    {
        const ExpressionPtr& expression = statement.expression;
        Value value = expression && m_names.isSure ? valueOfExpression(*expression)
                                                   : valueOf(Value::Kind::Unknown);
        if (value.kind == Value::Kind::Namespace) {
            if (expression->kind != Kind::Call || statement.text.find('.') != std::string::npos) {
                value = valueOf(Value::Kind::Unknown); // a second name for the same
            }
            for (const auto& [key, initial] : expression->keywords) {
                m_names.values[statement.text + "." + key] = valueOfExpression(*initial);
            }
        }
        if (const std::size_t dot = statement.text.find('.'); dot != std::string::npos) {
            const auto whole = m_names.values.find(statement.text.substr(0, dot));
            const bool isThere =
                whole != m_names.values.end() && whole->second.kind == Value::Kind::Namespace;
            if (!isThere && m_names.isSure) {
                throw unknownTemplate("it sets a member of what is no namespace");
            }
        }
        if (m_names.values.size() > mostNames) {
            throw unknownTemplate("it sets too many names");
        }
        m_names.values[statement.text] = std::move(value);
    }

    TemplateNames m_names;
    WrittenText m_written;
    std::size_t m_bytes = 0;
    std::size_t m_statements = 0;
    std::size_t m_passes = 0;
};

} // namespace

TemplateReading readTemplate(std::string_view source)
{
    const std::vector<TemplateStatement> statements = parseTemplate(source);
    auto alone = TemplateReader{{TurnRole::User}}.run(statements);
    if (!alone) {
        throw unknownTemplate("it refuses a conversation without a system text");
    }
    return {.alone = std::move(*alone),
            .both = TemplateReader{{TurnRole::System, TurnRole::User}}.run(statements)};
}

} // namespace nextquill::text
