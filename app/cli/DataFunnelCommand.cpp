// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Counted.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/funnel/Funnels.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/SplitCommands.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct FunnelOptions
{
    std::filesystem::path project;
    std::string name;
    std::vector<std::string> steps;
    std::vector<std::size_t> off;
    std::vector<std::size_t> on;
    std::vector<std::size_t> order;
    std::vector<std::size_t> without;
    bool clear = false;
    bool remove = false;
    bool excludeRest = false;
};

/// Numbers of steps count from 1.
std::size_t placeOf(std::size_t number, const store::Funnel& funnel)
{
    if (number < 1 || number > funnel.steps.size()) {
        throw Error{ErrorKind::BadInput, fmt::format("there is no step {}", number),
                    "funnel " + funnel.name,
                    fmt::format("it has {}", counted(static_cast<std::int64_t>(funnel.steps.size()),
                                                     "step", "steps"))};
    }
    return number - 1;
}

void reorder(store::Funnel& funnel, const std::vector<std::size_t>& order)
{
    std::vector<store::FunnelStep> steps;
    std::vector<std::size_t> sorted = order;
    std::ranges::sort(sorted);
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (sorted[i] != i + 1 || sorted.size() != funnel.steps.size()) {
            throw Error{ErrorKind::BadInput, "the order does not name each step once",
                        "funnel " + funnel.name,
                        fmt::format("give the numbers 1 to {}", funnel.steps.size())};
        }
    }
    for (const std::size_t number : order) {
        steps.push_back(funnel.steps[placeOf(number, funnel)]);
    }
    funnel.steps = std::move(steps);
}

/// True where something of it was changed.
bool changeFunnel(store::Funnel& funnel, const FunnelOptions& options)
{
    if (options.clear) {
        funnel.steps.clear();
    }
    for (const std::size_t number : options.off) {
        funnel.steps[placeOf(number, funnel)].isOn = false;
    }
    for (const std::size_t number : options.on) {
        funnel.steps[placeOf(number, funnel)].isOn = true;
    }
    if (!options.order.empty()) {
        reorder(funnel, options.order);
    }
    std::vector<std::size_t> without = options.without;
    std::ranges::sort(without, std::greater{});
    for (const std::size_t number : without) {
        const auto place = static_cast<std::ptrdiff_t>(placeOf(number, funnel));
        funnel.steps.erase(funnel.steps.begin() + place);
    }
    for (const std::string& step : options.steps) {
        funnel.steps.push_back(store::funnelStep(step));
    }
    return options.clear || !options.off.empty() || !options.on.empty() || !options.order.empty() ||
           !options.without.empty() || !options.steps.empty();
}

int listFunnels(const FunnelOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    OrderedJson rows = OrderedJson::array();
    for (const store::Funnel& funnel : store::Funnels{*project}.all()) {
        std::string steps;
        for (const store::FunnelStep& step : funnel.steps) {
            steps += (steps.empty() ? "" : " → ") + escapedForDisplay(store::text(step), 60) +
                     (step.isOn ? "" : " (off)");
        }
        context.out.text(fmt::format("{}: {}", escapedForDisplay(funnel.name),
                                     steps.empty() ? "no steps" : steps));
        rows.push_back(toJson(funnel));
    }
    context.out.document({{"funnels", std::move(rows)}});
    return exitDone;
}

void sayCounts(const store::Funnel& funnel, const std::vector<store::FunnelCount>& counts,
               Context& context)
{
    OrderedJson rows = OrderedJson::array();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const store::FunnelCount& left = counts[i];
        const bool isStart = i == 0;
        const bool isOn = isStart || funnel.steps[i - 1].isOn;
        const std::string what =
            isStart ? "all that is not excluded" : store::text(funnel.steps[i - 1]);
        context.out.text(fmt::format(
            "{:>2}  {:>12}  {:>10}  {:>10}  {}{}", i, grouped(left.reviews), grouped(left.users),
            grouped(left.items), escapedForDisplay(what, 120), isOn ? "" : " (off)"));
        rows.push_back({{"step", what},
                        {"on", isOn},
                        {"reviews", left.reviews},
                        {"users", left.users},
                        {"items", left.items}});
    }
    context.out.document({{"funnel", toJson(funnel)}, {"counts", std::move(rows)}});
}

