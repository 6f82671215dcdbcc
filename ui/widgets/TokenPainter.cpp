// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenPainter.h"

#include "ui/widgets/TokenSigns.h"
#include "ui/widgets/TokenUnits.h"

#include <QFont>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

/// Edges on whole pixels, so that neighbours meet without seam or overlap.
QRectF aligned(const QRectF& rect)
{
    const double left = std::round(rect.left());
    const double top = std::round(rect.top());
    return {left, top, std::round(rect.right()) - left, std::round(rect.bottom()) - top};
}

constexpr double clipMark = 5; // side of the corner that says "beyond the scale"
constexpr double dot = 2;      // one per token that shares a character

/// Of several tokens within one character, the one with the greatest effect.
float strongest(const TokenText& text, const TokenLayout::Box& box)
{
    float value = std::numeric_limits<float>::quiet_NaN();
    for (qsizetype token = box.firstToken; token < box.endToken; ++token) {
        const float other = text.tokens[token].value;
        if (std::isnan(value) || std::abs(other) > std::abs(value)) {
            value = other;
        }
    }
    return value;
}

/// What colors a box: its unit's value, which all of the unit's boxes have.
float coloring(const TokenText& text, const TokenLayout::Box& box)
{
    const TokenText::Unit unit = unitOf(text, box.firstToken);
    return unit.endToken >= box.endToken ? unit.value : strongest(text, box);
}

/// Of several tokens within one character, what one of them has.
TokenText::Signs signsOf(const TokenText& text, const TokenLayout::Box& box)
{
    TokenText::Signs signs;
    for (qsizetype token = box.firstToken; token < box.endToken; ++token) {
        signs.uncertain = signs.uncertain || text.tokens[token].signs.uncertain;
        signs.distinguished = signs.distinguished || text.tokens[token].signs.distinguished;
    }
    return signs;
}

/// Neighbours with lines of one color: hatched at once, for each line is drawn from its beginning
/// to its end.
struct Hatched
{
    QRectF rect;
    QColor color;
};

void addHatched(QList<Hatched>& stretches, const QRectF& rect, const QColor& color)
{
    if (!stretches.isEmpty()) {
        Hatched& last = stretches.last();
        const bool touches = rect.left() == last.rect.right() || rect.right() == last.rect.left();
        if (touches && last.color == color) {
            last.rect |= rect;
            return;
        }
    }
    stretches.append({rect, color});
}

bool holds(const TokenLayout::Box& box, qsizetype token)
{
    return box.firstToken <= token && token < box.endToken;
}

bool touches(const TextRange& range, const TextRange& other)
{
    return range.begin < other.end && other.begin < range.end;
}

/// The upper corner at the end of the box, in ink.
void drawClipMark(QPainter& painter, const QRectF& rect, const QColor& ink)
{
    const double side = std::min({clipMark, rect.width(), rect.height()});
    const std::array corner{rect.topRight(), rect.topRight() - QPointF{side, 0},
                            rect.topRight() + QPointF{0, side}};
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink);
    painter.drawPolygon(corner.data(), static_cast<int>(corner.size()));
    painter.setBrush(Qt::NoBrush);
}

/// As many dots as tokens share the box: an emoji of four bytes has four.
void drawTokenDots(QPainter& painter, const TokenLayout::Box& box, const QColor& ink)
{
    const qsizetype tokens = box.endToken - box.firstToken;
    const double step = std::min(2 * dot, box.rect.width() / static_cast<double>(tokens));
    double x = box.rect.center().x() - step * static_cast<double>(tokens - 1) / 2;
    for (qsizetype token = 0; token < tokens; ++token, x += step) {
        painter.fillRect(QRectF{std::round(x - dot / 2), std::round(box.rect.top()), dot, dot},
                         ink);
    }
}

void drawGlyph(QPainter& painter, const QRectF& rect, const QString& glyph)
{
    painter.drawText(rect, Qt::AlignCenter | Qt::TextDontClip, glyph);
}

} // namespace

TokenPainter::TokenPainter(const TokenLayout& layout, const TokenText& text,
                           const ColorScale* scale)
    : m_layout{layout}
    , m_text{text}
    , m_scale{scale}
{
}

