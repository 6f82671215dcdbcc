// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/TextScores.h"

#include "core/evaluate/metrics/Bleu.h"
#include "core/evaluate/metrics/Characters.h"
#include "core/evaluate/metrics/Chrf.h"
#include "core/evaluate/metrics/Meteor.h"
#include "core/evaluate/metrics/Rouge.h"
#include "core/evaluate/metrics/Synonyms.h"
#include "core/evaluate/metrics/WordTokens.h"

#include <memory>

namespace nextquill::evaluate {

namespace {

const Synonyms* installedSynonyms()
{
    static const std::shared_ptr<const Synonyms> synonyms = Synonyms::installed();
    return synonyms.get();
}

} // namespace

TextScores scoreText(const TextPair& pair, const ScoreSettings& settings)
{
    const RougeScores rouges = rouge(pair.prediction, pair.reference, settings.stemmer);
    return {.rouge1 = rouges.rouge1.f,
            .rouge2 = rouges.rouge2.f,
            .rougeL = rouges.rougeL.f,
            .meteor = meteor(wordTokens(toCharacters(pair.prediction)),
                             wordTokens(toCharacters(pair.reference)), installedSynonyms()),
            .bleu = bleu(bleuCounts(pair.prediction, pair.reference), /*effectiveOrder=*/true),
            .chrf = chrf(chrfCounts(pair.prediction, pair.reference))};
}

CorpusScores scoreCorpus(const std::vector<TextPair>& pairs, const ScoreSettings& settings)
{
    CorpusScores corpus;
    BleuCounts words;
    ChrfCounts characters;
    for (const TextPair& pair : pairs) {
        const TextScores scores = scoreText(pair, settings);
        corpus.mean.rouge1 += scores.rouge1;
        corpus.mean.rouge2 += scores.rouge2;
        corpus.mean.rougeL += scores.rougeL;
        corpus.mean.meteor += scores.meteor;
        words += bleuCounts(pair.prediction, pair.reference);
        characters += chrfCounts(pair.prediction, pair.reference);
    }
    const double count = pairs.empty() ? 1 : static_cast<double>(pairs.size());
    corpus.mean.rouge1 /= count;
    corpus.mean.rouge2 /= count;
    corpus.mean.rougeL /= count;
    corpus.mean.meteor /= count;
    corpus.mean.bleu = bleu(words, /*effectiveOrder=*/false);
    corpus.mean.chrf = chrf(characters);
    corpus.signatures = {
        {"rouge",
         settings.stemmer ? "F-measure, mean, Porter stems (NLTK)" : "F-measure, mean, no stemmer"},
        {"bleu", "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"},
        {"chrf", "nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no"},
        {"meteor", installedSynonyms() != nullptr ? "NLTK word tokens, Porter stems, WordNet 3.0"
                                                  : "NLTK word tokens, Porter stems, no synonyms"},
    };
    return corpus;
}

} // namespace nextquill::evaluate
