// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

namespace nextquill::ui {

/// The tokens that share a character with this one, half-open, itself among them: the bytes of an
/// emoji, or the parts of a letter with its accents. A token of whole characters is alone.
///
/// A character is what a reader takes for one (Unicode's extended grapheme cluster).
[[nodiscard]] TextRange tokensOfCharacter(const TokenText& text, qsizetype token);

} // namespace nextquill::ui
