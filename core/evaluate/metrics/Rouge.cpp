// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Rouge.h"

#include "core/evaluate/metrics/Characters.h"
#include "core/evaluate/metrics/PorterStemmer.h"

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace nextquill::evaluate {

namespace {

using Ids = std::vector<std::int64_t>;

std::vector<Characters> tokensOf(std::string_view text, bool stemmer)
{
    Characters lower = toLower(toCharacters(text));
    for (char32_t& c : lower) {
        const bool kept = (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
        c = kept ? c : U' ';
    }
    std::vector<Characters> tokens = splitAtSpace(lower);
    if (stemmer) {
        for (Characters& token : tokens) {
            token = token.size() > 3 ? porterStem(token) : token;
        }
    }
    return tokens;
}

/// Numbers words, the same word the same number in both texts.
class WordNumbers
{
public:
    Ids numbers(const std::vector<Characters>& words)
    {
        Ids ids;
        ids.reserve(words.size());
        for (const Characters& word : words) {
            const auto next = static_cast<std::int64_t>(m_numbers.size());
            ids.push_back(m_numbers.try_emplace(word, next).first->second);
        }
        return ids;
    }

private:
    std::unordered_map<Characters, std::int64_t> m_numbers;
};

RougeScore scoreOf(std::size_t common, std::size_t predicted, std::size_t referred)
{
    RougeScore score;
    score.precision =
        static_cast<double>(common) / static_cast<double>(std::max<std::size_t>(predicted, 1));
    score.recall =
        static_cast<double>(common) / static_cast<double>(std::max<std::size_t>(referred, 1));
    const double sum = score.precision + score.recall;
    score.f = sum > 0 ? 2 * score.precision * score.recall / sum : 0;
    return score;
}

/// Unigrams (n = 1) or bigrams (n = 2) as sorted keys.
Ids ngrams(const Ids& ids, std::size_t n)
{
    constexpr std::int64_t shift = std::int64_t{1} << 31;
    Ids keys;
    for (std::size_t i = 0; i + n <= ids.size(); ++i) {
        keys.push_back(n == 1 ? ids[i] : ids[i] * shift + ids[i + 1]);
    }
    std::ranges::sort(keys);
    return keys;
}

RougeScore overlap(const Ids& prediction, const Ids& reference, std::size_t n)
{
    const Ids a = ngrams(prediction, n);
    const Ids b = ngrams(reference, n);
    Ids common;
    std::ranges::set_intersection(a, b, std::back_inserter(common));
    return scoreOf(common.size(), a.size(), b.size());
}

std::size_t longestCommonSubsequence(const Ids& a, const Ids& b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (const std::int64_t id : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = id == b[j] ? diagonal + 1 : std::max(above, row[j]);
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

RougeScores rouge(std::string_view prediction, std::string_view reference, bool stemmer)
{
    WordNumbers words;
    const Ids a = words.numbers(tokensOf(prediction, stemmer));
    const Ids b = words.numbers(tokensOf(reference, stemmer));
    return {.rouge1 = overlap(a, b, 1),
            .rouge2 = overlap(a, b, 2),
            .rougeL = scoreOf(longestCommonSubsequence(a, b), a.size(), b.size())};
}

} // namespace nextquill::evaluate
