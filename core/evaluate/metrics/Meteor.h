// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/evaluate/metrics/Characters.h"

#include <vector>

namespace nextquill::evaluate {

class Synonyms;

/// METEOR of two tokenized texts, [0, 1]: words are matched as they are (in lower case), then by
/// stem, then by synonym (where `synonyms` is given); alpha 0.9, beta 3, gamma 0.5. Equal to
/// NLTK 3.10. Source  A. Lavie, A. Agarwal, METEOR (2007)
[[nodiscard]] double meteor(const std::vector<Characters>& prediction,
                            const std::vector<Characters>& reference, const Synonyms* synonyms);

} // namespace nextquill::evaluate
