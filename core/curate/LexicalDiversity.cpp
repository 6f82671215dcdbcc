// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/LexicalDiversity.h"

#include <unordered_map>
#include <unordered_set>

namespace nextquill::curate {

namespace {

constexpr double factorSize = 0.72;

/// Words per factor, in the order of two iterators.
template<typename Iterator>
double wordsPerFactor(Iterator begin, Iterator end)
{
    std::unordered_set<std::uint64_t> types;
    double factors = 0;
    std::size_t words = 0;
    std::size_t all = 0;
    for (Iterator word = begin; word != end; ++word) {
        types.insert(*word);
        ++words;
        ++all;
        if (static_cast<double>(types.size()) <= factorSize * static_cast<double>(words)) {
            factors += 1;
            types.clear();
            words = 0;
        }
    }
    if (words > 0) { // what is left counts for as much as it has come down
        const double share = static_cast<double>(types.size()) / static_cast<double>(words);
        factors += (1 - share) / (1 - factorSize);
    }
    return factors > 0 ? static_cast<double>(all) / factors : static_cast<double>(all);
}

} // namespace

std::optional<double> mtld(const std::vector<std::uint64_t>& words)
{
    if (words.size() < diversityWords) {
        return std::nullopt;
    }
    return (wordsPerFactor(words.begin(), words.end()) +
            wordsPerFactor(words.rbegin(), words.rend())) /
           2;
}

std::optional<double> movingTypeShare(const std::vector<std::uint64_t>& words)
{
    if (words.size() < diversityWords) {
        return std::nullopt;
    }
    std::unordered_map<std::uint64_t, int> inWindow;
    double sum = 0;
    std::size_t windows = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        ++inWindow[words[i]];
        if (i >= diversityWords) {
            const auto leaves = inWindow.find(words[i - diversityWords]);
            if (--leaves->second == 0) {
                inWindow.erase(leaves);
            }
        }
        if (i + 1 >= diversityWords) {
            sum += static_cast<double>(inWindow.size()) / static_cast<double>(diversityWords);
            ++windows;
        }
    }
    return sum / static_cast<double>(windows);
}

} // namespace nextquill::curate
