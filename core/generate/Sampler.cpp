// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/Sampler.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nextquill::generate {

Sampler::Sampler(const GenerationSettings& settings)
    : m_settings{settings}
    , m_random{settings.seed, 0}
{
    const bool drawable = settings.greedy || settings.temperature > 0;
    if (!drawable || !(settings.topP > 0) || !(settings.repetitionPenalty > 0)) { // also no number
        throw Error{ErrorKind::BadInput,
                    "temperature, top-p and repetition penalty must be above 0",
                    "settings of the generation", "use --greedy for the likeliest token"};
    }
}

std::vector<Sampler::Candidate> Sampler::candidates(std::span<const float> scores) const
{
    std::vector<Candidate> finite;
    finite.reserve(scores.size());
    for (std::size_t token = 0; token < scores.size(); ++token) {
        double score = scores[token];
        if (!std::isfinite(score)) {
            continue;
        }
        if (m_settings.repetitionPenalty != 1 && m_written.contains(token)) {
            score = score > 0 ? score / m_settings.repetitionPenalty
                              : score * m_settings.repetitionPenalty;
        }
        finite.push_back({.token = token, .score = score});
    }
    if (finite.empty()) {
        throw Error{ErrorKind::BadInput, "the model gave no finite score for any token",
                    "generation", "its weights are damaged or overflow: try --dtype float32"};
    }
    return finite;
}

std::size_t Sampler::draw(std::vector<Candidate>& all)
{
    const auto less = [](const Candidate& a, const Candidate& b) {
        return a.score < b.score || (a.score == b.score && a.token > b.token);
    };
    const double highest = std::ranges::max_element(all, less)->score;
    const auto weight = [&](const Candidate& c) {
        return std::exp((c.score - highest) / m_settings.temperature);
    };
    // From the likeliest down, until top-k or top-p is full.
    std::ranges::make_heap(all, less);
    const std::size_t k = m_settings.topK > 0
                              ? std::min(static_cast<std::size_t>(m_settings.topK), all.size())
                              : all.size();
    double total = 0;
    if (k == all.size()) {
        for (const Candidate& c : all) {
            total += weight(c);
        }
    }
    std::vector<Candidate> kept;
    double cumulative = 0;
    while (kept.size() < k && (k < all.size() || cumulative < m_settings.topP * total)) {
        std::ranges::pop_heap(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kept.size()),
                              less);
        kept.push_back(all[all.size() - kept.size() - 1]);
        cumulative += weight(kept.back());
    }
    if (k < all.size()) { // top-p over what top-k left
        double prefix = 0;
        std::size_t size = 0;
        while (size < kept.size() && prefix < m_settings.topP * cumulative) {
            prefix += weight(kept[size++]);
        }
        kept.resize(size);
        cumulative = prefix;
    }
    double rest = m_random.uniform(m_step) * cumulative;
    for (const Candidate& c : kept) {
        rest -= weight(c);
        if (rest < 0) {
            return c.token;
        }
    }
    return kept.back().token;
}

text::TokenId Sampler::choose(std::span<const float> scores)
{
    std::vector<Candidate> all = candidates(scores);
    std::size_t token = 0;
    if (m_settings.greedy) {
        token = std::ranges::max_element(all, {}, &Candidate::score)->token;
    } else {
        token = draw(all);
    }
    return take(text::TokenId{static_cast<std::int32_t>(token)});
}

text::TokenId Sampler::take(text::TokenId token)
{
    ++m_step;
    m_written.insert(static_cast<std::size_t>(token));
    return token;
}

std::vector<float> steered(std::span<const float> logp_h, std::span<const float> logp_0,
                           double strength)
{
    constexpr double plausible = 0.1;
    const float highest = *std::ranges::max_element(logp_h);
    const double floor =
        strength > 1 ? highest + std::log(plausible) : -std::numeric_limits<double>::infinity();
    std::vector<float> scores(logp_h.size());
    for (std::size_t v = 0; v < scores.size(); ++v) {
        const double score = logp_0[v] + strength * (logp_h[v] - logp_0[v]);
        scores[v] = logp_h[v] >= floor ? static_cast<float>(score)
                                       : -std::numeric_limits<float>::infinity();
    }
    return scores;
}

} // namespace nextquill::generate
