// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/TokenCursor.h"
#include "ui/widgets/TokenLayout.h"
#include "ui/widgets/TokenView.h"

namespace nextquill::ui {

/// What a TokenView holds; shared by TokenView.cpp and TokenViewEvents.cpp alone.
class TokenView::Private
{
public:
    static constexpr int padding = 14; // around the text, in device-independent pixels

    explicit Private(TokenView& view)
        : q{view}
    {
    }

    void layOut();
    void adjustScrollBar();
    [[nodiscard]] QPointF toLayout(const QPoint& point) const;
    void moveTo(qsizetype token, bool extend);
    void setSelection(TextRange tokens);
    void setHovered(qsizetype token);
    void makeVisible(qsizetype token);
    [[nodiscard]] bool handleKey(const QKeyEvent& key, bool perform);
    using Command = void (Private::*)();
    [[nodiscard]] static Command controlCommand(int key, bool shift);
    [[nodiscard]] Command plainCommand(int key, bool shift) const;
    [[nodiscard]] bool handleCommand(const QKeyEvent& key, bool perform);
    void escape();
    void copyText();
    void copyValues();
    void selectAll();
    void enlarge();
    void reduce();
    void resetSize();
    void togglePin();
    void goToNext();
    void goToPrevious();
    void find();
    [[nodiscard]] TextRange selectedText() const;
    [[nodiscard]] QString tokenText(qsizetype token) const;

    TokenView& q;
    TokenText text;
    std::shared_ptr<const ColorScale> scale;
    TokenLayout layout;
    TokenCursor cursor;
    QString emptyText;
    QString valueHeader;
    std::function<QString(qsizetype)> valueCells;
    std::function<QString(qsizetype)> description;
    double textSize = 0;
    bool invisibles = false;
    bool greyscale = false;
    qsizetype current = -1;
    qsizetype hovered = -1;
    qsizetype anchor = -1; // where an extended selection began
    qsizetype pressed = -1;
    QList<qsizetype> pinned;
    TextRange selected; // in tokens
    int linesPainted = 0;
};

} // namespace nextquill::ui
