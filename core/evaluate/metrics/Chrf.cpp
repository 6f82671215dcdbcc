// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Chrf.h"

#include "core/evaluate/metrics/Characters.h"

#include <algorithm>
#include <unordered_map>

namespace nextquill::evaluate {

namespace {

Characters withoutSpace(std::string_view text)
{
    Characters characters = toCharacters(text);
    std::erase_if(characters, isSpace);
    return characters;
}

using Ngrams = std::unordered_map<std::u32string_view, std::int64_t>;

Ngrams ngramsOf(std::u32string_view text, std::size_t n)
{
    Ngrams counts;
    for (std::size_t i = 0; i + n <= text.size(); ++i) {
        ++counts[text.substr(i, n)];
    }
    return counts;
}

std::int64_t sizeOf(std::size_t characters, std::size_t n)
{
    return characters >= n ? static_cast<std::int64_t>(characters - n + 1) : 0;
}

} // namespace

ChrfCounts& ChrfCounts::operator+=(const ChrfCounts& other)
{
    for (std::size_t n = 0; n < orders.size(); ++n) {
        orders[n].predicted += other.orders[n].predicted;
        orders[n].referred += other.orders[n].referred;
        orders[n].common += other.orders[n].common;
    }
    return *this;
}

ChrfCounts chrfCounts(std::string_view prediction, std::string_view reference)
{
    const Characters predicted = withoutSpace(prediction);
    const Characters referred = withoutSpace(reference);
    ChrfCounts counts;
    for (std::size_t n = 1; n <= counts.orders.size(); ++n) {
        ChrfCounts::Order& order = counts.orders[n - 1];
        order.referred = sizeOf(referred.size(), n);
        if (order.referred == 0) {
            continue; // what no reference can have does not count against the prediction
        }
        order.predicted = sizeOf(predicted.size(), n);
        const Ngrams known = ngramsOf(referred, n);
        for (const auto& [ngram, count] : ngramsOf(predicted, n)) {
            const auto found = known.find(ngram);
            order.common += found == known.end() ? 0 : std::min(count, found->second);
        }
    }
    return counts;
}

double chrf(const ChrfCounts& counts)
{
    constexpr double factor = 4; // beta²: recall weighs twice as much as precision
    double precision = 0;
    double recall = 0;
    int used = 0;
    for (const ChrfCounts::Order& order : counts.orders) {
        if (order.predicted > 0 && order.referred > 0) {
            precision += static_cast<double>(order.common) / static_cast<double>(order.predicted);
            recall += static_cast<double>(order.common) / static_cast<double>(order.referred);
            ++used;
        }
    }
    if (used == 0 || precision + recall == 0) {
        return 0;
    }
    precision /= used;
    recall /= used;
    return 100 * (1 + factor) * precision * recall / (factor * precision + recall);
}

} // namespace nextquill::evaluate
