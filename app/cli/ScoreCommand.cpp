// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/evaluate/metrics/TextScores.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/JsonLines.h"

#include <memory>

namespace nextquill::app {

namespace {

using evaluate::TextPair;
using evaluate::TextScores;

constexpr const char* recordRemedy = "give {\"prediction\", \"reference\"} a line";

std::vector<TextPair> readPairs()
{
    std::vector<TextPair> pairs;
    JsonLines lines;
    while (const auto line = lines.next()) {
        pairs.push_back({.prediction = line->text("prediction", recordRemedy),
                         .reference = line->text("reference", recordRemedy)});
    }
    if (pairs.empty()) {
        throw Error{ErrorKind::BadInput, "there is no pair to score", "standard input",
                    recordRemedy};
    }
    return pairs;
}

OrderedJson toJson(const TextScores& scores)
{
    return {{"rouge1", scores.rouge1}, {"rouge2", scores.rouge2}, {"rougeL", scores.rougeL},
            {"meteor", scores.meteor}, {"bleu", scores.bleu},     {"chrf", scores.chrf}};
}

int score(const evaluate::ScoreSettings& settings, Context& context)
{
    const std::vector<TextPair> pairs = readPairs();
    OrderedJson scored = OrderedJson::array();
    for (const TextPair& pair : pairs) {
        stopPoint(context.interrupt.token());
        scored.push_back(toJson(evaluate::scoreText(pair, settings)));
    }
    const evaluate::CorpusScores corpus = evaluate::scoreCorpus(pairs, settings);
    OrderedJson whole = toJson(corpus.mean);
    whole["signatures"] = corpus.signatures;
    // The result is JSON with or without --json: CLI.md has no other form of it.
    context.out.line({{"pairs", std::move(scored)}, {"corpus", std::move(whole)}});
    return exitDone;
}

} // namespace

void addScore(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand(
        "score", "{prediction, reference} JSON lines in; ROUGE, METEOR, BLEU and chrF out");
    const auto settings = std::make_shared<evaluate::ScoreSettings>();
    command->add_flag("--stemmer", settings->stemmer, "ROUGE on Porter stems");
    command->callback([settings, &context] {
        context.action = [settings, &context] { return score(*settings, context); };
    });
}

} // namespace nextquill::app
