// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/causal/PreferenceEffects.h"
#include "core/text/Tokenizer.h"

#include <string>
#include <vector>

namespace nextquill::workflow {

/// A token as a person reads it: its own text, or U+FFFD where it is a part of a character.
[[nodiscard]] std::string shownToken(const text::Tokenizer& tokenizer, text::TokenId id);

/// CLI.md's PCE result. `tokenTexts` is parallel to the effects' tokens.
[[nodiscard]] OrderedJson pceResult(const std::string& id, const causal::PreferenceEffects& effects,
                                    const std::vector<std::string>& tokenTexts, double threshold);

} // namespace nextquill::workflow
