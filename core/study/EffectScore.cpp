// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/EffectScore.h"

#include "core/causal/RankCorrelation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <ranges>

namespace nextquill::study {

namespace {

/// Sums of logarithms over the tokens of one word, or of several that share a token.
struct WordGroup
{
    std::size_t first = 0; ///< words
    std::size_t last = 0;
    std::size_t covered = 0; ///< bytes up to here have tokens
    double logp_h = 0;
    double logp_0 = 0;
};

/// The word that a byte belongs to; a space belongs to the word behind it.
std::size_t wordAt(std::span<const TrueWord> truth, std::size_t byte)
{
    const auto found =
        std::ranges::find_if(truth, [byte](const TrueWord& word) { return byte < word.bytes.end; });
    return std::min(static_cast<std::size_t>(found - truth.begin()), truth.size() - 1);
}

std::vector<WordGroup> grouped(std::span<const TrueWord> truth,
                               std::span<const store::KeptToken> tokens)
{
    std::vector<WordGroup> groups;
    for (const store::KeptToken& token : tokens) {
        if (!token.bytes) { // the end of the text is no word
            continue;
        }
        const std::size_t first = wordAt(truth, token.bytes->begin);
        const std::size_t last =
            wordAt(truth, std::max(token.bytes->begin + 1, token.bytes->end) - 1);
        if (groups.empty() || first > groups.back().last) {
            groups.push_back({.first = first, .last = last});
        }
        WordGroup& group = groups.back();
        group.last = std::max(group.last, last);
        group.covered = std::max(group.covered, token.bytes->end);
        group.logp_h += static_cast<double>(token.logp_h);
        group.logp_0 += static_cast<double>(token.logp_0);
    }
    return groups;
}

double squared(double x)
{
    return x * x;
}

std::optional<double> pearson(std::span<const double> a, std::span<const double> b)
{
    if (a.size() < 2) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(a.size());
    const double meanA = std::accumulate(a.begin(), a.end(), 0.0) / n;
    const double meanB = std::accumulate(b.begin(), b.end(), 0.0) / n;
    double both = 0;
    double ofA = 0;
    double ofB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        both += (a[i] - meanA) * (b[i] - meanB);
        ofA += squared(a[i] - meanA);
        ofB += squared(b[i] - meanB);
    }
    if (ofA == 0 || ofB == 0) {
        return std::nullopt;
    }
    return both / std::sqrt(ofA * ofB);
}

/// Estimates and truths as columns.
struct Columns
{
    std::vector<double> estimates;
    std::vector<double> truths;

    void add(const WordEffect& word)
    {
        estimates.push_back(word.estimate);
        truths.push_back(word.truth);
    }
};

double meanOf(std::span<const WordEffect> words, double (*of)(const WordEffect&))
{
    double sum = 0;
    for (const WordEffect& word : words) {
        sum += of(word);
    }
    return sum / static_cast<double>(words.size());
}

void scoreErrors(EffectScore& score, std::span<const std::vector<WordEffect>> texts,
                 std::uint64_t seed)
{
    std::vector<double> errors;
    double none = 0;
    for (const std::vector<WordEffect>& words : texts) {
        if (!words.empty()) {
            errors.push_back(
                meanOf(words, [](const WordEffect& w) { return std::abs(w.estimate - w.truth); }));
            none += meanOf(words, [](const WordEffect& w) { return std::abs(w.truth); });
        }
    }
    score.texts = static_cast<std::int64_t>(errors.size());
    score.error = evaluate::bootstrapMean(errors, seed);
    score.errorOfNone = errors.empty() ? 0 : none / static_cast<double>(errors.size());
}

} // namespace

std::vector<WordEffect> wordEffects(std::span<const TrueWord> truth,
                                    std::span<const store::KeptToken> tokens)
{
    std::vector<WordEffect> effects;
    if (truth.empty()) {
        return effects;
    }
    for (const WordGroup& group : grouped(truth, tokens)) {
        if (group.covered < truth[group.last].bytes.end) { // the text was cut within it
            continue;
        }
        WordEffect effect{.estimate = std::exp(group.logp_h) - std::exp(group.logp_0)};
        double p_h = 1;
        double p_0 = 1;
        for (std::size_t word = group.first; word <= group.last; ++word) {
            p_h *= truth[word].p_h;
            p_0 *= truth[word].p_0;
            effect.preference = effect.preference || truth[word].preference;
        }
        effect.truth = p_h - p_0;
        effects.push_back(effect);
    }
    return effects;
}

std::optional<double> areaUnderCurve(std::span<const double> scores,
                                     const std::vector<bool>& labels)
{
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
    double below = 0; // of those that are not chosen
    double chosen = 0;
    double won = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        double chosenHere = 0;
        double othersHere = 0;
        std::size_t end = begin;
        for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
            (labels[order[end]] ? chosenHere : othersHere) += 1;
        }
        won += chosenHere * (below + othersHere / 2);
        chosen += chosenHere;
        below += othersHere;
        begin = end;
    }
    return chosen == 0 || below == 0 ? std::nullopt : std::optional{won / (chosen * below)};
}

EffectScore scoreEffects(std::span<const std::vector<WordEffect>> texts, double threshold,
                         std::uint64_t seed)
{
    EffectScore score;
    scoreErrors(score, texts, seed);
    Columns all;
    Columns ofPreference;
    std::vector<double> sizes;
    std::vector<bool> preference;
    std::vector<bool> raised;
    for (const WordEffect& word : texts | std::views::join) {
        all.add(word);
        sizes.push_back(std::abs(word.estimate));
        preference.push_back(word.preference);
        raised.push_back(word.truth > threshold);
        if (word.preference) {
            ofPreference.add(word);
        }
    }
    score.words = std::ssize(sizes);
    score.preferenceWords = std::ranges::count(preference, true);
    score.raisedWords = std::ranges::count(raised, true);
    score.aurocPreference = areaUnderCurve(sizes, preference);
    score.aurocRaised = areaUnderCurve(all.estimates, raised);
    score.pearson = pearson(all.estimates, all.truths);
    score.spearman = causal::rankCorrelation(all.estimates, all.truths);
    score.pearsonOfPreference = pearson(ofPreference.estimates, ofPreference.truths);
    score.spearmanOfPreference =
        causal::rankCorrelation(ofPreference.estimates, ofPreference.truths);
    return score;
}

} // namespace nextquill::study
