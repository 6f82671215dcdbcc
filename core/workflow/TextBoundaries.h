// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// What a text is made of, as its readers see it: characters with their marks, words (also of
/// scripts that write them without spaces), sentences, what stays on one line.
enum class Boundary { Character, Word, Sentence, Line };

/// For each byte of a UTF-8 text, and its end, whether such a part begins or ends there; byte 0 and
/// the end always do. A space between words is a part of its own, one behind a sentence is its.
///
/// Source  Unicode annexes 14 and 29, by ICU, with the rules of no language in particular
[[nodiscard]] std::vector<bool> textBoundaries(std::string_view text, Boundary boundary);

} // namespace nextquill::workflow
