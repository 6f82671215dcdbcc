// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/EffectSummary.h"
#include "core/workflow/EffectsBatch.h"

#include "ui/project/ModelShelf.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::ui {

/// Which texts of the project, by which model.
struct DatasetChoice
{
    std::filesystem::path project;
    std::string model; ///< as ModelBox names it
    std::string split;
    std::string part;
    double threshold = 0.05;
};

/// What there is of them.
struct DatasetFigures
{
    workflow::EffectsPlan plan; ///< as it is now
    workflow::EffectsBatchResult batch;
    std::shared_ptr<const std::vector<workflow::MeasuredText>> texts;
    workflow::EffectSummary summary;
};

/// What is kept, summed up; measures nothing. On a worker.
[[nodiscard]] std::shared_ptr<const DatasetFigures>
keptFigures(const DatasetChoice& choice, const StopToken& stop, Progress& progress);

/// Measures what is due and sums up what is kept then, also after a stop. The model is taken from
/// the shelf for each group of texts, so that other views have it in between. On a worker.
[[nodiscard]] std::shared_ptr<const DatasetFigures> measuredFigures(ModelShelf& models,
                                                                    const DatasetChoice& choice,
                                                                    const StopToken& stop,
                                                                    Progress& progress);

} // namespace nextquill::ui
