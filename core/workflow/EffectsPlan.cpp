// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectsPlan.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/text/MarkupFile.h"
#include "core/workflow/ModelIdentity.h"
#include "core/workflow/ProjectMarkup.h"
#include "core/workflow/SplitChoice.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace nextquill::workflow {

namespace {

constexpr const char* planningStage = "looking for kept effects";

/// The request's examples; says in the plan which split they are of.
std::vector<ExampleId> examplesOf(store::Project& project, const EffectsRequest& request,
                                  EffectsPlan& plan)
{
    std::vector<ExampleId> examples = request.examples;
    if (examples.empty()) {
        const store::Split split = requiredSplit(project, request.split);
        examples = store::Splits{project}.examples(split.id, splitPartCalled(request.part));
        plan.split = split.settings.name;
        plan.part = request.part;
    }
    if (request.limit > 0 && std::cmp_less(request.limit, examples.size())) {
        examples.resize(static_cast<std::size_t>(request.limit));
    }
    if (examples.empty()) {
        throw Error{ErrorKind::BadInput, "the split has no " + request.part + " examples",
                    plan.split, "take another part or split"};
    }
    return examples;
}

/// Texts one after the other such that no two lists of them give the same bytes.
void addText(Digest& digest, std::string_view text)
{
    digest.add(fmt::format("{}:", text.size()));
    digest.add(text);
}

void addReview(Digest& digest, const store::Review& review, const store::Item& item)
{
    addText(digest, store::titleOf(item));
    addText(digest, item.description);
    addText(digest, fmt::format("{}", review.rating));
    addText(digest, review.title);
    addText(digest, review.text);
}

/// Everything but the text and the model that a figure depends on.
std::string settingsDigestOf(const store::ExampleData& data, const model::ModelFiles& files,
                             const EffectsRequest& request)
{
    const ExampleSettings& settings = request.settings;
    const PromptRecipe recipe{.promptTemplate = templateFor(data, settings),
                              .selection = selectionFor(data, settings)};
    const text::ChatMarkup markup =
        settings.markup ? *settings.markup : markupFor(data.markups, files);
    return sha256(
        toLine(OrderedJson{{"prompts", toJson(recipe)},
                           {"markup", text::toJson(markup)},
                           {"budget",
                            {settings.budget.promptTokens, settings.budget.maximumReviews,
                             settings.budget.descriptionBytes}},
                           {"target", {settings.target.targetTokens, settings.target.closeWithEnd}},
                           {"dtype", request.dtype}}));
}

} // namespace

std::string contentDigest(const store::ExampleData& data)
{
    Digest digest;
    addReview(digest, data.target, data.item);
    for (std::size_t i = 0; i < data.history.size(); ++i) {
        addReview(digest, data.history[i], data.historyItems[i]);
    }
    return digest.bytes();
}

EffectsPlan planEffects(store::Project& project, const ModelChoice& choice,
                        const EffectsRequest& request, const StopToken& stop, Progress& progress)
{
    EffectsPlan plan;
    plan.modelName = choice.name;
    plan.settings = request.settings;
    const std::vector<ExampleId> examples = examplesOf(project, request, plan);
    const store::Histories histories{project};
    plan.modelDigest = modelDigest(choice, stop, progress);
    plan.settingsDigest = settingsDigestOf(histories.example(examples.front()),
                                           *model::ModelFiles::open(choice.base), request);
    const store::EffectStore kept{project};
    std::map<ExampleId, std::string> contents;
    if (const auto series = kept.find(plan.modelDigest, plan.settingsDigest)) {
        contents = kept.contents(*series);
    }
    for (std::size_t i = 0; i < examples.size(); ++i) {
        stopPoint(stop);
        progress.report({.done = static_cast<std::int64_t>(i),
                         .total = static_cast<std::int64_t>(examples.size()),
                         .stage = planningStage});
        const store::ExampleData data = histories.example(examples[i]);
        if (data.history.empty()) {
            plan.unusable.push_back({examples[i], "it has no history before it"});
            continue;
        }
        std::string content = contentDigest(data);
        const auto found = contents.find(examples[i]);
        if (found != contents.end() && found->second == content) {
            plan.kept.push_back(examples[i]);
            continue;
        }
        plan.stale += found != contents.end() ? 1 : 0;
        plan.due.push_back({.example = examples[i], .content = std::move(content)});
    }
    return plan;
}

std::vector<MeasuredText> keptTexts(store::Project& project, const EffectsPlan& plan,
                                    const StopToken& stop, Progress& progress)
{
    const store::EffectStore kept{project};
    const auto series = kept.find(plan.modelDigest, plan.settingsDigest);
    std::vector<MeasuredText> texts;
    if (!series) {
        return texts;
    }
    const store::Histories histories{project};
    for (const ExampleId example : plan.kept) {
        stopPoint(stop);
        progress.report({.done = static_cast<std::int64_t>(texts.size()),
                         .total = static_cast<std::int64_t>(plan.kept.size()),
                         .stage = "reading kept effects"});
        auto effects = kept.effects(*series, example);
        const auto review = histories.findReview(example);
        if (!effects || !review) { // damaged, or taken away meanwhile
            continue;
        }
        const auto user = histories.findUser(review->user);
        const auto item = histories.findItem(review->item);
        texts.push_back({.example = example,
                         .user = review->user,
                         .userName = user ? user->name : std::string{},
                         .itemTitle = item ? store::titleOf(*item) : std::string{},
                         .text = review->text,
                         .tokens = std::move(effects->tokens)});
        // A file may come from anywhere: no place is outside of the text.
        std::erase_if(texts.back().tokens, [&](const store::KeptToken& token) {
            return token.bytes && token.bytes->end > review->text.size();
        });
    }
    return texts;
}

} // namespace nextquill::workflow
