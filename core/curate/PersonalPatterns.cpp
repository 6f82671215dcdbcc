// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/PersonalPatterns.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace nextquill::curate {

namespace {

constexpr std::size_t longestLocalPart = 64;
constexpr std::size_t shortestHandle = 4; ///< with its at sign
constexpr std::size_t longestHandle = 30;
constexpr std::size_t longestDomain = 253;
constexpr auto nowhere = std::string_view::npos;

constexpr std::array<std::string_view, 9> genericEndings{"com", "net", "org",  "edu", "gov",
                                                         "mil", "biz", "info", "name"};

char lowerAscii(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool startsWithFolded(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size() &&
           std::ranges::equal(text.substr(0, lowerCase.size()), lowerCase, {}, lowerAscii);
}

bool isAsciiLetter(char c)
{
    const char lower = lowerAscii(c);
    return lower >= 'a' && lower <= 'z';
}

bool isUpper(std::string_view label)
{
    return std::ranges::all_of(label, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool isLower(std::string_view label)
{
    return std::ranges::all_of(label, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// The end of the label of a domain that begins at a place: letters, digits, hyphens.
std::size_t endOfLabel(std::string_view text, std::size_t at, std::size_t end)
{
    std::size_t last = at;
    while (at < end) {
        const char32_t c = nextCodePoint(text, at);
        if (!isLetterOrDigit(c) && c != U'-') {
            break;
        }
        last = c == U'-' ? last : at;
    }
    return last;
}

bool isEnding(std::string_view label)
{
    if (label.starts_with("xn--")) {
        return true;
    }
    std::size_t count = 0;
    for (std::size_t at = 0; at < label.size(); ++count) {
        if (u_isalpha(static_cast<UChar32>(nextCodePoint(label, at))) == 0) {
            return false;
        }
    }
    return count >= 2;
}

/// The end of a domain of two labels or more; `nowhere` when none begins there.
std::size_t endOfDomain(std::string_view text, std::size_t begin, std::size_t end)
{
    std::size_t domain = nowhere;
    bool complete = false; // a generic ending was there: "example.com.It was" goes no further
    for (std::size_t at = begin; at < end;) {
        const std::size_t last = endOfLabel(text, at, end);
        if (last == at || (complete && isUpper(text.substr(at, 1)))) {
            break;
        }
        const std::string_view label = text.substr(at, last - at);
        if (at != begin && isEnding(label)) {
            domain = last;
            complete = isGenericEnding(label);
        }
        if (last + 1 >= end || text[last] != '.') {
            break;
        }
        at = last + 1;
    }
    return domain;
}

/// The begin of what may stand in front of an at sign.
std::size_t beginOfLocalPart(std::string_view text, std::size_t begin, std::size_t at)
{
    std::size_t first = at;
    for (std::size_t i = at, count = 0; i > begin && count < longestLocalPart; ++count) {
        const char32_t c = previousCodePoint(text, i);
        const bool sign = c == U'.' || c == U'_' || c == U'%' || c == U'+' || c == U'-';
        if (!isLetterOrDigit(c) && !sign) {
            break;
        }
        first = c == U'.' || c == U'-' ? first : i;
    }
    return first;
}

std::size_t skipSpaces(std::string_view text, std::size_t at, std::size_t end)
{
    while (at < end && text[at] == ' ') {
        ++at;
    }
    return at;
}

/// A word that stands for a sign, in brackets or between spaces: its begin, end, and which.
struct SpelledSign
{
    ByteRange range;
    bool bracketed = false;
};

std::optional<SpelledSign> spelledSign(std::string_view text, std::size_t begin, std::size_t end,
                                       std::string_view word)
{
    const std::size_t open = skipSpaces(text, begin, end);
    if (open < end && (text[open] == '(' || text[open] == '[' || text[open] == '{')) {
        const std::size_t first = skipSpaces(text, open + 1, end);
        const std::size_t close = skipSpaces(text, std::min(first + word.size(), end), end);
        if (startsWithFolded(text.substr(first, end - first), word) && close < end &&
            (text[close] == ')' || text[close] == ']' || text[close] == '}')) {
            return SpelledSign{{begin, skipSpaces(text, close + 1, end)}, true};
        }
        return std::nullopt;
    }
    const std::size_t behind = open + word.size();
    if (open > begin && behind < end && text[behind] == ' ' &&
        startsWithFolded(text.substr(open, end - open), word)) {
        return SpelledSign{{begin, skipSpaces(text, behind, end)}, false};
    }
    return std::nullopt;
}

/// The end of a domain whose dots may be spelled; `spelled`: whether one was.
std::size_t endOfSpelledDomain(std::string_view text, std::size_t begin, std::size_t end,
                               bool& spelled)
{
    std::size_t domain = nowhere;
    std::size_t at = begin;
    while (at < end) {
        const std::size_t last = endOfLabel(text, at, end);
        if (last == at) {
            break;
        }
        if (at != begin && isEnding(text.substr(at, last - at))) {
            domain = last;
            if (isGenericEnding(text.substr(at, last - at))) {
                break;
            }
        }
        if (last + 1 < end && text[last] == '.') {
            at = last + 1;
        } else if (const auto dot = spelledSign(text, last, end, "dot")) {
            spelled = true;
            at = dot->range.end;
        } else {
            break;
        }
    }
    return domain;
}

/// "ann (at) example.org", "ann at example dot org" around the letters "at".
void findSpelledEmail(const TextPiece& piece, std::size_t letters, std::vector<ByteRange>& found)
{
    const std::string_view text = piece.text;
    std::size_t begin = letters;
    while (begin > piece.range.begin && (text[begin - 1] == ' ' || text[begin - 1] == '(' ||
                                         text[begin - 1] == '[' || text[begin - 1] == '{')) {
        --begin;
    }
    const auto at = spelledSign(text, begin, piece.range.end, "at");
    if (!at || at->range.end <= letters) {
        return;
    }
    const std::size_t local = beginOfLocalPart(text, piece.range.begin, begin);
    bool spelled = false;
    const std::size_t end = endOfSpelledDomain(text, at->range.end, piece.range.end, spelled);
    // "look at this.it's" is a sentence: without brackets there has to be a "dot com", too
    if (local < begin && end != nowhere && (at->bracketed || spelled)) {
        found.push_back({.begin = local, .end = end});
    }
}

/// Whether a character ends an address wherever it stands.
bool endsAddress(char32_t c)
{
    constexpr std::u32string_view closing = U"<>\"“”„«»、。「」";
    return c < 0x21 || c == 0x7F || closing.find(c) != std::u32string_view::npos ||
           u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

/// The end of an address that goes on from a place, without what closes the sentence around it.
std::size_t endOfAddress(std::string_view text, std::size_t begin, std::size_t at, std::size_t end)
{
    while (at < end) {
        std::size_t next = at;
        if (endsAddress(nextCodePoint(text, next))) {
            break;
        }
        at = next;
    }
    constexpr std::string_view closing = ".,;:!?'*_~)]}";
    const std::string_view address = text.substr(begin, at - begin);
    const auto opened = std::ranges::count(address, '(');
    auto closed = std::ranges::count(address, ')');
    while (at > begin && closing.find(text[at - 1]) != nowhere) {
        if (text[at - 1] == ')' && closed-- <= opened) {
            break;
        }
        --at;
    }
    return at;
}

/// Each looks around one place and says which range is an address; none where it is none.
std::optional<ByteRange> urlWithScheme(const TextPiece& piece, std::size_t colon)
{
    const std::string_view text = piece.text;
    std::size_t begin = colon;
    while (begin > piece.range.begin && isAsciiLetter(text[begin - 1])) {
        --begin;
    }
    if (colon - begin < 2) {
        return std::nullopt;
    }
    const std::size_t host = colon + 3;
    const std::size_t end = endOfAddress(text, host, host, piece.range.end);
    return end > host ? std::optional{ByteRange{.begin = begin, .end = end}} : std::nullopt;
}

std::optional<ByteRange> wwwUrl(const TextPiece& piece, std::size_t begin)
{
    if (touchesWordBefore(piece, begin)) {
        return std::nullopt;
    }
    const std::size_t domain = endOfDomain(piece.text, begin, piece.range.end);
    if (domain == nowhere || domain <= begin + 4) {
        return std::nullopt;
    }
    return ByteRange{.begin = begin,
                     .end = endOfAddress(piece.text, begin, domain, piece.range.end)};
}

/// Where the labels in front of a dot begin.
std::size_t beginOfDomain(const TextPiece& piece, std::size_t dot)
{
    const std::string_view text = piece.text;
    std::size_t begin = dot;
    while (begin > piece.range.begin && dot - begin < longestDomain) {
        std::size_t before = begin;
        const char32_t c = previousCodePoint(text, before);
        if (!isLetterOrDigit(c) && c != U'-' && c != U'.') {
            break;
        }
        begin = before;
    }
    while (begin < dot && (text[begin] == '.' || text[begin] == '-')) {
        ++begin;
    }
    return begin;
}

/// Whether an address goes on behind its domain.
bool hasPathAt(const TextPiece& piece, std::size_t at)
{
    const std::string_view text = piece.text;
    if (at + 1 >= piece.range.end) {
        return false;
    }
    const bool digit = u_isdigit(static_cast<unsigned char>(text[at + 1])) != 0;
    return text[at] == '/' || text[at] == '?' || text[at] == '#' || (text[at] == ':' && digit);
}

/// "example.com", "youtu.be/a": `dot` is in front of the ending.
std::optional<ByteRange> bareUrl(const TextPiece& piece, std::size_t dot)
{
    const std::string_view text = piece.text;
    std::size_t end = endOfLabel(text, dot + 1, piece.range.end);
    const std::string_view ending = text.substr(dot + 1, end - dot - 1);
    const bool country = ending.size() == 2 && isLower(ending) && hasPathAt(piece, end) &&
                         text[end] == '/' && touchesWordAt(piece, end + 1);
    const bool generic = isGenericEnding(ending) && (isLower(ending) || isUpper(ending));
    if (!country && !generic) {
        return std::nullopt;
    }
    const std::size_t begin = beginOfDomain(piece, dot);
    if (begin == dot || (begin > piece.range.begin && text[begin - 1] == '@')) {
        return std::nullopt;
    }
    if (end + 2 < piece.range.end && text[end] == '.' && isLower(text.substr(end + 1, 2)) &&
        endOfLabel(text, end + 1, piece.range.end) == end + 3) {
        end += 3; // ".com.au"
    }
    if (hasPathAt(piece, end)) {
        end = endOfAddress(text, begin, end, piece.range.end);
    }
    return ByteRange{.begin = begin, .end = end};
}

/// "@ann", but not the sign within a word that is not to be spelled out.
bool mayBeginHandle(const TextPiece& piece, std::size_t at)
{
    constexpr std::string_view refused = "@-_#*$%&+=";
    return at == piece.range.begin ||
           (refused.find(piece.text[at - 1]) == nowhere && !touchesWordBefore(piece, at));
}

std::optional<ByteRange> urlAround(const TextPiece& piece, std::size_t place)
{
    const std::string_view rest = piece.text.substr(place, piece.range.end - place);
    if (rest.front() == ':' && rest.starts_with("://")) {
        return urlWithScheme(piece, place);
    }
    if (rest.front() == '.') {
        return bareUrl(piece, place);
    }
    return lowerAscii(rest.front()) == 'w' && startsWithFolded(rest, "www.") ? wwwUrl(piece, place)
                                                                             : std::nullopt;
}

} // namespace

bool isLetterOrDigit(char32_t c)
{
    if (c < 0x80) {
        return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9');
    }
    constexpr std::uint32_t kinds = U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK;
    return (U_MASK(u_charType(static_cast<UChar32>(c))) & kinds) != 0;
}

char32_t previousCodePoint(std::string_view text, std::size_t& position)
{
    constexpr std::size_t longest = 4;
    const std::size_t end = position;
    for (std::size_t length = 1; length <= std::min(longest, end); ++length) {
        std::size_t at = end - length;
        if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U) {
            position = at;
            return nextCodePoint(text.substr(0, end), at);
        }
    }
    position = end - 1;
    return 0xFFFD;
}

bool touchesWordBefore(const TextPiece& piece, std::size_t position)
{
    return position > piece.range.begin && isLetterOrDigit(previousCodePoint(piece.text, position));
}

bool touchesWordAt(const TextPiece& piece, std::size_t position)
{
    return position < piece.range.end && isLetterOrDigit(nextCodePoint(piece.text, position));
}

bool isGenericEnding(std::string_view label)
{
    return std::ranges::any_of(genericEndings, [&](std::string_view ending) {
        return label.size() == ending.size() && startsWithFolded(label, ending);
    });
}

void findEmails(const TextPiece& piece, std::vector<ByteRange>& found)
{
    const std::string_view text = piece.text.substr(0, piece.range.end);
    for (std::size_t at = text.find('@', piece.range.begin); at != nowhere;
         at = text.find('@', at + 1)) {
        const std::size_t begin = beginOfLocalPart(text, piece.range.begin, at);
        const std::size_t end = endOfDomain(text, at + 1, piece.range.end);
        if (begin < at && end != nowhere) {
            found.push_back({.begin = begin, .end = end});
        }
    }
    for (std::size_t i = piece.range.begin; i + 1 < piece.range.end; ++i) {
        if (lowerAscii(text[i]) == 'a' && lowerAscii(text[i + 1]) == 't' &&
            !touchesWordBefore(piece, i) && !touchesWordAt(piece, i + 2)) {
            findSpelledEmail(piece, i, found);
        }
    }
}

void findUrls(const TextPiece& piece, std::vector<ByteRange>& found)
{
    for (std::size_t i = piece.range.begin; i < piece.range.end;) {
        const auto url = urlAround(piece, i);
        if (url) {
            found.push_back(*url);
        }
        i = url ? std::max(url->end, i + 1) : i + 1;
    }
}

void findHandles(const TextPiece& piece, std::vector<ByteRange>& found)
{
    const std::string_view text = piece.text.substr(0, piece.range.end);
    for (std::size_t at = text.find('@', piece.range.begin); at != nowhere;
         at = text.find('@', at + 1)) {
        std::size_t end = at + 1;
        bool letter = false;
        while (end < piece.range.end && end - at <= longestHandle &&
               (isAsciiLetter(text[end]) || text[end] == '_' || text[end] == '.' ||
                u_isdigit(static_cast<unsigned char>(text[end])) != 0)) {
            letter = letter || isAsciiLetter(text[end]);
            ++end;
        }
        while (end > at && text[end - 1] == '.') {
            --end;
        }
        if (letter && end - at >= shortestHandle && mayBeginHandle(piece, at) &&
            !touchesWordAt(piece, end)) {
            found.push_back({.begin = at, .end = end});
        }
    }
}

} // namespace nextquill::curate
