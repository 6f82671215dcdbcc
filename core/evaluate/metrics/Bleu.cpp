// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Bleu.h"

#include "core/evaluate/metrics/Characters.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace nextquill::evaluate {

namespace {

constexpr std::size_t orders = 4;

std::string replaced(std::string text, std::string_view what, std::string_view by)
{
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
    return text;
}

bool isStop(char32_t c)
{
    return c == U'.' || c == U',';
}

bool isAsciiDigit(char32_t c)
{
    return c >= U'0' && c <= U'9';
}

/// The symbols that 13a makes tokens of wherever they stand.
bool isSymbol(char32_t c)
{
    return (c >= U'{' && c <= U'~') || (c >= U'[' && c <= U'`') || (c >= U' ' && c <= U'&') ||
           (c >= U'(' && c <= U'+') || (c >= U':' && c <= U'@') || c == U'/';
}

using View = std::u32string_view;

/// Substitutes pairs of neighbours from left to right: where `matches(a, b)`, a and b are written
/// with `before`, `between` and `behind` around them.
template<typename Matches>
Characters spaced(const Characters& text, Matches matches, View before, View between, View behind)
{
    Characters out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i + 1 < text.size() && matches(text[i], text[i + 1])) {
            out += before;
            out += text[i];
            out += between;
            out += text[i + 1];
            out += behind;
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// mteval-v13a's tokenizer.
std::vector<Characters> tokens13a(std::string_view segment)
{
    std::string line = replaced(std::string{segment}, "<skipped>", "");
    line = replaced(replaced(std::move(line), "-\n", ""), "\n", " ");
    if (line.find('&') != std::string::npos) {
        line = replaced(replaced(std::move(line), "&quot;", "\""), "&amp;", "&");
        line = replaced(replaced(std::move(line), "&lt;", "<"), "&gt;", ">");
    }
    Characters text;
    for (const char32_t c : toCharacters(" " + line + " ")) {
        if (isSymbol(c)) {
            text += U' ';
            text += c;
            text += U' ';
        } else {
            text += c;
        }
    }
    text = spaced(
        text, [](char32_t a, char32_t b) { return !isAsciiDigit(a) && isStop(b); }, U"", U" ",
        U" ");
    text = spaced(
        text, [](char32_t a, char32_t b) { return isStop(a) && !isAsciiDigit(b); }, U" ", U" ",
        U"");
    text = spaced(
        text, [](char32_t a, char32_t b) { return isAsciiDigit(a) && b == U'-'; }, U"", U" ", U" ");
    return splitAtSpace(text);
}

std::string_view withoutSpaceAtEnd(std::string_view text)
{
    const Characters characters = toCharacters(text);
    std::size_t end = text.size();
    for (auto c = characters.rbegin(); c != characters.rend() && isSpace(*c); ++c) {
        end -= toUtf8(Characters(1, *c)).size();
    }
    return text.substr(0, end);
}

using Ngrams = std::map<std::vector<Characters>, std::int64_t>;

Ngrams ngramsOf(const std::vector<Characters>& words, std::size_t n)
{
    Ngrams counts;
    for (std::size_t i = 0; i + n <= words.size(); ++i) {
        const auto first = words.begin() + static_cast<std::ptrdiff_t>(i);
        ++counts[{first, first + static_cast<std::ptrdiff_t>(n)}];
    }
    return counts;
}

} // namespace

BleuCounts& BleuCounts::operator+=(const BleuCounts& other)
{
    for (std::size_t n = 0; n < orders; ++n) {
        correct[n] += other.correct[n];
        total[n] += other.total[n];
    }
    predictedWords += other.predictedWords;
    referenceWords += other.referenceWords;
    return *this;
}

BleuCounts bleuCounts(std::string_view prediction, std::string_view reference)
{
    const std::vector<Characters> predicted = tokens13a(withoutSpaceAtEnd(prediction));
    const std::vector<Characters> referred = tokens13a(withoutSpaceAtEnd(reference));
    BleuCounts counts{.predictedWords = static_cast<std::int64_t>(predicted.size()),
                      .referenceWords = static_cast<std::int64_t>(referred.size())};
    for (std::size_t n = 1; n <= orders; ++n) {
        const Ngrams known = ngramsOf(referred, n);
        for (const auto& [ngram, count] : ngramsOf(predicted, n)) {
            counts.total[n - 1] += count;
            const auto found = known.find(ngram);
            counts.correct[n - 1] += found == known.end() ? 0 : std::min(count, found->second);
        }
    }
    return counts;
}

double bleu(const BleuCounts& counts, bool effectiveOrder)
{
    if (std::ranges::all_of(counts.correct, [](std::int64_t c) { return c == 0; })) {
        return 0;
    }
    double sum = 0;
    double smoothing = 1;
    std::size_t order = 0;
    for (; order < orders && counts.total[order] > 0; ++order) {
        const auto total = static_cast<double>(counts.total[order]);
        if (counts.correct[order] == 0) {
            smoothing *= 2;
            sum += std::log(100 / (smoothing * total));
        } else {
            sum += std::log(100 * static_cast<double>(counts.correct[order]) / total);
        }
    }
    if (!effectiveOrder && order < orders) {
        return 0; // a precision of 0 takes the geometric mean with it
    }
    const auto predicted = static_cast<double>(counts.predictedWords);
    const auto referred = static_cast<double>(counts.referenceWords);
    const double brevity = predicted < referred ? std::exp(1 - referred / predicted) : 1;
    return brevity * std::exp(sum / static_cast<double>(order));
}

} // namespace nextquill::evaluate
