// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/WordVectors.h"

#include "core/base/Utf8.h"
#include "core/text/CharacterKind.h"

#include <unicode/uchar.h>

#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>

namespace nextquill::text {

std::vector<std::string> wordsOf(std::string_view text)
{
    constexpr KindSet wordKinds = kind::letter | kind::mark | kind::number;
    std::vector<std::string> words;
    bool inWord = false;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        const bool isWord = (unicodeKind(c) & wordKinds) != 0;
        if (isWord && !inWord) {
            words.emplace_back();
        }
        if (isWord) {
            appendCodePoint(words.back(),
                            static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
        }
        inWord = isWord;
    }
    return words;
}

WordVectors::WordVectors(const std::vector<std::string>& texts)
{
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::vector<double> documents; // by word: texts that have it
    std::vector<std::map<std::uint32_t, int>> counts(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        for (std::string& word : wordsOf(texts[i])) {
            const auto [entry, isNew] =
                numbers.emplace(std::move(word), static_cast<std::uint32_t>(numbers.size()));
            if (isNew) {
                documents.push_back(0);
            }
            documents[entry->second] += ++counts[i][entry->second] == 1 ? 1 : 0;
        }
    }
    const auto total = static_cast<double>(texts.size());
    for (const auto& words : counts) {
        std::vector<Weight> vector;
        double squares = 0;
        for (const auto& [word, count] : words) {
            const double weight =
                (1 + std::log(count)) * (1 + std::log((1 + total) / (1 + documents[word])));
            vector.push_back({.word = word, .weight = static_cast<float>(weight)});
            squares += weight * weight;
        }
        for (Weight& entry : vector) {
            entry.weight /= static_cast<float>(std::sqrt(squares));
        }
        m_vectors.push_back(std::move(vector));
    }
}

double WordVectors::likeness(std::size_t left, std::size_t right) const
{
    double product = 0;
    auto a = m_vectors[left].begin();
    auto b = m_vectors[right].begin();
    while (a != m_vectors[left].end() && b != m_vectors[right].end()) {
        if (a->word == b->word) {
            product += static_cast<double>(a->weight) * static_cast<double>(b->weight);
            ++a;
            ++b;
        } else if (a->word < b->word) {
            ++a;
        } else {
            ++b;
        }
    }
    return product;
}

} // namespace nextquill::text
