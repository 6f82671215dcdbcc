// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/StyleText.h"

#include "core/base/Utf8.h"
#include "core/curate/FoldedText.h"
#include "core/curate/WordCase.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::curate {

namespace {

constexpr std::array<std::string_view, styleMarkCount> markNames{
    "full stop", "comma", "exclamation mark", "question mark",   "ellipsis", "colon",
    "semicolon", "dash",  "brackets",         "quotation marks", "emoji"};

bool isInWord(char32_t c)
{
    constexpr std::uint32_t kinds = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
    return (U_MASK(u_charType(static_cast<UChar32>(c))) & kinds) != 0;
}

/// Scripts without spaces between words.
bool standsAlone(char32_t c)
{
    return (c >= 0xE00 && c < 0xF00) || (c >= 0x1000 && c < 0x10A0) ||
           (c >= 0x1780 && c < 0x1800) || (c >= 0x2E80 && c < 0xA000) ||
           (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000);
}

bool joinsLetters(char32_t c)
{
    return c == U'\'' || c == U'’' || c == U'-' || c == U'‐' || c == U'‑';
}

} // namespace

std::string_view nameOf(StyleMark mark) noexcept
{
    return markNames[static_cast<std::size_t>(mark)];
}

/// Goes through a text once.
class StyleText::Reader
{
public:
    Reader(StyleText& of, std::string_view text)
        : m_of{of}
        , m_text{text}
    {
    }

    void read()
    {
        for (std::size_t at = 0; at < m_text.size();) {
            std::size_t next = at;
            const char32_t c = nextCodePoint(m_text, next);
            at = isInWord(c) ? readWord(at) : readSign(c, at, next);
        }
        endSentence();
    }

private:
    [[nodiscard]] char32_t peek(std::size_t at) const
    {
        return at < m_text.size() ? nextCodePoint(m_text, at) : U'\0';
    }

    std::size_t readWord(std::size_t begin)
    {
        std::size_t at = begin;
        std::int64_t letters = 0;
        std::int64_t capitals = 0;
        std::int64_t characters = 0;
        while (at < m_text.size()) {
            std::size_t next = at;
            const char32_t c = nextCodePoint(m_text, next);
            if (!isInWord(c) &&
                !(joinsLetters(c) && isInWord(peek(next)) && !standsAlone(peek(next)))) {
                break;
            }
            if (standsAlone(c) && at > begin) {
                break;
            }
            letters += u_isalpha(static_cast<UChar32>(c)) != 0 ? 1 : 0;
            capitals += u_isupper(static_cast<UChar32>(c)) != 0 ? 1 : 0;
            ++characters;
            at = next;
            if (standsAlone(c)) {
                break;
            }
        }
        m_of.m_words.push_back({.range = {.begin = begin, .end = at},
                                .hash = textHash(lowerCase(m_text.substr(begin, at - begin))),
                                .startsClause = m_signInFront});
        m_of.m_letters += characters;
        m_of.m_shouted += letters >= 2 && capitals == letters ? 1 : 0;
        m_signInFront = false;
        m_inSentence = true;
        return at;
    }

    std::size_t readSign(char32_t c, std::size_t begin, std::size_t next)
    {
        if (const std::size_t end = smileyAt(begin); end > begin) {
            count(StyleMark::Emoji);
            m_signInFront = true;
            return end;
        }
        switch (c) {
        case U'.':
            while (next < m_text.size() && m_text[next] == '.') {
                ++next;
            }
            endSentence();
            return count(next - begin >= 3 ? StyleMark::Ellipsis : StyleMark::FullStop), next;
        case U'…':
        case U'!':
        case U'?':
        case U'。':
        case U'！':
        case U'？':
            endSentence();
            return count(c == U'…'                 ? StyleMark::Ellipsis
                         : c == U'!' || c == U'！' ? StyleMark::Exclamation
                         : c == U'?' || c == U'？' ? StyleMark::Question
                                                   : StyleMark::FullStop),
                   next;
        case U'-':
            return readHyphen(begin, next);
        default:
            return readOther(c), next;
        }
    }

