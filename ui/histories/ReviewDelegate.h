// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Histories.h"

#include <QStyledItemDelegate>

namespace nextquill::ui {

/// Paints a review as a card of the timeline: date, stars, item, title, the text in full; struck
/// through where it is excluded.
///
/// Rows of its model give the review under reviewRole. Heights depend on the view's width.
class ReviewDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    static constexpr int reviewRole = Qt::UserRole + 1; ///< QVariant of const store::ReviewRow*

    using QStyledItemDelegate::QStyledItemDelegate;

    /// Also names the user: for hits of a search over all users.
    void setUserShown(bool shown) { m_userShown = shown; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    [[nodiscard]] QString headline(const store::ReviewRow& row) const;
    [[nodiscard]] int textHeight(const QStyleOptionViewItem& option, const store::ReviewRow& row,
                                 int width) const;

    bool m_userShown = false;
};

} // namespace nextquill::ui

Q_DECLARE_METATYPE(const nextquill::store::ReviewRow*)
