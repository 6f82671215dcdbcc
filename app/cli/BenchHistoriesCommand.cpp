// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/HistoriesBench.h"

#include "app/cli/BenchCommands.h"
#include "app/cli/ExitStatus.h"

#include <memory>

namespace nextquill::app {

void addBenchHistories(CLI::App& bench, Context& context)
{
    CLI::App* const command = bench.add_subcommand(
        "histories", "Tables of a large project: opened, paged, filtered, searched, curated");
    const auto settings = std::make_shared<bench::HistoriesBenchSettings>();
    auto* const reviews = command->add_option("--reviews", settings->reviews, "Made for this")
                              ->check(CLI::Range(1'000, 100'000'000))
                              ->capture_default_str();
    auto* const keep =
        command->add_option("--keep", settings->keep, "Keep the project in this file");
    command->add_option("--project", settings->project, "Measure this project instead")
        ->check(CLI::ExistingFile)
        ->excludes(reviews)
        ->excludes(keep);
    command->add_option("--folder", settings->folder, "Where the temporary files are made")
        ->check(CLI::ExistingDirectory);
    addRepeats(*command, settings->repeats);
    command->callback([settings, &context] {
        context.action = [settings, &context] {
            const bench::BenchReport report =
                bench::benchHistories(*settings, context.interrupt.token(), context.out);
            context.out.endProgress();
            context.out.text(bench::toText(report));
            context.out.document({{"benches", OrderedJson::array({bench::toJson(report)})}});
            return exitDone;
        };
    });
}

} // namespace nextquill::app
