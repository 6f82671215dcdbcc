// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/UnitSigns.h"

#include "core/workflow/Inspection.h"

#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace nextquill::workflow {

namespace {

/// The 95 % range of the mean effect on the unit's tokens, history by history.
causal::EffectRange rangeOfMeans(const TextUnit& unit, const causal::EffectSamples& samples)
{
    std::vector<float> means(static_cast<std::size_t>(samples.samples));
    for (std::size_t i = 0; i < unit.tokens; ++i) {
        const std::span<const float> effects = samples.of(unit.firstToken + i);
        for (std::size_t j = 0; j < means.size(); ++j) {
            means[j] += effects[j] / static_cast<float>(unit.tokens);
        }
    }
    return causal::middleRange(means);
}

bool covers(const causal::EffectSamples& samples, const TextUnit& unit)
{
    return unit.tokens > 0 && samples.tokens() >= unit.firstToken + unit.tokens;
}

std::string rangeWords(const causal::EffectRange& range)
{
    const auto number = [](float value) {
        return fmt::format("{}{:.3f}", value < 0 ? "−" : "+", std::abs(value));
    };
    return number(range.low) + " … " + number(range.high);
}

} // namespace

UnitSigns signsOf(const TextUnit& unit, const Inspection& inspection)
{
    UnitSigns signs;
    if (!inspection.controls) {
        return signs;
    }
    const auto& placebo = inspection.controls->placebo;
    if (placebo && covers(placebo->effects, unit)) {
        // The rule of causal::placeboVerdicts, for the mean of several tokens.
        const double effect = meanPce(unit, inspection.effects);
        signs.placebo = rangeOfMeans(unit, placebo->effects);
        signs.isOwn = effect > static_cast<double>(signs.placebo->high) && effect > 0;
    }
    const auto& resampled = inspection.controls->resampled;
    if (resampled && covers(resampled->effects, unit)) {
        signs.resampled = rangeOfMeans(unit, resampled->effects);
        signs.isUncertain = signs.resampled->holds(0);
    }
    return signs;
}

std::string signWords(const UnitSigns& signs)
{
    std::string words;
    if (signs.resampled) {
        words +=
            "drawn anew " + rangeWords(*signs.resampled) + (signs.isUncertain ? ", holds 0" : "");
    }
    if (signs.placebo) {
        words += (words.empty() ? "other users " : "; other users ") + rangeWords(*signs.placebo) +
                 (signs.isOwn ? ", the user's own is above" : "");
    }
    return words;
}

} // namespace nextquill::workflow
