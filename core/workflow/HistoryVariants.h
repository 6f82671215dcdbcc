// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/TargetProbabilities.h"
#include "core/store/Histories.h"
#include "core/text/TokenId.h"
#include "core/workflow/ProjectExamples.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace nextquill::model {
class ModelFiles;
}

namespace nextquill::workflow {

struct Inspection;

/// The prompts of one text with other histories: each is the prompt that the text's own is, but for
/// the reviews.
///
/// Only reviews that the text's own prompt has take part, so that leaving one out lets no older one
/// slip in; a review keeps the text that the prompt shows of it.
///
/// Threads  as the model's files; `files` must live as long
/// Throws   Error(BadInput) where the text's prompt has no review, and what promptFor() throws
class HistoryVariants
{
public:
    using Prompt = std::vector<text::TokenId>;

    /// `answerTokens`: what the target takes of the model's context.
    HistoryVariants(const store::ExampleData& data, const model::ModelFiles& files,
                    const ExampleSettings& settings, std::size_t answerTokens);

    /// The target with the reviews of its prompt alone, as they stand in it.
    [[nodiscard]] const store::ExampleData& used() const { return m_used; }
    [[nodiscard]] std::size_t reviews() const { return m_used.history.size(); }

    [[nodiscard]] Prompt whole() const;
    [[nodiscard]] Prompt without(std::size_t review) const;
    /// Of these reviews alone, in this order; of none, the prompt without a history.
    [[nodiscard]] Prompt of(std::span<const std::size_t> reviews) const;
    /// With another text in the place of a review's own.
    [[nodiscard]] Prompt withText(std::size_t review, std::string text) const;
    /// With another user's history, selected as the text's own was, and at most as many reviews.
    [[nodiscard]] Prompt withHistoryOf(const store::ExampleData& other) const;

private:
    [[nodiscard]] Prompt promptOf(const store::ExampleData& data,
                                  const ExampleSettings& settings) const;

    const model::ModelFiles& m_files;
    ExampleSettings m_selecting; ///< for histories that are still to be selected from
    ExampleSettings m_asGiven;   ///< for those that stand as they are
    std::size_t m_answerTokens;
    store::ExampleData m_used;
};

/// The inspected text as the target of prompts that are still to be added.
[[nodiscard]] causal::PromptedTarget questionOn(const Inspection& inspection, std::string stage);

} // namespace nextquill::workflow
