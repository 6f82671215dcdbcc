// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/Attribution.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/InspectionCost.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::ui {

class ModelShelf;

/// The same text, read by the same model after the same history: what is measured of one holds for
/// the other, whatever else is known of either.
[[nodiscard]] bool isSameReading(const workflow::Inspection& a, const workflow::Inspection& b);

/// What is asked further about the past texts of an inspection, and what each question costs. By
/// value: it goes to a worker.
///
/// Threads  the calls: any worker, each with a connection of its own to the project
/// Throws   the calls: Error(BadInput) where the project has a past text no more, what the core's
///          functions of these names throw, and Stopped
class HistoryInquiry
{
public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;
    using Reviews = std::vector<std::size_t>; ///< places in Inspection::history

    /// `inspection` was measured with `model`, and with the project's own history.
    HistoryInquiry(std::shared_ptr<ModelShelf> models, std::filesystem::path project,
                   std::string model, InspectionPtr inspection);

    [[nodiscard]] const InspectionPtr& inspection() const { return m_inspection; }

    /// Each past text left out once; `sink` hears of them one by one.
    [[nodiscard]] causal::Attribution attribution(const causal::ReviewEffectSink& sink,
                                                  const StopToken& stop, Progress& progress) const;
    [[nodiscard]] workflow::SentenceEffects sentences(std::size_t review, const StopToken& stop,
                                                      Progress& progress) const;
    /// Of the inspection's attribution.
    [[nodiscard]] workflow::Faithfulness faithfulness(const StopToken& stop,
                                                      Progress& progress) const;

    [[nodiscard]] workflow::InspectionCost costOfAttribution(const StopToken& stop,
                                                             Progress& progress) const;
    /// Of the sentences of each of these, one after the other.
    [[nodiscard]] workflow::InspectionCost
    costOfSentences(const Reviews& reviews, const StopToken& stop, Progress& progress) const;
    [[nodiscard]] workflow::InspectionCost costOfFaithfulness(const StopToken& stop,
                                                              Progress& progress) const;

private:
    template<typename Work>
    void withVariants(const StopToken& stop, Progress& progress, const Work& work) const;

    std::shared_ptr<ModelShelf> m_models;
    std::filesystem::path m_project;
    std::string m_model;
    InspectionPtr m_inspection;
};

} // namespace nextquill::ui
