// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/RunPattern.h"

#include "core/base/Utf8.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace nextquill::text {

namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// Reads an expression from front to back; `failed` once something is met that is not understood.
class ExpressionReader
{
public:
    explicit ExpressionReader(std::string_view regex)
        : m_rest{regex}
    {
    }

    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    [[nodiscard]] bool hasFailed() const { return m_hasFailed; }

    [[nodiscard]] bool take(std::string_view what)
    {
        if (!m_rest.starts_with(what)) {
            return false;
        }
        m_rest.remove_prefix(what.size());
        return true;
    }

    /// [...], or a property by itself.
    void readSet(CharacterSet& set)
    {
        if (take("[")) {
            readMembers(set);
        } else if (m_rest.starts_with('\\')) {
            readMember(set);
        } else {
            m_hasFailed = true;
        }
    }

    /// What stands behind a set: nothing, +, or {n,m}.
    [[nodiscard]] std::pair<std::size_t, std::size_t> readCount()
    {
        if (take("+")) {
            return {1, unlimited};
        }
        if (!take("{")) {
            return {1, 1};
        }
        const std::size_t least = readNumber();
        const std::size_t most = take(",") ? readNumber() : least;
        m_hasFailed = m_hasFailed || !take("}") || least == 0 || most < least;
        return {least, most};
    }

private:
    [[nodiscard]] std::size_t readNumber()
    {
        constexpr std::size_t largest = 1000;
        std::size_t number = 0;
        const std::size_t before = m_rest.size();
        while (!m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9' &&
               number <= largest) {
            number = 10 * number + static_cast<std::size_t>(m_rest.front() - '0');
            m_rest.remove_prefix(1);
        }
        m_hasFailed = m_hasFailed || m_rest.size() == before;
        return number;
    }

    void readMembers(CharacterSet& set)
    {
        const bool isInverted = take("^");
        while (!m_hasFailed && !take("]")) {
            // Sets in sets and what they have in common are the engine's own additions.
            m_hasFailed = m_rest.empty() || m_rest.front() == '[' || m_rest.starts_with("&&");
            if (!m_hasFailed) {
                readMember(set);
            }
        }
        if (isInverted) {
            set.invert();
        }
    }

    void readMember(CharacterSet& set)
    {
        if (take("\\s")) {
            set.add(kind::space);
        } else if (take("\\p{")) {
            const std::size_t end = m_rest.find('}');
            const auto kinds = kindNamed(m_rest.substr(0, end));
            m_hasFailed = end == std::string_view::npos || !kinds;
            if (!m_hasFailed) {
                set.add(*kinds);
                m_rest.remove_prefix(end + 1);
            }
        } else {
            const char32_t first = readCharacter();
            const bool isRange = m_rest.size() > 1 && m_rest.front() == '-' && m_rest[1] != ']';
            const char32_t last = isRange && take("-") ? readCharacter() : first;
            m_hasFailed = m_hasFailed || last < first;
            set.add(first, last);
        }
    }

    [[nodiscard]] char32_t readCharacter()
    {
        const bool isEscaped = take("\\");
        if (m_rest.empty()) {
            m_hasFailed = true;
            return 0;
        }
        std::size_t end = 0;
        const char32_t character = nextCodePoint(m_rest, end);
        m_rest.remove_prefix(end);
        if (!isEscaped) {
            return character;
        }
        switch (character) {
        case U'r':
            return U'\r';
        case U'n':
            return U'\n';
        case U't':
            return U'\t';
        default:
            break;
        }
        const bool isLetterOrDigit = (character >= U'0' && character <= U'9') ||
                                     (character >= U'A' && character <= U'Z') ||
                                     (character >= U'a' && character <= U'z');
        m_hasFailed = m_hasFailed || isLetterOrDigit || character >= 0x80;
        return character;
    }

    std::string_view m_rest;
    bool m_hasFailed = false;
};

} // namespace

void CharacterSet::add(char32_t first, char32_t last)
{
    m_ranges.emplace_back(first, last);
}

void CharacterSet::prepare()
{
    std::sort(m_ranges.begin(), m_ranges.end());
    std::vector<std::pair<char32_t, char32_t>> merged;
    for (const auto& range : m_ranges) {
        if (!merged.empty() && range.first <= merged.back().second) {
            merged.back().second = std::max(merged.back().second, range.second);
        } else {
            merged.push_back(range);
        }
    }
    m_ranges = std::move(merged);
    for (char32_t c = 0; c < m_ascii.size(); ++c) {
        m_ascii.at(c) = isMember({.codePoint = c, .kind = unicodeKind(c), .end = 0});
    }
}

bool CharacterSet::isMember(const KindReader::Character& character) const
{
    const auto behind = std::upper_bound(
        m_ranges.begin(), m_ranges.end(), character.codePoint,
        [](char32_t c, const std::pair<char32_t, char32_t>& range) { return c < range.first; });
    const bool isListed =
        behind != m_ranges.begin() && character.codePoint <= std::prev(behind)->second;
    return (isListed || (character.kind & m_kinds) != 0) != m_isInverted;
}

std::optional<RunPattern> RunPattern::parse(std::string_view regex)
{
    RunPattern pattern;
    ExpressionReader reader{regex};
    pattern.m_mayFollowSpace = reader.take("\\s?");
    reader.readSet(pattern.m_set);
    std::tie(pattern.m_least, pattern.m_most) = reader.readCount();
    pattern.m_isAtLineEnd = reader.take("$");
    // What may be given back for the end's sake is only known for runs of any length.
    const bool isKnownEnd =
        !pattern.m_isAtLineEnd ||
        (pattern.m_least == 1 && pattern.m_most == unlimited && !pattern.m_mayFollowSpace);
    if (reader.hasFailed() || !reader.isAtEnd() || !isKnownEnd) {
        return std::nullopt;
    }
    pattern.m_set.prepare();
    return pattern;
}

std::size_t RunPattern::runEnd(const KindReader& text, std::size_t begin) const
{
    std::size_t end = begin;
    std::size_t count = 0;
    std::size_t lineEnd = begin; // the last place in the run where a line ends
    while (count < m_most && end < text.size()) {
        const KindReader::Character c = text.at(end);
        if (!m_set.contains(c)) {
            break;
        }
        if (c.codePoint == U'\n') {
            lineEnd = end;
        }
        end = c.end;
        ++count;
    }
    if (count < m_least) {
        return begin;
    }
    const bool isLineEnd = end == text.size() || text.text()[end] == '\n';
    return m_isAtLineEnd && !isLineEnd ? lineEnd : end;
}

std::size_t RunPattern::matchEnd(const KindReader& text, std::size_t begin) const
{
    if (m_mayFollowSpace && (text.kindAt(begin) & kind::space) != 0) {
        const std::size_t first = text.at(begin).end;
        if (const std::size_t end = runEnd(text, first); end > first) {
            return end;
        }
    }
    return runEnd(text, begin);
}

std::size_t RunPattern::next(const KindReader& text, std::size_t begin) const
{
    if (!m_isAtLineEnd) {
        return text.at(begin).end;
    }
    // No match begins further inside the same run either.
    std::size_t end = text.at(begin).end;
    if (!m_set.contains(text.at(begin))) {
        return end;
    }
    while (end < text.size() && m_set.contains(text.at(end))) {
        end = text.at(end).end;
    }
    return end;
}

} // namespace nextquill::text
