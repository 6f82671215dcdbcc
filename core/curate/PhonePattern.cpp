// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/curate/PersonalPatterns.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace nextquill::curate {

namespace {

constexpr std::size_t mostDigits = 15; // ITU-T E.164
constexpr std::size_t mostDigitsRead = 24;
constexpr std::size_t mostSeparators = 3;
constexpr std::size_t wordsInFront = 24; // bytes in which a word such as "phone" stands

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The length of what may stand between the groups of a number; 0: nothing of that kind.
std::size_t separatorAt(std::string_view text, std::size_t at)
{
    constexpr std::array<std::string_view, 12> separators{
        " ", "-", ".", "(", ")", "/", "\u00A0", "\u2010", "\u2011", "\u2012", "\u2013", "\u202F"};
    for (const std::string_view separator : separators) {
        if (text.substr(at).starts_with(separator)) {
            return separator.size();
        }
    }
    return 0;
}

/// Digits with what separates them, as far as one number may reach.
struct DigitRun
{
    ByteRange range;
    std::string digits;
    std::vector<std::size_t> groups; ///< their lengths
    bool plus = false;
    std::string separators; ///< the first byte of each
};

/// The run that begins at a plus, a bracket or a digit.
DigitRun runAt(std::string_view text, std::size_t begin, std::size_t end)
{
    DigitRun run{
        .range = {.begin = begin, .end = begin}, .digits = {}, .groups = {}, .separators = {}};
    std::size_t at = begin;
    if (text.substr(at, 2) == "(+") {
        run.separators += text[at];
        ++at;
    }
    if (text[at] == '+') {
        run.plus = true;
        ++at;
    }
    std::size_t between = mostSeparators; // in front of a group: its first digit begins one
    while (at < end && run.digits.size() < mostDigitsRead) {
        if (isDigit(text[at])) {
            if (between > 0 || run.groups.empty()) {
                run.groups.push_back(0);
            }
            ++run.groups.back();
            run.digits += text[at++];
            run.range.end = at;
            between = 0;
            continue;
        }
        const std::size_t length = separatorAt(text.substr(0, end), at);
        const bool first = run.digits.empty();
        if (length == 0 || (!first && between == mostSeparators)) {
            break;
        }
        if (first && text[at] != '(' && !run.plus) {
            break;
        }
        run.separators += text[at];
        at += length;
        between += first ? 0 : 1;
    }
    return run;
}

bool isWithin(const std::vector<std::size_t>& groups, std::size_t fewest, std::size_t most)
{
    return std::ranges::all_of(groups,
                               [=](std::size_t size) { return size >= fewest && size <= most; });
}

bool isInternational(const DigitRun& run)
{
    return run.plus && run.digits.size() >= 8 && run.digits.size() <= mostDigits &&
           run.digits.front() != '0' && run.groups.front() <= mostDigits;
}

/// (212) 555-0123, 212-555-0123, 1-212-555-0123, 212.555.0123.
bool isNorthAmerican(const DigitRun& run)
{
    const bool country = run.digits.starts_with('1') && run.groups.front() == 1;
    const std::vector<std::size_t> groups(run.groups.begin() + (country ? 1 : 0), run.groups.end());
    const std::string_view digits = std::string_view{run.digits}.substr(country ? 1 : 0);
    return groups == std::vector<std::size_t>{3, 3, 4} && digits[0] >= '2' && digits[3] >= '2';
}

/// 020 7946 0958, 06 12 34 56 78, 030/1234567: a trunk zero and groups; dates have fewer digits.
bool isNational(const DigitRun& run)
{
    const std::size_t digits = run.digits.size();
    return run.digits.front() == '0' && run.digits[1] != '0' && digits >= 9 && digits <= 12 &&
           run.groups.size() >= 2 && run.groups.size() <= 6 && run.groups.front() >= 2 &&
           run.groups.front() <= 5 && isWithin(run.groups, 2, 8);
}

/// Whether one of some words ends shortly before a place, with nothing but signs between.
bool isBehindWord(std::string_view text, std::size_t begin)
{
    constexpr std::array<std::string_view, 20> words{
        "phone",   "phone number", "phone no",   "telephone", "tel",         "tel no", "call",
        "call me", "call me at",   "call us at", "mobile",    "cell",        "fax",    "whatsapp",
        "text me", "text me at",   "telefon",    "handy",     "reach me at", "dial"};
    const std::size_t from = begin - std::min(begin, wordsInFront);
    std::string front;
    for (const char c : text.substr(from, begin - from)) {
        front += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    constexpr std::string_view signs = " .:#-=(";
    front.resize(front.find_last_not_of(signs) + 1);
    for (const std::string_view filler : {" number", " is", " at", " no"}) {
        if (front.ends_with(filler)) {
            front.resize(front.size() - filler.size());
        }
    }
    return std::ranges::any_of(words, [&](std::string_view word) {
        if (!front.ends_with(word)) {
            return false;
        }
        const std::size_t at = front.size() - word.size();
        return at == 0 ? from == 0 : !isLetterOrDigit(static_cast<unsigned char>(front[at - 1]));
    });
}

bool isBookNumber(std::string_view text, const DigitRun& run)
{
    const std::string_view digits = run.digits;
    const bool ean =
        digits.size() == 13 && (digits.starts_with("978") || digits.starts_with("979"));
    const std::size_t from = run.range.begin - std::min<std::size_t>(run.range.begin, 10);
    const std::string_view front = text.substr(from, run.range.begin - from);
    return (ean && !run.plus) || front.find("ISBN") != std::string_view::npos;
}

/// A number does not begin in the middle of a word, a price or another number.
bool mayBeginAt(const TextPiece& piece, std::size_t begin)
{
    if (begin == piece.range.begin) {
        return true;
    }
    constexpr std::string_view refused = "$.,#%/+-&_=";
    return refused.find(piece.text[begin - 1]) == std::string_view::npos &&
           !touchesWordBefore(piece, begin);
}

/// The number at the begin of a run, perhaps without its last groups.
ByteRange numberIn(const TextPiece& piece, const DigitRun& run)
{
    const std::string_view number = piece.text.substr(run.range.begin, run.range.size());
    const bool unclosed = std::ranges::count(number, '(') > std::ranges::count(number, ')');
    if (run.digits.size() < 6 || unclosed || isBookNumber(piece.text, run)) {
        return {};
    }
    const bool behindWord = run.digits.size() <= mostDigits && run.groups.size() <= 6 &&
                            isBehindWord(piece.text, run.range.begin);
    const bool slashes = run.separators.find('/') != std::string::npos && run.groups.size() > 2;
    const bool shaped = isInternational(run) || isNorthAmerican(run) || isNational(run);
    if (slashes || (!shaped && !behindWord) || touchesWordAt(piece, run.range.end)) {
        return {};
    }
    return run.range;
}

/// The run without its last group.
DigitRun withoutLastGroup(std::string_view text, const DigitRun& run)
{
    const std::size_t keep = run.digits.size() - run.groups.back();
    std::size_t end = run.range.begin;
    for (std::size_t seen = 0; seen < keep; ++end) {
        seen += isDigit(text[end]) ? 1 : 0;
    }
    return runAt(text, run.range.begin, end);
}

} // namespace

void findPhones(const TextPiece& piece, std::vector<ByteRange>& found)
{
    constexpr std::size_t mostGroupsTried = 8;
    for (std::size_t at = piece.range.begin; at < piece.range.end;) {
        const char c = piece.text[at];
        if (!(isDigit(c) || c == '+' || c == '(') || !mayBeginAt(piece, at)) {
            ++at;
            continue;
        }
        // "(212) 555-0123 2 times": the number is the longest beginning that has the shape of one
        DigitRun run = runAt(piece.text, at, piece.range.end);
        ByteRange number = numberIn(piece, run);
        for (std::size_t i = 0; number.size() == 0 && run.groups.size() > 1 && i < mostGroupsTried;
             ++i) {
            run = withoutLastGroup(piece.text, run);
            number = numberIn(piece, run);
        }
        if (number.size() > 0) {
            found.push_back(number);
        }
        at = std::max(at + 1, number.end);
    }
}

} // namespace nextquill::curate
