// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateTree.h"

#include "core/text/TemplateErrors.h"
#include "core/text/TemplateExpressions.h"
#include "core/text/TemplateTags.h"

#include <initializer_list>
#include <utility>

namespace nextquill::text {

namespace {

constexpr int mostBlocks = 64;

class TreeReader
{
public:
    explicit TreeReader(std::vector<TemplateTag> tags)
        : m_tags{std::move(tags)}
    {
    }

    std::vector<TemplateStatement> whole()
    {
        std::vector<TemplateStatement> statements = until({});
        if (m_at < m_tags.size()) {
            throw unknownTemplate("a block ends that did not begin");
        }
        return statements;
    }

private:
    using Kind = TemplateStatement::Kind;

    [[nodiscard]] std::string keyword() const
    {
        const TemplateTag& tag = m_tags[m_at];
        const bool isStatement = tag.kind == TemplateTag::Kind::Statement && !tag.tokens.empty();
        return isStatement ? tag.tokens.front().text : std::string{};
    }

    [[nodiscard]] bool isAt(std::initializer_list<std::string_view> words) const
    {
        const std::string word = keyword();
        for (const std::string_view known : words) {
            if (word == known) {
                return true;
            }
        }
        return false;
    }

    /// Statements up to one of the words that close them.
    std::vector<TemplateStatement> until(std::initializer_list<std::string_view> words)
    {
        if (++m_depth > mostBlocks) {
            throw unknownTemplate("its blocks are nested too deep");
        }
        std::vector<TemplateStatement> statements;
        while (m_at < m_tags.size() && !isAt(words)) {
            const TemplateTag& tag = m_tags[m_at];
            if (tag.kind == TemplateTag::Kind::Text) {
                statements.push_back({.kind = Kind::Text, .text = tag.text});
                ++m_at;
            } else if (tag.kind == TemplateTag::Kind::Output) {
                statements.push_back({.kind = Kind::Output, .expression = expressionOf(tag)});
                ++m_at;
            } else if (isAt({"generation"})) { // marks the assistant's own words; writes nothing
                ++m_at;
                std::vector<TemplateStatement> inner = until({"endgeneration"});
                end("endgeneration");
                std::move(inner.begin(), inner.end(), std::back_inserter(statements));
            } else {
                statements.push_back(statement());
            }
        }
        if (words.size() > 0 && m_at == m_tags.size()) {
            throw unknownTemplate("a block does not end");
        }
        --m_depth;
        return statements;
    }

    static ExpressionPtr expressionOf(const TemplateTag& tag)
    {
        TemplateExpressions tokens{tag.tokens};
        ExpressionPtr expression = tokens.choice();
        if (!tokens.atEnd()) {
            throw unknownTemplate("a tag has more than one expression");
        }
        return expression;
    }

    void end(std::string_view word)
    {
        if (m_at == m_tags.size() || keyword() != word) {
            throw unknownTemplate("a block does not end");
        }
        if (m_tags[m_at].tokens.size() > 1) {
            throw unknownTemplate("there is more than its name in \"" + std::string{word} + "\"");
        }
        ++m_at;
    }

    TemplateStatement statement()
    {
        if (isAt({"if"})) {
            return branches();
        }
        if (isAt({"for"})) {
            return loop();
        }
        if (isAt({"set"})) {
            return set();
        }
        if (isAt({"macro"})) {
            ++m_at;
            static_cast<void>(until({"endmacro"}));
            end("endmacro");
            return {.kind = Kind::Ignored};
        }
        throw unknownTemplate("it has a statement \"" + keyword() + "\"");
    }

    TemplateStatement branches()
    {
        TemplateStatement result{.kind = Kind::If};
        for (;;) {
            const std::string word = keyword();
            TemplateExpressions tokens{m_tags[m_at].tokens};
            tokens.expect(word);
            ++m_at;
            TemplateBranch branch;
            branch.condition = word == "else" ? nullptr : tokens.choice();
            if (!tokens.atEnd()) {
                throw unknownTemplate("a condition has more than one expression");
            }
            branch.body = word == "else" ? until({"endif"}) : until({"elif", "else", "endif"});
            result.branches.push_back(std::move(branch));
            if (keyword() == "endif") {
                end("endif");
                return result;
            }
        }
    }

    TemplateStatement loop()
    {
        TemplateExpressions tokens{m_tags[m_at++].tokens};
        tokens.expect("for");
        TemplateStatement result{.kind = Kind::For, .text = tokens.name()};
        while (tokens.take(",")) {
            result.text += "," + tokens.name();
        }
        tokens.expect("in");
        result.expression = tokens.plain();
        TemplateBranch branch;
        if (tokens.take("if")) {
            branch.condition = tokens.plain();
        }
        if (!tokens.atEnd()) {
            throw unknownTemplate("a loop has a form that is not read here");
        }
        branch.body = until({"endfor"});
        end("endfor");
        result.branches.push_back(std::move(branch));
        return result;
    }

    TemplateStatement set()
    {
        TemplateExpressions tokens{m_tags[m_at++].tokens};
        tokens.expect("set");
        TemplateStatement result{.kind = Kind::Set, .text = tokens.name()};
        while (tokens.take(".")) {
            result.text += "." + tokens.name();
        }
        if (tokens.atEnd()) { // a block's text: never needed here
            static_cast<void>(until({"endset"}));
            end("endset");
            return result;
        }
        tokens.expect("=");
        result.expression = tokens.choice();
        if (!tokens.atEnd()) {
            throw unknownTemplate("a value has more than one expression");
        }
        return result;
    }

    std::vector<TemplateTag> m_tags;
    std::size_t m_at = 0;
    int m_depth = 0;
};

} // namespace

std::vector<TemplateStatement> parseTemplate(std::string_view source)
{
    return TreeReader{cutTemplate(source)}.whole();
}

} // namespace nextquill::text
