// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchModels.h"
#include "core/bench/GenerationBench.h"
#include "core/bench/PceBench.h"
#include "core/bench/RandomModel.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/BenchCommands.h"
#include "app/cli/ExitStatus.h"

#include <memory>
#include <vector>

namespace nextquill::app {

namespace {

template<typename Settings>
struct BenchSettings
{
    Settings settings;
    BenchModelOptions machine;
    bool noReference = false;
};

std::unique_ptr<model::Decoder> decoderFor(const BenchModelOptions& options, bool bfloat16,
                                           Context& context)
{
    if (options.model.empty()) {
        return bench::randomDecoder(bench::modelNamed(options.shape),
                                    bfloat16 ? model::ComputeType::BFloat16
                                             : model::ComputeType::Float32,
                                    context.interrupt.token(), context.out);
    }
    return workflow::loadModel(
        workflow::chooseModel(options.model, nullptr),
        workflow::decoderOptions("cpu", bfloat16 ? "bfloat16" : "float32", options.threads),
        context.interrupt.token(), context.out);
}

} // namespace

void BenchModelOptions::declare(CLI::App& command)
{
    auto* const shapeOption =
        command.add_option("--shape", shape, "Model whose shape is used, with random weights")
            ->check(CLI::IsMember(bench::modelNames()))
            ->capture_default_str();
    command.add_option("--model", model, "A model with its own weights instead")
        ->excludes(shapeOption);
    command.add_option("--dtype", dtype, "Number format")
        ->check(CLI::IsMember(std::vector<std::string>{"both", "float32", "bfloat16"}))
        ->capture_default_str();
    command.add_option("--threads", threads, "Processor threads; 0: one per core")
        ->check(CLI::Range(0, 4096));
}

void addRepeats(CLI::App& command, int& repeats)
{
    command.add_option("--repeat", repeats, "Runs of each way")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

void addLength(CLI::App& command, const std::string& flag, std::int64_t& tokens,
               const std::string& description)
{
    command.add_option(flag, tokens, description)
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
}

int runWithModel(
    const BenchModelOptions& options, Context& context,
    const std::function<bench::BenchReport(model::Decoder& decoder, const std::string& name,
                                           const bench::MachineLimits& limits)>& bench)
{
    model::setThreads(options.threads);
    const bench::MachineLimits limits =
        bench::measureLimits(context.interrupt.token(), context.out);
    context.out.text(bench::toText(limits));
    OrderedJson reports = OrderedJson::array();
    for (const bool bfloat16 : {true, false}) {
        if (options.dtype == (bfloat16 ? "float32" : "bfloat16")) {
            continue;
        }
        const auto decoder = decoderFor(options, bfloat16, context);
        const bench::BenchReport report =
            bench(*decoder, options.model.empty() ? options.shape : options.model, limits);
        context.out.endProgress();
        context.out.text("\n" + bench::toText(report));
        reports.push_back(bench::toJson(report));
    }
    context.out.document({{"machine", bench::toJson(limits)}, {"benches", std::move(reports)}});
    return exitDone;
}

void addBenchPce(CLI::App& bench, Context& context)
{
    CLI::App* const command = bench.add_subcommand(
        "pce", "Effects on a text, of the history and of each review, against separate passes");
    const auto options = std::make_shared<BenchSettings<bench::PceBenchSettings>>();
    bench::PceBenchSettings& s = options->settings;
    options->machine.declare(*command);
    addLength(*command, "--prefix", s.lengths.prefix, "Tokens that all prompts begin with");
    addLength(*command, "--history", s.lengths.history, "Tokens of the history");
    addLength(*command, "--target", s.lengths.target, "Tokens of the text");
    command->add_option("--reviews", s.reviews, "Reviews that the history has")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    addRepeats(*command, s.repeats);
    command->add_flag("--no-reference", options->noReference, "Leave the plain path out");
    command->callback([options, &context] {
        context.action = [options, &context] {
            options->settings.reference = !options->noReference;
            return runWithModel(options->machine, context,
                                [&](model::Decoder& decoder, const std::string& name,
                                    const bench::MachineLimits& limits) {
                                    return bench::benchPce(decoder, name, options->settings, limits,
                                                           context.interrupt.token(), context.out);
                                });
        };
    });
}

void addBenchGeneration(CLI::App& bench, Context& context)
{
    CLI::App* const command = bench.add_subcommand(
        "generate", "Reading a prompt and writing: one stream, both worlds, several samples");
    const auto options = std::make_shared<BenchSettings<bench::GenerationBenchSettings>>();
    bench::GenerationBenchSettings& s = options->settings;
    options->machine.declare(*command);
    addLength(*command, "--prompt", s.prompt, "Tokens of the prompt");
    addLength(*command, "--without", s.without, "Tokens of the prompt without history");
    addLength(*command, "--new", s.fresh, "New tokens");
    addLength(*command, "--uncached", s.uncached, "New tokens of the plain path");
    command->add_option("--samples", s.samples, "Samples of the prompt; 1: leave them out")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    addRepeats(*command, s.repeats);
    command->add_flag("--no-reference", options->noReference,
                      "Leave the plain path and samples in turn out");
    command->callback([options, &context] {
        context.action = [options, &context] {
            options->settings.reference = !options->noReference;
            return runWithModel(options->machine, context,
                                [&](model::Decoder& decoder, const std::string& name,
                                    const bench::MachineLimits& limits) {
                                    return bench::benchGeneration(decoder, name, options->settings,
                                                                  limits, context.interrupt.token(),
                                                                  context.out);
                                });
        };
    });
}

} // namespace nextquill::app
