// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/MeasureText.h"

#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectExamples.h"

#include "ui/project/ModelShelf.h"

#include <algorithm>

namespace nextquill::ui {

std::shared_ptr<const workflow::Inspection> measureText(ModelShelf& models,
                                                        const TextToMeasure& request,
                                                        const StopToken& stop, Progress& progress)
{
    const auto project = store::Project::open(request.project, store::OpenMode::ReadOnly);
    const store::ExampleData data =
        workflow::edited(store::Histories{*project}.example(request.example), request.edits);
    workflow::ExampleSettings settings;
    workflow::followRunOf(workflow::chooseModel(request.model, project.get()), settings);
    std::shared_ptr<const workflow::Inspection> result;
    models.with(request.project, request.model, stop, progress,
                [&](model::Decoder& decoder, const std::string& name) {
                    result = std::make_shared<const workflow::Inspection>(
                        workflow::inspect(data, decoder, name, settings, request.text,
                                          /*attribution=*/false, stop, progress));
                });
    return result;
}

std::vector<qsizetype> counterparts(const std::vector<causal::TokenEffect>& tokens,
                                    const std::vector<causal::TokenEffect>& others)
{
    std::vector<qsizetype> found;
    found.reserve(tokens.size());
    std::size_t at = 0; // both go through the text from begin to end
    for (const causal::TokenEffect& token : tokens) {
        const auto isBefore = [&](const causal::TokenEffect& other) {
            return other.bytes && token.bytes && other.bytes->end <= token.bytes->begin;
        };
        while (at < others.size() && isBefore(others[at])) {
            ++at;
        }
        const bool bothEnd = at < others.size() && !token.bytes && !others[at].bytes;
        const bool covers = at < others.size() && token.bytes && others[at].bytes &&
                            others[at].bytes->begin <= token.bytes->begin;
        if (!token.bytes && !bothEnd) { // the end: the last one of the other, where it has one
            const bool hasEnd = !others.empty() && !others.back().bytes;
            found.push_back(hasEnd ? std::ssize(others) - 1 : -1);
        } else {
            found.push_back(covers || bothEnd ? static_cast<qsizetype>(at) : -1);
        }
    }
    return found;
}

} // namespace nextquill::ui
