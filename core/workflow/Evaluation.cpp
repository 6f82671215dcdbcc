// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/model/Decoder.h"
#include "core/store/Project.h"
#include "core/store/Results.h"
#include "core/store/Splits.h"
#include "core/workflow/Comparison.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/SplitChoice.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace nextquill::workflow {

namespace {

/// Figures of one model in one world, an entry per example.
struct World
{
    bool withHistory = false;
    std::vector<double> nll;
    std::vector<double> pce;
    std::vector<double> rouge1;
    std::vector<double> rougeL;
    std::vector<double> meteor;
    std::vector<evaluate::TextPair> pairs;
};

double meanNegative(const std::vector<causal::TokenEffect>& tokens,
                    float causal::TokenEffect::* logp)
{
    double sum = 0;
    for (const causal::TokenEffect& token : tokens) {
        sum -= token.*logp;
    }
    return sum / static_cast<double>(tokens.size());
}

class Evaluator
{
public:
    Evaluator(store::Project& project, const EvaluationSettings& settings, StopToken stop,
              Progress& progress)
        : m_histories{project}
        , m_settings{settings}
        , m_stop{std::move(stop)}
        , m_progress{progress}
    {
    }

    [[nodiscard]] std::vector<Comparison> takeComparisons() { return std::move(m_comparisons); }

    /// The two rows of a model: without and with history.
    std::vector<EvaluationRow> evaluate(const ModelChoice& choice, model::Decoder& decoder,
                                        const std::vector<ExampleId>& ids, std::int64_t done,
                                        std::int64_t total)
    {
        const std::string& name = choice.name;
        m_example = m_settings.example;
        followRunOf(choice, m_example);
        World plain{.withHistory = false};
        World history{.withHistory = true};
        for (std::size_t i = 0; i < ids.size(); ++i) {
            stopPoint(m_stop);
            m_progress.report({.done = done + static_cast<std::int64_t>(i),
                               .total = total,
                               .stage = "evaluating " + name});
            const store::ExampleData data = m_histories.example(ids[i]);
            addEffects(data, decoder, plain, history);
            if (m_settings.textLimit < 0 || std::cmp_less(i, m_settings.textLimit)) {
                if (i == m_comparisons.size()) { // the first model comes here first
                    m_comparisons.push_back(comparisonOf(data));
                }
                addText(data, name, decoder, plain, m_comparisons[i]);
                addText(data, name, decoder, history, m_comparisons[i]);
            }
        }
        return {rowOf(name, plain), rowOf(name, history)};
    }

private:
    void addEffects(const store::ExampleData& data, model::Decoder& decoder, World& plain,
                    World& history)
    {
        const std::array examples{twinExampleFor(data, decoder.files(), m_example)};
        NoProgress quiet;
        const auto effects = causal::measurePreferenceEffects(decoder, examples, {}, m_stop, quiet);
        const std::vector<causal::TokenEffect>& tokens = effects[0].tokens;
        plain.nll.push_back(meanNegative(tokens, &causal::TokenEffect::logp_0));
        plain.pce.push_back(0);
        history.nll.push_back(meanNegative(tokens, &causal::TokenEffect::logp_h));
        history.pce.push_back(effects[0].meanPce());
    }

    void addText(const store::ExampleData& data, const std::string& name, model::Decoder& decoder,
                 World& world, Comparison& comparison)
    {
        generate::GenerationSettings generation = m_settings.generation;
        generation.effects = false; // the table has those of the user's own text
        ComparedText text =
            writeText(data, decoder, name, world.withHistory, m_example, generation, m_stop, {});
        world.rouge1.push_back(text.scores.rouge1);
        world.rougeL.push_back(text.scores.rougeL);
        world.meteor.push_back(text.scores.meteor);
        world.pairs.push_back({.prediction = text.text, .reference = data.target.text});
        comparison.texts.push_back(std::move(text));
    }

    static EvaluationRow rowOf(const std::string& name, const World& world)
    {
        EvaluationRow row{.modelName = name,
                          .withHistory = world.withHistory,
                          .examples = static_cast<std::int64_t>(world.nll.size()),
                          .nll = evaluate::bootstrapMean(world.nll),
                          .meanPce = evaluate::bootstrapMean(world.pce),
                          .texts = static_cast<std::int64_t>(world.pairs.size())};
        if (row.texts > 0) {
            row.rouge1 = evaluate::bootstrapMean(world.rouge1);
            row.rougeL = evaluate::bootstrapMean(world.rougeL);
            row.meteor = evaluate::bootstrapMean(world.meteor);
            const evaluate::CorpusScores corpus = evaluate::scoreCorpus(world.pairs);
            row.bleu = corpus.mean.bleu;
            row.chrf = corpus.mean.chrf;
        }
        return row;
    }

