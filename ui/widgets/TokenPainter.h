// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"
#include "ui/widgets/TokenLayout.h"
#include "ui/widgets/TokenText.h"

#include <QList>
#include <QPointF>
#include <QRectF>

class QPainter;

namespace nextquill::ui {

/// Paints a TokenLayout with colors to any painter: the screen, a picture, SVG, PDF, a printer.
///
/// A value beyond the scale's range has the color of its end, and a corner in ink that says so. A
/// unit of several tokens has one color, one corner at its end and, under the pointer or the
/// cursor, a frame; lines below stand under the tokens that are beyond the threshold themselves.
/// Uncertain tokens are hatched, distinguished ones have a diamond before their first letter.
class TokenPainter
{
public:
    struct Look
    {
        Ground ground = Ground::Light;
        QColor accent; ///< rings of the current and pinned tokens, selection
        /// Newline, tabs, double spaces and empty tokens as small glyphs; a dot for each of several
        /// tokens that make one character.
        bool invisibles = false;
        bool greyscale = false; ///< for print: lines below and above in place of colors
        qsizetype current = -1;
        qsizetype hovered = -1;
        QList<qsizetype> pinned;
        TextRange selection;
    };

    /// The references must outlive the painter.
    TokenPainter(const TokenLayout& layout, const TokenText& text, const ColorScale* scale);

    /// Paints the lines that touch `visible` (in the layout's coordinates), its top left at
    /// `origin`, and returns how many these were.
    int paint(QPainter& painter, QPointF origin, const QRectF& visible, const Look& look) const;

private:
    [[nodiscard]] QColor ink(const Look& look) const;
    void paintBoxes(QPainter& painter, int line, const Look& look) const;
    void paintSelection(QPainter& painter, int line, const Look& look) const;
    void paintLines(QPainter& painter, int line, const Look& look) const;
    void paintCorner(QPainter& painter, const TokenLayout::Box& box, const Look& look) const;
    void paintMarks(QPainter& painter, int line, const Look& look) const;
    void paintDiamond(QPainter& painter, int line, const TokenLayout::Box& box,
                      const QColor& ink) const;
    void paintInvisibles(QPainter& painter, int line, const Look& look) const;
    void paintRings(QPainter& painter, int line, const Look& look) const;
    void paintFrame(QPainter& painter, int line, qsizetype token, const Look& look) const;

    const TokenLayout& m_layout;
    const TokenText& m_text;
    const ColorScale* m_scale;
};

} // namespace nextquill::ui
