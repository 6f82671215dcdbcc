// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/CharacterKind.h"

#include <cstddef>

// The known split patterns, written out by hand. Each matcher says where a match that begins at a
// byte ends (at that byte itself: none does) and where the search then goes on. \s is White_Space,
// \p{…} are general categories, and an alternative is taken before all that follow it. All that is
// looked at beyond a match is the rest of one run, and once more at the next match: linear.

namespace nextquill::text {

/// What (?i:…) takes for a letter of a contraction: upper case, and U+017F for s.
[[nodiscard]] inline char32_t folded(char32_t c)
{
    if (c >= U'A' && c <= U'Z') {
        return c - U'A' + U'a';
    }
    return c == 0x17f ? U's' : c;
}

/// 's|'t|'re|'ve|'m|'ll|'d
[[nodiscard]] inline std::size_t contractionEnd(const KindReader& text, std::size_t begin,
                                                bool ignoresCase)
{
    if (begin >= text.size() || text.text()[begin] != '\'') {
        return begin;
    }
    const auto letterOf = [ignoresCase](const KindReader::Character& c) {
        return ignoresCase ? folded(c.codePoint) : c.codePoint;
    };
    const KindReader::Character first = text.at(begin + 1);
    const char32_t a = letterOf(first);
    if (a == U's' || a == U't' || a == U'm' || a == U'd') {
        return first.end;
    }
    const KindReader::Character second = text.at(first.end);
    const char32_t b = letterOf(second);
    const bool two =
        (a == U'r' && b == U'e') || (a == U'v' && b == U'e') || (a == U'l' && b == U'l');
    return two ? second.end : begin;
}

/// \s+(?!\S)|\s+ : the last space before a word is left to the word, if there is another. Where
/// `toLineEnds`, \s*[\r\n]+ comes first.
[[nodiscard]] inline std::size_t blankEnd(const KindReader& text, std::size_t begin,
                                          bool toLineEnds)
{
    std::size_t end = begin;
    std::size_t last = begin;    // where the last character begins
    std::size_t lineEnd = begin; // behind the last end of a line
    for (KindReader::Character c = text.at(end); (c.kind & kind::space) != 0; c = text.at(end)) {
        last = end;
        end = c.end;
        lineEnd = (c.kind & kind::lineEnd) != 0 ? end : lineEnd;
    }
    if (toLineEnds && lineEnd > begin) {
        return lineEnd;
    }
    return end < text.size() && last > begin ? last : end;
}

/// ` ?[…]+[\r\n]*`, or with / in the last set; `begin` where there is no such run.
[[nodiscard]] inline std::size_t signsEnd(const KindReader& text, std::size_t begin, KindSet signs,
                                          bool withSlash)
{
    const std::size_t first = text.at(begin).codePoint == U' ' ? begin + 1 : begin;
    std::size_t end = text.runEnd(first, signs);
    if (end == first) {
        return begin;
    }
    while (end < text.size() &&
           ((text.kindAt(end) & kind::lineEnd) != 0 || (withSlash && text.text()[end] == '/'))) {
        ++end;
    }
    return end;
}

inline constexpr KindSet neitherSpaceNorWord =
    kind::mark | kind::punctuation | kind::symbol | kind::other; ///< [^\s\p{L}\p{N}]

struct AnyMatcher
{
    [[nodiscard]] static std::size_t next(const KindReader& text, std::size_t begin)
    {
        return text.at(begin).end;
    }
};

/// 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
struct Gpt2Matcher : AnyMatcher
{
    [[nodiscard]] std::size_t operator()(const KindReader& text, std::size_t begin) const
    {
        if (const std::size_t end = contractionEnd(text, begin, false); end > begin) {
            return end;
        }
        const std::size_t first =
            text.text()[begin] == ' ' && begin + 1 < text.size() ? begin + 1 : begin;
        const KindReader::Character c = text.at(first);
        for (const KindSet kinds : {kind::letter, kind::number, neitherSpaceNorWord}) {
            if ((c.kind & kinds) != 0) {
                return text.runEnd(c.end, kinds);
            }
        }
        return blankEnd(text, begin, false);
    }
};

/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*
/// |\s*[\r\n]+|\s+(?!\S)|\s+ ; `word` stands for \p{L}.
struct WordMatcher : AnyMatcher
{
    std::size_t digits = 1;
    KindSet word = kind::letter;