int TokenPainter::paint(QPainter& painter, QPointF origin, const QRectF& visible,
                        const Look& look) const
{
    int painted = 0;
    painter.save();
    painter.translate(origin);
    for (int line = std::max(0, m_layout.lineAt(visible.top())); line < m_layout.lineCount();
         ++line) {
        if (m_layout.line(line).top > visible.bottom()) {
            break;
        }
        paintBoxes(painter, line, look);
        m_layout.drawLine(painter, line, {}, ink(look));
        paintLines(painter, line, look);
        if (look.invisibles) {
            paintInvisibles(painter, line, look);
        }
        ++painted;
    }
    for (int line = std::max(0, m_layout.lineAt(visible.top()));
         line < m_layout.lineCount() && m_layout.line(line).top <= visible.bottom(); ++line) {
        paintRings(painter, line, look); // over the boxes of the lines above and below
    }
    painter.restore();
    return painted;
}

QColor TokenPainter::ink(const Look& look) const
{
    if (m_scale != nullptr) {
        return m_scale->ink(look.ground);
    }
    return look.ground == Ground::Light ? QColor{Qt::black} : QColor{Qt::white};
}

void TokenPainter::paintBoxes(QPainter& painter, int line, const Look& look) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    QList<Hatched> hatched;
    for (const TokenLayout::Box& box : m_layout.boxes(line)) {
        const float value = coloring(m_text, box);
        if (m_scale == nullptr || (box.invisible && !look.invisibles)) {
            continue;
        }
        QColor cell = m_scale->ground(look.ground);
        if (!look.greyscale && !std::isnan(value)) {
            cell = m_scale->color(value, look.ground);
            painter.fillRect(aligned(box.rect), cell);
        }
        if (signsOf(m_text, box).uncertain) {
            addHatched(hatched, aligned(box.rect), m_scale->hatching(cell, look.ground));
        }
    }
    for (const Hatched& stretch : std::as_const(hatched)) {
        drawHatching(painter, stretch.rect, stretch.color);
    }
    paintSelection(painter, line, look);
}

void TokenPainter::paintSelection(QPainter& painter, int line, const Look& look) const
{
    if (look.selection.begin < look.selection.end) {
        QColor wash = look.accent;
        wash.setAlpha(40); // the ink must stay readable on every color below
        for (const QRectF& rect : m_layout.rectsOf(look.selection, line)) {
            painter.fillRect(aligned(rect), wash);
            painter.fillRect(QRectF{rect.left(), rect.bottom() - 2, rect.width(), 2}, look.accent);
        }
    }
}

void TokenPainter::paintLines(QPainter& painter, int line, const Look& look) const
{
    const TokenLayout::Line place = m_layout.line(line);
    const double below =
        std::round(place.baseline + (place.top + place.height - place.baseline) / 3);
    const QColor ink = this->ink(look);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const TokenLayout::Box& box : m_layout.boxes(line)) {
        if (m_scale == nullptr || box.invisible) {
            continue;
        }
        const QRectF rect = aligned(box.rect);
        const float value = coloring(m_text, box); // NaN is beyond nothing
        if (isClipped(*m_scale, value)) {
            paintCorner(painter, box, look);
        }
        if (signsOf(m_text, box).distinguished) {
            paintDiamond(painter, line, box, ink);
        }
        if (m_scale->isBeyondThreshold(strongest(m_text, box))) {
            painter.fillRect(QRectF{rect.left(), below, rect.width(), 2}, ink);
        } else if (look.greyscale && m_scale->isBeyondThreshold(value)) {
            painter.fillRect(QRectF{rect.left(), below, rect.width(), 1}, ink); // its unit is
        }
        if (look.greyscale && m_scale->isBeyondThreshold(-value)) {
            painter.fillRect(QRectF{rect.left(), rect.top(), rect.width(), 1}, ink);
        }
    }
    paintMarks(painter, line, look);
}

/// Of a unit beyond the scale, at its end alone.
void TokenPainter::paintCorner(QPainter& painter, const TokenLayout::Box& box,
                               const Look& look) const
{
    const TokenText::Unit unit = unitOf(m_text, box.firstToken);
    if (holds(box, lastSeenToken(m_text, unit))) {
        drawClipMark(painter, aligned(box.rect), ink(look));
    }
}

