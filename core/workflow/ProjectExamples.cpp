// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectExamples.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/workflow/ProjectMarkup.h"
#include "core/workflow/Records.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <utility>

namespace nextquill::workflow {

namespace {

std::string exampleName(const store::ExampleData& data)
{
    return fmt::format("example {} of {}", number(data.target.id), data.userName);
}

/// The prompt of some reviews in this order.
text::TwinPrompt rendered(const store::ExampleData& data, const model::ModelFiles& files,
                          const ExampleSettings& settings, const text::PromptBudget& budget,
                          const std::vector<std::size_t>& reviews)
{
    std::vector<text::ReviewText> history;
    history.reserve(reviews.size());
    for (const std::size_t index : reviews) {
        history.push_back(reviewTextOf(data.history[index], data.historyItems[index]));
    }
    text::ReviewText request = reviewTextOf(data.target, data.item);
    request.text.clear(); // the answer is never part of the prompt
    const text::ChatMarkup markup =
        settings.markup ? *settings.markup : markupFor(data.markups, files);
    text::TwinPrompt prompt =
        templateFor(data, settings)
            .source.render(markup, *files.tokenizer(), request, history, budget);
    for (std::size_t& used : prompt.usedReviews) {
        used = reviews[used];
    }
    return prompt;
}

/// A prompt's reviews by time.
text::TwinPrompt inOrderOfTime(const text::TwinPrompt& prompt, const store::ExampleData& data,
                               const model::ModelFiles& files, const ExampleSettings& settings,
                               const text::PromptBudget& budget)
{
    std::vector<std::size_t> newestFirst = prompt.usedReviews;
    std::sort(newestFirst.begin(), newestFirst.end()); // as the history is
    text::TwinPrompt sorted = rendered(data, files, settings, budget, newestFirst);
    sorted.reviewsDropped = prompt.reviewsDropped + prompt.reviewsUsed - sorted.reviewsUsed;
    return sorted;
}

} // namespace

text::ReviewText reviewTextOf(const store::Review& review, const store::Item& item)
{
    return {.itemTitle = store::titleOf(item),
            .itemDescription = item.description,
            .rating = review.rating,
            .title = review.title,
            .text = review.text};
}

ExampleSettings exampleSettings(const train::TrainingSettings& settings)
{
    ExampleSettings examples;
    examples.budget.promptTokens = settings.maxPromptTokens;
    examples.budget.maximumReviews = settings.maxReviews;
    examples.selection = train::selectionRule(settings);
    examples.target = {.targetTokens = settings.maxTargetTokens,
                       .closeWithEnd = settings.endOfText};
    return examples;
}

void follow(const PromptRecipe& recipe, ExampleSettings& settings)
{
    if (!settings.promptTemplate) {
        settings.promptTemplate = recipe.promptTemplate;
    }
    if (!settings.selection) {
        settings.selection = recipe.selection;
    }
}

void followRunOf(const ModelChoice& choice, ExampleSettings& settings)
{
    const std::filesystem::path manifest = choice.run / "manifest.json";
    if (!choice.run.empty() && std::filesystem::exists(manifest)) {
        const Json json = readJsonFile(manifest, {});
        follow(promptRecipeOf(OrderedJson::parse(json.dump()), manifest.string()), settings);
    }
}

text::SelectionRule selectionFor(const store::ExampleData& data, const ExampleSettings& settings)
{
    return settings.selection ? *settings.selection : selectionOf(data.prompting);
}

NamedTemplate templateFor(const store::ExampleData& data, const ExampleSettings& settings)
{
    return settings.promptTemplate ? *settings.promptTemplate : templateOf(data.prompting);
}

text::PromptBudget budgetFor(const store::ExampleData& data, const model::ModelFiles& files,
                             const ExampleSettings& settings, std::size_t answerTokens)
{
    const auto context = static_cast<std::size_t>(files.config().contextLength);
    if (answerTokens >= context) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("a text of {} tokens leaves no room for a prompt: the model's "
                                "context is {}",
                                answerTokens, context),
                    exampleName(data), "take a shorter text, or lower the limit of its tokens"};
    }
    text::PromptBudget budget = settings.budget;
    budget.promptTokens = std::min(budget.promptTokens, context - answerTokens);
    budget.fill = selectionFor(data, settings).fill;
    return budget;
}