    store::Histories m_histories;
    const EvaluationSettings& m_settings;
    ExampleSettings m_example; ///< of the model under way
    StopToken m_stop;
    Progress& m_progress;
    std::vector<Comparison> m_comparisons;
};

OrderedJson intervalJson(const evaluate::Interval& interval)
{
    return {{"mean", interval.mean}, {"low", interval.low}, {"high", interval.high}};
}

/// A mean with half its interval: "3.412 ±0.081".
std::string shown(const evaluate::Interval& interval)
{
    return fmt::format("{:.3f} ±{:.3f}", interval.mean, (interval.high - interval.low) / 2);
}

} // namespace

Evaluation evaluateProject(const std::filesystem::path& projectFile,
                           const EvaluationSettings& settings, StopToken stop, Progress& progress)
{
    const auto project = store::Project::open(projectFile, store::OpenMode::ReadOnly);
    const store::Split split = requiredSplit(*project, settings.split);
    std::vector<ExampleId> ids =
        store::Splits{*project}.examples(split.id, splitPartCalled(settings.part));
    if (settings.limit > 0 && std::cmp_less(settings.limit, ids.size())) {
        ids.resize(static_cast<std::size_t>(settings.limit));
    }
    if (ids.empty()) {
        throw Error{ErrorKind::BadInput, "the split has no " + settings.part + " examples",
                    split.settings.name, "take another part or split"};
    }
    const auto total = static_cast<std::int64_t>(ids.size() * settings.models.size());
    Evaluation evaluation{.split = split.settings.name};
    Evaluator evaluator{*project, settings, stop, progress};
    for (const std::string& name : settings.models) {
        const ModelChoice choice = chooseModel(name, project.get());
        const auto decoder = loadModel(choice, settings.decoder, stop, progress);
        const auto done = static_cast<std::int64_t>(evaluation.rows.size() / 2 * ids.size());
        for (EvaluationRow& row : evaluator.evaluate(choice, *decoder, ids, done, total)) {
            evaluation.rows.push_back(std::move(row));
        }
    }
    evaluation.comparisons = evaluator.takeComparisons();
    const auto writer = store::Project::open(projectFile, store::OpenMode::ReadWrite);
    store::Results{*writer}.put("evaluation",
                                fmt::format("{} {} {} of {}", split.settings.name, settings.part,
                                            ids.size(), fmt::join(settings.models, ",")),
                                Json::parse(toJson(evaluation).dump()));
    return evaluation;
}

OrderedJson toJson(const Evaluation& evaluation)
{
    OrderedJson rows = OrderedJson::array();
    for (const EvaluationRow& row : evaluation.rows) {
        OrderedJson entry{{"model", row.modelName},
                          {"history", row.withHistory},
                          {"examples", row.examples},
                          {"nll", intervalJson(row.nll)},
                          {"mean_pce", intervalJson(row.meanPce)}};
        if (row.texts > 0) {
            entry["texts"] = row.texts;
            entry["rouge1"] = intervalJson(row.rouge1);
            entry["rougeL"] = intervalJson(row.rougeL);
            entry["meteor"] = intervalJson(row.meteor);
            entry["bleu"] = row.bleu;
            entry["chrf"] = row.chrf;
        }
        rows.push_back(std::move(entry));
    }
    return {{"split", evaluation.split}, {"rows", std::move(rows)}};
}

std::string toTable(const Evaluation& evaluation)
{
    std::size_t width = 5;
    for (const EvaluationRow& row : evaluation.rows) {
        width = std::max(width, row.modelName.size());
    }
    std::string table =
        fmt::format("{:<{}}  {:<7}  {:>14}  {:>15}  {:>14}  {:>14}  {:>14}\n", "model", width,
                    "history", "NLL per token", "mean PCE", "ROUGE-1", "ROUGE-L", "METEOR");
    for (const EvaluationRow& row : evaluation.rows) {
        const auto score = [&row](const evaluate::Interval& interval) {
            return row.texts > 0 ? shown(interval) : std::string{"-"};
        };
        table += fmt::format("{:<{}}  {:<7}  {:>14}  {:>15}  {:>14}  {:>14}  {:>14}\n",
                             row.modelName, width, row.withHistory ? "with" : "without",
                             shown(row.nll), row.withHistory ? shown(row.meanPce) : "-",
                             score(row.rouge1), score(row.rougeL), score(row.meteor));
    }
    return table;
}

} // namespace nextquill::workflow
