// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/SearchExpression.h"

#include "core/base/Error.h"
#include "core/base/Utf8.h"

#include <algorithm>
#include <cstddef>

namespace nextquill::store {

namespace {

constexpr std::size_t longestExpression = 1'000;
constexpr int mostTerms = 64;

bool isSpace(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The index drops punctuation: a term without any of these would match nothing.
bool isSearchable(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

class Reader
{
public:
    explicit Reader(std::string_view expression)
        : m_expression{expression}
    {
    }

    std::string query()
    {
        while (skipSpaces()) {
            if (m_expression[m_at] == '"') {
                addPhrase();
            } else {
                addWordOrOperator();
            }
        }
        if (!m_operator.empty()) {
            fail("\"" + m_operator + "\" needs words on both sides");
        }
        if (m_query.empty() && m_skipped) {
            fail("it has no letters or digits");
        }
        return m_query;
    }

private:
    [[noreturn]] void fail(const std::string& why) const
    {
        throw Error{ErrorKind::BadInput, "the search cannot be read: " + why,
                    escapedForDisplay(m_expression),
                    "use words, \"phrases\", beginnings*, AND, OR and NOT"};
    }

    bool skipSpaces()
    {
        while (m_at < m_expression.size() && isSpace(m_expression[m_at])) {
            ++m_at;
        }
        return m_at < m_expression.size();
    }

    void addPhrase()
    {
        const std::size_t end = m_expression.find('"', m_at + 1);
        if (end == std::string_view::npos) {
            fail("a quotation mark is not closed");
        }
        const std::string_view phrase = m_expression.substr(m_at + 1, end - m_at - 1);
        m_at = end + 1;
        const bool prefix = m_at < m_expression.size() && m_expression[m_at] == '*';
        m_at += prefix ? 1 : 0;
        addTerm(phrase, prefix);
    }

    void addWordOrOperator()
    {
        const std::size_t begin = m_at;
        while (m_at < m_expression.size() && !isSpace(m_expression[m_at]) &&
               m_expression[m_at] != '"') {
            ++m_at;
        }
        std::string_view word = m_expression.substr(begin, m_at - begin);
        if (word == "AND" || word == "OR" || word == "NOT") {
            setOperator(word);
            return;
        }
        const bool prefix = word.ends_with('*');
        word.remove_suffix(prefix ? 1 : 0);
        if (word.find('*') != std::string_view::npos) {
            fail("* can only stand at the end of a word");
        }
        if (prefix || std::ranges::any_of(word, isSearchable)) {
            addTerm(word, prefix);
        } else {
            m_skipped = true; // as in "rock & roll"
        }
    }

    void setOperator(std::string_view word)
    {
        if (m_query.empty()) {
            fail("it starts with " + std::string{word});
        }
        // "a AND NOT b" means what the index calls "a NOT b".
        if (!m_operator.empty() && !(m_operator == "AND" && word == "NOT")) {
            fail("two operators follow each other");
        }
        m_operator = word;
    }

    void addTerm(std::string_view term, bool prefix)
    {
        if (std::ranges::none_of(term, isSearchable)) {
            fail("\"" + std::string{term} + "\" has no letters or digits");
        }
        if (++m_terms > mostTerms) {
            fail("it has too many words");
        }
        if (!m_query.empty()) {
            m_query += ' ' + (m_operator.empty() ? std::string{"AND"} : m_operator) + ' ';
        }
        m_query.append("\"").append(term).append(prefix ? "\" *" : "\"");
        m_operator.clear();
    }

    std::string_view m_expression;
    std::size_t m_at = 0;
    int m_terms = 0;
    bool m_skipped = false; ///< something without letters or digits was left out
    std::string m_operator; ///< read, and waiting for its right side
    std::string m_query;
};

} // namespace

std::string fullTextQuery(std::string_view expression)
{
    if (expression.size() > longestExpression || !isUtf8(expression) ||
        expression.find('\0') != std::string_view::npos) {
        throw Error{ErrorKind::BadInput, "the search is too long or is no text",
                    escapedForDisplay(expression.substr(0, 100)), "search for a few words"};
    }
    return Reader{expression}.query();
}

} // namespace nextquill::store