int countFunnel(const store::Funnel& funnel, store::Project& project, Context& context)
{
    context.out.text(
        fmt::format("{:>2}  {:>12}  {:>10}  {:>10}  step", "", "reviews", "users", "items"));
    const auto counts =
        store::Funnels{project}.count(funnel, {}, context.interrupt.token(), context.out);
    context.out.endProgress();
    sayCounts(funnel, counts, context);
    return exitDone;
}

int excludeRest(const store::Funnel& funnel, store::Project& project, Context& context)
{
    const std::int64_t excluded =
        store::Funnels{project}.excludeRest(funnel, context.interrupt.token(), context.out);
    context.out.endProgress();
    context.out.text(counted(excluded, "review", "reviews") +
                     " excluded; `nextquill data undo` takes it back");
    context.out.document({{"excluded", excluded}});
    return exitDone;
}

int funnelCommand(const FunnelOptions& options, Context& context)
{
    if (options.name.empty()) {
        return listFunnels(options, context);
    }
    store::Funnel funnel{.name = options.name, .steps = {}};
    const auto reader = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const auto known = store::Funnels{*reader}.find(options.name);
    funnel = known.value_or(funnel);
    const bool isChanged = changeFunnel(funnel, options);
    if (!known && !isChanged) {
        throw Error{ErrorKind::BadInput, "no funnel is called \"" + options.name + "\"",
                    options.project.string(),
                    "make it by adding a step: --step \"user-reviews 8\""};
    }
    if (!isChanged && !options.remove && !options.excludeRest) {
        return countFunnel(funnel, *reader, context);
    }
    const auto project = store::Project::open(options.project, store::OpenMode::ReadWrite);
    if (options.remove) {
        store::Funnels{*project}.remove(options.name);
        context.out.text("removed: funnel " + escapedForDisplay(options.name));
        context.out.document({{"removed", options.name}});
        return exitDone;
    }
    // Counted first: a filter that cannot be read is not kept.
    if (options.excludeRest) {
        return excludeRest(funnel, *project, context);
    }
    const int status = countFunnel(funnel, *project, context);
    store::Funnels{*project}.save(funnel);
    return status;
}

std::string helpOfSteps()
{
    std::string help = "Add a step behind the others. Steps:";
    for (const store::FunnelStepForm& form : store::funnelStepForms()) {
        help += fmt::format(" {}{}: {};", form.name,
                            form.argument == store::FunnelArgument::None   ? ""
                            : form.argument == store::FunnelArgument::Text ? " TEXT"
                                                                           : " N",
                            form.what);
    }
    help.back() = '.';
    return help;
}

} // namespace

void addDataFunnel(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<FunnelOptions>();
    CLI::App* const command = addProjectCommand(
        data, options, context, "funnel",
        "A subset as a chain of steps, with what is left behind each", funnelCommand);
    command->add_option("NAME", options->name, "Its name; without one: the list of funnels");
    command->add_option("--step", options->steps, helpOfSteps())->allow_extra_args(false);
    command->add_option("--off", options->off, "Switch the step of this number off")
        ->allow_extra_args(false);
    command->add_option("--on", options->on, "Switch it on again")->allow_extra_args(false);
    command->add_option("--order", options->order, "All numbers in their new order, as 2,1,3")
        ->delimiter(',')
        ->allow_extra_args(false);
    command->add_option("--without", options->without, "Take the step of this number out")
        ->allow_extra_args(false);
    command->add_flag("--clear", options->clear, "Take all steps out first");
    command->add_flag("--remove", options->remove, "Forget the funnel");
    command->add_flag("--exclude-rest", options->excludeRest,
                      "Exclude all that it leaves out, as one step that `data undo` takes back");
}

} // namespace nextquill::app
