// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rules are a chain of substitutions, each over the whole text; every function below is one of
// them, with the regular expression that it stands for.
#include "core/evaluate/metrics/WordTokens.h"

#include <array>
#include <utility>

namespace nextquill::evaluate {

namespace {

using View = std::u32string_view;

bool isOneOf(char32_t c, View set)
{
    return set.find(c) != View::npos;
}

char32_t lowered(char32_t c)
{
    return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
}

/// `word` (lower case) stands at `at`, in any case.
bool standsAt(const Characters& text, std::size_t at, View word)
{
    if (at + word.size() > text.size()) {
        return false;
    }
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (lowered(text[at + i]) != word[i]) {
            return false;
        }
    }
    return true;
}

/// \b
bool isBoundary(const Characters& text, std::size_t at)
{
    const bool before = at > 0 && isWord(text[at - 1]);
    const bool behind = at < text.size() && isWord(text[at]);
    return before != behind;
}

/// Copies a text; where `rule(text, i, out)` returns n > 0 it has written the substitute of the n
/// characters at i.
template<typename Rule>
Characters substituted(const Characters& text, Rule rule)
{
    Characters out;
    out.reserve(text.size() + text.size() / 4);
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t used = rule(text, i, out);
        if (used == 0) {
            out += text[i++];
        }
        i += used;
    }
    return out;
}

/// [set] → " x "
Characters padded(const Characters& text, View set)
{
    return substituted(text, [set](const Characters& t, std::size_t i, Characters& out) {
        if (!isOneOf(t[i], set)) {
            return std::size_t{0};
        }
        out += U' ';
        out += t[i];
        out += U' ';
        return std::size_t{1};
    });
}

/// word → substitute, literally
Characters replaced(const Characters& text, View word, View substitute)
{
    return substituted(text, [=](const Characters& t, std::size_t i, Characters& out) {
        if (View{t}.substr(i, word.size()) != word) {
            return std::size_t{0};
        }
        out += substitute;
        return word.size();
    });
}

/// ([«“‘„]|[`]+) → " x "
Characters openingMarks(const Characters& text)
{
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        std::size_t n = 0;
        while (i + n < t.size() && t[i + n] == U'`') {
            ++n;
        }
        if (n == 0 && isOneOf(t[i], U"«“‘„")) {
            n = 1;
        }
        if (n > 0) {
            out += U' ' + t.substr(i, n) + U' ';
        }
        return n;
    });
}

/// ([ \(\[{<])("|'{2}) → "x `` "
Characters quotesBehindBrackets(const Characters& text)
{
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        if (!isOneOf(t[i], U" ([{<")) {
            return std::size_t{0};
        }
        const bool one = i + 1 < t.size() && t[i + 1] == U'"';
        const bool two = View{t}.substr(i + 1, 2) == U"''";
        if (!one && !two) {
            return std::size_t{0};
        }
        out += t[i];
        out += U" `` ";
        return std::size_t{one ? 2U : 3U};
    });
}

/// (?<!\w)(')(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w) → "' "
Characters openingApostrophes(const Characters& text)
{
    static constexpr std::array<View, 8> clitics{U"re", U"ve", U"ll", U"m", U"t", U"s", U"d", U"n"};
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        const bool opens =
            t[i] == U'\'' && (i == 0 || !isWord(t[i - 1])) && i + 1 < t.size() && isWord(t[i + 1]);
        if (!opens) {
            return std::size_t{0};
        }
        for (const View clitic : clitics) {
            if (standsAt(t, i + 1, clitic) && isBoundary(t, i + 1 + clitic.size())) {
                return std::size_t{0};
            }
        }
        out += U"' ";
        return std::size_t{1};
    });
}

/// ([^\.])(\.)([closers]*)\s*$ → "x . closers " (or "x .closers "): only the last full stop can
/// match.
Characters finalStop(const Characters& text, View closers, bool spaced)
{
    const std::size_t stop = text.rfind(U'.');
    if (stop == Characters::npos || stop == 0 || text[stop - 1] == U'.') {
        return text;
    }
    std::size_t end = stop + 1;
    while (end < text.size() && isOneOf(text[end], closers)) {
        ++end;
    }
    for (std::size_t i = end; i < text.size(); ++i) {
        if (!isSpace(text[i])) {
            return text;
        }
    }
    return text.substr(0, stop) + U" ." + (spaced ? U" " : U"") +
           text.substr(stop + 1, end - stop - 1) + U" ";
}

/// ([:,])([^\d]) → " x y"; then ([:,])$ → " x "
Characters colonsAndCommas(const Characters& text)
{
    Characters out = substituted(text, [](const Characters& t, std::size_t i, Characters& o) {
        if (!isOneOf(t[i], U":,") || i + 1 >= t.size() || isDigit(t[i + 1])) {
            return std::size_t{0};
        }
        o += U' ';
        o += t[i];
        o += U' ';
        o += t[i + 1];
        return std::size_t{2};
    });
    const bool line = !out.empty() && out.back() == U'\n';
    const std::size_t last = out.size() - (line ? 2 : 1);
    if (out.size() > (line ? 1U : 0U) && isOneOf(out[last], U":,")) {
        out = out.substr(0, last) + U" " + out[last] + U" " + (line ? U"\n" : U"");
    }
    return out;
}

