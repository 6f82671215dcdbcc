// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Meteor.h"

#include "core/evaluate/metrics/PorterStemmer.h"
#include "core/evaluate/metrics/Synonyms.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace nextquill::evaluate {

namespace {

struct Word
{
    std::size_t place = 0;
    Characters text;
};

using Words = std::vector<Word>;
using Matches =
    std::vector<std::pair<std::size_t, std::size_t>>; ///< places in prediction, reference

Words numbered(const std::vector<Characters>& tokens)
{
    Words words;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        words.push_back({.place = i, .text = toLower(tokens[i])});
    }
    return words;
}

/// Free words of the reference by text, each list in the order of the text.
using Free = std::map<Characters, std::vector<std::size_t>, std::less<>>;

Free freeWords(const Words& words)
{
    Free free;
    for (std::size_t i = 0; i < words.size(); ++i) {
        free[words[i].text].push_back(i);
    }
    return free;
}

/// Takes matched words out of a list; `taken` holds indices.
void removeTaken(Words& words, const std::set<std::size_t>& taken)
{
    Words rest;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!taken.contains(i)) {
            rest.push_back(std::move(words[i]));
        }
    }
    words = std::move(rest);
}

/// One stage of matching: from the last word to the first, `choose(word, free)` names the text in
/// the reference that it goes with; of several places the last free one is taken.
template<typename Choose>
void matchStage(Words& prediction, Words& reference, Matches& matches, Choose choose)
{
    Free free = freeWords(reference);
    std::set<std::size_t> predicted;
    std::set<std::size_t> referred;
    for (std::size_t i = prediction.size(); i-- > 0;) {
        std::vector<std::size_t>* const places = choose(prediction[i].text, free);
        if (places != nullptr && !places->empty()) {
            const std::size_t j = places->back();
            places->pop_back();
            predicted.insert(i);
            referred.insert(j);
            matches.emplace_back(prediction[i].place, reference[j].place);
        }
    }
    removeTaken(prediction, predicted);
    removeTaken(reference, referred);
}

std::vector<std::size_t>* sameText(const Characters& text, Free& free)
{
    const auto found = free.find(text);
    return found == free.end() ? nullptr : &found->second;
}

Words stemmed(Words words)
{
    for (Word& word : words) {
        word.text = porterStem(word.text);
    }
    return words;
}

void matchSynonyms(Words& prediction, Words& reference, Matches& matches, const Synonyms* synonyms)
{
    matchStage(prediction, reference, matches, [synonyms](const Characters& text, Free& free) {
        std::vector<std::size_t>* best = sameText(text, free);
        if (synonyms == nullptr) {
            return best;
        }
        for (const std::string& synonym : synonyms->of(toUtf8(text))) {
            std::vector<std::size_t>* const places = sameText(toCharacters(synonym), free);
            const bool later = places != nullptr && !places->empty() &&
                               (best == nullptr || best->empty() || places->back() > best->back());
            best = later ? places : best;
        }
        return best;
    });
}

/// Runs of matches that are neighbours in both texts.
std::size_t chunksOf(const Matches& matches)
{
    std::size_t chunks = 1;
    for (std::size_t i = 1; i < matches.size(); ++i) {
        const bool together = matches[i].first == matches[i - 1].first + 1 &&
                              matches[i].second == matches[i - 1].second + 1;
        chunks += together ? 0U : 1U;
    }
    return chunks;
}

} // namespace

double meteor(const std::vector<Characters>& prediction, const std::vector<Characters>& reference,
              const Synonyms* synonyms)
{
    constexpr double alpha = 0.9;
    constexpr double beta = 3;
    constexpr double gamma = 0.5;
    Words predicted = numbered(prediction);
    Words referred = numbered(reference);
    Matches matches;
    matchStage(predicted, referred, matches, sameText);
    // From here on words are their stems, in the synonym stage, too: so the reference has it.
    predicted = stemmed(std::move(predicted));
    referred = stemmed(std::move(referred));
    matchStage(predicted, referred, matches, sameText);
    matchSynonyms(predicted, referred, matches, synonyms);
    if (matches.empty()) {
        return 0;
    }
    std::ranges::sort(matches);
    const auto m = static_cast<double>(matches.size());
    const double precision = m / static_cast<double>(prediction.size());
    const double recall = m / static_cast<double>(reference.size());
    const double mean = precision * recall / (alpha * precision + (1 - alpha) * recall);
    const double fragments = static_cast<double>(chunksOf(matches)) / m;
    return (1 - gamma * std::pow(fragments, beta)) * mean;
}

} // namespace nextquill::evaluate
