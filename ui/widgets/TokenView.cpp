// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TokenView.h"

#include "ui/widgets/AccessibleTokenText.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenPainter.h"
#include "ui/widgets/TokenViewPrivate.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr double smallestText = 6;
constexpr double largestText = 48;
constexpr qsizetype mostPins = 2;

/// Cells are divided by tabs and rows by newlines: neither may stand inside one.
QString cell(QString text)
{
    text.replace(QLatin1Char('\n'), QStringLiteral("\\n"));
    text.replace(QLatin1Char('\r'), QStringLiteral("\\r"));
    text.replace(QLatin1Char('\t'), QStringLiteral("\\t"));
    return text;
}

/// What stands between "name:" and ";" of an attribute.
QString attributeValue(QString text)
{
    for (const char sign : {'\\', ':', ';', ',', '='}) {
        text.replace(QLatin1Char(sign), QLatin1Char('\\') + QString{QLatin1Char(sign)});
    }
    return text;
}

} // namespace

void TokenView::Private::layOut()
{
    const double size = textSize > 0 ? textSize : q.font().pointSizeF();
    layout.setGeometry(readingFont(size), std::max(40, q.viewport()->width() - 2 * padding));
    adjustScrollBar();
}

void TokenView::Private::adjustScrollBar()
{
    const int visible = q.viewport()->height();
    const int whole = static_cast<int>(std::ceil(layout.height())) + 2 * padding;
    q.verticalScrollBar()->setRange(0, std::max(0, whole - visible));
    q.verticalScrollBar()->setPageStep(visible);
    q.verticalScrollBar()->setSingleStep(q.fontMetrics().height());
}

QPointF TokenView::Private::toLayout(const QPoint& point) const
{
    return QPointF{point} - QPointF{padding, padding - 1.0 * q.verticalScrollBar()->value()};
}

void TokenView::Private::moveTo(qsizetype token, bool extend)
{
    if (token < 0) {
        return;
    }
    if (extend) {
        if (anchor < 0) {
            anchor = current < 0 ? token : current;
        }
        setSelection({.begin = std::min(anchor, token), .end = std::max(anchor, token) + 1});
    } else {
        anchor = -1;
        setSelection({});
    }
    const auto column = cursor;
    q.setCurrentToken(token);
    cursor = column; // setCurrentToken() from outside forgets it
}

void TokenView::Private::setSelection(TextRange tokens)
{
    if (tokens.begin >= tokens.end) {
        tokens = {};
    }
    if (tokens != selected) {
        selected = tokens;
        q.viewport()->update();
        Q_EMIT q.selectionChanged();
    }
}

void TokenView::Private::setHovered(qsizetype token)
{
    if (token != hovered) {
        hovered = token;
        q.viewport()->update();
        Q_EMIT q.tokenHovered(token);
    }
}

void TokenView::Private::makeVisible(qsizetype token)
{
    const QRectF rect = layout.tokenRect(token);
    QScrollBar* bar = q.verticalScrollBar();
    const int top = static_cast<int>(rect.top()) - padding; // some of the line above, too
    const int bottom = static_cast<int>(rect.bottom()) + 2 * padding;
    if (top < bar->value()) {
        bar->setValue(top);
    } else if (bottom > bar->value() + q.viewport()->height()) {
        bar->setValue(bottom - q.viewport()->height());
    }
}

TextRange TokenView::Private::selectedText() const
{
    if (selected.begin >= selected.end) {
        return {};
    }
    return {.begin = text.tokens[selected.begin].begin, .end = text.tokens[selected.end - 1].end};
}

QString TokenView::Private::tokenText(qsizetype token) const
{
    const TokenText::Token& held = text.tokens[token];
    return text.text.mid(held.begin, held.end - held.begin);
}

TokenView::TokenView(QWidget* parent)
    : QAbstractScrollArea{parent}
    , d{std::make_unique<Private>(*this)}
{
    installTokenViewAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
}

TokenView::~TokenView() = default;

void TokenView::setText(TokenText text)
{
    const bool hadSelection = d->selected != TextRange{};
    const bool hadPins = !d->pinned.isEmpty();
    d->text = std::move(text);
    d->selected = {};
    d->pinned.clear();
    d->anchor = -1;
    d->pressed = -1;
    d->setHovered(-1);
    d->layout.setText(d->text);
    d->layOut();
    verticalScrollBar()->setValue(0);
    setCurrentToken(-1);
    if (hadSelection) {
        Q_EMIT selectionChanged();
    }
    if (hadPins) {
        Q_EMIT pinsChanged();
    }
    viewport()->update();
}

