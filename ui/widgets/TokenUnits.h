// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenText.h"

namespace nextquill::ui {

/// The unit that holds a token; a unit of that token alone where there is none.
[[nodiscard]] TokenText::Unit unitOf(const TokenText& text, qsizetype token);

/// The characters of a unit.
[[nodiscard]] TextRange charactersOf(const TokenText& text, const TokenText::Unit& unit);

/// The last token of a unit with letters to see, behind which a newline or the end of the text may
/// stand; without any, the last.
[[nodiscard]] qsizetype lastSeenToken(const TokenText& text, const TokenText::Unit& unit);

} // namespace nextquill::ui
