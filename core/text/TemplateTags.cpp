// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TemplateTags.h"

#include "core/base/Utf8.h"
#include "core/text/TemplateErrors.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nextquill::text {

namespace {

constexpr std::string_view jinjaBlanks = " \t\n\r\v\f";

bool isJinjaLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isJinjaDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Line ends as \n; the one at the very end does not count, as in Jinja.
std::string withPlainLineEnds(std::string_view source)
{
    std::string result;
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r') {
            result += '\n';
            i += i + 1 < source.size() && source[i + 1] == '\n' ? 1U : 0U;
        } else {
            result += source[i];
        }
    }
    if (result.ends_with('\n')) {
        result.pop_back();
    }
    return result;
}

class TagCutter
{
public:
    explicit TagCutter(std::string_view source)
        : m_source{withPlainLineEnds(source)}
    {
    }

    std::vector<TemplateTag> run()
    {
        while (m_at < m_source.size()) {
            const std::size_t open = nextOpening();
            std::string text = m_source.substr(m_at, open - m_at);
            if (open == m_source.size()) {
                append(std::move(text));
                break;
            }
            const char kind = m_source[open + 1];
            m_at = open + 2;
            const char sign = takeSign();
            strip(text, kind, sign);
            append(std::move(text));
            if (kind == '#') {
                skipComment();
            } else {
                readTag(kind);
            }
        }
        return std::move(m_tags);
    }

private:
    [[nodiscard]] std::size_t nextOpening() const
    {
        for (std::size_t i = m_at; i + 1 < m_source.size(); ++i) {
            const char next = m_source[i + 1];
            if (m_source[i] == '{' && (next == '{' || next == '%' || next == '#')) {
                return i;
            }
        }
        return m_source.size();
    }

    char takeSign()
    {
        const char c = m_at < m_source.size() ? m_source[m_at] : '\0';
        const bool isSign = c == '-' || c == '+';
        m_at += isSign ? 1U : 0U;
        return isSign ? c : '\0';
    }

    /// White space before a tag.
    void strip(std::string& text, char kind, char sign) const
    {
        if (sign == '-') {
            text.erase(text.find_last_not_of(jinjaBlanks) + 1);
            return;
        }
        if (sign == '+' || kind == '{') {
            return;
        }
        const std::size_t lineEnd = text.rfind('\n');
        const std::size_t begin = lineEnd == std::string::npos ? 0 : lineEnd + 1;
        const bool isLine = lineEnd != std::string::npos || m_atLineStart;
        if (isLine && text.find_first_not_of(jinjaBlanks, begin) == std::string::npos) {
            text.erase(begin);
        }
    }

    void append(std::string text)
    {
        if (!text.empty()) {
            m_tags.push_back({.kind = TemplateTag::Kind::Text, .text = std::move(text)});
        }
    }

    /// What a tag's end takes of the text behind it.
    void closed(char kind, char sign)
    {
        const std::size_t begin = m_at;
        if (sign == '-') {
            m_at = std::min(m_source.find_first_not_of(jinjaBlanks, m_at), m_source.size());
        } else if (sign != '+' && kind != '{' && m_at < m_source.size() && m_source[m_at] == '\n') {
            ++m_at;
        }
        m_atLineStart = m_at > begin && m_source[m_at - 1] == '\n';
    }

    void skipComment()
    {
        const std::size_t end = m_source.find("#}", m_at);
        if (end == std::string::npos) {
            throw unknownTemplate("a comment does not end");
        }
        const char sign = end > m_at ? m_source[end - 1] : '\0';
        m_at = end + 2;
        closed('#', sign);
    }