const TokenText& TokenView::text() const
{
    return d->text;
}

void TokenView::setValues(const QList<float>& values)
{
    const qsizetype count = std::min(values.size(), d->text.tokens.size());
    for (qsizetype token = 0; token < count; ++token) {
        d->text.tokens[token].value = values[token];
    }
    viewport()->update();
}

void TokenView::setUnits(QList<TokenText::Unit> units)
{
    d->text.units = std::move(units);
    viewport()->update();
}

void TokenView::setSigns(const QList<TokenText::Signs>& signs)
{
    for (qsizetype token = 0; token < d->text.tokens.size(); ++token) {
        d->text.tokens[token].signs = signs.value(token);
    }
    viewport()->update();
}

void TokenView::setMarks(QList<TextRange> marks)
{
    d->text.marks = std::move(marks);
    viewport()->update();
}

void TokenView::setColorScale(std::shared_ptr<const ColorScale> scale)
{
    d->scale = std::move(scale);
    viewport()->update();
}

void TokenView::setEmptyText(const QString& sentence)
{
    d->emptyText = sentence;
    viewport()->update();
}

void TokenView::setInvisiblesShown(bool shown)
{
    d->invisibles = shown;
    viewport()->update();
}

bool TokenView::invisiblesShown() const
{
    return d->invisibles;
}

void TokenView::setGreyscale(bool greyscale)
{
    d->greyscale = greyscale;
    viewport()->update();
}

void TokenView::setTextSize(double points)
{
    const double size = points <= 0 ? 0 : std::clamp(points, smallestText, largestText);
    if (size == d->textSize) {
        return;
    }
    d->textSize = size;
    d->layOut();
    if (d->current >= 0) {
        d->makeVisible(d->current);
    }
    viewport()->update();
    Q_EMIT textSizeChanged(textSize());
}

double TokenView::textSize() const
{
    return d->textSize > 0 ? d->textSize : font().pointSizeF();
}

qsizetype TokenView::currentToken() const
{
    return d->current;
}

void TokenView::setCurrentToken(qsizetype index)
{
    const qsizetype token = index >= 0 && index < d->text.tokens.size() ? index : -1;
    d->cursor.forgetColumn();
    if (token == d->current) {
        return;
    }
    d->current = token;
    viewport()->update();
    if (token >= 0) {
        d->makeVisible(token);
        QAccessibleTextCursorEvent moved{this, static_cast<int>(d->text.tokens[token].begin)};
        QAccessible::updateAccessibility(&moved);
        // The caret's word is read of itself; its effect is read as the view's description.
        QAccessibleEvent described{this, QAccessible::DescriptionChanged};
        QAccessible::updateAccessibility(&described);
    }
    Q_EMIT currentTokenChanged(token);
}

void TokenView::setHoveredToken(qsizetype index)
{
    if (index != d->hovered) {
        d->hovered = index >= 0 && index < d->text.tokens.size() ? index : -1;
        viewport()->update();
    }
}

qsizetype TokenView::hoveredToken() const
{
    return d->hovered;
}

QList<qsizetype> TokenView::pinnedTokens() const
{
    return d->pinned;
}

void TokenView::setPinned(qsizetype index, bool pinned)
{
    const bool held = d->pinned.contains(index);
    if (index < 0 || index >= d->text.tokens.size() || held == pinned) {
        return;
    }
    if (pinned) {
        d->pinned.push_back(index);
        if (d->pinned.size() > mostPins) {
            d->pinned.removeFirst();
        }
    } else {
        d->pinned.removeAll(index);
    }
    viewport()->update();
    Q_EMIT pinsChanged();
}

TextRange TokenView::selectedTokens() const
{
    return d->selected;
}

void TokenView::setSelectedTokens(const TextRange& tokens)
{
    const qsizetype count = d->text.tokens.size();
    d->setSelection({.begin = std::clamp<qsizetype>(tokens.begin, 0, count),
                     .end = std::clamp<qsizetype>(tokens.end, 0, count)});
}

qsizetype TokenView::tokenAt(const QPoint& viewportPoint) const
{
    return d->layout.tokenAt(d->toLayout(viewportPoint));
}

