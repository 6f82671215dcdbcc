// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace nextquill::ui {

/// Paints a cell on the ground that its model gives (Qt::BackgroundRole).
///
/// The theme gives table cells a padding, and a cell with rules of a style sheet is painted on
/// those alone: the model's ground is not asked for. A chosen row keeps the color and gets a bar
/// at its edge instead.
class EffectCellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace nextquill::ui
