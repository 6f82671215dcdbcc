// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Demo.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Resources.h"
#include "core/causal/PreferenceEffects.h"
#include "core/store/Histories.h"
#include "core/store/Markups.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/store/RunLedger.h"
#include "core/store/Splits.h"
#include "core/store/import/Importer.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectRun.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view splitName = "held-out users";
constexpr std::string_view runStem = "nextquill-demo";
constexpr std::int64_t scoredTexts = 24;
constexpr int figures = 3;
constexpr std::size_t newTokens = 80;

/// One showing of the demo: each part looks whether its result is there already.
class Demo
{
public:
    Demo(const DemoSettings& settings, std::function<void(const std::string&)> say,
         const StopToken& stop, Progress& progress)
        : m_settings{settings}
        , m_say{std::move(say)}
        , m_stop{stop}
        , m_progress{progress}
        , m_file{settings.folder / "demo.nextquill"}
    {
        m_training = train::preset("cpu-tryout");
        if (settings.steps > 0) {
            m_training.maxSteps = settings.steps;
        }
        m_examples = exampleSettings(m_training);
    }

    fs::path run()
    {
        fs::create_directories(m_settings.folder);
        m_project = fs::exists(m_file) ? store::Project::open(m_file, store::OpenMode::ReadWrite)
                                       : store::Project::create(m_file);
        if (sayFinished()) {
            return m_file;
        }
        say(fmt::format("Project      {}", m_file.string()));
        importSample();
        split();
        train();
        evaluate();
        drawHeatmaps();
        store::Results{*m_project}.put("demo", resultKey(),
                                       {{"report", m_report}, {"files", m_files}});
        return m_file;
    }

private:
    void say(const std::string& line)
    {
        m_say(line);
        m_report.push_back(line);
    }

    [[nodiscard]] std::string resultKey() const
    {
        std::string markups; // that were given: other prompts, other results
        for (const store::MarkupRow& row : store::Markups{*m_project}.all()) {
            markups += row.model + toLine(row.markup);
        }
        return fmt::format("{} of {}, {} steps, {} examples{}", m_settings.folder.string(),
                           m_settings.model, m_settings.steps, m_settings.examples,
                           markups.empty() ? "" : ", markup " + sha256(markups));
    }

    /// What an earlier demo of the same settings said, if all that it made is still there.
    bool sayFinished()
    {
        const auto earlier = store::Results{*m_project}.find("demo", resultKey());
        if (!earlier) {
            return false;
        }
        for (const Json& file : earlier->value.at("files")) {
            if (!fs::exists(file.get<std::string>())) { // deleted since: made again
                return false;
            }
        }
        for (const Json& line : earlier->value.at("report")) {
            say(line.get<std::string>());
        }
        return true;
    }

    void writeResult(const fs::path& file, const OrderedJson& value)
    {
        writeFileAtomically(file, value.dump(1) + "\n");
        m_files.push_back(file.string());
    }

    void importSample()
    {
        store::Histories histories{*m_project};
        if (histories.counts().reviews == 0) {
            static_cast<void>(store::importReviewText(*m_project, resource("samples/reviews.jsonl"),
                                                      resource("samples/items.jsonl"),
                                                      "built-in sample", m_stop, m_progress));
        }
        const store::Counts counts = histories.counts();
        say(fmt::format("Histories    {} reviews of {} users about {} items (written for this "
                        "program)",
                        counts.reviews, counts.users, counts.items));
    }

    void split()
    {
        store::Splits splits{*m_project};
        auto found = splits.find(splitName);
        if (!found) {
            found = splits.create({.name = std::string{splitName},
                                   .rule = store::SplitRule::ByUser,
                                   .minimumHistory = 4,
                                   .maximumTargetsPerUser = 4,
                                   .validationShare = 0.1,
                                   .testShare = 0.15});
        }
        say(fmt::format("Split        {} training, {} validation, {} test targets; no test user "
                        "is seen in training",
                        found->train, found->validation, found->test));
        m_test = splits.examples(found->id, store::SplitPart::Test);
    }

    void train()
    {
        store::RunLedger ledger{*m_project};
        auto run = newestRun(ledger);
        if (!run) {
            run = prepareRun(m_file, {.model = m_settings.model,
                                      .split = std::string{splitName},
                                      .name = std::string{runStem},
                                      .settings = m_training});
        }
        m_run = run->name;
        if (run->state != store::RunState::Done) {
            train::RunControl control;
            const train::RunResult result = executeRun(m_file, m_run, m_stop, m_progress, control);
            if (result.end == train::RunEnd::Stopped) {
                throw Stopped{}; // the next demo goes on from the checkpoint
            }
        }
        const Json summary = ledger.find(m_run)->summary;
        say(fmt::format("Training     run {}, {} steps of {} records; {}", m_run,
                        summary.value("step", 0), m_training.batch * m_training.accumulation,
                        heldOutLine(summary)));
        const fs::path folder = m_project->folder() / ledger.find(m_run)->folder;
        m_files.push_back(folder.string());
        say(fmt::format("             {}", folder.string()));
    }

