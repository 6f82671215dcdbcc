// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ColorScale.h"
#include "ui/widgets/TokenText.h"

#include <QList>
#include <QPointF>
#include <QRectF>

class QPainter;

namespace nextquill::ui {

class TokenLayout;

/// Paints a TokenLayout with colors to any painter: the screen, a picture, SVG, PDF, a printer.
class TokenPainter
{
public:
    struct Look
    {
        Ground ground = Ground::Light;
        QColor accent;           ///< rings of the current and pinned tokens, selection
        bool invisibles = false; ///< newline, tabs, double spaces and empty tokens as small glyphs
        bool greyscale = false;  ///< for print: lines below and above in place of colors
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
    void paintLines(QPainter& painter, int line, const Look& look) const;
    void paintInvisibles(QPainter& painter, int line, const Look& look) const;
    void paintRings(QPainter& painter, int line, const Look& look) const;

    const TokenLayout& m_layout;
    const TokenText& m_text;
    const ColorScale* m_scale;
};

} // namespace nextquill::ui
