// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectCellDelegate.h"

#include "ui/widgets/Theme.h"

#include <QBrush>
#include <QPainter>

namespace nextquill::ui {

void EffectCellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                               const QModelIndex& index) const
{
    const QVariant ground = index.data(Qt::BackgroundRole);
    if (!ground.canConvert<QBrush>()) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    constexpr int padding = 8; // as the theme's
    constexpr int bar = 4;
    painter->save();
    painter->fillRect(option.rect, qvariant_cast<QBrush>(ground));
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(QRect{option.rect.left(), option.rect.top(), bar, option.rect.height()},
                          themeColors(option.palette).accent);
    }
    painter->setPen(qvariant_cast<QBrush>(index.data(Qt::ForegroundRole)).color());
    painter->drawText(option.rect.adjusted(padding, 0, -padding, 0),
                      Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
    painter->restore();
}

} // namespace nextquill::ui
