// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/metrics/Characters.h"

#include <vector>

namespace nextquill::evaluate {

/// Words and punctuation marks of a whole text, by the rules of NLTK's word tokenizer (Penn
/// Treebank with Unicode quotes): what METEOR compares. No sentence splitting: only a full stop at
/// the very end is a token of its own.
///
/// Source  R. MacIntyre's Treebank rules; NLTK 3.10, NLTKWordTokenizer
[[nodiscard]] std::vector<Characters> wordTokens(const Characters& text);

} // namespace nextquill::evaluate
