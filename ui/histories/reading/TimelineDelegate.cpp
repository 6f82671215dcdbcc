// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/reading/TimelineDelegate.h"

#include "ui/histories/reading/TimelineModel.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QLocale>
#include <QPainter>
#include <QTextLayout>

#include <cmath>

namespace nextquill::ui {

namespace {

constexpr int cardPadding = 12;
constexpr int lineGap = 4;
constexpr int cardGap = 8; // between cards
constexpr int badgePadding = 7;
constexpr qsizetype mostHeights = 20'000; // kept; then all are measured anew
constexpr int markAlpha = 90;

const TimelineEntry& entryOf(const QModelIndex& index)
{
    return *index.data(TimelineModel::entryRole).value<const TimelineEntry*>();
}

int widthOfCard(const QStyleOptionViewItem& option)
{
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    return (view != nullptr ? view->viewport()->width() : option.rect.width()) - 2 * cardGap;
}

QFont textFont(const QStyleOptionViewItem& option)
{
    return readingFont(option.font.pointSizeF());
}

QFont inBold(QFont font)
{
    font.setBold(true);
    return font;
}

/// Breaks the text into lines; returns its height.
int layOut(QTextLayout& layout, int width)
{
    QTextOption wrap;
    wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(wrap);
    qreal height = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, height});
        height += line.height();
    }
    layout.endLayout();
    return static_cast<int>(std::ceil(height));
}

/// A layout's own line separator in the place of line breaks.
QString laidText(const TimelineEntry& entry)
{
    QString text = entry.text;
    text.replace(u'\n', QChar::LineSeparator);
    return text;
}

QString lengthOf(const TimelineEntry& entry)
{
    QString length = TimelineDelegate::tr("%Ln word(s)", nullptr, static_cast<int>(entry.words));
    if (entry.tokens) {
        length += QStringLiteral(" · ") %
                  TimelineDelegate::tr("%Ln token(s)", nullptr, static_cast<int>(*entry.tokens));
    }
    return length;
}

} // namespace

int TimelineDelegate::textHeight(const QStyleOptionViewItem& option, const TimelineEntry& entry,
                                 int width) const
{
    const Height wanted{.width = width,
                        .lineHeight = option.fontMetrics.height(),
                        .characters = entry.text.size(),
                        .digest = qHash(entry.text)};
    Height& kept = m_heights[entry.id];
    if (kept.text == 0 || kept.width != wanted.width || kept.lineHeight != wanted.lineHeight ||
        kept.characters != wanted.characters || kept.digest != wanted.digest) {
        QTextLayout layout{laidText(entry), textFont(option)};
        kept = wanted;
        kept.text = layOut(layout, width);
    }
    return kept.text;
}

QSize TimelineDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    if (m_heights.size() > mostHeights) {
        m_heights.clear();
    }
    const TimelineEntry& entry = entryOf(index);
    const int width = widthOfCard(option);
    const int line = option.fontMetrics.height() + lineGap;
    const bool hasBadges = entry.excluded || !entry.tags.isEmpty();
    return {width, line * (entry.title.isEmpty() ? 1 : 2) +
                       textHeight(option, entry, width - 2 * cardPadding) +
                       (hasBadges ? line + 2 * lineGap : 0) + 2 * cardPadding + cardGap};
}

void TimelineDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const TimelineEntry& entry = entryOf(index);
    const ThemeColors& colors = themeColors(option.palette);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const QRect card = QRect{option.rect.left() + cardGap, option.rect.top() + cardGap / 2,
                             widthOfCard(option), option.rect.height() - cardGap};
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(chosen ? colors.accent : colors.line);
    painter->setBrush(chosen ? colors.accentSoft : colors.surface);
    painter->drawRoundedRect(QRectF{card}.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);

    QRect area = card.adjusted(cardPadding, cardPadding, -cardPadding, -cardPadding);
    const int line = option.fontMetrics.height() + lineGap;
    paintHead(*painter, option, entry, area);
    area.setTop(area.top() + line);
    if (!entry.title.isEmpty()) {
        QFont bold = inBold(textFont(option));
        bold.setStrikeOut(entry.excluded);
        painter->setFont(bold);
        painter->setPen(entry.excluded ? colors.muted : option.palette.text().color());
        painter->drawText(area.x(), area.y() + option.fontMetrics.ascent(),
                          QFontMetrics{bold}.elidedText(entry.title, Qt::ElideRight, area.width()));
        area.setTop(area.top() + line);
    }
    paintText(*painter, option, entry, area);
    if (entry.excluded || !entry.tags.isEmpty()) {
        area.setTop(area.bottom() - line);
        paintBadges(*painter, option, entry, area);
    }
    painter->restore();
}

void TimelineDelegate::paintHead(QPainter& painter, const QStyleOptionViewItem& option,
                                 const TimelineEntry& entry, const QRect& line) const
{
    const QFontMetrics& metrics = option.fontMetrics;
    painter.setPen(themeColors(option.palette).muted);
    painter.setFont(option.font);
    const QString length = lengthOf(entry);
    const int lengthWidth = metrics.horizontalAdvance(length);
    const int baseline = line.y() + metrics.ascent();
    painter.drawText(line.right() - lengthWidth, baseline, length);
    QString head = shownDate(entry.time) % QStringLiteral("   ") % shownStars(entry.rating) %
                   QStringLiteral("   ") % entry.item;
    if (m_userShown) {
        head = entry.user % QStringLiteral("   ") % head;
    }
    const int room = line.width() - lengthWidth - 3 * cardGap;
    painter.drawText(line.x(), baseline, metrics.elidedText(head, Qt::ElideRight, room));
}

void TimelineDelegate::paintText(QPainter& painter, const QStyleOptionViewItem& option,
                                 const TimelineEntry& entry, const QRect& area) const
{
    const ThemeColors& colors = themeColors(option.palette);
    QTextLayout layout{laidText(entry), textFont(option)};
    if (!m_marks.isEmpty()) {
        QColor ground = colors.warning;
        ground.setAlpha(markAlpha);
        QList<QTextLayout::FormatRange> formats;
        for (const TextRange& range : m_marks.in(entry.text)) {
            QTextLayout::FormatRange format;
            format.start = static_cast<int>(range.begin);
            format.length = static_cast<int>(range.end - range.begin);
            format.format.setBackground(ground);
            format.format.setFontUnderline(true); // not by colour alone
            formats.append(format);
        }
        layout.setFormats(formats);
    }
    layOut(layout, area.width());
    painter.setPen(entry.excluded ? colors.muted : option.palette.text().color());
    layout.draw(&painter, area.topLeft());
}

void TimelineDelegate::paintBadges(QPainter& painter, const QStyleOptionViewItem& option,
                                   const TimelineEntry& entry, QRect line)
{
    const ThemeColors& colors = themeColors(option.palette);
    const QFontMetrics& metrics = option.fontMetrics;
    painter.setFont(option.font);
    const auto paintBadge = [&](const QString& text, const QColor& color) {
        const QString fits =
            metrics.elidedText(text, Qt::ElideRight, std::max(0, line.width() - 2 * badgePadding));
        const QRect badge{line.x(), line.y(), metrics.horizontalAdvance(fits) + 2 * badgePadding,
                          metrics.height() + lineGap};
        if (badge.right() > line.right() + 1 || fits.isEmpty()) {
            return;
        }
        painter.setPen(color);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF{badge}.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
        painter.drawText(badge, Qt::AlignCenter, fits);
        line.setLeft(badge.right() + cardGap);
    };
    if (entry.excluded) {
        paintBadge(QString(QChar(0x2298) % QStringLiteral(" ") % tr("Excluded")), colors.warning);
    }
    for (const QString& tag : entry.tags) {
        paintBadge(tag, colors.accent);
    }
}

} // namespace nextquill::ui
