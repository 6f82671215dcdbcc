// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenCursor.h"

#include "ui/widgets/ColorScale.h"
#include "ui/widgets/TokenUnits.h"

#include <QKeyEvent>

#include <algorithm>

namespace nextquill::ui {

namespace {

bool startsWord(const TokenText& text, qsizetype token)
{
    const qsizetype begin = text.tokens[token].begin;
    if (token == 0 || begin == 0 || begin >= text.text.size()) {
        return true;
    }
    return text.text[begin].isSpace() || text.text[begin - 1].isSpace();
}

bool isRightToLeft(const TokenText& text, qsizetype token)
{
    const TokenText::Token& held = text.tokens[token];
    const QString word = text.text.mid(held.begin, held.end - held.begin).trimmed();
    return word.isRightToLeft();
}

qsizetype endOfLine(const TokenLayout& layout, int line, bool last)
{
    qsizetype found = -1;
    for (const TokenLayout::Box& box : layout.boxes(line)) {
        const qsizetype token = last ? box.endToken - 1 : box.firstToken;
        if (found < 0 || (last ? token > found : token < found)) {
            found = token;
        }
    }
    return found;
}

qsizetype nextWord(const TokenText& text, qsizetype current, int step)
{
    qsizetype token = current + step;
    while (token > 0 && token < text.tokens.size() - 1 && !startsWord(text, token)) {
        token += step;
    }
    return token;
}

/// May lie one beyond either end of the text.
qsizetype horizontal(const TokenLayout& layout, const TokenText& text, qsizetype current,
                     TokenMove move)
{
    const int forward = isRightToLeft(text, current) ? -1 : 1;
    switch (move) {
    case TokenMove::Left:
        return current - forward;
    case TokenMove::Right:
        return current + forward;
    case TokenMove::WordLeft:
        return nextWord(text, current, -forward);
    case TokenMove::WordRight:
        return nextWord(text, current, forward);
    case TokenMove::LineStart:
    case TokenMove::LineEnd: {
        const qsizetype found =
            endOfLine(layout, layout.lineOfToken(current), move == TokenMove::LineEnd);
        return found < 0 ? current : found;
    }
    case TokenMove::TextStart:
        return 0;
    case TokenMove::TextEnd:
        return text.tokens.size() - 1;
    default:
        return current;
    }
}

} // namespace

std::optional<TokenMove> tokenMoveFor(const QKeyEvent& key)
{
    const Qt::KeyboardModifiers held = key.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier);
    const bool control = held == Qt::ControlModifier;
    if (held != Qt::NoModifier && !control) {
        return std::nullopt;
    }
    switch (key.key()) {
    case Qt::Key_Left:
        return control ? TokenMove::WordLeft : TokenMove::Left;
    case Qt::Key_Right:
        return control ? TokenMove::WordRight : TokenMove::Right;
    case Qt::Key_Home:
        return control ? TokenMove::TextStart : TokenMove::LineStart;
    case Qt::Key_End:
        return control ? TokenMove::TextEnd : TokenMove::LineEnd;
    default:
        break;
    }
    if (control) {
        return std::nullopt;
    }
    switch (key.key()) {
    case Qt::Key_Up:
        return TokenMove::Up;
    case Qt::Key_Down:
        return TokenMove::Down;
    case Qt::Key_PageUp:
        return TokenMove::PageUp;
    case Qt::Key_PageDown:
        return TokenMove::PageDown;
    default:
        return std::nullopt;
    }
}

qsizetype TokenCursor::moved(const TokenLayout& layout, const TokenText& text, qsizetype current,
                             TokenMove move, double pageHeight)
{
    const qsizetype count = text.tokens.size();
    if (count == 0) {
        return -1;
    }
    if (current < 0) {
        return move == TokenMove::TextEnd ? count - 1 : 0;
    }
    if (move == TokenMove::Up || move == TokenMove::Down) {
        return vertical(layout, current, 0, move == TokenMove::Up ? -1 : 1);
    }
    if (move == TokenMove::PageUp || move == TokenMove::PageDown) {
        return vertical(layout, current, pageHeight, move == TokenMove::PageUp ? -1 : 1);
    }
    forgetColumn();
    return std::clamp<qsizetype>(horizontal(layout, text, current, move), 0, count - 1);
}

qsizetype TokenCursor::vertical(const TokenLayout& layout, qsizetype current, double distance,
                                int direction)
{
    const QRectF rect = layout.tokenRect(current);
    if (!m_column) {
        m_column = rect.center().x();
    }
    const int from = layout.lineOfToken(current);
    int line = from + direction;
    if (distance > 0) {
        const double y = layout.line(from).top + direction * distance;
        line = direction < 0 ? std::min(line, layout.lineAt(y)) : std::max(line, layout.lineAt(y));
    }
    line = std::clamp(line, 0, layout.lineCount() - 1);
    while (line >= 0 && line < layout.lineCount() && layout.boxes(line).isEmpty()) {
        line += direction; // blank lines hold no token
    }
    if (line < 0 || line >= layout.lineCount()) {
        return current;
    }
    const TokenLayout::Line place = layout.line(line);
    return layout.nearestToken({*m_column, place.top + place.height / 2});
}

qsizetype nextBeyondThreshold(const TokenText& text, const ColorScale& scale, qsizetype current,
                              int direction)
{
    const qsizetype count = text.tokens.size();
    qsizetype token = current < 0 ? (direction < 0 ? 0 : count - 1) : current;
    for (qsizetype step = 0; step < count; ++step) {
        const TokenText::Unit here = unitOf(text, token);
        const qsizetype beside = direction > 0 ? here.endToken : here.firstToken - 1;
        const TokenText::Unit unit = unitOf(text, (beside + count) % count);
        token = unit.firstToken;
        if (scale.isBeyondThreshold(unit.value)) {
            return token;
        }
    }
    return -1;
}

} // namespace nextquill::ui
