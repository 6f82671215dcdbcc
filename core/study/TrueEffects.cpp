// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/TrueEffects.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nextquill::study {

TypeBelief::TypeBelief(std::size_t types)
    : m_logs(types, 0.0)
{
}

TypeBelief::TypeBelief(std::span<const double> prior)
{
    std::ranges::transform(prior, std::back_inserter(m_logs), [](double p) { return std::log(p); });
}

void TypeBelief::read(const DrawnWord& word)
{
    if (std::ranges::all_of(word.byType, [](double p) { return p == 0; })) {
        return;
    }
    for (std::size_t type = 0; type < m_logs.size(); ++type) {
        m_logs[type] += std::log(word.byType[type]);
    }
}

void TypeBelief::read(std::span<const DrawnWord> words)
{
    for (const DrawnWord& word : words) {
        read(word);
    }
}

std::vector<double> TypeBelief::probabilities() const
{
    const double highest = std::ranges::max(m_logs);
    std::vector<double> p(m_logs.size());
    std::ranges::transform(m_logs, p.begin(),
                           [highest](double log) { return std::exp(log - highest); });
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p) {
        value /= sum;
    }
    return p;
}

double TypeBelief::probabilityOf(const DrawnWord& word) const
{
    const std::vector<double> p = probabilities();
    return std::inner_product(p.begin(), p.end(), word.byType.begin(), 0.0);
}

std::vector<TrueWord> trueEffects(TypeBelief history, TypeBelief prior,
                                  std::span<const DrawnWord> text)
{
    std::vector<TrueWord> effects;
    effects.reserve(text.size());
    for (const DrawnWord& word : text) {
        // Where types agree the history cannot matter, and no rounding shall say that it does.
        effects.push_back({.bytes = word.bytes,
                           .p_h = word.preference ? history.probabilityOf(word) : word.byType[0],
                           .p_0 = word.preference ? prior.probabilityOf(word) : word.byType[0],
                           .preference = word.preference});
        history.read(word);
        prior.read(word);
    }
    return effects;
}

} // namespace nextquill::study
