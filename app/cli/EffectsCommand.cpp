// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/study/TruthReport.h"
#include "core/workflow/EffectSummary.h"
#include "core/workflow/EffectSummaryText.h"
#include "core/workflow/EffectsBatch.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/ModelOptions.h"
#include "app/cli/PromptOptions.h"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::app {

namespace {

struct EffectsOptions
{
    std::filesystem::path project;
    std::string model = "demo";
    workflow::EffectsRequest request;
    workflow::SummaryRules rules;
    std::string user; ///< whose texts are summed up; empty: all
    std::size_t rows = 10;
    bool keptOnly = false;
    std::vector<std::filesystem::path> out;
    std::filesystem::path truth; ///< empty: not asked for
    PromptOptions prompt;
    ModelOptions machine;
};

/// Loads the model when the first group of texts wants it.
workflow::DecoderUse lazily(const EffectsOptions& options, const workflow::ModelChoice& choice,
                            Context& context)
{
    const auto decoder = std::make_shared<std::unique_ptr<model::Decoder>>();
    return
        [&options, &choice, &context, decoder](const std::function<void(model::Decoder&)>& work) {
            if (*decoder == nullptr) {
                *decoder = workflow::loadModel(choice, options.machine.decoder(),
                                               context.interrupt.token(), context.out);
            }
            work(**decoder);
        };
}

/// The kept texts, or those of one user.
std::vector<workflow::MeasuredText> textsOf(store::Project& project,
                                            const workflow::EffectsPlan& plan,
                                            const std::string& user, Output& out)
{
    std::vector<workflow::MeasuredText> texts = workflow::keptTexts(project, plan, {}, out);
    if (user.empty()) {
        return texts;
    }
    std::erase_if(texts,
                  [&user](const workflow::MeasuredText& text) { return text.userName != user; });
    if (texts.empty()) {
        throw Error{ErrorKind::BadInput, "no measured text is by user \"" + user + "\"", "--user",
                    "take one that the command lists, or measure more texts"};
    }
    return texts;
}

std::string wordsOf(const workflow::EffectsPlan& plan, const workflow::EffectsBatchResult& result)
{
    const std::string of = plan.split.empty()
                               ? std::string{}
                               : fmt::format(", {} part of split {}", plan.part, plan.split);
    std::string words = fmt::format(
        "{}{}: {}", plan.modelName, of,
        result.measured > 0
            ? fmt::format("{} texts measured, {} kept from before", result.measured, result.kept)
            : fmt::format("nothing to measure, {} texts are kept", result.kept));
    if (plan.stale > 0) {
        words += fmt::format("\n{} were measured anew: text or history changed", plan.stale);
    }
    if (!result.unusable.empty()) {
        words +=
            fmt::format("\n{} cannot be measured; text {}: {}", result.unusable.size(),
                        number(result.unusable.front().example), result.unusable.front().reason);
    }
    return words;
}

OrderedJson documentOf(const workflow::EffectsPlan& plan,
                       const workflow::EffectsBatchResult& result,
                       const workflow::EffectSummary& summary,
                       const std::optional<study::TruthReport>& truth)
{
    constexpr std::size_t places = 20;
    OrderedJson unusable = OrderedJson::array();
    for (const workflow::UnusableText& text : result.unusable) {
        unusable.push_back({{"example", number(text.example)}, {"reason", text.reason}});
    }
    OrderedJson document{{"schema", 1},
                         {"model", plan.modelName},
                         {"model_digest", plan.modelDigest},
                         {"settings_digest", plan.settingsDigest},
                         {"split", plan.split},
                         {"part", plan.part},
                         {"kept", result.kept},
                         {"measured", result.measured},
                         {"stale", plan.stale},
                         {"stopped", result.stopped},
                         {"unusable", std::move(unusable)},
                         {"summary", workflow::toJson(summary, places)}};
    if (truth) {
        document["truth"] = study::toJson(*truth);
    }
    return document;
}

/// What is true of the texts, where that was asked for: read before anything is measured.
using Truth = std::map<ExampleId, study::TextTruth>;

Truth truthFor(const EffectsOptions& options)
{
    return options.truth.empty() ? Truth{} : study::readTruth(options.truth);
}

std::optional<study::TruthReport> heldAgainst(const EffectsOptions& options, const Truth& truth,
                                              const std::vector<workflow::MeasuredText>& texts)
{
    if (options.truth.empty()) {
        return std::nullopt;
    }
    return study::holdAgainst(truth, texts, options.rules.threshold, options.rules.seed, {});
}

int measure(const EffectsOptions& options, Context& context)
{
    for (const std::filesystem::path& file : options.out) {
        workflow::requireSummaryFile(file);
    }
    const Truth truth = truthFor(options);
    const StopToken stop = context.interrupt.token();
    workflow::EffectsRequest request = options.request;
    const auto reader = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const workflow::ModelChoice choice = workflow::chooseModel(options.model, reader.get());
    request.settings = options.prompt.forModel(*reader, choice);
    request.dtype = options.machine.dtype;
    workflow::EffectsPlan plan = planEffects(*reader, choice, request, stop, context.out);
    workflow::EffectsBatchResult result{.kept = static_cast<std::int64_t>(plan.kept.size()),
                                        .unusable = plan.unusable};
    if (!options.keptOnly) {
        result = measureEffects(options.project, plan, lazily(options, choice, context), 0, stop,
                                context.out);
    }
    if (result.measured > 0) { // what is kept now
        const std::int64_t stale = plan.stale;
        plan = planEffects(*reader, choice, request, {}, context.out);
        plan.stale = stale;
    }
    const std::vector<workflow::MeasuredText> texts =
        textsOf(*reader, plan, options.user, context.out);
    const workflow::EffectSummary summary = workflow::summarize(texts, options.rules, {});
    const std::optional<study::TruthReport> report = heldAgainst(options, truth, texts);
    for (const std::filesystem::path& file : options.out) {
        workflow::writeSummary(summary, file);
    }
    context.out.text(wordsOf(plan, result));
    if (summary.all.texts > 0) {
        context.out.text(workflow::toTable(summary, options.rows));
    }
    if (report) {
        context.out.text(study::toText(*report));
    }
    for (const std::filesystem::path& file : options.out) {
        context.out.text(file.string());
    }
    context.out.document(documentOf(plan, result, summary, report));
    if (result.stopped) {
        context.out.notice("stopped; the same command goes on where it ended");
    }
    return result.stopped ? exitInterrupted : exitDone;
}

} // namespace

