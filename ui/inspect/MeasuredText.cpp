// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/MeasuredText.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/RunObjective.h"
#include "core/workflow/WrittenInspection.h"

#include "ui/inspect/LiveText.h"
#include "ui/project/ModelShelf.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <optional>

namespace nextquill::ui {

namespace {

class Hidden
{
    Q_DECLARE_TR_FUNCTIONS(nextquill::ui::Hidden)

public:
    static QStringList ofPrompt(const workflow::Inspection& inspection)
    {
        QStringList parts;
        if (inspection.reviewsDropped > 0) {
            parts << tr("%n older past text(s) had no room in the prompt", nullptr,
                        inspection.reviewsDropped);
        }
        if (inspection.reviewsCut > 0) {
            parts << tr("%n past text(s) shortened to fit", nullptr, inspection.reviewsCut);
        }
        if (inspection.descriptionCut) {
            parts << tr("the item's description was shortened");
        }
        return parts;
    }

    static QStringList ofText(const MeasuredText& text, qsizetype clipped, float range)
    {
        QStringList parts;
        if (text.inspection->targetCut) {
            parts << tr("the text is longer than is measured and was cut");
        }
        if (text.inspection->writtenToLimit) {
            parts << tr("the model was stopped after %1 tokens").arg(longestGeneratedText);
        }
        if (clipped > 0) {
            parts << tr("%n value(s) beyond ±%1, marked with a corner", nullptr,
                        static_cast<int>(clipped))
                         .arg(QLocale{}.toString(static_cast<double>(range), 'g', 3));
        }
        return parts;
    }
};

workflow::Inspection measured(const store::ExampleData& data, model::Decoder& decoder,
                              const std::string& name, const workflow::ExampleSettings& settings,
                              const MeasureRequest& request, const StopToken& stop,
                              Progress& progress)
{
    if (!request.generated) {
        return workflow::inspect(data, decoder, name, settings, request.text,
                                 /*attribution=*/false, stop, progress, request.memory.get());
    }
    progress.report({.stage = "writing the text"});
    generate::GenerationSettings generation;
    generation.maxNewTokens = longestGeneratedText;
    generation.beginning = request.beginning;
    generate::EffectSink sink;
    if (request.relay) {
        sink = [&request](const causal::TokenEffect& effect, const std::string& piece) {
            request.relay->say(effect, piece);
        };
    }
    return workflow::inspectWritten(data, decoder, name, settings, generation, stop, sink);
}

} // namespace

MeasuredText measureText(ModelShelf& models, const MeasureRequest& request, const StopToken& stop,
                         Progress& progress)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData data =
        workflow::edited(store::Histories{*project}.example(request.example), request.edits);
    const workflow::ModelChoice choice = workflow::chooseModel(request.model, project.get());
    workflow::ExampleSettings settings;
    workflow::followRunOf(choice, settings);
    MeasuredText result;
    if (const auto objective = workflow::objectiveOf(choice)) {
        result.objective = *objective;
        result.isOfRun = true;
    }
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& name) {
                    result.inspection = std::make_shared<const workflow::Inspection>(
                        measured(data, decoder, name, settings, request, stop, progress));
                });
    return result;
}

QString whatIsHidden(const MeasuredText& text, qsizetype clipped, float range)
{
    if (!text.inspection) {
        return {};
    }
    const QStringList parts =
        Hidden::ofPrompt(*text.inspection) + Hidden::ofText(text, clipped, range);
    return parts.join(QStringLiteral("; "));
}

} // namespace nextquill::ui
