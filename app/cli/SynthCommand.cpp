// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/study/SyntheticProject.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct SynthOptions
{
    std::filesystem::path project;
    study::SyntheticSettings settings;
};

OrderedJson documentOf(const study::SyntheticProject& made, std::uint64_t seed)
{
    return {{"schema", 1},
            {"project", made.project.string()},
            {"truth", made.truth.string()},
            {"seed", seed},
            {"users", made.users},
            {"items", made.items},
            {"reviews", made.reviews},
            {"split", made.split},
            {"train", made.train},
            {"validation", made.validation},
            {"test", made.test}};
}

int synth(const SynthOptions& options, Context& context)
{
    const study::SyntheticProject made = study::makeSyntheticProject(
        options.project, options.settings, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(fmt::format("Project  {}\n         {} of {} about {}", made.project.string(),
                                 counted(made.reviews, "review", "reviews"),
                                 counted(made.users, "user", "users"),
                                 counted(made.items, "item", "items")));
    context.out.text(fmt::format("Split    {}: {} training, {} validation, {} test targets",
                                 made.split, made.train, made.validation, made.test));
    context.out.text(fmt::format("Truth    {}", made.truth.string()));
    context.out.document(documentOf(made, options.settings.seed));
    if (made.test == 0) {
        context.out.notice("no user is held out for the test; ask for more users");
    }
    return exitDone;
}

} // namespace

void addSynth(CLI::App& app, Context& context)
{
    constexpr std::int64_t mostUsers = 100'000;
    constexpr std::int64_t mostReviewsOfOne = 1'000;
    constexpr std::int64_t mostItems = 9'999;
    CLI::App* const command = app.add_subcommand(
        "synth", "A project of synthetic users: histories with known preference tokens and known "
                 "true effects, to score an estimate of PCE against (`effects --truth`)");
    const auto options = std::make_shared<SynthOptions>();
    study::SyntheticSettings& s = options->settings;
    command
        ->add_option("PROJECT", options->project,
                     "Project file to make (*.nextquill); the truth is written beside it, to "
                     "PROJECT.truth.jsonl")
        ->required();
    command->add_option("--users", s.users, "Users")
        ->required()
        ->check(CLI::Range(std::int64_t{1}, mostUsers));
    command->add_option("--reviews", s.reviews, "Reviews of each user, each about another item")
        ->check(CLI::Range(std::int64_t{1}, mostReviewsOfOne))
        ->capture_default_str();
    command->add_option("--items", s.items, "Items, as many as reviews at least")
        ->check(CLI::Range(std::int64_t{1}, mostItems))
        ->capture_default_str();
    command
        ->add_option("--seed", s.seed,
                     "The same seed and numbers give the same texts on every machine")
        ->capture_default_str();
    command->callback([options, &context] {
        if (options->settings.items < options->settings.reviews) {
            throw CLI::ValidationError{"--items", "as many as --reviews are needed, or more"};
        }
        context.action = [options, &context] { return synth(*options, context); };
    });
}

} // namespace nextquill::app
