// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/PreTokenizer.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

// Two families of patterns, written out by hand; \s is White_Space, \p{L} and \p{N} are general
// categories, and an alternative is taken before all that follow it:
//
//   Gpt2    's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   Llama3  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
//           | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//   Qwen2   the same with \p{N} for \p{N}{1,3}
//   SmolLm  each of \p{N} alone; Gpt2 on what lies between, as if it were a whole text

namespace nextquill::text {

namespace {

enum class Kind : std::uint8_t { Letter, Number, Space, Other };

struct Classified
{
    char32_t codePoint = 0;
    std::size_t begin = 0; ///< byte of the text
    Kind kind = Kind::Other;
};

Kind unicodeKind(char32_t codePoint)
{
    const auto c = static_cast<UChar32>(codePoint);
    const std::uint32_t category = U_GET_GC_MASK(c);
    if ((category & U_GC_L_MASK) != 0) {
        return Kind::Letter;
    }
    if ((category & U_GC_N_MASK) != 0) {
        return Kind::Number;
    }
    return u_isUWhiteSpace(c) != 0 ? Kind::Space : Kind::Other;
}

Kind kindOf(char32_t codePoint)
{
    static const std::array<Kind, 128> ascii = [] {
        std::array<Kind, 128> kinds{};
        for (char32_t c = 0; c < kinds.size(); ++c) {
            kinds.at(c) = unicodeKind(c);
        }
        return kinds;
    }();
    return codePoint < ascii.size() ? ascii.at(codePoint) : unicodeKind(codePoint);
}

std::vector<Classified> classify(std::string_view text)
{
    std::vector<Classified> characters;
    characters.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        const char32_t codePoint = nextCodePoint(text, i);
        characters.push_back({.codePoint = codePoint, .begin = begin, .kind = kindOf(codePoint)});
    }
    return characters;
}

/// What (?i:…) takes for a letter of a contraction: upper case, and U+017F for s.
char32_t folded(char32_t c)
{
    if (c >= U'A' && c <= U'Z') {
        return c - U'A' + U'a';
    }
    return c == 0x17f ? U's' : c;
}

/// One way through the characters [0, end()); where a match that begins at `i` ends.
class Matcher
{
public:
    Matcher(const std::vector<Classified>& characters, std::size_t end)
        : m_characters{characters}
        , m_end{end}
    {
    }

    [[nodiscard]] std::size_t gpt2(std::size_t i) const
    {
        if (const std::size_t end = contraction(i, false); end > i) {
            return end;
        }
        const std::size_t first = m_characters[i].codePoint == U' ' && i + 1 < m_end ? i + 1 : i;
        const Kind kind = m_characters[first].kind;
        return kind != Kind::Space ? runEnd(first, kind) : blankEnd(i);
    }

    [[nodiscard]] std::size_t llama3(std::size_t i, std::size_t digits) const
    {
        if (const std::size_t end = contraction(i, true); end > i) {
            return end;
        }
        const Classified& c = m_characters[i];
        if (c.kind == Kind::Letter) {
            return runEnd(i, Kind::Letter);
        }
        if (c.kind == Kind::Number) {
            return std::min(runEnd(i, Kind::Number), i + digits);
        }
        if (!isLineEnd(c) && is(i + 1, Kind::Letter)) {
            return runEnd(i + 1, Kind::Letter);
        }
        const std::size_t first = c.codePoint == U' ' && is(i + 1, Kind::Other) ? i + 1 : i;
        if (is(first, Kind::Other)) {
            std::size_t end = runEnd(first, Kind::Other);
            while (end < m_end && isLineEnd(m_characters[end])) {
                ++end;
            }
            return end;
        }
        for (std::size_t end = runEnd(i, Kind::Space); end > i; --end) {
            if (isLineEnd(m_characters[end - 1])) {
                return end;
            }
        }
        return blankEnd(i);
    }

private:
    [[nodiscard]] static bool isLineEnd(const Classified& c)
    {
        return c.codePoint == U'\r' || c.codePoint == U'\n';
    }

