// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenLayout.h"

#include <QChar>
#include <QFontMetricsF>
#include <QPainter>
#include <QTextLayout>
#include <QTextOption>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace nextquill::ui {

namespace {

constexpr double lineSpacing = 1.25;     // of the font's own line height
constexpr double paragraphSpacing = 0.3; // of a line
constexpr double newlineWidth = 0.8;     // of a line: what stands for a newline or an empty token

bool isBidiControl(ushort unit)
{
    return unit == 0x061C || unit == 0x200E || unit == 0x200F ||
           (unit >= 0x202A && unit <= 0x202E) || (unit >= 0x2066 && unit <= 0x2069);
}

ushort displayedUnit(ushort unit)
{
    if (unit == u'\n' || unit == u'\t') {
        return unit;
    }
    if (unit < 0x20) {
        return static_cast<ushort>(0x2400 + unit); // Unicode's control pictures
    }
    if (unit == 0x7F) {
        return 0x2421;
    }
    if (isBidiControl(unit) || unit == 0x2028 || unit == 0x2029 || (unit >= 0x80 && unit < 0xA0)) {
        return 0xFFFD;
    }
    return unit;
}

struct Paragraph
{
    TextRange text; // without its newline
    bool newline = false;
    std::unique_ptr<QTextLayout> layout;
    double top = 0;
};

struct LineEntry
{
    std::size_t paragraph = 0;
    int inParagraph = 0;
    double top = 0; // of what is colored: the spacing is shared between both sides
    double height = 0;
};

int asInt(qsizetype value)
{
    return static_cast<int>(value);
}

} // namespace

class TokenLayout::Private
{
public:
    void split();
    void breakLines();

    [[nodiscard]] const Paragraph& paragraphOf(int line) const
    {
        return paragraphs[lines[static_cast<std::size_t>(line)].paragraph];
    }
    [[nodiscard]] QTextLine textLine(int line) const
    {
        return paragraphOf(line).layout->lineAt(lines[static_cast<std::size_t>(line)].inParagraph);
    }
    [[nodiscard]] bool endsParagraph(int line) const
    {
        return static_cast<std::size_t>(line) + 1 == lines.size() ||
               lines[static_cast<std::size_t>(line) + 1].inParagraph == 0;
    }
    [[nodiscard]] TextRange glyphRange(int line) const;
    [[nodiscard]] TextRange lineRange(int line) const;
    [[nodiscard]] int lineOfPosition(qsizetype position) const;
    [[nodiscard]] qsizetype firstTokenEndingAfter(qsizetype position) const;
    [[nodiscard]] QRectF characterRect(int line, const QTextLine& textLine, qsizetype begin) const;
    [[nodiscard]] QRectF tailRect(int line) const;
    [[nodiscard]] QList<Box> boxesOf(int line) const;
    void addTailBoxes(int line, QList<Box>& boxes) const;

    QString text;
    QList<TextRange> tokens;
    QFont font;
    double width = 0;
    double height = 0;
    double fontHeight = 0;
    std::vector<Paragraph> paragraphs;
    std::vector<LineEntry> lines;
    mutable std::vector<std::optional<QList<Box>>> boxes;
};

void TokenLayout::Private::split()
{
    paragraphs.clear();
    for (qsizetype begin = 0; begin <= text.size();) {
        const qsizetype newline = text.indexOf(QLatin1Char('\n'), begin);
        const qsizetype end = newline < 0 ? text.size() : newline;
        Paragraph& paragraph = paragraphs.emplace_back();
        paragraph.text = {.begin = begin, .end = end};
        paragraph.newline = newline >= 0;
        begin = end + 1;
    }
    if (text.isEmpty() && tokens.isEmpty()) {
        paragraphs.clear();
    }
}