QRect TokenView::tokenRect(qsizetype index) const
{
    const QRectF rect = d->layout.tokenRect(index);
    return rect.isNull()
               ? QRect{}
               : rect.translated(Private::padding, Private::padding - verticalScrollBar()->value())
                     .toAlignedRect();
}

QString TokenView::copiedText() const
{
    const TextRange range = d->selectedText();
    return range.begin == range.end ? d->text.text
                                    : d->text.text.mid(range.begin, range.end - range.begin);
}

QString TokenView::copiedValues() const
{
    return copiedValues(d->selected.begin < d->selected.end
                            ? d->selected
                            : TextRange{.begin = 0, .end = d->text.tokens.size()});
}

QString TokenView::copiedValues(const TextRange& tokens) const
{
    QString lines = QStringLiteral("token\t") +
                    (d->valueCells ? d->valueHeader : QStringLiteral("value")) + QLatin1Char('\n');
    for (qsizetype token = tokens.begin; token < tokens.end; ++token) {
        const float value = d->text.tokens[token].value;
        const QString cells =
            d->valueCells ? d->valueCells(token)
                          : (std::isnan(value) ? QString{} : QString::number(value, 'g', 6));
        lines += cell(d->tokenText(token)) + QLatin1Char('\t') + cells + QLatin1Char('\n');
    }
    return lines;
}

void TokenView::setValueCells(const QString& header, std::function<QString(qsizetype token)> cells)
{
    d->valueHeader = header;
    d->valueCells = std::move(cells);
}

void TokenView::setDescription(std::function<QString(qsizetype token)> description)
{
    d->description = std::move(description);
}

QString TokenView::describe(qsizetype token) const
{
    if (token < 0 || token >= d->text.tokens.size()) {
        return {};
    }
    if (d->description) {
        return d->description(token);
    }
    const float value = d->text.tokens[token].value;
    const QString word = d->tokenText(token).trimmed();
    return std::isnan(value)
               ? word
               : tr("%1, %2").arg(word, locale().toString(static_cast<double>(value), 'f', 2));
}

QString TokenView::attributesOf(qsizetype token) const
{
    if (token < 0 || token >= d->text.tokens.size()) {
        return {};
    }
    if (!d->valueCells) {
        const float value = d->text.tokens[token].value;
        return std::isnan(value)
                   ? QString{}
                   : QStringLiteral("value:%1;").arg(static_cast<double>(value), 0, 'g', 3);
    }
    const QStringList names = d->valueHeader.split(QLatin1Char('\t'));
    const QStringList cells = d->valueCells(token).split(QLatin1Char('\t'));
    QString attributes;
    for (qsizetype i = 0; i < std::min(names.size(), cells.size()); ++i) {
        attributes += names[i] + QLatin1Char(':') + attributeValue(cells[i]) + QLatin1Char(';');
    }
    return attributes;
}

void TokenView::render(QPainter& painter, int width) const
{
    TokenLayout whole;
    whole.setGeometry(readingFont(textSize()), width);
    whole.setText(d->text);
    TokenPainter::Look look;
    look.accent = themeColors(Ground::Light).accent;
    look.invisibles = d->invisibles;
    look.greyscale = d->greyscale;
    TokenPainter{whole, d->text, d->scale.get()}.paint(painter, {},
                                                       {0, 0, 1.0 * width, whole.height()}, look);
}

int TokenView::heightForWidth(int width) const
{
    TokenLayout whole;
    whole.setGeometry(readingFont(textSize()), width);
    whole.setText(d->text);
    return static_cast<int>(std::ceil(whole.height()));
}

int TokenView::linesPaintedLast() const
{
    return d->linesPainted;
}

void TokenView::copyText() const
{
    QApplication::clipboard()->setText(copiedText());
}

void TokenView::copyValues() const
{
    QApplication::clipboard()->setText(copiedValues());
}

void TokenView::selectAll()
{
    setSelectedTokens({.begin = 0, .end = d->text.tokens.size()});
}

void TokenView::goToNextBeyondThreshold()
{
    if (d->scale != nullptr) {
        d->moveTo(nextBeyondThreshold(d->text, *d->scale, d->current, 1), false);
    }
}

void TokenView::goToPreviousBeyondThreshold()
{
    if (d->scale != nullptr) {
        d->moveTo(nextBeyondThreshold(d->text, *d->scale, d->current, -1), false);
    }
}

} // namespace nextquill::ui
