// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/HistoryInquiry.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/HistoryVariants.h"
#include "core/workflow/ModelChoice.h"

#include "ui/project/ModelShelf.h"

#include <optional>
#include <utility>

namespace nextquill::ui {

namespace {

/// That of the command line: the same question has the same answer there.
constexpr std::uint64_t seedOfSubsets = workflow::ControlsWish{}.seed;

} // namespace

bool isSameReading(const workflow::Inspection& a, const workflow::Inspection& b)
{
    return a.example == b.example && a.text == b.text && a.modelName == b.modelName &&
           a.modelDigest == b.modelDigest && a.exampleDigest == b.exampleDigest &&
           a.generated == b.generated && a.effects.tokens.size() == b.effects.tokens.size();
}

HistoryInquiry::HistoryInquiry(std::shared_ptr<ModelShelf> models, std::filesystem::path project,
                               std::string model, InspectionPtr inspection)
    : m_models{std::move(models)}
    , m_project{std::move(project)}
    , m_model{std::move(model)}
    , m_inspection{std::move(inspection)}
{
}

/// Calls `work` with the model and the prompts of other histories.
template<typename Work>
void HistoryInquiry::withVariants(const StopToken& stop, Progress& progress, const Work& work) const
{
    const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
    const store::ExampleData data = store::Histories{*project}.example(m_inspection->example);
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(m_model, project.get()), settings);
    m_models->with(m_project, m_model, stop, progress,
                   [&](model::Decoder& decoder, const std::string& /*name*/) {
                       work(decoder,
                            workflow::variantsOf(*m_inspection, data, decoder.files(), settings));
                   });
}

causal::Attribution HistoryInquiry::attribution(const causal::ReviewEffectSink& sink,
                                                const StopToken& stop, Progress& progress) const
{
    causal::Attribution result;
    withVariants(
        stop, progress, [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
            result = causal::attribute(decoder, workflow::leaveOneOutOf(variants, *m_inspection),
                                       {}, sink, stop, progress);
        });
    return result;
}

workflow::SentenceEffects HistoryInquiry::sentences(std::size_t review, const StopToken& stop,
                                                    Progress& progress) const
{
    workflow::SentenceEffects result;
    withVariants(
        stop, progress, [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
            const auto plan =
                workflow::planSentences(variants, *m_inspection, review, seedOfSubsets, stop);
            result = workflow::measureSentences(decoder, plan, stop, progress);
        });
    return result;
}

workflow::Faithfulness HistoryInquiry::faithfulness(const StopToken& stop, Progress& progress) const
{
    workflow::Faithfulness result;
    withVariants(stop, progress,
                 [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
                     const auto plan =
                         workflow::planFaithfulness(variants, *m_inspection, seedOfSubsets, stop);
                     result = workflow::measureFaithfulness(decoder, plan, stop, progress);
                 });
    return result;
}

workflow::InspectionCost HistoryInquiry::costOfAttribution(const StopToken& stop,
                                                           Progress& progress) const
{
    workflow::InspectionCost cost;
    withVariants(stop, progress,
                 [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
                     cost = workflow::inspectionCost(
                         causal::promptedTarget(workflow::leaveOneOutOf(variants, *m_inspection)),
                         m_inspection->pass, decoder);
                 });
    return cost;
}

workflow::InspectionCost HistoryInquiry::costOfSentences(const Reviews& reviews,
                                                         const StopToken& stop,
                                                         Progress& progress) const
{
    std::optional<workflow::InspectionCost> cost;
    withVariants(
        stop, progress, [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
            for (const std::size_t review : reviews) {
                const auto plan =
                    workflow::planSentences(variants, *m_inspection, review, seedOfSubsets, stop);
                const auto more =
                    workflow::inspectionCost(plan.question, m_inspection->pass, decoder);
                cost = cost ? workflow::inTurn(*cost, more) : more;
            }
        });
    return cost.value_or(workflow::InspectionCost{});
}

workflow::InspectionCost HistoryInquiry::costOfFaithfulness(const StopToken& stop,
                                                            Progress& progress) const
{
    workflow::InspectionCost cost;
    withVariants(stop, progress,
                 [&](model::Decoder& decoder, const workflow::HistoryVariants& variants) {
                     const auto plan =
                         workflow::planFaithfulness(variants, *m_inspection, seedOfSubsets, stop);
                     cost = workflow::inspectionCost(plan.question, m_inspection->pass, decoder);
                 });
    return cost;
}

} // namespace nextquill::ui