void addEffects(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "effects", "What histories do to the texts of a split: measured once, kept in the project; "
                   "by position, class of word, user, token and phrase");
    const auto options = std::make_shared<EffectsOptions>();
    command->add_option("PROJECT", options->project, "Project file (*.nextquill)")->required();
    command->add_option("--model", options->model, "Model, run or name")->capture_default_str();
    command
        ->add_option("--split", options->request.part,
                     "Part of the split: train, validation or test")
        ->capture_default_str();
    command->add_option("--split-name", options->request.split, "Split; the newest by default");
    command->add_option("--limit", options->request.limit, "Texts at most; 0: all")
        ->check(CLI::Range(0, 1'000'000'000));
    command
        ->add_option("--threshold", options->rules.threshold,
                     "PCE above which a token bears preference")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--rows", options->rows, "Users, tokens and phrases to print")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    command->add_option("--user", options->user,
                        "Sum up the texts of this user alone: their tokens and phrases");
    command->add_flag("--kept-only", options->keptOnly,
                      "Measure nothing: of what was measured before");
    command->add_option("--out", options->out,
                        "Files to write: .csv has a line for each bar and row, .json the places "
                        "in the texts, too");
    command
        ->add_option("--truth", options->truth,
                     "Of a project that `nextquill synth` made, its file PROJECT.truth.jsonl: how "
                     "well the effects agree with the true ones (AUROC, correlation, error)")
        ->check(CLI::ExistingFile);
    options->prompt.declare(*command);
    options->machine.declare(*command);
    command->callback([options, &context] {
        options->rules.seed = options->machine.seed;
        context.action = [options, &context] { return measure(*options, context); };
    });
}

} // namespace nextquill::app