void TokenLayout::Private::breakLines()
{
    lines.clear();
    boxes.clear();
    fontHeight = QFontMetricsF{font}.height();
    const double lineWidth = std::max(1.0, width - newlineWidth * fontHeight);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    double y = 0;
    for (std::size_t p = 0; p < paragraphs.size(); ++p) {
        Paragraph& paragraph = paragraphs[p];
        const auto [begin, end] = paragraph.text;
        paragraph.layout = std::make_unique<QTextLayout>(text.mid(begin, end - begin), font);
        option.setAlignment(paragraph.layout->text().isRightToLeft() ? Qt::AlignRight
                                                                     : Qt::AlignLeft);
        paragraph.layout->setTextOption(option);
        paragraph.layout->setCacheEnabled(true);
        paragraph.top = y;
        paragraph.layout->beginLayout();
        for (QTextLine line = paragraph.layout->createLine(); line.isValid();
             line = paragraph.layout->createLine()) {
            line.setLineWidth(lineWidth);
            const double space = line.height() * (lineSpacing - 1);
            line.setPosition({0, y - paragraph.top + space / 2});
            lines.push_back({.paragraph = p,
                             .inParagraph = paragraph.layout->lineCount() - 1,
                             .top = y + space / 4,
                             .height = line.height() + space / 2});
            y += line.height() * lineSpacing;
        }
        paragraph.layout->endLayout();
        y += paragraphSpacing * fontHeight;
    }
    height = paragraphs.empty() ? 0 : y - paragraphSpacing * fontHeight;
    boxes.resize(lines.size());
}

TextRange TokenLayout::Private::glyphRange(int line) const
{
    const qsizetype offset = paragraphOf(line).text.begin;
    const QTextLine textLine = this->textLine(line);
    return {.begin = offset + textLine.textStart(),
            .end = offset + textLine.textStart() + textLine.textLength()};
}

TextRange TokenLayout::Private::lineRange(int line) const
{
    TextRange range = glyphRange(line);
    if (endsParagraph(line) && paragraphOf(line).newline) {
        ++range.end;
    }
    return range;
}

