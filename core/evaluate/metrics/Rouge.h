// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace nextquill::evaluate {

struct RougeScore
{
    double precision = 0;
    double recall = 0;
    double f = 0;
};

struct RougeScores
{
    RougeScore rouge1;
    RougeScore rouge2;
    RougeScore rougeL; ///< longest common subsequence of the whole texts
};

/// Equal to rouge_score 0.1.2: lower case, tokens of a-z and 0-9; with `stemmer`, tokens of more
/// than three characters as NLTK's Porter stems.
/// Source  C.-Y. Lin, ROUGE (2004)
[[nodiscard]] RougeScores rouge(std::string_view prediction, std::string_view reference,
                                bool stemmer);

} // namespace nextquill::evaluate