    [[nodiscard]] static std::string heldOutLine(const Json& summary)
    {
        if (!summary.contains("held_out_loss") || !summary["held_out_loss"].is_number()) {
            return "no held-out loss";
        }
        return fmt::format("held-out loss {:.4f} → {:.4f}", summary["held_out_first"].get<double>(),
                           summary["held_out_loss"].get<double>());
    }

    [[nodiscard]] static std::optional<store::RunRow> newestRun(store::RunLedger& ledger)
    {
        for (const store::RunRow& row : ledger.all()) {
            if (row.name.starts_with(runStem) && row.state != store::RunState::Failed) {
                return row;
            }
        }
        return std::nullopt;
    }

    void evaluate()
    {
        const std::int64_t limit = m_settings.examples > 0 ? m_settings.examples : scoredTexts;
        EvaluationSettings settings{.models = {m_settings.model, m_run},
                                    .split = std::string{splitName},
                                    .limit = limit,
                                    .textLimit = std::min<std::int64_t>(limit, 6),
                                    .example = m_examples};
        settings.generation.maxNewTokens = newTokens;
        const Evaluation evaluation = evaluateProject(m_file, settings, m_stop, m_progress);
        say(fmt::format("\nHeld-out users: {} targets, texts written for {} of them "
                        "(mean and half of the 95 % interval)\n",
                        evaluation.rows[0].examples, evaluation.rows[0].texts));
        say(toTable(evaluation));
        const fs::path file = m_settings.folder / "evaluation.json";
        writeResult(file, toJson(evaluation));
        say(fmt::format("Evaluation   {}", file.string()));
        if (!evaluation.comparisons.empty()) {
            compare(evaluation.comparisons.front());
        }
    }

    /// One of the evaluation's texts: the base model's and the trained model's, side by side.
    void compare(const Comparison& comparison)
    {
        say(fmt::format("\n{} on {}\n  own words: {}", comparison.userName, comparison.itemTitle,
                        comparison.reference));
        for (const ComparedText& text : comparison.texts) {
            say(fmt::format("  {}, {} history: {}", text.modelName,
                            text.withHistory ? "with" : "without", text.text));
        }
        const fs::path file = m_settings.folder / "comparison.json";
        writeResult(file, toJson(comparison));
        say(fmt::format("\nComparison   {}", file.string()));
    }

    void drawHeatmaps()
    {
        store::Histories histories{*m_project};
        const ModelChoice choice = chooseModel(m_run, m_project.get());
        const auto decoder = loadModel(choice, {}, m_stop, m_progress);
        // Texts of different users, spread over the test part.
        const std::size_t count = std::min<std::size_t>(figures, m_test.size());
        for (std::size_t i = 0; i < count; ++i) {
            const ExampleId id = m_test[i * m_test.size() / count];
            const Inspection inspection =
                inspect(histories.example(id), *decoder, choice.name, m_examples, std::nullopt,
                        /*attribution=*/true, m_stop, m_progress);
            const fs::path stem = m_settings.folder / fmt::format("heatmap-{}", number(id));
            for (const char* extension : {".svg", ".html"}) {
                drawHeatmap(inspection, stem.string() + extension);
            }
        }
    }

    /// A machine without fonts draws no SVG; the demo is worth having all the same.
    void drawHeatmap(const Inspection& inspection, const std::string& file)
    {
        try {
            writeFigure(inspection, file);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Unsupported) {
                throw;
            }
            return say(fmt::format("No heatmap   {}", error.what()));
        }
        m_files.push_back(file);
        say(fmt::format("Heatmap      {} ({})", file, inspection.userName));
    }

    const DemoSettings& m_settings;
    std::function<void(const std::string&)> m_say;
    StopToken m_stop;
    Progress& m_progress;
    fs::path m_file;
    std::unique_ptr<store::Project> m_project;
    train::TrainingSettings m_training;
    ExampleSettings m_examples;
    std::vector<ExampleId> m_test;
    std::string m_run;
    std::vector<std::string> m_report;
    std::vector<std::string> m_files;
};

} // namespace

fs::path runDemo(const DemoSettings& settings, const std::function<void(const std::string&)>& say,
                 StopToken stop, Progress& progress)
{
    return Demo{settings, say, stop, progress}.run();
}

} // namespace nextquill::workflow
