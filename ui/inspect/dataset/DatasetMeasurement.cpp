// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/DatasetMeasurement.h"

#include "core/store/Project.h"

#include <utility>

namespace nextquill::ui {

namespace {

workflow::EffectsPlan planOf(const DatasetChoice& choice, const StopToken& stop, Progress& progress)
{
    const auto project = store::Project::open(choice.project, store::OpenMode::ReadOnly);
    const workflow::ModelChoice model = workflow::chooseModel(choice.model, project.get());
    workflow::EffectsRequest request{.split = choice.split, .part = choice.part};
    workflow::followRunOf(model, request.settings);
    return planEffects(*project, model, request, stop, progress);
}

std::shared_ptr<DatasetFigures> summedUp(const DatasetChoice& choice, workflow::EffectsPlan plan,
                                         const StopToken& stop, Progress& progress)
{
    const auto project = store::Project::open(choice.project, store::OpenMode::ReadOnly);
    auto figures = std::make_shared<DatasetFigures>();
    figures->texts = std::make_shared<const std::vector<workflow::MeasuredText>>(
        keptTexts(*project, plan, stop, progress));
    figures->summary = workflow::summarize(*figures->texts, {.threshold = choice.threshold}, stop);
    figures->plan = std::move(plan);
    return figures;
}

} // namespace

std::shared_ptr<const DatasetFigures> keptFigures(const DatasetChoice& choice,
                                                  const StopToken& stop, Progress& progress)
{
    return summedUp(choice, planOf(choice, stop, progress), stop, progress);
}

std::shared_ptr<const DatasetFigures> measuredFigures(ModelShelf& models,
                                                      const DatasetChoice& choice,
                                                      const StopToken& stop, Progress& progress)
{
    const workflow::EffectsPlan plan = planOf(choice, stop, progress);
    const workflow::DecoderUse use = [&](const std::function<void(model::Decoder&)>& work) {
        models.with(
            choice.project, choice.model, stop, progress,
            [&work](model::Decoder& decoder, const std::string& /*name*/) { work(decoder); });
    };
    workflow::EffectsBatchResult batch =
        measureEffects(choice.project, plan, use, 0, stop, progress);
    // What was measured is shown after a stop, too.
    NoProgress quiet;
    const auto figures = summedUp(choice, planOf(choice, {}, quiet), {}, quiet);
    figures->batch = std::move(batch);
    return figures;
}

} // namespace nextquill::ui