/// Before the first letter, at its upper end.
void TokenPainter::paintDiamond(QPainter& painter, int line, const TokenLayout::Box& box,
                                const QColor& ink) const
{
    const TextRange token = m_layout.tokenRange(box.firstToken);
    qsizetype letter = token.begin;
    while (letter < token.end && m_text.text[letter].isSpace()) {
        ++letter;
    }
    letter = letter < token.end ? letter : token.begin;
    const TextRange place = m_layout.line(line).text;
    if (letter < place.begin || letter >= place.end) {
        return; // it begins on the line before
    }
    const QList<QRectF> rects = m_layout.rectsOf({.begin = letter, .end = token.end}, line);
    if (!rects.isEmpty()) {
        // In the space before the word, which ascenders leave free.
        const QRectF word = rects.first();
        const bool isRight =
            QStringView{m_text.text}.mid(letter, token.end - letter).isRightToLeft();
        const double x = isRight ? word.right() + 3 : std::max(word.left() - 3, 0.0);
        painter.setRenderHint(QPainter::Antialiasing, true);
        drawDiamond(painter, {x, word.top() + 1}, ink);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
}

void TokenPainter::paintMarks(QPainter& painter, int line, const Look& look) const
{
    const TokenLayout::Line place = m_layout.line(line);
    for (const TextRange& mark : m_text.marks) {
        if (!touches(mark, place.text)) {
            continue;
        }
        QPen pen{look.accent, 2, Qt::DotLine};
        painter.setPen(pen);
        for (const QRectF& rect : m_layout.rectsOf(mark, line)) {
            painter.drawLine(QPointF{rect.left() + 1, rect.bottom() - 1},
                             QPointF{rect.right() - 1, rect.bottom() - 1});
        }
    }
}

void TokenPainter::paintInvisibles(QPainter& painter, int line, const Look& look) const
{
    const TokenLayout::Line place = m_layout.line(line);
    QColor faint = ink(look);
    faint.setAlpha(130);
    painter.setPen(faint);
    for (const TokenLayout::Box& box : m_layout.boxes(line)) {
        if (box.endToken - box.firstToken > 1) {
            drawTokenDots(painter, box, faint);
        }
        if (box.invisible) {
            const TextRange range = m_layout.tokenRange(box.firstToken);
            drawGlyph(painter, box.rect,
                      range.begin == range.end ? QStringLiteral("∎") : QStringLiteral("↵"));
        }
    }
    const QString& text = m_text.text;
    for (qsizetype at = place.text.begin; at < place.text.end; ++at) {
        const QChar unit = text[at];
        const bool doubled = unit.isSpace() && ((at > 0 && text[at - 1] == unit) ||
                                                (at + 1 < text.size() && text[at + 1] == unit));
        const bool tab = unit == QLatin1Char('\t');
        if (unit == QLatin1Char('\n') || (!doubled && !tab)) {
            continue;
        }
        for (const QRectF& rect : m_layout.rectsOf({.begin = at, .end = at + 1}, line)) {
            drawGlyph(painter, rect, tab ? QStringLiteral("→") : QStringLiteral("·"));
        }
    }
}

void TokenPainter::paintRings(QPainter& painter, int line, const Look& look) const
{
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setBrush(Qt::NoBrush);
    paintFrame(painter, line, look.hovered >= 0 ? look.hovered : look.current, look);
    for (const TokenLayout::Box& box : m_layout.boxes(line)) {
        const QRectF rect = aligned(box.rect);
        const bool pinned = std::any_of(look.pinned.begin(), look.pinned.end(),
                                        [&box](qsizetype token) { return holds(box, token); });
        if (holds(box, look.hovered) && !holds(box, look.current)) {
            QColor faint = ink(look);
            faint.setAlpha(140);
            painter.setPen(QPen{faint, 1});
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        }
        if (holds(box, look.current)) {
            painter.setPen(QPen{look.accent, 2});
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3);
        }
        if (pinned) {
            painter.setPen(QPen{look.accent, 2, Qt::DashLine});
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3);
            painter.setPen(Qt::NoPen);
            painter.setBrush(look.accent);
            painter.drawEllipse(rect.topRight(), 4, 4);
            painter.setBrush(Qt::NoBrush);
        }
    }
}

/// Around the unit of several tokens that a token is in, so that its end is seen where its
/// neighbours have the same color.
void TokenPainter::paintFrame(QPainter& painter, int line, qsizetype token, const Look& look) const
{
    if (token < 0 || token >= m_text.tokens.size()) {
        return;
    }
    const TokenText::Unit unit = unitOf(m_text, token);
    const TextRange characters = charactersOf(m_text, unit);
    if (unit.endToken - unit.firstToken < 2 || !touches(characters, m_layout.line(line).text)) {
        return;
    }
    QColor faint = ink(look);
    faint.setAlpha(140);
    painter.setPen(QPen{faint, 1});
    for (const QRectF& rect : m_layout.rectsOf(characters, line)) {
        painter.drawRoundedRect(aligned(rect).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    }
}

} // namespace nextquill::ui
