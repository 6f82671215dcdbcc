// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/model/ModelFiles.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/import/TimeText.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PromptView.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/PromptCommands.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct DataPromptOptions
{
    std::filesystem::path project;
    std::string model = "demo";
    std::int64_t example = 0;
    std::string user;
    std::string item;
    bool tokens = false;
    bool withoutHistory = false;
    PromptOptions prompt;
};

constexpr std::size_t dayLength = 10; // "2013-05-01"

std::string dayOf(std::int64_t time)
{
    return time == 0 ? std::string{"-"} : store::timeText(time).substr(0, dayLength);
}

void sayBudget(const workflow::PromptView& view, Context& context)
{
    const workflow::PromptParts& parts = view.parts;
    context.out.text(fmt::format(
        "template   {}  {}\nselection  {}, at most {} reviews\nmodel      {}, markup {}\n"
        "budget     {} of {} tokens{}; the text to write takes {} of the context's {}\n"
        "           markup {}, instruction {}, item {}, reviews {}, request {}{}",
        view.templateName, view.templateDigest.substr(0, 16), toLine(text::toJson(view.selection)),
        view.maximumReviews, view.modelName, view.markupName, view.tokens.size(), view.limit,
        view.limitIsContext ? " (what the context leaves)" : "", view.answerTokens,
        view.contextLength, parts.markup, parts.instruction, parts.item, parts.reviews,
        parts.request, view.descriptionCut ? "; the item's description is cut" : ""));
}

void sayReviews(const workflow::PromptView& view, Context& context)
{
    context.out.text("\nplace  rank   score  tokens  review");
    for (const workflow::PromptReview& review : view.reviews) {
        context.out.text(fmt::format(
            "{:>5}  {:>4}  {:>6}  {:>6}  {} {} {}: {}\n                              {}",
            review.place ? fmt::format("{}", *review.place + 1) : "-", review.rank + 1,
            review.score ? fmt::format("{:.3f}", *review.score) : "-", review.tokens,
            number(review.review.id), dayOf(review.review.time),
            escapedForDisplay(review.itemTitle, 40), escapedForDisplay(review.review.title, 60),
            workflow::reasonFor(review, view)));
    }
    if (view.reviews.empty()) {
        context.out.text("    -  this user has no earlier review");
    }
}

void sayTokens(const workflow::PromptView& view, Context& context)
{
    context.out.text("\n     id  from         token");
    for (const workflow::PromptToken& token : view.tokens) {
        const std::string from = token.review >= 0 ? fmt::format("review {}", token.review + 1)
                                                   : std::string{workflow::name(token.origin)};
        context.out.text(
            fmt::format("{:>7}  {:<11}  \"{}\"", static_cast<std::int64_t>(token.id), from,
                        escapedForDisplay(view.text.substr(token.bytes.begin,
                                                           token.bytes.end - token.bytes.begin))));
    }
}

store::ExampleData dataOf(store::Project& project, const DataPromptOptions& options)
{
    const store::Histories histories{project};
    if (options.example != 0) {
        return histories.example(ExampleId{options.example});
    }
    return histories.unwritten(histories.userCalled(options.user).id,
                               histories.itemWithKey(options.item).id);
}

int prompt(const DataPromptOptions& options, Context& context)
{
    if ((options.example != 0) == !options.item.empty()) {
        throw Error{ErrorKind::BadInput, "which prompt", "command line",
                    "say --example ID, or --user NAME with --item KEY"};
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::ExampleData data = dataOf(*project, options);
    const workflow::ModelChoice choice = workflow::chooseModel(options.model, project.get());
    const workflow::ExampleSettings settings = options.prompt.forModel(*project, choice);
    const auto files = model::ModelFiles::open(choice.base);
    const workflow::PromptView view = workflow::promptView(data, choice.name, *files, settings);
    context.out.text(fmt::format(
        "example    {}: {} on {}",
        options.example != 0 ? fmt::format("{}", options.example) : std::string{"not written yet"},
        escapedForDisplay(view.userName), escapedForDisplay(view.itemTitle)));
    sayBudget(view, context);
    sayReviews(view, context);
    if (options.tokens) {
        sayTokens(view, context);
    } else {
        context.out.text("\n" + (options.withoutHistory ? view.withoutText : view.text));
    }
    OrderedJson document = workflow::toJson(view);
    document["example"] =
        options.example != 0 ? OrderedJson(options.example) : OrderedJson(nullptr);
    context.out.document(document);
    return exitDone;
}

} // namespace

void addDataPrompt(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<DataPromptOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "prompt",
        "A prompt laid open: reviews in and out of it, its budget, its text and tokens", prompt);
    CLI::Option* const example =
        command->add_option("--example", options->example, "Id of the review to write")
            ->check(CLI::PositiveNumber);
    CLI::Option* const user = command->add_option(
        "--user", options->user, "Of whom a text that is not written yet is asked for");
    CLI::Option* const item =
        command->add_option("--item", options->item, "Key of the item that it is about");
    user->needs(item)->excludes(example);
    item->needs(user)->excludes(example);
    command->add_option("--model", options->model, "Model, run or name")->capture_default_str();
    CLI::Option* const tokens =
        command->add_flag("--tokens", options->tokens, "Its tokens, one a line, in place of text");
    command
        ->add_flag("--without-history", options->withoutHistory,
                   "The text of the prompt without history")
        ->excludes(tokens);
    options->prompt.declare(*command);
}

} // namespace nextquill::app
