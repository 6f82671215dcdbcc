// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace nextquill::ui {

/// Draws EffectGroupsModel's column of bars: the mean from the line of zero on, right where the
/// history makes words likelier, left where less likely, and its interval as a thin line with ends.
/// All rows of a list have one scale.
///
/// Colours  the heatmap's, for a mean at its end; the side tells the sign without them
class EffectBarDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace nextquill::ui
