// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace nextquill::evaluate {

/// Porter's stemmer with the extensions of NLTK ("news" stays, "dying" is "die"): what METEOR and
/// ROUGE's stemming are defined with. libstemmer's differs in 4 % of common words.
///
/// `word` is lower case; characters beyond ASCII count as consonants.
/// Source  M. Porter, An algorithm for suffix stripping (1980); NLTK 3.10's documented departures
[[nodiscard]] std::u32string porterStem(const std::u32string& word);

} // namespace nextquill::evaluate
