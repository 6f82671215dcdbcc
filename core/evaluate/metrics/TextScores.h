// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextquill::evaluate {

struct TextPair
{
    std::string prediction;
    std::string reference;
};

/// Scores of one text against one reference.
struct TextScores
{
    double rouge1 = 0; ///< F-measure, [0, 1]
    double rouge2 = 0;
    double rougeL = 0;
    double meteor = 0; ///< [0, 1]
    double bleu = 0;   ///< sentence BLEU, [0, 100]
    double chrf = 0;   ///< chrF2, [0, 100]
};

struct ScoreSettings
{
    bool stemmer = false; ///< ROUGE with NLTK's Porter stemmer
};

struct CorpusScores
{
    TextScores mean; ///< of ROUGE and METEOR; bleu and chrf are the corpus figures
    std::map<std::string, std::string> signatures; ///< metric → what was used, as sacreBLEU prints
};

/// Equal to rouge_score 0.1.2, sacreBLEU 2.6 (defaults) and NLTK 3.10; see each metric's header.
///
/// Threads  any; the synonyms are loaded once.
[[nodiscard]] TextScores scoreText(const TextPair& pair, const ScoreSettings& settings = {});
[[nodiscard]] CorpusScores scoreCorpus(const std::vector<TextPair>& pairs,
                                       const ScoreSettings& settings = {});

} // namespace nextquill::evaluate