    void readTag(char kind)
    {
        TemplateTag tag{.kind =
                            kind == '{' ? TemplateTag::Kind::Output : TemplateTag::Kind::Statement};
        const char closing = kind == '{' ? '}' : '%';
        std::size_t depth = 0;
        for (;;) {
            m_at = std::min(m_source.find_first_not_of(jinjaBlanks, m_at), m_source.size());
            if (m_at == m_source.size()) {
                throw unknownTemplate("a tag does not end");
            }
            if (depth == 0 && isClosing(closing)) {
                const char sign = takeSign();
                m_at += 2;
                closed(kind, sign);
                break;
            }
            tag.tokens.push_back(token());
            if (const TemplateToken& read = tag.tokens.back();
                read.kind == TemplateToken::Kind::Sign) {
                depth += read.text == "(" || read.text == "[" || read.text == "{" ? 1U : 0U;
                const bool closes = read.text == ")" || read.text == "]" || read.text == "}";
                depth -= closes && depth > 0 ? 1U : 0U;
            }
        }
        m_tags.push_back(std::move(tag));
    }

    [[nodiscard]] bool isClosing(char closing) const
    {
        const std::string_view rest = std::string_view{m_source}.substr(m_at);
        const std::size_t sign = rest.front() == '-' || rest.front() == '+' ? 1 : 0;
        return rest.size() >= sign + 2 && rest[sign] == closing && rest[sign + 1] == '}';
    }

    TemplateToken token()
    {
        const char c = m_source[m_at];
        if (c == '\'' || c == '"') {
            return {.kind = TemplateToken::Kind::Text, .text = quoted(c)};
        }
        const auto word = [this](auto belongs) {
            const std::size_t begin = m_at;
            while (m_at < m_source.size() && belongs(m_source[m_at])) {
                ++m_at;
            }
            return m_source.substr(begin, m_at - begin);
        };
        if (isJinjaLetter(c)) {
            return {.kind = TemplateToken::Kind::Name,
                    .text =
                        word([](char next) { return isJinjaLetter(next) || isJinjaDigit(next); })};
        }
        if (isJinjaDigit(c)) {
            return {.kind = TemplateToken::Kind::Number, .text = word(isJinjaDigit)};
        }
        for (const std::string_view pair : {"==", "!=", ">=", "<=", "//", "**"}) {
            if (m_source.compare(m_at, pair.size(), pair) == 0) {
                m_at += pair.size();
                return {.kind = TemplateToken::Kind::Sign, .text = std::string{pair}};
            }
        }
        constexpr std::string_view signs = "+-/*%~[](){}<>=.:|,;";
        if (signs.find(c) == std::string_view::npos) {
            throw unknownTemplate("there is a sign that Jinja does not know");
        }
        ++m_at;
        return {.kind = TemplateToken::Kind::Sign, .text = std::string(1, c)};
    }

    std::string quoted(char quote)
    {
        std::string text;
        for (++m_at; m_at < m_source.size(); ++m_at) {
            const char c = m_source[m_at];
            if (c == quote) {
                ++m_at;
                return text;
            }
            if (c == '\\' && m_at + 1 < m_source.size()) {
                escape(text);
            } else {
                text += c;
            }
        }
        throw unknownTemplate("a quoted text does not end");
    }

    void escape(std::string& text)
    {
        constexpr std::string_view names = "nrt\\'\"";
        constexpr std::string_view meant = "\n\r\t\\'\"";
        const char c = m_source[++m_at];
        if (const std::size_t known = names.find(c); known != std::string_view::npos) {
            text += meant[known];
            return;
        }
        const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
        unsigned code = 0;
        const char* const begin = m_source.data() + m_at + 1;
        if (digits == 0 || m_at + digits >= m_source.size() ||
            std::from_chars(begin, begin + digits, code, 16).ptr != begin + digits) {
            throw unknownTemplate("a quoted text has an escape that is not read here");
        }
        appendCodePoint(text, static_cast<char32_t>(code));
        m_at += digits;
    }

    std::string m_source;
    std::size_t m_at = 0;
    bool m_atLineStart = true;
    std::vector<TemplateTag> m_tags;
};

} // namespace

std::vector<TemplateTag> cutTemplate(std::string_view source)
{
    return TagCutter{source}.run();
}

} // namespace nextquill::text
