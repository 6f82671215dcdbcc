// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/bench/ImportBench.h"
#include "core/bench/TokenizerBench.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/BenchCommands.h"
#include "app/cli/ExitStatus.h"

#include <filesystem>
#include <memory>

namespace nextquill::app {

namespace {

struct BenchTokenizerOptions
{
    bench::TokenizerBenchSettings settings;
    std::string model = "demo";
    std::filesystem::path text;
    double megabytes = 4;
    bool noReference = false;
};

struct BenchImportOptions
{
    bench::ImportBenchSettings settings;
    bool noReference = false;
};

int show(const bench::BenchReport& report, Context& context)
{
    context.out.endProgress();
    context.out.text(bench::toText(report));
    context.out.document({{"benches", OrderedJson::array({bench::toJson(report)})}});
    return exitDone;
}

/// Of a tokenizer alone, or of a model.
std::filesystem::path tokenizerPath(const std::string& model)
{
    const std::filesystem::path path{model};
    const bool alone =
        path.filename() == "tokenizer.json" || std::filesystem::exists(path / "tokenizer.json");
    return alone ? path : workflow::chooseModel(model, nullptr).base;
}

int benchTokenizer(BenchTokenizerOptions& options, Context& context)
{
    const std::filesystem::path path = tokenizerPath(options.model);
    options.settings.reference = !options.noReference;
    return show(bench::benchTokenizer([&] { return bench::readTokenizer(path); }, options.model,
                                      bench::benchTexts(options.text, static_cast<std::size_t>(
                                                                          options.megabytes * 1e6)),
                                      options.settings, context.interrupt.token(), context.out),
                context);
}

} // namespace

void addBenchTokenizer(CLI::App& bench, Context& context)
{
    CLI::App* const command =
        bench.add_subcommand("tokenize", "Texts into tokens, on one thread and on several");
    const auto options = std::make_shared<BenchTokenizerOptions>();
    command
        ->add_option("--model", options->model,
                     "Model whose tokenizer is used, or a tokenizer.json")
        ->capture_default_str();
    command->add_option("--text", options->text,
                        "A text a line, or .jsonl with `text` or `reviewText`; the built-in sample "
                        "where none is named");
    command
        ->add_option("--megabytes", options->megabytes,
                     "Texts are repeated up to here; 0: each once")
        ->check(CLI::Range(0.0, 4096.0))
        ->capture_default_str();
    addRepeats(*command, options->settings.repeats);
    command->add_option("--threads", options->settings.threads, "Threads; 0: one per core")
        ->check(CLI::Range(0, 4096));
    command->add_flag("--no-reference", options->noReference, "Leave the plain path out");
    command->callback([options, &context] {
        context.action = [options, &context] { return benchTokenizer(*options, context); };
    });
}

void addBenchImport(CLI::App& bench, Context& context)
{
    CLI::App* const command =
        bench.add_subcommand("import", "Review lines into a project that is removed afterwards");
    const auto options = std::make_shared<BenchImportOptions>();
    bench::ImportBenchSettings& s = options->settings;
    auto* const rows = command->add_option("--rows", s.rows, "Reviews, made for this")
                           ->check(CLI::Range(1, 100'000'000))
                           ->capture_default_str();
    command->add_option("--reviews", s.reviews, "A file of Amazon's release of 2023 instead")
        ->check(CLI::ExistingFile)
        ->excludes(rows);
    command->add_option("--folder", s.folder, "Where the temporary files are made")
        ->check(CLI::ExistingDirectory);
    addRepeats(*command, s.repeats);
    command->add_flag("--no-reference", options->noReference, "Leave the plain path out");
    command->add_flag("!--no-search-index", s.search, "Leave the full-text index out");
    command->callback([options, &context] {
        context.action = [options, &context] {
            options->settings.reference = !options->noReference;
            return show(
                bench::benchImport(options->settings, context.interrupt.token(), context.out),
                context);
        };
    });
}

} // namespace nextquill::app
