// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/AttributionFaithfulness.h"

#include "core/base/Error.h"
#include "core/causal/RankCorrelation.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/RandomHistories.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <span>
#include <utility>

namespace nextquill::workflow {

namespace {

constexpr std::size_t mostDropped = 4;
constexpr std::size_t drawsOfEach = 4;
constexpr std::uint64_t halves = 32;

/// The places of a history of n that are not in `left`.
std::vector<std::size_t> allBut(std::size_t n, const std::vector<std::size_t>& left)
{
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < n; ++i) {
        if (std::ranges::find(left, i) == left.end()) {
            kept.push_back(i);
        }
    }
    return kept;
}

void addDrops(FaithfulnessPlan& plan, const HistoryVariants& variants,
              const causal::Attribution& attribution, std::uint64_t seed, const StopToken& stop)
{
    const std::size_t n = variants.reviews();
    const std::vector<int> strongest = attribution.strongestFirst();
    for (std::size_t k = 1; k <= mostDropped && k < n; ++k) {
        stopPoint(stop);
        plan.dropped.push_back(k);
        const std::vector<std::size_t> top{strongest.begin(),
                                           strongest.begin() + static_cast<std::ptrdiff_t>(k)};
        plan.question.prompts.push_back(variants.of(allBut(n, top)));
        for (std::size_t draw = 0; draw < plan.draws; ++draw) {
            plan.question.prompts.push_back(
                variants.of(allBut(n, randomChoice(n, k, seed, k * plan.draws + draw))));
        }
    }
}

void addHalves(FaithfulnessPlan& plan, const HistoryVariants& variants,
               const causal::Attribution& attribution, std::uint64_t seed, const StopToken& stop)
{
    if (variants.reviews() < 2) {
        return;
    }
    for (std::uint64_t draw = 0; draw < halves; ++draw) {
        stopPoint(stop);
        const std::vector<bool> mask = randomHalf(variants.reviews(), seed, draw);
        std::vector<std::size_t> kept;
        double predicted = 0;
        for (std::size_t i = 0; i < mask.size(); ++i) {
            if (mask[i]) {
                kept.push_back(i);
                predicted += attribution.textLogEffect(static_cast<int>(i));
            }
        }
        plan.predicted.push_back(predicted);
        plan.question.prompts.push_back(variants.of(kept));
    }
}

} // namespace

FaithfulnessPlan planFaithfulness(const HistoryVariants& variants, const Inspection& inspection,
                                  std::uint64_t seed, StopToken stop)
{
    FaithfulnessPlan plan{.question = questionOn(inspection, "testing the attribution"),
                          .dropped = {},
                          .draws = drawsOfEach,
                          .predicted = {}};
    if (!inspection.attribution) {
        throw Error{ErrorKind::BadInput, "there is no attribution to be tested", plan.question.id,
                    "measure the effect of each past review first"};
    }
    plan.question.prompts.push_back(variants.whole());
    addDrops(plan, variants, *inspection.attribution, seed, stop);
    addHalves(plan, variants, *inspection.attribution, seed, stop);
    return plan;
}

Faithfulness measureFaithfulness(model::Decoder& decoder, const FaithfulnessPlan& plan,
                                 StopToken stop, Progress& progress)
{
    std::vector<double> logp; // of the text
    const auto take = [&logp](std::size_t /*prompt*/, std::span<const float> row) {
        logp.push_back(std::accumulate(row.begin(), row.end(), 0.0));
    };
    causal::measureTarget(decoder, plan.question, {}, take, std::move(stop), progress);

    Faithfulness result{
        .drops = {}, .draws = plan.draws, .lds = std::nullopt, .subsets = plan.predicted.size()};
    std::size_t next = 1;
    for (const std::size_t k : plan.dropped) {
        TopDrop& drop = result.drops.emplace_back();
        drop.reviews = k;
        drop.strongest = logp[0] - logp[next++];
        for (std::size_t draw = 0; draw < plan.draws; ++draw) {
            drop.random += (logp[0] - logp[next++]) / static_cast<double>(plan.draws);
        }
    }
    result.lds = causal::rankCorrelation(plan.predicted, std::span{logp}.subspan(next));
    return result;
}

OrderedJson toJson(const Faithfulness& faithfulness)
{
    OrderedJson drops = OrderedJson::array();
    for (const TopDrop& drop : faithfulness.drops) {
        drops.push_back(
            {{"reviews", drop.reviews}, {"strongest", drop.strongest}, {"random", drop.random}});
    }
    return {{"lds", faithfulness.lds ? OrderedJson(*faithfulness.lds) : OrderedJson()},
            {"subsets", faithfulness.subsets},
            {"draws", faithfulness.draws},
            {"drops", std::move(drops)}};
}

std::vector<std::string> sentencesOn(const Faithfulness& faithfulness)
{
    std::vector<std::string> sentences;
    const double bit = std::log(2.0);
    for (const TopDrop& drop : faithfulness.drops) {
        sentences.push_back(fmt::format(
            "Without the {} the text loses {:.2f} bits, without {} at random {:.2f} (mean of {}).",
            drop.reviews == 1 ? std::string{"strongest review"}
                              : fmt::format("{} strongest reviews together", drop.reviews),
            drop.strongest / bit,
            drop.reviews == 1 ? std::string{"one"} : std::to_string(drop.reviews),
            drop.random / bit, faithfulness.draws));
    }
    if (faithfulness.lds) {
        sentences.push_back(fmt::format(
            "Over {} random halves of the history the attribution ranks them as the model does "
            "with a correlation of {:.2f} (LDS; 1 is perfect, 0 is chance).",
            faithfulness.subsets, *faithfulness.lds));
    }
    return sentences;
}

} // namespace nextquill::workflow
