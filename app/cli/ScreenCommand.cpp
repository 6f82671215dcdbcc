// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/curate/Screening.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <set>

namespace nextquill::app {

namespace {

struct ScreenOptions
{
    std::filesystem::path project;
    std::vector<std::string> exclude;
    std::size_t limit = 20;
    curate::ScreeningSettings settings;
};

OrderedJson idsJson(const std::vector<ReviewId>& reviews)
{
    OrderedJson ids = OrderedJson::array();
    for (const ReviewId review : reviews) {
        ids.push_back(number(review));
    }
    return ids;
}

std::string reviewsOf(std::size_t count)
{
    return fmt::format("{} review{}", count, count == 1 ? "" : "s");
}

void sayList(const char* what, const std::vector<ReviewId>& reviews, std::size_t limit,
             Context& context)
{
    std::string ids;
    for (std::size_t i = 0; i < std::min(reviews.size(), limit); ++i) {
        ids += fmt::format(" {}", number(reviews[i]));
    }
    context.out.text(fmt::format("{}: {}{}{}{}", what, reviewsOf(reviews.size()),
                                 ids.empty() ? "" : ":", ids,
                                 reviews.size() > limit && limit > 0 ? " …" : ""));
}

void say(const curate::ScreeningReport& report, std::size_t limit, Context& context)
{
    for (const curate::CommonSentence& sentence : report.sentences) {
        context.out.text(fmt::format("{:>6} users {:>7} reviews  {}", sentence.users,
                                     sentence.reviews, escapedForDisplay(sentence.text, 100)));
    }
    for (const curate::LanguageCount& language : report.languages) {
        context.out.text(
            fmt::format("{:<10}{:<24}{:>8}", language.code, language.name, language.reviews));
    }
    context.out.text(fmt::format("{:<34}{:>8}", "language not known reliably", report.unsure));
    sayList("empty", report.empty, limit, context);
    sayList("mostly sentences of many users", report.boilerplate, limit, context);
    sayList(fmt::format("in another language than {}", report.kept).c_str(), report.foreign, limit,
            context);
}

/// What --exclude names, each review once.
std::vector<ReviewId> chosen(const curate::ScreeningReport& report, const ScreenOptions& options)
{
    std::set<ReviewId> reviews;
    for (const std::string& what : options.exclude) {
        const auto& list = what == "empty"         ? report.empty
                           : what == "boilerplate" ? report.boilerplate
                                                   : report.foreign;
        reviews.insert(list.begin(), list.end());
    }
    return {reviews.begin(), reviews.end()};
}

int screen(const ScreenOptions& options, Context& context)
{
    const bool changes = !options.exclude.empty();
    const auto project = store::Project::open(options.project, changes ? store::OpenMode::ReadWrite
                                                                       : store::OpenMode::ReadOnly);
    const curate::ScreeningReport report =
        curate::screenTexts(*project, options.settings, context.interrupt.token(), context.out);
    context.out.endProgress();
    say(report, options.limit, context);
    const std::vector<ReviewId> excluded = chosen(report, options);
    if (!excluded.empty()) {
        const std::string what = "Exclude " + reviewsOf(excluded.size()) + " by their texts";
        store::Histories{*project}.setExcluded(excluded, true, what);
        context.out.text(reviewsOf(excluded.size()) +
                         " excluded; `nextquill data undo` takes that back");
    }
    OrderedJson sentences = OrderedJson::array();
    for (const curate::CommonSentence& sentence : report.sentences) {
        sentences.push_back({{"text", sentence.text},
                             {"users", sentence.users},
                             {"reviews", sentence.reviews},
                             {"first", number(sentence.first)}});
    }
    OrderedJson languages = OrderedJson::array();
    for (const curate::LanguageCount& language : report.languages) {
        languages.push_back(
            {{"code", language.code}, {"name", language.name}, {"reviews", language.reviews}});
    }
    context.out.document({{"reviews", report.reviews},
                          {"empty", idsJson(report.empty)},
                          {"boilerplate", idsJson(report.boilerplate)},
                          {"sentences", std::move(sentences)},
                          {"languages", std::move(languages)},
                          {"language_kept", report.kept},
                          {"language_unsure", report.unsure},
                          {"other_language", idsJson(report.foreign)},
                          {"excluded", excluded.size()}});
    return exitDone;
}

} // namespace

void addScreen(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<ScreenOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "screen",
        "Texts that say nothing, that are mostly sentences of many users, or that are in another "
        "language than the others; lists them, or excludes them",
        screen);
    command
        ->add_option("--exclude", options->exclude,
                     "empty, boilerplate, language: by commas; as one step that can be undone")
        ->delimiter(',')
        ->check(CLI::IsMember({"empty", "boilerplate", "language"}));
    curate::ScreeningSettings& settings = options->settings;
    command->add_option("--min-words", settings.leastWords, "A text of fewer words is empty")
        ->check(CLI::Range(1, 100'000))
        ->capture_default_str();
    command
        ->add_option("--sentence-words", settings.sentenceWords,
                     "Sentences of fewer words are not compared")
        ->check(CLI::Range(1, 1'000))
        ->capture_default_str();
    command
        ->add_option("--sentence-users", settings.boilerplateUsers,
                     "So many users make a sentence a common one")
        ->check(CLI::Range(2, 1'000'000))
        ->capture_default_str();
    command
        ->add_option("--share", settings.boilerplateShare,
                     "Of a text's words that are in common sentences")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--language", settings.language,
                        "The one to keep, as \"en\" [that of most texts]");
    command->add_option("--limit", options->limit, "Ids to list of each")->capture_default_str();
}

} // namespace nextquill::app