text::TwinPrompt promptFor(const store::ExampleData& data, const model::ModelFiles& files,
                           const ExampleSettings& settings, std::size_t answerTokens)
{
    return promptFor(
        data, files, settings, answerTokens,
        rankHistory(data, selectionFor(data, settings), settings.budget.maximumReviews));
}

text::TwinPrompt promptFor(const store::ExampleData& data, const model::ModelFiles& files,
                           const ExampleSettings& settings, std::size_t answerTokens,
                           const std::vector<RankedReview>& ranking)
{
    const text::PromptBudget budget = budgetFor(data, files, settings, answerTokens);
    std::vector<std::size_t> reviews;
    for (std::size_t i = 0; i < std::min(ranking.size(), budget.maximumReviews); ++i) {
        reviews.push_back(ranking[i].index);
    }
    text::TwinPrompt prompt = rendered(data, files, settings, budget, reviews);
    const bool isInOrder = std::is_sorted(prompt.usedReviews.begin(), prompt.usedReviews.end());
    if (selectionFor(data, settings).byTime && !isInOrder) {
        return inOrderOfTime(prompt, data, files, settings, budget);
    }
    return prompt;
}

std::size_t targetTokens(const std::string& text, const model::ModelFiles& files,
                         const ExampleSettings& settings)
{
    const std::size_t tokens = files.tokenizer()->encode(text, {}).ids.size();
    return std::min(tokens + (settings.target.closeWithEnd ? 1 : 0), settings.target.targetTokens);
}

causal::TwinExample twinExampleFor(const store::ExampleData& data, const model::ModelFiles& files,
                                   const ExampleSettings& settings,
                                   const std::optional<std::string>& targetText)
{
    const std::string& target = targetText ? *targetText : data.target.text;
    const text::TwinPrompt prompt =
        promptFor(data, files, settings, targetTokens(target, files, settings));
    return causal::makeTwinExample(exampleName(data), text::encode(*files.tokenizer(), prompt.with),
                                   text::encode(*files.tokenizer(), prompt.without),
                                   *files.tokenizer(), target, files.endOfText(), settings.target);
}

struct ProjectExamples::State
{
    std::unique_ptr<store::Project> project;
    std::vector<ExampleId> ids;
    std::shared_ptr<const model::ModelFiles> files;
    ExampleSettings settings;
    std::mutex mutex; // one query at a time on the connection
};

ProjectExamples::ProjectExamples(const std::filesystem::path& project, std::vector<ExampleId> ids,
                                 std::shared_ptr<const model::ModelFiles> files,
                                 ExampleSettings settings)
    : m_state{std::make_unique<State>()}
{
    m_state->project = store::Project::open(project, store::OpenMode::ReadOnly);
    m_state->ids = std::move(ids);
    m_state->files = std::move(files);
    m_state->settings = std::move(settings);
}

ProjectExamples::~ProjectExamples() = default;

std::int64_t ProjectExamples::size() const
{
    return static_cast<std::int64_t>(m_state->ids.size());
}

causal::TwinExample ProjectExamples::example(std::int64_t index) const
{
    store::ExampleData data;
    {
        const std::scoped_lock lock{m_state->mutex};
        data = store::Histories{*m_state->project}.example(
            m_state->ids.at(static_cast<std::size_t>(index)));
    }
    return twinExampleFor(data, *m_state->files, m_state->settings);
}

struct RecordExamples::State
{
    std::vector<Record> records;
    std::shared_ptr<const model::ModelFiles> files;
    causal::TargetLimits limits;
};

RecordExamples::RecordExamples(const std::filesystem::path& jsonl,
                               std::shared_ptr<const model::ModelFiles> files,
                               causal::TargetLimits limits)
    : m_state{std::make_unique<State>()}
{
    m_state->files = std::move(files);
    m_state->limits = limits;
    RecordReader reader{jsonl};
    while (auto record = reader.next()) {
        m_state->records.push_back(std::move(*record));
    }
    if (m_state->records.empty()) {
        throw Error{ErrorKind::BadInput, "there is no record", jsonl.string(),
                    "give JSON lines with id, with_history, without_history and target"};
    }
}

RecordExamples::~RecordExamples() = default;

std::int64_t RecordExamples::size() const
{
    return static_cast<std::int64_t>(m_state->records.size());
}

causal::TwinExample RecordExamples::example(std::int64_t index) const
{
    return twinExampleFor(m_state->records.at(static_cast<std::size_t>(index)), *m_state->files,
                          m_state->limits);
}

} // namespace nextquill::workflow
