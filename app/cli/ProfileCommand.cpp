// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/curate/StyleProfile.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "app/cli/CurateCommands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct ProfileOptions
{
    std::filesystem::path project;
    std::string user;
    curate::StyleSettings settings;
};

std::string shown(const std::optional<double>& value)
{
    return value ? fmt::format("{:.2f}", *value) : std::string{"-"};
}

void sayFigure(std::string_view what, const std::string& own, const std::string& others,
               Context& context)
{
    context.out.text(fmt::format("{:<32}{:>10}{:>10}", what, own, others));
}

void sayFigures(const curate::StyleProfile& profile, Context& context)
{
    const curate::StyleFigures& own = profile.own;
    const curate::StyleFigures& others = profile.others;
    const auto say = [&](std::string_view what, double ofUser, double ofOthers) {
        sayFigure(what, fmt::format("{:.2f}", ofUser), fmt::format("{:.2f}", ofOthers), context);
    };
    sayFigure("", "user", "others", context);
    sayFigure("texts", std::to_string(own.texts), std::to_string(others.texts), context);
    say("words per text", own.wordsPerText, others.wordsPerText);
    say("words per sentence", own.wordsPerSentence, others.wordsPerSentence);
    say("letters per word", own.lettersPerWord, others.lettersPerWord);
    sayFigure("vocabulary (MTLD)", shown(own.mtld), shown(others.mtld), context);
    sayFigure("different of 50 words, share", shown(own.typeShare), shown(others.typeShare),
              context);
    say("capitals, of 100 words", own.shoutedPer100Words, others.shoutedPer100Words);
    for (std::size_t i = 0; i < curate::styleMarkCount; ++i) {
        say(fmt::format("{}, per 100 words", nameOf(static_cast<curate::StyleMark>(i))),
            own.marksPer100Words[i], others.marksPer100Words[i]);
    }
}

void sayPhrases(const curate::StyleProfile& profile, Context& context)
{
    if (profile.phrases.empty()) {
        context.out.text("no phrase that is written more often than by the others");
        return;
    }
    context.out.text(
        fmt::format("{:>8}{:>8}{:>8}{:>10}  {}", "z", "times", "texts", "others", "phrase"));
    for (const curate::StylePhrase& phrase : profile.phrases) {
        context.out.text(fmt::format("{:>8.1f}{:>8}{:>8}{:>10}  {}", phrase.odds.z,
                                     phrase.user.times, phrase.texts, phrase.others.times,
                                     escapedForDisplay(phrase.text, 80)));
    }
}

OrderedJson toJson(const std::optional<double>& value)
{
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

OrderedJson toJson(const curate::StyleFigures& figures)
{
    OrderedJson marks = OrderedJson::object();
    for (std::size_t i = 0; i < curate::styleMarkCount; ++i) {
        marks[std::string{nameOf(static_cast<curate::StyleMark>(i))}] = figures.marksPer100Words[i];
    }
    return {{"texts", figures.texts},
            {"words", figures.words},
            {"sentences", figures.sentences},
            {"words_per_text", figures.wordsPerText},
            {"words_per_sentence", figures.wordsPerSentence},
            {"letters_per_word", figures.lettersPerWord},
            {"mtld", toJson(figures.mtld)},
            {"type_share_50", toJson(figures.typeShare)},
            {"capitals_per_100_words", figures.shoutedPer100Words},
            {"marks_per_100_words", std::move(marks)}};
}

OrderedJson toJson(const std::vector<curate::StylePhrase>& phrases)
{
    OrderedJson rows = OrderedJson::array();
    for (const curate::StylePhrase& phrase : phrases) {
        OrderedJson places = OrderedJson::array();
        for (const curate::PhrasePlace& place : phrase.places) {
            places.push_back({{"review", number(place.review)},
                              {"start", place.range.begin},
                              {"end", place.range.end}});
        }
        rows.push_back({{"phrase", phrase.text},
                        {"z", phrase.odds.z},
                        {"log_odds", phrase.odds.logOdds},
                        {"times", phrase.user.times},
                        {"texts", phrase.texts},
                        {"others_times", phrase.others.times},
                        {"places", std::move(places)}});
    }
    return rows;
}

int profile(const ProfileOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::User user = store::Histories{*project}.userCalled(options.user);
    const curate::StyleProfile profile = curate::styleProfile(
        *project, user.id, options.settings, context.interrupt.token(), context.out);
    context.out.endProgress();
    sayFigures(profile, context);
    sayPhrases(profile, context);
    if (profile.othersRead < profile.othersAll) {
        context.out.text(fmt::format("others: a sample of {} of their {} texts", profile.othersRead,
                                     profile.othersAll));
    }
    context.out.document({{"user", profile.userName},
                          {"own", toJson(profile.own)},
                          {"others", toJson(profile.others)},
                          {"others_read", profile.othersRead},
                          {"others_all", profile.othersAll},
                          {"phrases", toJson(profile.phrases)}});
    return exitDone;
}

} // namespace

void addProfile(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<ProfileOptions>();
    CLI::App* const command =
        addProjectCommand(data, options, context, "profile",
                          "How a user writes, against the others: length, signs, vocabulary, and "
                          "phrases (log-odds with an informative Dirichlet prior)",
                          profile);
    command->add_option("--user", options->user, "The user's name, as `data list` has it")
        ->required();
    curate::StyleSettings& settings = options->settings;
    command->add_option("--others", settings.othersTexts, "Texts of others to read at most")
        ->check(CLI::Range(1, 100'000'000))
        ->capture_default_str();
    command->add_option("--phrases", settings.phrases, "To list at most")
        ->check(CLI::Range(0, 1'000))
        ->capture_default_str();
    command->add_option("--phrase-words", settings.phraseWords, "Words of a phrase at most")
        ->check(CLI::Range(1, 8))
        ->capture_default_str();
    command->add_option("--seed", settings.seed, "Of the sample of others")->capture_default_str();
}

} // namespace nextquill::app
