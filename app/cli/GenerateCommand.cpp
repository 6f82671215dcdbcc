// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PceResult.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
#include "app/cli/JsonLines.h"
#include "app/cli/ModelOptions.h"

#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct GenerateOptions
{
    std::string model;
    std::string adapter;
    generate::GenerationSettings generation;
    ModelOptions machine;
};

constexpr const char* remedy =
    "give {\"prompt\"}, or {\"with_history\", \"without_history\"} a line";

OrderedJson toJson(const generate::Generated& generated, const text::Tokenizer& tokenizer)
{
    OrderedJson ids = OrderedJson::array();
    for (const text::TokenId id : generated.ids) {
        ids.push_back(static_cast<std::int64_t>(id));
    }
    OrderedJson result{{"text", generated.text},
                       {"ids", std::move(ids)},
                       {"ended", generated.ended},
                       {"tokens_per_second", generated.tokensPerSecond}};
    if (!generated.effects.empty()) {
        OrderedJson pce = OrderedJson::array();
        for (const causal::TokenEffect& effect : generated.effects) {
            pce.push_back({{"text", workflow::shownToken(tokenizer, effect.token)},
                           {"p_h", effect.p_h},
                           {"p_0", effect.p_0},
                           {"pce", effect.pce()}});
        }
        result["pce"] = std::move(pce);
    }
    return result;
}

generate::Generated answer(model::Decoder& decoder, const JsonLine& line,
                           const GenerateOptions& options, const StopToken& stop)
{
    const text::Tokenizer& tokenizer = decoder.tokenizer();
    const bool twin = line.value.is_object() && line.value.contains("with_history");
    if (!twin) {
        return generate::generate(decoder, tokenizer.encode(line.text("prompt", remedy)).ids,
                                  options.generation, stop);
    }
    return generate::generateTwin(decoder, tokenizer.encode(line.text("with_history", remedy)).ids,
                                  tokenizer.encode(line.text("without_history", remedy)).ids,
                                  options.generation, stop);
}

int generateTexts(const GenerateOptions& options, Context& context)
{
    workflow::ModelChoice choice = workflow::chooseModel(options.model, nullptr);
    if (!options.adapter.empty()) {
        choice.adapter = options.adapter;
    }
    const auto decoder = workflow::loadModel(choice, options.machine.decoder(),
                                             context.interrupt.token(), context.out);
    JsonLines lines;
    while (const auto line = lines.next()) {
        const generate::Generated generated =
            answer(*decoder, *line, options, context.interrupt.token());
        OrderedJson result = toJson(generated, decoder->tokenizer());
        if (line->value.contains("id")) {
            result["id"] = line->value["id"];
        }
        context.out.line(result);
    }
    return exitDone;
}

} // namespace

void addGenerate(CLI::App& app, Context& context)
{
    CLI::App* const command =
        app.add_subcommand("generate", "Prompts as JSON lines on standard input, texts out");
    const auto options = std::make_shared<GenerateOptions>();
    command->add_option("--model", options->model, "Hugging Face folder, .gguf file or PEFT folder")
        ->required();
    command->add_option("--adapter", options->adapter, "PEFT folder on top of the model");
    declareGeneration(*command, options->generation);
    options->machine.declare(*command);
    command->callback([options, &context] {
        options->generation.seed = options->machine.seed;
        context.action = [options, &context] { return generateTexts(*options, context); };
    });
}

} // namespace nextquill::app
