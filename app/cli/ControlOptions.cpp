// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ControlOptions.h"

#include "core/model/Decoder.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/InspectionCost.h"

#include "app/cli/Output.h"

#include <utility>

namespace nextquill::app {

namespace {

/// More would take hours, and gives nothing that these do not.
constexpr int mostHistories = 10'000;

void sayCost(const std::string& what, const causal::PromptedTarget& question,
             const workflow::Inspection& inspection, const model::Decoder& decoder, Output& out)
{
    out.notice(what + ": " +
               workflow::toText(workflow::inspectionCost(question, inspection.pass, decoder)));
}

} // namespace

void ControlOptions::declare(CLI::App& command)
{
    command.add_flag("--attribution", attribution, "Also the effect of each past review");
    command
        .add_option("--placebo", wish.placebos,
                    "Test against so many other users' histories; 19 or more for a 5 % level")
        ->check(CLI::Range(0, mostHistories))
        ->capture_default_str();
    command
        .add_option("--resample", wish.resamples,
                    "An interval per token from so many resampled histories")
        ->check(CLI::Range(0, mostHistories))
        ->capture_default_str();
    command
        .add_option("--shuffle", wish.shuffles, "What the order does: so many shuffled histories")
        ->check(CLI::Range(0, mostHistories))
        ->capture_default_str();
    command.add_flag("--sentences", sentences,
                     "Also the effect of each sentence of the strongest past review");
    command.add_flag("--faithfulness", faithfulness,
                     "Also whether the effects of past reviews tell what leaving out several does");
}

void ControlOptions::measure(store::Project& project, const store::ExampleData& data,
                             model::Decoder& decoder, const workflow::ExampleSettings& settings,
                             workflow::Inspection& inspection, StopToken stop, Output& out) const
{
    if (wish.isEmpty() && !needsAttribution()) {
        return;
    }
    const workflow::HistoryVariants variants{data, decoder.files(), settings,
                                             inspection.effects.tokens.size()};
    if (needsAttribution()) {
        const auto example = workflow::leaveOneOutOf(variants, inspection);
        sayCost("past reviews", causal::promptedTarget(example), inspection, decoder, out);
        inspection.attribution = causal::attribute(decoder, example, stop, out);
    }
    if (!wish.isEmpty()) {
        const auto plan = workflow::planControls(project, variants, inspection, wish, stop);
        sayCost("controls", plan.question, inspection, decoder, out);
        inspection.controls = workflow::measureControls(decoder, inspection, plan, stop, out);
    }
    if (sentences) {
        const int review = inspection.attribution->strongestFirst().front();
        const auto plan = workflow::planSentences(
            variants, inspection, static_cast<std::size_t>(review), wish.seed, stop);
        sayCost("sentences", plan.question, inspection, decoder, out);
        inspection.sentences.push_back(workflow::measureSentences(decoder, plan, stop, out));
    }
    if (faithfulness) {
        const auto plan = workflow::planFaithfulness(variants, inspection, wish.seed, stop);
        sayCost("faithfulness", plan.question, inspection, decoder, out);
        inspection.faithfulness = workflow::measureFaithfulness(decoder, plan, stop, out);
    }
}

std::vector<std::string> ControlOptions::report(const workflow::Inspection& inspection)
{
    std::vector<std::string> sentences;
    const auto add = [&](std::vector<std::string> more) {
        sentences.insert(sentences.end(), std::make_move_iterator(more.begin()),
                         std::make_move_iterator(more.end()));
    };
    if (inspection.controls) {
        add(workflow::sentencesOn(*inspection.controls, inspection));
    }
    for (const workflow::SentenceEffects& effects : inspection.sentences) {
        sentences.push_back(workflow::sentenceOn(effects, inspection));
    }
    if (inspection.faithfulness) {
        add(workflow::sentencesOn(*inspection.faithfulness));
    }
    return sentences;
}

} // namespace nextquill::app