/// \.{2,} → " … "
Characters ellipses(const Characters& text)
{
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        std::size_t n = 0;
        while (i + n < t.size() && t[i + n] == U'.') {
            ++n;
        }
        if (n < 2) {
            return std::size_t{0};
        }
        out += U' ' + t.substr(i, n) + U' ';
        return n;
    });
}

/// ([^'])' → "x ' ", with a blank behind the apostrophe
Characters closingApostrophes(const Characters& text)
{
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        if (t[i] == U'\'' || View{t}.substr(i + 1, 2) != U"' ") {
            return std::size_t{0};
        }
        out += t[i];
        out += U" ' ";
        return std::size_t{3};
    });
}

/// \s+ → " "
Characters singleSpaces(const Characters& text)
{
    return substituted(text, [](const Characters& t, std::size_t i, Characters& out) {
        std::size_t n = 0;
        while (i + n < t.size() && isSpace(t[i + n])) {
            ++n;
        }
        if (n > 0) {
            out += U' ';
        }
        return n;
    });
}

/// ([^' ])(clitic) → "x clitic ", with a blank behind the clitic; the first that fits is taken
template<std::size_t count>
Characters clitics(const Characters& text, const std::array<View, count>& list)
{
    return substituted(text, [&list](const Characters& t, std::size_t i, Characters& out) {
        if (t[i] == U'\'' || t[i] == U' ') {
            return std::size_t{0};
        }
        for (const View clitic : list) {
            const View found = View{t}.substr(i + 1, clitic.size());
            if (found == clitic && i + 1 + clitic.size() < t.size() &&
                t[i + 1 + clitic.size()] == U' ') {
                out += t[i];
                out += U' ';
                out += clitic;
                out += U' ';
                return clitic.size() + 2;
            }
        }
        return std::size_t{0};
    });
}

struct Contraction
{
    View first;
    View second;
    bool blankBehind = false; ///< instead of a word's end
};

/// \b(first)(second)\b → " first second "
Characters contraction(const Characters& text, const Contraction& rule)
{
    return substituted(text, [&rule](const Characters& t, std::size_t i, Characters& out) {
        const std::size_t middle = i + rule.first.size();
        const std::size_t end = middle + rule.second.size();
        const bool found =
            isBoundary(t, i) && standsAt(t, i, rule.first) && standsAt(t, middle, rule.second) &&
            (rule.blankBehind ? end < t.size() && isSpace(t[end]) : isBoundary(t, end));
        if (!found) {
            return std::size_t{0};
        }
        out += U' ' + t.substr(i, rule.first.size()) + U' ' + t.substr(middle, rule.second.size()) +
               U' ';
        return end - i;
    });
}

/// (blank)('t)(is)\b → " 't is "
Characters oldContraction(const Characters& text, View verb)
{
    return substituted(text, [verb](const Characters& t, std::size_t i, Characters& out) {
        const std::size_t end = i + 3 + verb.size();
        const bool found = t[i] == U' ' && standsAt(t, i + 1, U"'t") && standsAt(t, i + 3, verb) &&
                           isBoundary(t, end);
        if (!found) {
            return std::size_t{0};
        }
        out += U' ' + t.substr(i + 1, 2) + U' ' + t.substr(i + 3, verb.size()) + U' ';
        return end - i;
    });
}

Characters startingQuotes(Characters text)
{
    text = openingMarks(text);
    if (text.starts_with(U'"')) {
        text = U"``" + text.substr(1);
    }
    text = replaced(text, U"``", U" `` ");
    return openingApostrophes(quotesBehindBrackets(text));
}

Characters punctuation(Characters text)
{
    text = finalStop(text, U"])}>\"'»”’ ", /*spaced=*/true);
    text = ellipses(colonsAndCommas(text));
    text = padded(padded(text, U";@#$%&"), U"\u2012\u2013\u2014\u2015");
    text = finalStop(text, U"])}>\"'", /*spaced=*/false);
    text = closingApostrophes(padded(text, U"?!"));
    return padded(padded(text, U"*"), U"][(){}<>");
}

Characters endingQuotes(Characters text)
{
    text = padded(text, U"»”’");
    text = replaced(replaced(text, U"''", U" '' "), U"\"", U" '' ");
    text = singleSpaces(text);
    text = clitics<7>(text, {U"'s", U"'S", U"'m", U"'M", U"'d", U"'D", U"'"});
    return clitics<8>(text, {U"'ll", U"'LL", U"'re", U"'RE", U"'ve", U"'VE", U"n't", U"N'T"});
}

} // namespace

std::vector<Characters> wordTokens(const Characters& text)
{
    Characters t = replaced(punctuation(startingQuotes(text)), U"--", U" -- ");
    t = endingQuotes(U' ' + t + U' ');
    static constexpr std::array<Contraction, 8> contractions{{{U"can", U"not"},
                                                              {U"d", U"'ye"},
                                                              {U"gim", U"me"},
                                                              {U"gon", U"na"},
                                                              {U"got", U"ta"},
                                                              {U"lem", U"me"},
                                                              {U"more", U"'n"},
                                                              {U"wan", U"na", true}}};
    for (const Contraction& rule : contractions) {
        t = contraction(t, rule);
    }
    return splitAtSpace(oldContraction(oldContraction(t, U"is"), U"was"));
}

} // namespace nextquill::evaluate
