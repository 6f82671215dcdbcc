// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/causal/PreferenceEffects.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PceResult.h"
#include "core/workflow/Records.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ModelOptions.h"

#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

constexpr std::size_t recordsAtOnce = 8;

struct PceOptions
{
    std::string model;
    std::string adapter;
    bool noEnd = false;
    double threshold = 0.05;
    std::size_t maxTargetTokens = 4096;
    ModelOptions machine;
};

void measure(model::Decoder& decoder, const std::vector<causal::TwinExample>& examples,
             const PceOptions& options, Context& context)
{
    NoProgress quiet;
    const auto results =
        causal::measurePreferenceEffects(decoder, examples, {}, context.interrupt.token(), quiet);
    for (std::size_t i = 0; i < results.size(); ++i) {
        std::vector<std::string> texts;
        for (const causal::TokenEffect& token : results[i].tokens) {
            texts.push_back(workflow::shownToken(decoder.tokenizer(), token.token));
        }
        context.out.line(workflow::pceResult(examples[i].id, results[i], texts, options.threshold));
    }
}

int pce(const PceOptions& options, Context& context)
{
    workflow::ModelChoice choice = workflow::chooseModel(options.model, nullptr);
    if (!options.adapter.empty()) {
        choice.adapter = options.adapter;
    }
    const auto decoder = workflow::loadModel(choice, options.machine.decoder(),
                                             context.interrupt.token(), context.out);
    const causal::TargetLimits limits{.targetTokens = options.maxTargetTokens,
                                      .closeWithEnd = !options.noEnd};
    workflow::RecordReader reader{"-"};
    std::vector<causal::TwinExample> examples;
    std::int64_t done = 0;
    while (const auto record = reader.next()) {
        examples.push_back(workflow::twinExampleFor(*record, decoder->files(), limits));
        if (examples.size() == recordsAtOnce) {
            measure(*decoder, examples, options, context);
            done += static_cast<std::int64_t>(examples.size());
            examples.clear();
            context.out.report({.done = done, .stage = fmt::format("{} records", done)});
        }
    }
    measure(*decoder, examples, options, context);
    return exitDone;
}

} // namespace

void addPce(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "pce", "Preference causal effects: records on standard input, PCE results out");
    const auto options = std::make_shared<PceOptions>();
    command->add_option("--model", options->model, "Hugging Face folder, .gguf file or PEFT folder")
        ->required();
    command->add_option("--adapter", options->adapter, "PEFT folder on top of the model");
    command->add_flag("--no-eos", options->noEnd, "No end-of-sequence token behind the target");
    command->add_option("--threshold", options->threshold, "Of preference_ratio")
        ->capture_default_str();
    command->add_option("--max-target-tokens", options->maxTargetTokens, "What is longer is cut")
        ->check(CLI::Range(2, 1 << 20))
        ->capture_default_str();
    options->machine.declare(*command);
    command->callback([options, &context] {
        context.action = [options, &context] { return pce(*options, context); };
    });
}

} // namespace nextquill::app