    std::size_t readHyphen(std::size_t begin, std::size_t next)
    {
        while (next < m_text.size() && m_text[next] == '-') {
            ++next;
        }
        const bool spaced =
            begin > 0 && m_text[begin - 1] == ' ' && next < m_text.size() && m_text[next] == ' ';
        if (spaced || next - begin >= 2) {
            count(StyleMark::Dash);
        }
        m_signInFront = true;
        return next;
    }

    void readOther(char32_t c)
    {
        if (c == U'\n') {
            endSentence();
            return;
        }
        if (u_isUWhiteSpace(static_cast<UChar32>(c)) != 0) {
            return;
        }
        m_signInFront = true;
        if (c == U',' || c == U'，' || c == U'、') {
            count(StyleMark::Comma);
        } else if (c == U':' || c == U'：') {
            count(StyleMark::Colon);
        } else if (c == U';' || c == U'；') {
            count(StyleMark::Semicolon);
        } else if (c == U'—' || c == U'–') {
            count(StyleMark::Dash);
        } else if (c == U'(' || c == U'[' || c == U'（') {
            count(StyleMark::Bracket);
        } else if (c == U'“' || c == U'„' || c == U'«' || c == U'「') {
            count(StyleMark::Quotation);
        } else if (c == U'"') {
            m_quotationOpen = !m_quotationOpen;
            m_of.m_marks[static_cast<std::size_t>(StyleMark::Quotation)] += m_quotationOpen ? 1 : 0;
        } else if (c > 0x2000 &&
                   u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_EXTENDED_PICTOGRAPHIC) != 0) {
            count(StyleMark::Emoji);
        }
    }

    /// The end of ":-)", ";)", ":D" and the like; `begin` where there is none.
    [[nodiscard]] std::size_t smileyAt(std::size_t begin) const
    {
        std::size_t at = begin;
        if (at >= m_text.size() || (m_text[at] != ':' && m_text[at] != ';' && m_text[at] != '=')) {
            return begin;
        }
        ++at;
        at += at < m_text.size() && m_text[at] == '-' ? 1 : 0;
        const bool nose = at == begin + 2;
        constexpr std::string_view mouths = ")(]";
        constexpr std::string_view letters = "DPp";
        if (at >= m_text.size()) {
            return begin;
        }
        const bool mouth = mouths.find(m_text[at]) != std::string_view::npos;
        const bool letter =
            letters.find(m_text[at]) != std::string_view::npos && !isInWord(peek(at + 1));
        return mouth || (letter && (nose || m_text[begin] != '=')) ? at + 1 : begin;
    }

    void count(StyleMark mark)
    {
        ++m_of.m_marks[static_cast<std::size_t>(mark)];
        m_signInFront = true;
    }

    void endSentence()
    {
        m_of.m_sentences += m_inSentence ? 1 : 0;
        m_inSentence = false;
        m_signInFront = true;
    }

    StyleText& m_of;
    std::string_view m_text;
    bool m_signInFront = true;
    bool m_inSentence = false;
    bool m_quotationOpen = false;
};

StyleText::StyleText(std::string_view text)
    : m_text{text}
{
    Reader{*this, text}.read();
}

std::uint64_t StyleText::phrase(std::size_t first, std::size_t count) const
{
    std::uint64_t hash = count;
    for (std::size_t i = first; i < first + count; ++i) {
        hash = mixed(hash, m_words[i].hash);
    }
    return hash;
}

bool StyleText::isPhrase(std::size_t first, std::size_t count) const
{
    if (first + count > m_words.size()) {
        return false;
    }
    for (std::size_t i = first + 1; i < first + count; ++i) {
        if (m_words[i].startsClause) {
            return false;
        }
    }
    return true;
}

std::string StyleText::phraseText(std::size_t first, std::size_t count) const
{
    std::string text;
    for (std::size_t i = first; i < first + count; ++i) {
        const ByteRange& range = m_words[i].range;
        const bool joined = i == first || m_words[i - 1].range.end == range.begin;
        text += joined ? "" : " ";
        text += lowerCase(m_text.substr(range.begin, range.size()));
    }
    return text;
}

} // namespace nextquill::curate
