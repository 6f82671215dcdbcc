// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Inspection.h"
#include "core/workflow/InspectionControls.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <span>

namespace nextquill::workflow {

namespace {

constexpr double usualRate = 0.05;

/// Tokens by samples, as rows.
OrderedJson samplesJson(const causal::EffectSamples& samples)
{
    OrderedJson rows = OrderedJson::array();
    for (std::size_t t = 0; t < samples.tokens(); ++t) {
        const std::span<const float> row = samples.of(t);
        rows.push_back(std::vector<float>{row.begin(), row.end()});
    }
    return rows;
}

OrderedJson placeboJson(const PlaceboControl& placebo)
{
    OrderedJson histories = OrderedJson::array();
    for (const PlaceboHistory& history : placebo.histories) {
        histories.push_back({{"user", history.userName}, {"later", history.isLater}});
    }
    OrderedJson tokens = OrderedJson::array();
    for (const causal::PlaceboVerdict& verdict : placebo.verdicts) {
        tokens.push_back({{"low", verdict.placebo.low},
                          {"high", verdict.placebo.high},
                          {"p", verdict.p},
                          {"q", verdict.q},
                          {"own", verdict.isOwn}});
    }
    return {{"histories", std::move(histories)},
            {"tokens", std::move(tokens)},
            {"effect", samplesJson(placebo.effects)}};
}

OrderedJson samplesJson(const HistorySamples& samples)
{
    OrderedJson tokens = OrderedJson::array();
    for (const causal::EffectRange& range : samples.ranges) {
        tokens.push_back({{"low", range.low}, {"high", range.high}});
    }
    return {{"histories", samples.histories},
            {"tokens", std::move(tokens)},
            {"effect", samplesJson(samples.effects)}};
}

/// Mean effect over all tokens of each sample.
std::vector<float> meanEffects(const causal::EffectSamples& samples)
{
    std::vector<double> sums(static_cast<std::size_t>(samples.samples));
    for (std::size_t t = 0; t < samples.tokens(); ++t) {
        for (std::size_t j = 0; j < sums.size(); ++j) {
            sums[j] += static_cast<double>(samples.of(t)[j]);
        }
    }
    std::vector<float> means;
    for (const double sum : sums) {
        means.push_back(static_cast<float>(sum / static_cast<double>(samples.tokens())));
    }
    return means;
}

double meanOf(const std::vector<float>& values)
{
    double sum = 0;
    for (const float value : values) {
        sum += static_cast<double>(value);
    }
    return sum / static_cast<double>(values.size());
}

void sayPlacebo(const InspectionControls& controls, const Inspection& inspection,
                std::vector<std::string>& sentences)
{
    const PlaceboControl& placebo = *controls.placebo;
    const std::size_t n = placebo.histories.size();
    const auto surelyOwn =
        std::ranges::count_if(placebo.verdicts, [](const causal::PlaceboVerdict& verdict) {
            return verdict.isOwn && verdict.q <= usualRate;
        });
    sentences.push_back(fmt::format(
        "{} of {} tokens are this user's own: their effect exceeds the 95 % range of {} other "
        "{}; {} of them with a false discovery rate of at most 5 %.",
        controls.ownTokens(), placebo.verdicts.size(), n,
        n == 1 ? "user's history" : "users' histories", surelyOwn));
    sentences.push_back(fmt::format("Mean PCE {:+.4f} with this user's history, {:+.4f} with "
                                    "another's.",
                                    inspection.effects.meanPce(),
                                    meanOf(meanEffects(placebo.effects))));
    if (n < 19) {
        sentences.push_back(fmt::format("With {} {} no p is below {:.2f}; from 19 on 0.05 can be "
                                        "reached.",
                                        n, n == 1 ? "placebo" : "placebos",
                                        1 / (1 + static_cast<double>(n))));
    }
    if (const auto later = std::ranges::count_if(placebo.histories, &PlaceboHistory::isLater);
        later > 0) {
        sentences.push_back(fmt::format("{} of the other users wrote nothing before this text: "
                                        "later reviews stand in.",
                                        later));
    }
}

void sayResampled(const HistorySamples& samples, const Inspection& inspection,
                  std::vector<std::string>& sentences)
{
    std::size_t bearing = 0;
    std::size_t sure = 0;
    for (std::size_t t = 0; t < samples.ranges.size(); ++t) {
        if (static_cast<double>(inspection.effects.tokens[t].pce()) > inspection.threshold) {
            ++bearing;
            sure += samples.ranges[t].low > 0 ? 1U : 0U;
        }
    }
    sentences.push_back(
        bearing == 0
            ? fmt::format("No token has a PCE above {}: there is none to be sure of.",
                          inspection.threshold)
            : fmt::format("Of {} tokens with a PCE above {}, {} keep an effect above 0 in 95 % of "
                          "{} resampled histories.",
                          bearing, inspection.threshold, sure, samples.histories.size()));
    if (inspection.history.size() < 2) {
        sentences.emplace_back("A history of one review cannot be resampled: it is the same in "
                               "each sample.");
    }
}

void sayShuffled(const HistorySamples& samples, const Inspection& inspection,
                 std::vector<std::string>& sentences)
{
    const std::vector<float> means = meanEffects(samples.effects);
    const std::string there =
        means.size() == 1
            ? fmt::format("In another order of the same reviews the mean PCE is {:+.4f}", means[0])
            : fmt::format("In {} other orders of the same reviews the mean PCE is between {:+.4f} "
                          "and {:+.4f}",
                          means.size(), std::ranges::min(means), std::ranges::max(means));
    sentences.push_back(
        fmt::format("{}; in their own order {:+.4f}.", there, inspection.effects.meanPce()));
}

} // namespace

OrderedJson toJson(const InspectionControls& controls)
{
    OrderedJson result{{"seed", controls.seed}};
    if (controls.placebo) {
        result["placebo"] = placeboJson(*controls.placebo);
    }
    if (controls.resampled) {
        result["resampled"] = samplesJson(*controls.resampled);
    }
    if (controls.shuffled) {
        result["shuffled"] = samplesJson(*controls.shuffled);
    }
    return result;
}

std::vector<std::string> sentencesOn(const InspectionControls& controls,
                                     const Inspection& inspection)
{
    std::vector<std::string> sentences;
    if (controls.placebo) {
        sayPlacebo(controls, inspection, sentences);
    }
    if (controls.resampled) {
        sayResampled(*controls.resampled, inspection, sentences);
    }
    if (controls.shuffled) {
        sayShuffled(*controls.shuffled, inspection, sentences);
    }
    return sentences;
}

} // namespace nextquill::workflow
