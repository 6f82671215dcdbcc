// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/HistoryVariants.h"

#include "core/model/ModelFiles.h"
#include "core/workflow/InspectionParts.h"

#include <numeric>
#include <utility>

namespace nextquill::workflow {

namespace {

/// In another order the numbers of reviews are tokenized otherwise by one or two: no review is to
/// fall out of the budget for that.
constexpr std::size_t spareTokens = 64;

} // namespace

HistoryVariants::HistoryVariants(const store::ExampleData& data, const model::ModelFiles& files,
                                 const ExampleSettings& settings, std::size_t answerTokens)
    : m_files{files}
    , m_selecting{settings}
    , m_asGiven{settings}
    , m_answerTokens{answerTokens}
{
    const text::TwinPrompt own = promptFor(data, files, settings, answerTokens);
    m_used = onlyUsed(data, own.usedReviews);
    requireHistory(m_used);
    m_selecting.budget.maximumReviews = m_used.history.size();
    m_asGiven.budget.maximumReviews = m_used.history.size();
    if (own.reviewsCut == 0 && !own.descriptionCut) { // else more of them would be shown
        m_asGiven.budget.promptTokens += spareTokens;
    }
    m_asGiven.selection = text::SelectionRule{}; // in the prompt's order already
}

HistoryVariants::Prompt HistoryVariants::promptOf(const store::ExampleData& data,
                                                  const ExampleSettings& settings) const
{
    return text::encode(*m_files.tokenizer(),
                        promptFor(data, m_files, settings, m_answerTokens).with);
}

HistoryVariants::Prompt HistoryVariants::whole() const
{
    return promptOf(m_used, m_asGiven);
}

HistoryVariants::Prompt HistoryVariants::without(std::size_t review) const
{
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < reviews(); ++i) {
        if (i != review) {
            others.push_back(i);
        }
    }
    return of(others);
}

HistoryVariants::Prompt HistoryVariants::of(std::span<const std::size_t> reviews) const
{
    return promptOf(onlyUsed(m_used, reviews), m_asGiven);
}

HistoryVariants::Prompt HistoryVariants::withText(std::size_t review, std::string text) const
{
    store::ExampleData edited = m_used;
    edited.history[review].text = std::move(text);
    return promptOf(edited, m_asGiven);
}

HistoryVariants::Prompt HistoryVariants::withHistoryOf(const store::ExampleData& other) const
{
    return promptOf(other, m_selecting);
}

causal::PromptedTarget questionOn(const Inspection& inspection, std::string stage)
{
    causal::PromptedTarget question{.id = "example " + std::to_string(number(inspection.example)) +
                                          " of " + inspection.userName,
                                    .stage = std::move(stage),
                                    .prompts = {},
                                    .target = {}};
    for (const causal::TokenEffect& token : inspection.effects.tokens) {
        question.target.push_back(token.token);
    }
    return question;
}

} // namespace nextquill::workflow
