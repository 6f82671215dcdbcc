// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/causal/PreferenceEffects.h"
#include "core/workflow/EffectMeasure.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// What has one colour in a heatmap.
enum class UnitKind { Token, Word, Sentence };

[[nodiscard]] std::string_view name(UnitKind kind); ///< "token", "word", "sentence"
[[nodiscard]] std::optional<UnitKind> unitCalled(std::string_view name);

/// A stretch of text that can be drawn and pointed at: one token, the several tokens that only
/// together make whole characters (an emoji of four tokens), a word, a sentence.
struct TextUnit
{
    ByteRange bytes;            ///< whole characters of the text, with their marks
    std::size_t firstToken = 0; ///< index into the effects
    std::size_t tokens = 1;
};

/// Cuts a text into units along its tokens; together they cover the text once, in order. Tokens
/// without bytes (end-of-sequence) belong to none.
///
/// Tokens are never parted: one that holds the end of a word and the beginning of the next belongs
/// to the first; one that begins with a space belongs to what follows the space.
[[nodiscard]] std::vector<TextUnit> textUnits(std::string_view text,
                                              const causal::PreferenceEffects& effects,
                                              UnitKind kind = UnitKind::Token);

/// Mean pce of a unit's tokens.
[[nodiscard]] double meanPce(const TextUnit& unit, const causal::PreferenceEffects& effects);

/// A unit's value: the sum over its tokens where the measure adds up (log ratios are those of the
/// whole stretch then), else their mean.
[[nodiscard]] double unitValue(const TextUnit& unit, const causal::PreferenceEffects& effects,
                               EffectMeasure measure);

} // namespace nextquill::workflow
