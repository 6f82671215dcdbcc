// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/LineReader.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/PceResult.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/GenerationOptions.h"
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

std::string textOf(const Json& record, const char* field, const std::string& where)
{
    if (!record.is_object() || !record.contains(field) || !record[field].is_string()) {
        throw Error{ErrorKind::BadInput, fmt::format("no text \"{}\"", field), where,
                    "give {\"prompt\"}, or {\"with_history\", \"without_history\"} a line"};
    }
    return record[field].get<std::string>();
}

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

generate::Generated answer(model::Decoder& decoder, const Json& record, const std::string& where,
                           const GenerateOptions& options, const StopToken& stop)
{
    const text::Tokenizer& tokenizer = decoder.tokenizer();
    const bool twin = record.is_object() && record.contains("with_history");
    if (!twin) {
        return generate::generate(decoder, tokenizer.encode(textOf(record, "prompt", where)).ids,
                                  options.generation, stop);
    }
    return generate::generateTwin(
        decoder, tokenizer.encode(textOf(record, "with_history", where)).ids,
        tokenizer.encode(textOf(record, "without_history", where)).ids, options.generation, stop);
}

int generateTexts(const GenerateOptions& options, Context& context)
{
    workflow::ModelChoice choice = workflow::chooseModel(options.model, nullptr);
    if (!options.adapter.empty()) {
        choice.adapter = options.adapter;
    }
    const auto decoder = workflow::loadModel(choice, options.machine.decoder(),
                                             context.interrupt.token(), context.out);
    LineReader lines{"-"};
    while (const auto line = lines.next()) {
        if (line->text.empty()) {
            continue;
        }
        const std::string where = fmt::format("standard input, line {}", line->number);
        const Json record = parseJson(line->text, {.bytes = std::size_t{64} << 20}, where);
        const generate::Generated generated =
            answer(*decoder, record, where, options, context.interrupt.token());
        OrderedJson result = toJson(generated, decoder->tokenizer());
        if (record.contains("id")) {
            result["id"] = record["id"];
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
