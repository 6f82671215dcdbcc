// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/causal/PreferenceEffects.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// A stretch of text that can be drawn and pointed at: one token, or the several tokens that only
/// together make whole characters (an emoji of four tokens).
struct TextUnit
{
    ByteRange bytes;            ///< whole characters of the text
    std::size_t firstToken = 0; ///< index into the effects
    std::size_t tokens = 1;
};

/// Cuts a text into units along its tokens; together they cover the text once, in order. Tokens
/// without bytes (end-of-sequence) belong to none.
[[nodiscard]] std::vector<TextUnit> textUnits(std::string_view text,
                                              const causal::PreferenceEffects& effects);

/// Mean pce of a unit's tokens.
[[nodiscard]] double meanPce(const TextUnit& unit, const causal::PreferenceEffects& effects);

} // namespace nextquill::workflow
