// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Histories.h"
#include "core/text/PromptTemplate.h"
#include "core/train/Trainer.h"
#include "core/train/TrainingSettings.h"
#include "core/workflow/HistoryRanking.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PromptSources.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {
class ModelFiles;
}

namespace nextquill::workflow {

/// How examples become prompts and tokens.
struct ExampleSettings
{
    /// Instead of the project's, and where it has none of the preset "nextquill".
    std::optional<NamedTemplate> promptTemplate;
    /// Instead of the project's, and where it has none of the newest reviews.
    std::optional<text::SelectionRule> selection;
    /// Instead of the project's and the model's: a run keeps what it began with.
    std::optional<text::ChatMarkup> markup;
    text::PromptBudget budget;
    causal::TargetLimits target;
};

/// A review with its item as a prompt shows them.
[[nodiscard]] text::ReviewText reviewTextOf(const store::Review& review, const store::Item& item);

/// As a run with these settings makes its examples; their template is not looked up.
[[nodiscard]] ExampleSettings exampleSettings(const train::TrainingSettings& settings);

/// What a run made its prompts with, instead of the project's, where the settings say nothing.
void follow(const PromptRecipe& recipe, ExampleSettings& settings);
/// The same of the run that made a model: a model is asked as it was taught. Nothing happens for
/// other models.
void followRunOf(const ModelChoice& choice, ExampleSettings& settings);

/// The prompts of an example for a model, which leave room for `answerTokens` in its context; the
/// indices in it are those of ExampleData::history. Throws Error(BadInput) when the example cannot
/// be used, and what ranking throws.
[[nodiscard]] text::TwinPrompt promptFor(const store::ExampleData& data,
                                         const model::ModelFiles& files,
                                         const ExampleSettings& settings, std::size_t answerTokens);

/// The same from a ranking that is known.
[[nodiscard]] text::TwinPrompt promptFor(const store::ExampleData& data,
                                         const model::ModelFiles& files,
                                         const ExampleSettings& settings, std::size_t answerTokens,
                                         const std::vector<RankedReview>& ranking);

/// What promptFor() goes by: the settings', else the project's.
[[nodiscard]] text::SelectionRule selectionFor(const store::ExampleData& data,
                                               const ExampleSettings& settings);
[[nodiscard]] NamedTemplate templateFor(const store::ExampleData& data,
                                        const ExampleSettings& settings);
/// The settings' budget, made smaller where the model's context has no room for it and the answer.
/// Throws Error(BadInput) when it has none at all.
[[nodiscard]] text::PromptBudget budgetFor(const store::ExampleData& data,
                                           const model::ModelFiles& files,
                                           const ExampleSettings& settings,
                                           std::size_t answerTokens);

/// Tokens that a text takes as a target: cut to the limit, end-of-sequence included.
[[nodiscard]] std::size_t targetTokens(const std::string& text, const model::ModelFiles& files,
                                       const ExampleSettings& settings);

/// Prompts and target in tokens. `targetText` replaces the user's own text where given (a generated
/// one).
[[nodiscard]] causal::TwinExample twinExampleFor(const store::ExampleData& data,
                                                 const model::ModelFiles& files,
                                                 const ExampleSettings& settings,
                                                 const std::optional<std::string>& targetText = {});

/// Examples of a project in the order of `ids`. Reads the project file through its own connection.
class ProjectExamples final : public train::ExampleSource
{
public:
    ProjectExamples(const std::filesystem::path& project, std::vector<ExampleId> ids,
                    std::shared_ptr<const model::ModelFiles> files, ExampleSettings settings);
    ~ProjectExamples() override;

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] causal::TwinExample example(std::int64_t index) const override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// CLI.md's Records, from a JSON-lines file: ready prompts, used as they are.
class RecordExamples final : public train::ExampleSource
{
public:
    /// Reads the whole file. Throws Error(BadInput) with the line of a broken record.
    RecordExamples(const std::filesystem::path& jsonl,
                   std::shared_ptr<const model::ModelFiles> files, causal::TargetLimits limits);
    ~RecordExamples() override;

    [[nodiscard]] std::int64_t size() const override;
    [[nodiscard]] causal::TwinExample example(std::int64_t index) const override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::workflow
