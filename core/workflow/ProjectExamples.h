// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/Histories.h"
#include "core/text/PromptTemplate.h"
#include "core/train/Trainer.h"
#include "core/train/TrainingSettings.h"

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
    std::string promptTemplate = "nextquill";
    /// Instead of the project's and the model's: a run keeps what it began with.
    std::optional<text::ChatMarkup> markup;
    text::PromptBudget budget;
    causal::TargetLimits target;
};

/// As a run with these settings makes its examples.
[[nodiscard]] ExampleSettings exampleSettings(const train::TrainingSettings& settings);

/// The prompts of an example for a model, which leave room for `answerTokens` in its context.
/// Throws Error(BadInput) when the example cannot be used.
[[nodiscard]] text::TwinPrompt promptFor(const store::ExampleData& data,
                                         const model::ModelFiles& files,
                                         const ExampleSettings& settings, std::size_t answerTokens);

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
