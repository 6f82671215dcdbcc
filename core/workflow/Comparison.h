// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/evaluate/BootstrapInterval.h"
#include "core/evaluate/metrics/TextScores.h"
#include "core/generate/Generation.h"
#include "core/model/Decoder.h"
#include "core/store/Histories.h"
#include "core/workflow/ProjectExamples.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace nextquill::workflow {

struct Inspection;

/// One text in a comparison.
struct ComparedText
{
    std::string modelName;
    bool withHistory = true; ///< false also where there is no history to write with
    int historyReviews = 0;  ///< past reviews that the prompt with history holds
    std::string text;
    generate::Generated generated;
    std::vector<std::string> tokenTexts; ///< parallel to generated.ids
    evaluate::TextScores scores;         ///< against the user's own text
    double meanPce = 0;                  ///< 0 where `generated` has no effects
};

struct Comparison
{
    ExampleId example{};
    std::string userName;
    std::string itemTitle;
    std::string reference; ///< the user's own text
    std::vector<ComparedText> texts;
};

/// The comparison of an example, no texts in it yet.
[[nodiscard]] Comparison comparisonOf(const store::ExampleData& data);

/// Writes one text: `withHistory` false is do(h = none). Where the user has no earlier review, the
/// text is one without history and says so. `piece` receives text as it comes.
[[nodiscard]] ComparedText writeText(const store::ExampleData& data, model::Decoder& decoder,
                                     const std::string& modelName, bool withHistory,
                                     const ExampleSettings& settings,
                                     const generate::GenerationSettings& generation, StopToken stop,
                                     const generate::TextSink& piece);

/// A text that was inspected, as one of a comparison: its effects are those that were measured.
[[nodiscard]] ComparedText comparedText(const Inspection& inspection, const std::string& reference);

[[nodiscard]] OrderedJson toJson(const Comparison& comparison);

/// One row of the evaluation table: a model on held-out examples.
struct EvaluationRow
{
    std::string modelName;
    bool withHistory = true;
    std::int64_t examples = 0;
    evaluate::Interval nll;     ///< nats per target token, examples weighted equally
    evaluate::Interval meanPce; ///< zero without history
    evaluate::Interval rouge1;
    evaluate::Interval rougeL;
    evaluate::Interval meteor;
    double bleu = 0;
    double chrf = 0;
    std::int64_t texts = 0; ///< written and scored; 0: only the teacher-forced figures are there
};

struct Evaluation
{
    std::string split;
    std::vector<EvaluationRow> rows;
    std::vector<Comparison> comparisons; ///< the texts that were written, each model's two
};

struct EvaluationSettings
{
    std::vector<std::string> models;
    std::string split; ///< empty: newest
    std::string part = "test";
    std::int64_t limit = 0;      ///< examples; 0: all
    std::int64_t textLimit = -1; ///< examples whose texts are written and scored, the first ones;
                                 ///< 0: teacher-forced figures alone, -1: all
    generate::GenerationSettings generation;
    ExampleSettings example;
    model::DecoderOptions decoder;
};

/// Each model with and without history on the examples of a split; the table is kept among the
/// project's results.
[[nodiscard]] Evaluation evaluateProject(const std::filesystem::path& project,
                                         const EvaluationSettings& settings, StopToken stop,
                                         Progress& progress);

[[nodiscard]] OrderedJson toJson(const Evaluation& evaluation);  ///< without the texts
[[nodiscard]] std::string toTable(const Evaluation& evaluation); ///< aligned columns for a terminal

} // namespace nextquill::workflow
