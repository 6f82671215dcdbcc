// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/WordPieceTokenizer.h"

#include "core/base/Utf8.h"
#include "core/text/CharacterKind.h"
#include "core/text/JsonPlace.h"
#include "core/text/Normalizer.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

namespace nextquill::text {

namespace {

struct CodePointRange
{
    char32_t first = 0;
    char32_t last = 0;
};

/// The blocks that BERT takes for ideographs.
constexpr CodePointRange ideographs[] = {{0x4e00, 0x9fff},   {0x3400, 0x4dbf},   {0x20000, 0x2a6df},
                                         {0x2a700, 0x2b73f}, {0x2b740, 0x2b81f}, {0x2b920, 0x2ceaf},
                                         {0xf900, 0xfaff},   {0x2f800, 0x2fa1f}};

bool isIdeograph(char32_t c)
{
    return std::any_of(
        std::begin(ideographs), std::end(ideographs),
        [c](const CodePointRange& range) { return c >= range.first && c <= range.last; });
}

int categoryOf(char32_t c)
{
    return u_charType(static_cast<UChar32>(c));
}

bool isBertSpace(char32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

/// Taken out before spaces are looked for: so is U+0085, which is both.
bool isBertControl(char32_t c)
{
    if (c == '\t' || c == '\n' || c == '\r') {
        return false;
    }
    const int category = categoryOf(c);
    return c == 0 || c == 0xfffd || category == U_CONTROL_CHAR || category == U_FORMAT_CHAR ||
           category == U_PRIVATE_USE_CHAR;
}

bool isBertPunctuation(char32_t c)
{
    const bool isAscii = (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
                         (c >= 123 && c <= 126);
    return isAscii || (unicodeKind(c) & kind::punctuation) != 0;
}

std::string withoutMarks(const std::string& text)
{
    const std::string decomposed =
        Normalizer{{NormalizerStep{.kind = NormalizerStep::Kind::Nfd}}}.applied(text);
    std::string kept;
    for (std::size_t i = 0; i < decomposed.size();) {
        const char32_t c = nextCodePoint(decomposed, i);
        if (categoryOf(c) != U_NON_SPACING_MARK) {
            appendCodePoint(kept, c);
        }
    }
    return kept;
}

} // namespace

WordPieceTokenizer::WordPieceTokenizer(const std::vector<std::string>& pieces,
                                       WordPieceSettings settings, const std::string& where)
    : m_settings{std::move(settings)}
    , m_size{pieces.size()}
{
    for (std::size_t id = 0; id < pieces.size(); ++id) {
        m_ids.insert_or_assign(pieces[id], static_cast<TokenId>(static_cast<int>(id)));
        m_longestPiece = std::max(m_longestPiece, pieces[id].size());
    }
    m_unknown = required(m_settings.unknown, where);
    m_beginning = required(m_settings.beginning, where);
    m_end = required(m_settings.end, where);
}

TokenId WordPieceTokenizer::required(const std::string& piece, const std::string& where) const
{
    if (const auto id = find(piece)) {
        return *id;
    }
    throw badTokenizer("the vocabulary has no piece \"" + escapedForDisplay(piece, 40) + "\"",
                       where);
}

std::optional<TokenId> WordPieceTokenizer::find(const std::string& piece) const
{
    const auto found = m_ids.find(piece);
    return found == m_ids.end() ? std::nullopt : std::optional{found->second};
}

std::string WordPieceTokenizer::normalized(std::string_view text) const
{
    std::string cleaned;
    cleaned.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        char32_t c = nextCodePoint(text, i);
        if (m_settings.cleanText) {
            if (isBertControl(c)) {
                continue;
            }
            c = isBertSpace(c) ? U' ' : c;
        }
        const bool isAlone = m_settings.splitIdeographs && isIdeograph(c);
        cleaned.append(isAlone ? 1 : 0, ' ');
        appendCodePoint(cleaned, c);
        cleaned.append(isAlone ? 1 : 0, ' ');
    }
    if (m_settings.stripAccents) {
        cleaned = withoutMarks(cleaned);
    }
    return m_settings.lowercase
               ? Normalizer{{NormalizerStep{.kind = NormalizerStep::Kind::Lowercase}}}.applied(
                     cleaned)
               : cleaned;
}

void WordPieceTokenizer::appendWord(std::string_view word, std::vector<TokenId>& ids) const
{
    if (codePointCount(word) > m_settings.longestWord) {
        ids.push_back(m_unknown);
        return;
    }
    const std::size_t before = ids.size();
    std::string piece;
    for (std::size_t begin = 0; begin < word.size();) {
        const std::string_view mark = begin == 0 ? std::string_view{} : m_settings.continuing;
        std::size_t length = std::min(word.size() - begin, m_longestPiece);
        std::optional<TokenId> id;
        for (; length > 0 && !id; --length) {
            piece.assign(mark).append(word.substr(begin, length));
            id = find(piece);
        }
        if (!id) { // a word that is known in part is unknown as a whole
            ids.resize(before);
            ids.push_back(m_unknown);
            return;
        }
        ids.push_back(*id);
        begin += length + 1;
    }
}

std::vector<TokenId> WordPieceTokenizer::encode(std::string_view text, std::size_t most) const
{
    std::vector<TokenId> ids{m_beginning};
    const std::string plain = normalized(text);
    std::size_t begin = 0; // of the word that is under way
    const std::size_t room = std::max<std::size_t>(most, 2) - 1;
    for (std::size_t i = 0; i < plain.size() && ids.size() < room;) {
        const std::size_t at = i;
        const char32_t c = nextCodePoint(plain, i);
        const bool isPunctuation = isBertPunctuation(c);
        if (!isPunctuation && !isBertSpace(c)) {
            continue;
        }
        if (at > begin) {
            appendWord(std::string_view{plain}.substr(begin, at - begin), ids);
        }
        if (isPunctuation) {
            appendWord(std::string_view{plain}.substr(at, i - at), ids);
        }
        begin = i;
    }
    if (begin < plain.size() && ids.size() < room) {
        appendWord(std::string_view{plain}.substr(begin), ids);
    }
    ids.resize(std::min(ids.size(), room));
    ids.push_back(m_end);
    return ids;
}

} // namespace nextquill::text
