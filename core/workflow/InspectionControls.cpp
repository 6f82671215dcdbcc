// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/InspectionControls.h"

#include "core/base/Error.h"
#include "core/store/OtherHistories.h"
#include "core/store/Project.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/RandomHistories.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::workflow {

namespace {

Error noOtherHistory(const store::Project& project)
{
    return {ErrorKind::BadInput,
            "no other user has a history that could stand in the place of this one",
            project.file().string(), "import more users, or leave the placebo out"};
}

void addPlacebos(store::Project& project, const HistoryVariants& variants, ControlsPlan& plan,
                 const StopToken& stop)
{
    if (plan.wish.placebos == 0) {
        return;
    }
    const auto others =
        store::otherHistories(project, variants.used(),
                              {.users = static_cast<std::size_t>(plan.wish.placebos),
                               .reviews = variants.reviews(),
                               .seed = plan.wish.seed},
                              stop);
    if (others.empty()) {
        throw noOtherHistory(project);
    }
    for (const store::OtherHistory& other : others) {
        stopPoint(stop);
        plan.placebos.push_back(
            {.user = other.user, .userName = other.userName, .isLater = other.isLater});
        plan.question.prompts.push_back(variants.withHistoryOf(other.data));
    }
    plan.wish.placebos = static_cast<int>(others.size());
}

/// Effects of `count` prompts from the one at `first` on, of all that were measured.
causal::EffectSamples samplesFrom(const std::vector<std::vector<float>>& p, std::size_t first,
                                  std::size_t count, const Inspection& inspection)
{
    const auto& tokens = inspection.effects.tokens;
    causal::EffectSamples samples{.samples = static_cast<int>(count), .effect = {}};
    samples.effect.reserve(tokens.size() * count);
    for (std::size_t t = 0; t < tokens.size(); ++t) {
        for (std::size_t j = first; j < first + count; ++j) {
            samples.effect.push_back(p[j][t] - tokens[t].p_0);
        }
    }
    return samples;
}

std::vector<float> realEffects(const Inspection& inspection)
{
    std::vector<float> effects;
    for (const causal::TokenEffect& token : inspection.effects.tokens) {
        effects.push_back(token.pce());
    }
    return effects;
}

HistorySamples historySamples(std::vector<std::vector<std::size_t>> histories,
                              causal::EffectSamples effects)
{
    HistorySamples samples{
        .histories = std::move(histories), .effects = std::move(effects), .ranges = {}};
    for (std::size_t t = 0; t < samples.effects.tokens(); ++t) {
        samples.ranges.push_back(causal::middleRange(samples.effects.of(t)));
    }
    return samples;
}

} // namespace

std::size_t InspectionControls::ownTokens() const
{
    return placebo ? static_cast<std::size_t>(
                         std::ranges::count_if(placebo->verdicts, &causal::PlaceboVerdict::isOwn))
                   : 0;
}

ControlsPlan planControls(store::Project& project, const HistoryVariants& variants,
                          const Inspection& inspection, const ControlsWish& wish, StopToken stop)
{
    if (wish.shuffles > 0 && variants.reviews() < 2) {
        throw Error{ErrorKind::BadInput, "a history of one review has no other order",
                    questionOn(inspection, {}).id, "leave the shuffled histories out"};
    }
    ControlsPlan plan{.wish = wish,
                      .question = questionOn(inspection, "measuring other histories"),
                      .placebos = {},
                      .resampled = {},
                      .shuffled = {}};
    addPlacebos(project, variants, plan, stop);
    for (int draw = 0; draw < wish.resamples; ++draw) {
        stopPoint(stop);
        plan.resampled.push_back(
            resampledHistory(variants.reviews(), wish.seed, static_cast<std::uint64_t>(draw)));
        plan.question.prompts.push_back(variants.of(plan.resampled.back()));
    }
    for (int draw = 0; draw < wish.shuffles; ++draw) {
        stopPoint(stop);
        auto order =
            shuffledHistory(variants.reviews(), wish.seed, static_cast<std::uint64_t>(draw));
        if (std::ranges::find(plan.shuffled, order) == plan.shuffled.end()) { // tells nothing twice
            plan.question.prompts.push_back(variants.of(order));
            plan.shuffled.push_back(std::move(order));
        }
    }
    plan.wish.shuffles = static_cast<int>(plan.shuffled.size());
    return plan;
}

InspectionControls measureControls(model::Decoder& decoder, const Inspection& inspection,
                                   const ControlsPlan& plan, StopToken stop, Progress& progress)
{
    std::vector<std::vector<float>> p;
    const auto take = [&p](std::size_t /*prompt*/, std::span<const float> logp) {
        std::vector<float>& row = p.emplace_back();
        for (const float value : logp) {
            row.push_back(std::exp(value));
        }
    };
    causal::measureTarget(decoder, plan.question, {}, take, std::move(stop), progress);

    InspectionControls controls{.seed = plan.wish.seed,
                                .placebo = std::nullopt,
                                .resampled = std::nullopt,
                                .shuffled = std::nullopt};
    std::size_t first = 0;
    if (const std::size_t n = plan.placebos.size(); n > 0) {
        PlaceboControl placebo{.histories = plan.placebos,
                               .effects = samplesFrom(p, first, n, inspection),
                               .verdicts = {}};
        placebo.verdicts = causal::placeboVerdicts(realEffects(inspection), placebo.effects);
        controls.placebo = std::move(placebo);
        first += n;
    }
    if (const std::size_t n = plan.resampled.size(); n > 0) {
        controls.resampled = historySamples(plan.resampled, samplesFrom(p, first, n, inspection));
        first += n;
    }
    if (const std::size_t n = plan.shuffled.size(); n > 0) {
        controls.shuffled = historySamples(plan.shuffled, samplesFrom(p, first, n, inspection));
    }
    return controls;
}

} // namespace nextquill::workflow
