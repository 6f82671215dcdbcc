// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/BenchModels.h"
#include "core/bench/MachineLimits.h"
#include "core/bench/TrainingBench.h"
#include "core/model/Decoder.h"

#include "app/cli/BenchCommands.h"
#include "app/cli/ExitStatus.h"

#include <memory>
#include <string>
#include <vector>

namespace nextquill::app {

namespace {

struct BenchOptions
{
    bench::TrainingBenchSettings training;
    std::string dtype = "both";
    bool noReference = false;
    int threads = 0;
};

int benchTraining(BenchOptions& options, Context& context)
{
    model::setThreads(options.threads);
    const StopToken stop = context.interrupt.token();
    const bench::MachineLimits limits = bench::measureLimits(stop, context.out);
    OrderedJson reports = OrderedJson::array();
    context.out.text(bench::toText(limits));
    options.training.reference = !options.noReference;
    for (const bool bfloat16 : {true, false}) {
        if (options.dtype == (bfloat16 ? "float32" : "bfloat16")) {
            continue;
        }
        options.training.bfloat16 = bfloat16;
        const bench::BenchReport report =
            bench::benchTraining(options.training, limits, stop, context.out);
        context.out.endProgress();
        context.out.text("\n" + bench::toText(report));
        reports.push_back(bench::toJson(report));
    }
    context.out.document({{"machine", bench::toJson(limits)}, {"benches", std::move(reports)}});
    return exitDone;
}

} // namespace

void addBenchTraining(CLI::App& bench, Context& context)
{
    CLI::App* const command = bench.add_subcommand(
        "train", "Forward and backward of a micro-batch, against the plain path");
    const auto options = std::make_shared<BenchOptions>();
    bench::TrainingBenchSettings& t = options->training;
    command->add_option("--shape", t.model, "Model whose shape is used, with random weights")
        ->check(CLI::IsMember(bench::modelNames()))
        ->capture_default_str();
    command->add_option("--dtype", options->dtype, "Number format")
        ->check(CLI::IsMember(std::vector<std::string>{"both", "float32", "bfloat16"}))
        ->capture_default_str();
    command->add_option("--records", t.records, "Records in the micro-batch")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    addLength(*command, "--prefix", t.lengths.prefix, "Tokens that both prompts share");
    addLength(*command, "--history", t.lengths.history, "Tokens of the history");
    addLength(*command, "--target", t.lengths.target, "Tokens of the target");
    command->add_option("--lora-rank", t.rank, "Rank of the adapters")
        ->check(CLI::Range(1, 512))
        ->capture_default_str();
    addRepeats(*command, t.repeats);
    command
        ->add_option("--pad-to", t.padTo,
                     "Length of the plain path's sequences; the authors' code has 4097")
        ->check(CLI::Range(0, 1 << 20));
    command->add_option("--only", t.only, "These ways alone")
        ->check(CLI::IsMember(bench::trainingWays()));
    command->add_flag("--no-reference", options->noReference, "Leave the plain path out");
    command->add_option("--threads", options->threads, "Processor threads; 0: one per core")
        ->check(CLI::Range(0, 4096));
    command->callback([options, &context] {
        context.action = [options, &context] { return benchTraining(*options, context); };
    });
}

void addBench(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "bench", "Benchmarks, as ratios within one run and shares of the machine's limits");
    command->require_subcommand(1);
    for (const auto add : {addBenchTraining, addBenchPce, addBenchGeneration, addBenchTokenizer,
                           addBenchImport, addBenchHistories}) {
        add(*command, context);
    }
}

} // namespace nextquill::app