    [[nodiscard]] std::size_t operator()(const KindReader& text, std::size_t begin) const
    {
        if (const std::size_t end = contractionEnd(text, begin, true); end > begin) {
            return end;
        }
        const KindReader::Character c = text.at(begin);
        if ((c.kind & word) != 0) {
            return text.runEnd(c.end, word);
        }
        if ((c.kind & kind::number) != 0) {
            return text.runEnd(begin, kind::number, digits);
        }
        if ((c.kind & kind::lineEnd) == 0) {
            if (const std::size_t end = text.runEnd(c.end, word); end > c.end) {
                return end;
            }
        }
        const auto signs = static_cast<KindSet>(neitherSpaceNorWord & ~word);
        const std::size_t end = signsEnd(text, begin, signs, false);
        return end > begin ? end : blankEnd(text, begin, true);
    }
};

/// [^\r\n\p{L}\p{N}]?U*W+C|[^\r\n\p{L}\p{N}]?U+W*C|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*
/// |\s*[\r\n]+|\s+(?!\S)|\s+ with U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}],
/// W = [\p{Ll}\p{Lm}\p{Lo}\p{M}] and C = (?i:'s|'t|'re|'ve|'m|'ll|'d)? or nothing.
struct CasedMatcher : AnyMatcher
{
    std::size_t digits = 1;
    bool contractions = true;

    [[nodiscard]] std::size_t operator()(const KindReader& text, std::size_t begin) const
    {
        const KindReader::Character c = text.at(begin);
        if ((c.kind & kind::number) != 0) {
            return text.runEnd(begin, kind::number, digits);
        }
        if (const std::size_t end = wordEnd(text, begin, c); end > begin) {
            return contractions ? contractionEnd(text, end, true) : end;
        }
        const std::size_t end = signsEnd(text, begin, neitherSpaceNorWord, true);
        return end > begin ? end : blankEnd(text, begin, true);
    }

private:
    static constexpr KindSet both = kind::caseless | kind::mark; ///< in U and in W
    static constexpr KindSet upper = kind::upper | both;
    static constexpr KindSet lower = kind::lower | both;

    [[nodiscard]] static std::size_t wordEnd(const KindReader& text, std::size_t begin,
                                             const KindReader::Character& c)
    {
        const bool mayPrecede = (c.kind & (kind::letter | kind::lineEnd)) == 0;
        if (mayPrecede) {
            if (const std::size_t end = lowerEnd(text, c.end); end > c.end) {
                return end;
            }
        }
        if (const std::size_t end = lowerEnd(text, begin); end > begin) {
            return end;
        }
        const std::size_t first = mayPrecede ? c.end : begin;
        const std::size_t end = text.runEnd(first, upper);
        return end > first ? end : begin;
    }

    /// U*W+ : where W+ finds nothing behind all of U*, it gets the last character of U* that is in
    /// W, too.
    [[nodiscard]] static std::size_t lowerEnd(const KindReader& text, std::size_t begin)
    {
        std::size_t end = begin;
        std::size_t lastOfBoth = begin; // its end
        for (KindReader::Character c = text.at(end); (c.kind & upper) != 0; c = text.at(end)) {
            end = c.end;
            lastOfBoth = (c.kind & both) != 0 ? end : lastOfBoth;
        }
        const std::size_t wordEnd = text.runEnd(end, lower);
        return wordEnd > end ? wordEnd : lastOfBoth;
    }
};

/// [!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*
/// |\s*[\r\n]+|\s+(?!\S)|\s+
struct DeepSeekMatcher : AnyMatcher
{
    [[nodiscard]] std::size_t operator()(const KindReader& text, std::size_t begin) const
    {
        constexpr KindSet word = kind::letter | kind::mark;
        constexpr KindSet signs = kind::punctuation | kind::symbol;
        const KindReader::Character c = text.at(begin);
        if (c.codePoint < 0x80 && (c.kind & signs) != 0) {
            if (const std::size_t end = asciiLettersEnd(text, c.end); end > c.end) {
                return end;
            }
        }
        if ((c.kind & (kind::letter | signs | kind::lineEnd)) == 0) {
            if (const std::size_t end = text.runEnd(c.end, word); end > c.end) {
                return end;
            }
        }
        if ((c.kind & word) != 0) {
            return text.runEnd(c.end, word);
        }
        const std::size_t end = signsEnd(text, begin, signs, false);
        return end > begin ? end : blankEnd(text, begin, true);
    }

private:
    [[nodiscard]] static std::size_t asciiLettersEnd(const KindReader& text, std::size_t begin)
    {
        const auto isLetter = [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        };
        while (begin < text.size() && isLetter(text.text()[begin])) {
            ++begin;
        }
        return begin;
    }
};

} // namespace nextquill::text