int TokenLayout::Private::lineOfPosition(qsizetype position) const
{
    int low = 0;
    int high = static_cast<int>(lines.size());
    while (low < high) {
        const int middle = (low + high) / 2;
        if (lineRange(middle).end <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return std::min(low, static_cast<int>(lines.size()) - 1);
}

qsizetype TokenLayout::Private::firstTokenEndingAfter(qsizetype position) const
{
    const auto found =
        std::upper_bound(tokens.begin(), tokens.end(), position,
                         [](qsizetype at, const TextRange& token) { return at < token.end; });
    return found - tokens.begin();
}

/// From leading to trailing edge, whichever way the script runs.
QRectF TokenLayout::Private::characterRect(int line, const QTextLine& textLine,
                                           qsizetype begin) const
{
    const int at = asInt(begin - paragraphOf(line).text.begin);
    const double leading = textLine.cursorToX(at, QTextLine::Leading);
    const double trailing = textLine.cursorToX(at, QTextLine::Trailing);
    const LineEntry& entry = lines[static_cast<std::size_t>(line)];
    const double left = std::clamp(std::min(leading, trailing), 0.0, width);
    const double right = std::clamp(std::max(leading, trailing), 0.0, width);
    return {left, entry.top, right - left, entry.height};
}

/// Behind the last glyph: the place of a newline or of an empty token.
QRectF TokenLayout::Private::tailRect(int line) const
{
    const QTextLine textLine = this->textLine(line);
    const LineEntry& entry = lines[static_cast<std::size_t>(line)];
    const bool rightToLeft = paragraphOf(line).layout->text().isRightToLeft();
    const double tail = newlineWidth * fontHeight;
    const double x = textLine.cursorToX(textLine.textStart() + textLine.textLength());
    const double left = rightToLeft ? std::max(0.0, x - tail) : std::min(x, width - tail);
    return {std::max(0.0, left), entry.top, tail, entry.height};
}

QList<TokenLayout::Box> TokenLayout::Private::boxesOf(int line) const
{
    QList<Box> result;
    const Paragraph& paragraph = paragraphOf(line);
    const QTextLine textLine = this->textLine(line);
    const TextRange range = glyphRange(line);
    qsizetype token = firstTokenEndingAfter(range.begin);
    for (qsizetype at = range.begin; at < range.end && token < tokens.size();) {
        const qsizetype inParagraph = at - paragraph.text.begin;
        qsizetype next =
            paragraph.text.begin + paragraph.layout->nextCursorPosition(asInt(inParagraph));
        next = std::clamp(next, at + 1, range.end);
        while (token < tokens.size() && tokens[token].end <= at) {
            ++token;
        }
        qsizetype end = token;
        while (end < tokens.size() && tokens[end].begin < next) {
            ++end;
        }
        if (end > token) {
            const QRectF rect = characterRect(line, textLine, at);
            if (!result.isEmpty() && result.last().firstToken == token &&
                result.last().endToken == end &&
                (std::abs(result.last().rect.right() - rect.left()) < 0.5 ||
                 std::abs(result.last().rect.left() - rect.right()) < 0.5)) {
                result.last().rect |= rect;
            } else if (rect.width() > 0) {
                result.push_back({.firstToken = token, .endToken = end, .rect = rect});
            }
        }
        at = next;
    }
    addTailBoxes(line, result);
    return result;
}

void TokenLayout::Private::addTailBoxes(int line, QList<Box>& result) const
{
    if (!endsParagraph(line)) {
        return;
    }
    const Paragraph& paragraph = paragraphOf(line);
    const qsizetype end = paragraph.text.end;
    // Tokens that hold the newline, or lie empty at the end of the paragraph.
    const auto first =
        std::lower_bound(tokens.begin(), tokens.end(), end,
                         [](const TextRange& token, qsizetype at) { return token.end < at; });
    const QRectF rect = tailRect(line);
    for (qsizetype token = first - tokens.begin(); token < tokens.size(); ++token) {
        const TextRange& range = tokens[token];
        if (range.begin > end || (range.begin == end && range.end > end && !paragraph.newline)) {
            break;
        }
        const bool empty = range.begin == range.end;
        const bool holdsNewline = paragraph.newline && range.begin <= end && range.end > end;
        if (holdsNewline || (empty && range.begin == end)) {
            result.push_back(
                {.firstToken = token, .endToken = token + 1, .rect = rect, .invisible = true});
        }
    }
}

TokenLayout::TokenLayout()
    : d{std::make_unique<Private>()}
{
}

TokenLayout::~TokenLayout() = default;
TokenLayout::TokenLayout(TokenLayout&&) noexcept = default;
TokenLayout& TokenLayout::operator=(TokenLayout&&) noexcept = default;

void TokenLayout::setText(const TokenText& text)
{
    d->text = displayed(text.text);
    d->tokens.clear();
    d->tokens.reserve(text.tokens.size());
    for (const TokenText::Token& token : text.tokens) {
        const qsizetype begin = std::clamp<qsizetype>(token.begin, 0, d->text.size());
        d->tokens.push_back(
            {.begin = begin, .end = std::clamp<qsizetype>(token.end, begin, d->text.size())});
    }
    d->split();
    d->breakLines();
}

void TokenLayout::setGeometry(const QFont& font, double width)
{
    if (font == d->font && width == d->width) {
        return;
    }
    d->font = font;
    d->width = width;
    d->breakLines();
}

double TokenLayout::width() const
{
    return d->width;
}

double TokenLayout::height() const
{
    return d->height;
}

int TokenLayout::lineCount() const
{
    return static_cast<int>(d->lines.size());
}

TokenLayout::Line TokenLayout::line(int index) const
{
    const LineEntry& entry = d->lines[static_cast<std::size_t>(index)];
    const QTextLine textLine = d->textLine(index);
    return {.top = entry.top,
            .height = entry.height,
            .baseline = d->paragraphOf(index).top + textLine.y() + textLine.ascent(),
            .text = d->lineRange(index)};
}

int TokenLayout::lineAt(double y) const
{
    if (d->lines.empty()) {
        return -1;
    }
    const auto after =
        std::upper_bound(d->lines.begin(), d->lines.end(), y,
                         [](double at, const LineEntry& line) { return at < line.top; });
    return static_cast<int>(std::max<std::ptrdiff_t>(0, after - d->lines.begin() - 1));
}

const QList<TokenLayout::Box>& TokenLayout::boxes(int line) const
{
    auto& held = d->boxes[static_cast<std::size_t>(line)];
    if (!held) {
        held = d->boxesOf(line);
    }
    return *held;
}

qsizetype TokenLayout::tokenCount() const
{
    return d->tokens.size();
}

TextRange TokenLayout::tokenRange(qsizetype token) const
{
    return d->tokens[token];
}

int TokenLayout::lineOfToken(qsizetype token) const
{
    return d->lineOfPosition(d->tokens[token].begin);
}

qsizetype TokenLayout::tokenAt(QPointF point) const
{
    const int line = lineAt(point.y());
    if (line < 0) {
        return -1;
    }
    for (const Box& box : boxes(line)) {
        if (box.rect.contains(point)) {
            return box.firstToken;
        }
    }
    return -1;
}

qsizetype TokenLayout::nearestToken(QPointF point) const
{
    const int line = lineAt(point.y());
    if (line < 0 || d->tokens.isEmpty()) {
        return -1;
    }
    qsizetype nearest = -1;
    double least = std::numeric_limits<double>::infinity();
    for (const Box& box : boxes(line)) {
        const double distance =
            std::max({0.0, box.rect.left() - point.x(), point.x() - box.rect.right()});
        if (distance < least) {
            least = distance;
            nearest = box.firstToken;
        }
    }
    if (nearest < 0) { // a line without tokens
        nearest =
            std::min(d->firstTokenEndingAfter(d->lineRange(line).begin), d->tokens.size() - 1);
    }
    return nearest;
}

QRectF TokenLayout::tokenRect(qsizetype token) const
{
    QRectF around;
    if (token < 0 || token >= d->tokens.size() || d->lines.empty()) {
        return around;
    }
    const TextRange range = d->tokens[token];
    const int first = d->lineOfPosition(range.begin);
    const int last = d->lineOfPosition(std::max(range.begin, range.end - 1));
    for (int line = first; line <= last; ++line) {
        for (const Box& box : boxes(line)) {
            if (box.firstToken <= token && token < box.endToken) {
                around |= box.rect;
            }
        }
    }
    return around;
}

QList<QRectF> TokenLayout::rectsOf(const TextRange& range, int line) const
{
    QList<QRectF> result;
    const Paragraph& paragraph = d->paragraphOf(line);
    const TextRange glyphs = d->glyphRange(line);
    const QTextLine textLine = d->textLine(line);
    const qsizetype end = std::min(range.end, glyphs.end);
    for (qsizetype at = std::max(range.begin, glyphs.begin); at < end;) {
        const QRectF rect = d->characterRect(line, textLine, at);
        if (!result.isEmpty() && (std::abs(result.last().right() - rect.left()) < 0.5 ||
                                  std::abs(result.last().left() - rect.right()) < 0.5)) {
            result.last() |= rect;
        } else if (rect.width() > 0) {
            result.push_back(rect);
        }
        const qsizetype next = paragraph.text.begin + paragraph.layout->nextCursorPosition(
                                                          asInt(at - paragraph.text.begin));
        at = std::max(next, at + 1);
    }
    return result;
}

qsizetype TokenLayout::positionAt(QPointF point) const
{
    const int line = lineAt(point.y());
    if (line < 0) {
        return 0;
    }
    return d->paragraphOf(line).text.begin + d->textLine(line).xToCursor(point.x());
}

void TokenLayout::drawLine(QPainter& painter, int line, QPointF origin, const QColor& ink) const
{
    painter.setPen(ink);
    d->textLine(line).draw(&painter, origin + QPointF{0, d->paragraphOf(line).top});
}

QString TokenLayout::displayed(const QString& text)
{
    QString result = text;
    for (QChar& unit : result) {
        const ushort shown = displayedUnit(unit.unicode());
        if (shown != unit.unicode()) {
            unit = QChar{shown};
        }
    }
    return result;
}

} // namespace nextquill::ui