    [[nodiscard]] bool is(std::size_t i, Kind kind) const
    {
        return i < m_end && m_characters[i].kind == kind;
    }

    [[nodiscard]] std::size_t runEnd(std::size_t i, Kind kind) const
    {
        while (is(i, kind)) {
            ++i;
        }
        return i;
    }

    /// \s+(?!\S)|\s+ : the last space before a word is left to the word, if there is another.
    [[nodiscard]] std::size_t blankEnd(std::size_t i) const
    {
        const std::size_t end = runEnd(i, Kind::Space);
        return end < m_end && end - i > 1 ? end - 1 : end;
    }

    /// 's|'t|'re|'ve|'m|'ll|'d
    [[nodiscard]] std::size_t contraction(std::size_t i, bool ignoreCase) const
    {
        const auto letter = [&](std::size_t at) {
            const char32_t c = at < m_end ? m_characters[at].codePoint : U'\0';
            return ignoreCase ? folded(c) : c;
        };
        if (m_characters[i].codePoint != U'\'') {
            return i;
        }
        const char32_t a = letter(i + 1);
        if (a == U's' || a == U't' || a == U'm' || a == U'd') {
            return i + 2;
        }
        const char32_t b = letter(i + 2);
        const bool two =
            (a == U'r' && b == U'e') || (a == U'v' && b == U'e') || (a == U'l' && b == U'l');
        return two ? i + 3 : i;
    }

    const std::vector<Classified>& m_characters;
    std::size_t m_end;
};

} // namespace

std::vector<ByteRange> splitPieces(PreTokenizerKind kind, std::string_view text)
{
    const std::vector<Classified> characters = classify(text);
    const std::size_t count = characters.size();
    std::vector<ByteRange> pieces;
    std::size_t segmentEnd = kind == PreTokenizerKind::SmolLm ? 0 : count;
    for (std::size_t i = 0; i < count;) {
        if (i >= segmentEnd) { // SmolLm: the next stretch without numbers, or one number
            segmentEnd = i;
            while (segmentEnd < count && characters[segmentEnd].kind != Kind::Number) {
                ++segmentEnd;
            }
            segmentEnd += segmentEnd == i ? 1U : 0U;
        }
        const Matcher matcher{characters, segmentEnd};
        const std::size_t digits = kind == PreTokenizerKind::Llama3 ? 3 : 1;
        const bool old = kind == PreTokenizerKind::Gpt2 || kind == PreTokenizerKind::SmolLm;
        const std::size_t end = old ? matcher.gpt2(i) : matcher.llama3(i, digits);
        pieces.push_back({characters[i].begin, end < count ? characters[end].begin : text.size()});
        i = end;
    }
    return pieces;
}

const std::vector<SplitPattern>& splitPatterns()
{
    static const std::vector<SplitPattern> patterns{
        {PreTokenizerKind::Gpt2,
         R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"},
        {PreTokenizerKind::Llama3,
         R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
        {PreTokenizerKind::Qwen2,
         R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)"},
    };
    return patterns;
}

std::optional<PreTokenizerKind> preTokenizerNamed(std::string_view ggufName)
{
    struct Named
    {
        std::string_view name;
        PreTokenizerKind kind;
    };
    // Only names whose pattern in llama.cpp is one of ours.
    static constexpr std::array<Named, 9> known{{
        {"gpt-2", PreTokenizerKind::Gpt2},
        {"smollm", PreTokenizerKind::SmolLm},
        {"starcoder", PreTokenizerKind::SmolLm},
        {"refact", PreTokenizerKind::SmolLm},
        {"llama-bpe", PreTokenizerKind::Llama3},
        {"llama3", PreTokenizerKind::Llama3},
        {"llama-v3", PreTokenizerKind::Llama3},
        {"qwen2", PreTokenizerKind::Qwen2},
        {"deepseek-r1-qwen", PreTokenizerKind::Qwen2},
    }};
    for (const Named& entry : known) {
        if (entry.name == ggufName) {
            return entry.kind;
        }
    }
    return std::nullopt;
}

} // namespace nextquill::text
