// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/ReviewDelegate.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QPainter>

namespace nextquill::ui {

namespace {

constexpr int padding = 12;
constexpr int gap = 4;
constexpr int spacing = 8; // between cards
constexpr int flags = Qt::TextWordWrap | Qt::AlignLeft | Qt::AlignTop;
constexpr int boundless = 1'000'000;

QFont boldOf(QFont font)
{
    font.setBold(true);
    return font;
}

int cardWidth(const QStyleOptionViewItem& option)
{
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    return (view != nullptr ? view->viewport()->width() : option.rect.width()) - 2 * spacing;
}

const store::ReviewRow& rowOf(const QModelIndex& index)
{
    return *index.data(ReviewDelegate::reviewRole).value<const store::ReviewRow*>();
}

} // namespace

QString ReviewDelegate::headline(const store::ReviewRow& row) const
{
    QString line = shownDate(row.review.time) % QStringLiteral("   ") %
                   shownStars(row.review.rating) % QStringLiteral("   ") % shown(row.itemTitle);
    if (m_userShown) {
        line += QStringLiteral("   ·   ") % shown(row.userName);
    }
    if (row.review.excluded) {
        line += tr("   ·   excluded");
    }
    return line;
}

int ReviewDelegate::textHeight(const QStyleOptionViewItem& option, const store::ReviewRow& row,
                               int width) const
{
    return option.fontMetrics
        .boundingRect(QRect{0, 0, width, boundless}, flags, shown(row.review.text))
        .height();
}

QSize ReviewDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const int width = cardWidth(option);
    const int lines = 2 * option.fontMetrics.height() + 2 * gap;
    return {width,
            lines + textHeight(option, rowOf(index), width - 2 * padding) + 2 * padding + spacing};
}

void ReviewDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const store::ReviewRow& row = rowOf(index);
    const ThemeColors& colors = themeColors(option.palette);
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const QRect card = QRect{option.rect.left() + spacing, option.rect.top() + spacing / 2,
                             cardWidth(option), option.rect.height() - spacing};
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(chosen ? colors.accent : colors.line);
    painter->setBrush(chosen ? colors.accentSoft : colors.surface);
    painter->drawRoundedRect(QRectF{card}.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);

    QRect line = card.adjusted(padding, padding, -padding, -padding);
    const int height = option.fontMetrics.height();
    painter->setPen(colors.muted);
    painter->setFont(option.font);
    painter->drawText(line.x(), line.y() + option.fontMetrics.ascent(),
                      option.fontMetrics.elidedText(headline(row), Qt::ElideRight, line.width()));
    line.setTop(line.top() + height + gap);

    const QColor ink = row.review.excluded ? colors.muted : option.palette.text().color();
    painter->setPen(ink);
    const QFont bold = boldOf(option.font);
    painter->setFont(bold);
    painter->drawText(
        line.x(), line.y() + option.fontMetrics.ascent(),
        QFontMetrics{bold}.elidedText(shown(row.review.title), Qt::ElideRight, line.width()));
    line.setTop(line.top() + height + gap);

    QFont body = option.font;
    body.setStrikeOut(row.review.excluded);
    painter->setFont(body);
    painter->drawText(line, flags, shown(row.review.text));
    painter->restore();
}

} // namespace nextquill::ui
