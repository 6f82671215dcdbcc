// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenLayout.h"
#include "ui/widgets/TokenText.h"

#include <optional>

class QKeyEvent;

namespace nextquill::ui {

class ColorScale;

enum class TokenMove {
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    PageUp,
    PageDown,
    LineStart,
    LineEnd,
    TextStart,
    TextEnd
};

/// The move that a key asks for, whether or not Shift is held.
[[nodiscard]] std::optional<TokenMove> tokenMoveFor(const QKeyEvent& key);

/// Walks over the tokens of a layout; remembers the column while going up and down.
class TokenCursor
{
public:
    /// Where `move` leads from `current` (-1: from before the text); -1 without tokens.
    [[nodiscard]] qsizetype moved(const TokenLayout& layout, const TokenText& text,
                                  qsizetype current, TokenMove move, double pageHeight);
    void forgetColumn() { m_column.reset(); }

private:
    [[nodiscard]] qsizetype vertical(const TokenLayout& layout, qsizetype current, double distance,
                                     int direction);

    std::optional<double> m_column;
};

/// The first token of the next unit (a single token where there are none) beyond the threshold in a
/// direction (+1 or -1), around the end; -1: none.
[[nodiscard]] qsizetype nextBeyondThreshold(const TokenText& text, const ColorScale& scale,
                                            qsizetype current, int direction);

} // namespace nextquill::ui
