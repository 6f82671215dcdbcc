// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Demo.h"

#include "core/base/AtomicFile.h"
#include "core/base/Resources.h"
#include "core/causal/PreferenceEffects.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
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
        m_say(fmt::format("Project      {}", m_file.string()));
        importSample();
        split();
        train();
        evaluate();
        drawHeatmaps();
        compare();
        return m_file;
    }

private:
    void importSample()
    {
        store::Histories histories{*m_project};
        if (histories.counts().reviews == 0) {
            static_cast<void>(store::importReviewText(*m_project, resource("samples/reviews.jsonl"),
                                                      resource("samples/items.jsonl"),
                                                      "built-in sample", m_stop, m_progress));
        }
        const store::Counts counts = histories.counts();
        m_say(fmt::format("Histories    {} reviews of {} users about {} items (written for this "
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
        m_say(fmt::format("Split        {} training, {} validation, {} test targets; no test user "
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
        m_say(fmt::format("Training     run {}, {} steps of {} records; {}", m_run,
                          summary.value("step", 0), m_training.batch * m_training.accumulation,
                          heldOutLine(summary)));
        m_say(fmt::format("             {}",
                          (m_project->folder() / ledger.find(m_run)->folder).string()));
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
        const std::int64_t limit = m_settings.examples > 0 ? m_settings.examples : 24;
        EvaluationSettings settings{.models = {m_settings.model, m_run},
                                    .split = std::string{splitName},
                                    .limit = limit,
                                    .textLimit = std::min<std::int64_t>(limit, 6),
                                    .example = m_examples};
        settings.generation.maxNewTokens = newTokens;
        const Evaluation evaluation = evaluateProject(m_file, settings, m_stop, m_progress);
        m_say(fmt::format("\nHeld-out users: {} targets, texts written for {} of them "
                          "(mean and half of the 95 % interval)\n",
                          evaluation.rows[0].examples, evaluation.rows[0].texts));
        m_say(toTable(evaluation));
        const fs::path file = m_settings.folder / "evaluation.json";
        writeFileAtomically(file, toJson(evaluation).dump(1) + "\n");
        m_say(fmt::format("Evaluation   {}", file.string()));
    }

    void drawHeatmaps()
    {
        store::Histories histories{*m_project};
        const ModelChoice choice = chooseModel(m_run, m_project.get());
        m_decoder = loadModel(choice, {}, m_stop, m_progress);
        // Texts of different users, spread over the test part.
        const std::size_t count = std::min<std::size_t>(figures, m_test.size());
        for (std::size_t i = 0; i < count; ++i) {
            const ExampleId id = m_test[i * m_test.size() / count];
            const Inspection inspection =
                inspect(histories.example(id), *m_decoder, choice.name, m_examples, std::nullopt,
                        /*attribution=*/true, m_stop, m_progress);
            const fs::path stem = m_settings.folder / fmt::format("heatmap-{}", number(id));
            for (const char* extension : {".svg", ".html"}) {
                writeFigure(inspection, stem.string() + extension);
            }
            m_say(fmt::format("Heatmap      {}.svg and .html ({})", stem.string(),
                              inspection.userName));
        }
    }

    void compare()
    {
        if (m_test.empty()) {
            return;
        }
        const store::ExampleData data = store::Histories{*m_project}.example(m_test.front());
        Comparison comparison{.example = data.target.id,
                              .userName = data.userName,
                              .itemTitle = data.item.title,
                              .reference = data.target.text};
        generate::GenerationSettings generation;
        generation.maxNewTokens = newTokens;
        for (const bool withHistory : {false, true}) {
            comparison.texts.push_back(writeText(data, *m_decoder, m_run, withHistory, m_examples,
                                                 generation, m_stop, {}));
        }
        m_say(
            fmt::format("\n{} on {}\n  own text         {}\n  without history  {}\n  with history  "
                        "   {}\n",
                        data.userName, data.item.title, data.target.text, comparison.texts[0].text,
                        comparison.texts[1].text));
        const fs::path file = m_settings.folder / "comparison.json";
        writeFileAtomically(file, toJson(comparison).dump(1) + "\n");
        m_say(fmt::format("Comparison   {}", file.string()));
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
    std::unique_ptr<model::Decoder> m_decoder;
};

} // namespace

fs::path runDemo(const DemoSettings& settings, const std::function<void(const std::string&)>& say,
                 StopToken stop, Progress& progress)
{
    return Demo{settings, say, stop, progress}.run();
}

} // namespace nextquill::workflow
