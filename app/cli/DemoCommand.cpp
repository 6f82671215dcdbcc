// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Demo.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

void addDemo(CLI::App& app, Context& context)
{
    CLI::App* const command =
        app.add_subcommand("demo", "The main job, whole, on what ships with the setup: project, "
                                   "histories, training, PCE, comparison, evaluation, heatmaps");
    const auto settings = std::make_shared<workflow::DemoSettings>();
    settings->folder = "nextquill-demo";
    command->add_option("--dir", settings->folder, "Where the results go")->capture_default_str();
    command->add_option("--steps", settings->steps, "Training steps; 0: the preset's")
        ->check(CLI::Range(0, 100'000));
    command->add_option("--examples", settings->examples, "Held-out texts that are scored; 0: 24")
        ->check(CLI::Range(0, 100'000));
    command->add_option("--model", settings->model, "Another model than the demo's")
        ->capture_default_str();
    command->callback([settings, &context] {
        context.action = [settings, &context] {
            OrderedJson lines = OrderedJson::array();
            const auto project = workflow::runDemo(
                *settings,
                [&](const std::string& line) {
                    context.out.text(line);
                    lines.push_back(line);
                },
                context.interrupt.token(), context.out);
            context.out.document({{"project", project.string()}, {"report", lines}});
            return exitDone;
        };
    });
}

} // namespace nextquill::app
