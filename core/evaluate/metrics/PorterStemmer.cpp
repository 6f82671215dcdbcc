// SPDX-License-Identifier: GPL-3.0-or-later
//
// Letters of the paper: m is the number of vowel-consonant turns in a stem; *v* it has a vowel; *d
// it ends in a double consonant; *o it ends consonant-vowel-consonant, the last not w, x or y.
#include "core/evaluate/metrics/PorterStemmer.h"

#include <array>
#include <map>
#include <span>
#include <string_view>

namespace nextquill::evaluate {

namespace {

using Word = std::u32string;
using View = std::u32string_view;

bool isVowelLetter(char32_t c)
{
    return View{U"aeiou"}.find(c) != View::npos;
}

/// y is a consonant at the beginning and behind a vowel.
bool isConsonant(View word, std::size_t i)
{
    bool consonant = true;
    for (std::size_t at = 0; at <= i; ++at) {
        if (isVowelLetter(word[at])) {
            consonant = false;
        } else if (word[at] == U'y' && at > 0) {
            consonant = !consonant;
        } else {
            consonant = true;
        }
    }
    return consonant;
}

int measure(View stem)
{
    int m = 0;
    bool afterVowel = false;
    for (std::size_t i = 0; i < stem.size(); ++i) {
        const bool consonant = isConsonant(stem, i);
        m += afterVowel && consonant ? 1 : 0;
        afterVowel = !consonant;
    }
    return m;
}

bool hasVowel(View stem)
{
    for (std::size_t i = 0; i < stem.size(); ++i) {
        if (!isConsonant(stem, i)) {
            return true;
        }
    }
    return false;
}

bool endsDoubleConsonant(View word)
{
    const std::size_t n = word.size();
    return n >= 2 && word[n - 1] == word[n - 2] && isConsonant(word, n - 1);
}

/// *o, and NLTK's addition: a vowel and a consonant are enough for a word of two letters.
bool endsShort(View word)
{
    const std::size_t n = word.size();
    if (n >= 3) {
        return isConsonant(word, n - 3) && !isConsonant(word, n - 2) && isConsonant(word, n - 1) &&
               View{U"wxy"}.find(word[n - 1]) == View::npos;
    }
    return n == 2 && !isConsonant(word, 0) && isConsonant(word, 1);
}

using Condition = bool (*)(View stem);

bool always(View /*stem*/)
{
    return true;
}

bool positive(View stem)
{
    return measure(stem) > 0;
}

bool aboveOne(View stem)
{
    return measure(stem) > 1;
}

struct Rule
{
    View suffix;
    View replacement;
    Condition condition;
};

/// The first rule whose suffix the word has decides, whether its condition holds or not.
Word applyFirst(const Word& word, std::span<const Rule> rules)
{
    for (const Rule& rule : rules) {
        if (word.ends_with(rule.suffix)) {
            const Word stem = word.substr(0, word.size() - rule.suffix.size());
            return rule.condition(stem) ? stem + Word{rule.replacement} : word;
        }
    }
    return word;
}

Word withoutPlural(const Word& word)
{
    if (word.size() == 4 && word.ends_with(U"ies")) {
        return word.substr(0, 1) + U"ie"; // NLTK: "dies" is "die", not "di"
    }
    static constexpr std::array<Rule, 4> rules{{{U"sses", U"ss", always},
                                                {U"ies", U"i", always},
                                                {U"ss", U"ss", always},
                                                {U"s", U"", always}}};
    return applyFirst(word, rules);
}

/// What "-ed" and "-ing" leave: "hopp" becomes "hop", "fil" "file", "conflat" "conflate".
Word repaired(const Word& stem)
{
    for (const View suffix : {View{U"at"}, View{U"bl"}, View{U"iz"}}) {
        if (stem.ends_with(suffix)) {
            return stem + U"e";
        }
    }
    if (endsDoubleConsonant(stem)) {
        const bool kept = View{U"lsz"}.find(stem.back()) != View::npos;
        return kept ? stem : stem.substr(0, stem.size() - 1);
    }
    return measure(stem) == 1 && endsShort(stem) ? stem + U"e" : stem;
}

Word withoutPast(const Word& word)
{
    if (word.ends_with(U"ied")) {
        return word.substr(0, word.size() - 3) + (word.size() == 4 ? U"ie" : U"i");
    }
    if (word.ends_with(U"eed")) {
        const Word stem = word.substr(0, word.size() - 3);
        return positive(stem) ? stem + U"ee" : word;
    }
    for (const View suffix : {View{U"ed"}, View{U"ing"}}) {
        if (word.ends_with(suffix)) {
            const Word stem = word.substr(0, word.size() - suffix.size());
            if (hasVowel(stem)) {
                return repaired(stem);
            }
        }
    }
    return word;
}

Word withI(const Word& word)
{
    static constexpr std::array<Rule, 1> rules{{{U"y", U"i", [](View stem) {
                                                     return stem.size() > 1 &&
                                                            isConsonant(stem, stem.size() - 1);
                                                 }}}};
    return applyFirst(word, rules);
}

Word withoutDoubleSuffix(const Word& word)
{
    if (word.ends_with(U"alli") && positive(View{word}.substr(0, word.size() - 4))) {
        return withoutDoubleSuffix(word.substr(0, word.size() - 2));
    }
    static constexpr std::array<Rule, 21> rules{{
        {U"ational", U"ate", positive}, {U"tional", U"tion", positive},
        {U"enci", U"ence", positive},   {U"anci", U"ance", positive},
        {U"izer", U"ize", positive},    {U"bli", U"ble", positive},
        {U"alli", U"al", positive},     {U"entli", U"ent", positive},
        {U"eli", U"e", positive},       {U"ousli", U"ous", positive},
        {U"ization", U"ize", positive}, {U"ation", U"ate", positive},
        {U"ator", U"ate", positive},    {U"alism", U"al", positive},
        {U"iveness", U"ive", positive}, {U"fulness", U"ful", positive},
        {U"ousness", U"ous", positive}, {U"aliti", U"al", positive},
        {U"iviti", U"ive", positive},   {U"biliti", U"ble", positive},
        {U"fulli", U"ful", positive},
    }};
    if (word.ends_with(U"logi")) { // the l counts as part of the stem here
        return positive(View{word}.substr(0, word.size() - 3)) ? word.substr(0, word.size() - 1)
                                                               : word;
    }
    return applyFirst(word, rules);
}

Word withoutThirdSuffix(const Word& word)
{
    static constexpr std::array<Rule, 7> rules{{{U"icate", U"ic", positive},
                                                {U"ative", U"", positive},
                                                {U"alize", U"al", positive},
                                                {U"iciti", U"ic", positive},
                                                {U"ical", U"ic", positive},
                                                {U"ful", U"", positive},
                                                {U"ness", U"", positive}}};
    return applyFirst(word, rules);
}

Word withoutLastSuffix(const Word& word)
{
    static constexpr Condition afterSOrT = [](View stem) {
        return aboveOne(stem) && (stem.back() == U's' || stem.back() == U't');
    };
    static constexpr std::array<Rule, 19> rules{{
        {U"al", U"", aboveOne},   {U"ance", U"", aboveOne}, {U"ence", U"", aboveOne},
        {U"er", U"", aboveOne},   {U"ic", U"", aboveOne},   {U"able", U"", aboveOne},
        {U"ible", U"", aboveOne}, {U"ant", U"", aboveOne},  {U"ement", U"", aboveOne},
        {U"ment", U"", aboveOne}, {U"ent", U"", aboveOne},  {U"ion", U"", afterSOrT},
        {U"ou", U"", aboveOne},   {U"ism", U"", aboveOne},  {U"ate", U"", aboveOne},
        {U"iti", U"", aboveOne},  {U"ous", U"", aboveOne},  {U"ive", U"", aboveOne},
        {U"ize", U"", aboveOne},
    }};
    return applyFirst(word, rules);
}

Word tidied(Word word)
{
    if (word.ends_with(U"e")) {
        const View stem = View{word}.substr(0, word.size() - 1);
        if (measure(stem) > 1 || (measure(stem) == 1 && !endsShort(stem))) {
            word.pop_back();
        }
    }
    if (word.ends_with(U"ll") && aboveOne(View{word}.substr(0, word.size() - 1))) {
        word.pop_back();
    }
    return word;
}

const std::map<Word, Word, std::less<>>& irregular()
{
    static const std::map<Word, Word, std::less<>> forms{
        {U"sky", U"sky"},         {U"skies", U"sky"},        {U"dying", U"die"},
        {U"lying", U"lie"},       {U"tying", U"tie"},        {U"news", U"news"},
        {U"innings", U"inning"},  {U"inning", U"inning"},    {U"outings", U"outing"},
        {U"outing", U"outing"},   {U"cannings", U"canning"}, {U"canning", U"canning"},
        {U"howe", U"howe"},       {U"proceed", U"proceed"},  {U"exceed", U"exceed"},
        {U"succeed", U"succeed"},
    };
    return forms;
}

} // namespace

std::u32string porterStem(const std::u32string& word)
{
    if (const auto found = irregular().find(word); found != irregular().end()) {
        return found->second;
    }
    if (word.size() <= 2) {
        return word;
    }
    return tidied(withoutLastSuffix(
        withoutThirdSuffix(withoutDoubleSuffix(withI(withoutPast(withoutPlural(word)))))));
}

} // namespace nextquill::evaluate
