// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/histories/reading/TextMarks.h"

#include <QHash>
#include <QStyledItemDelegate>

class QTextLayout;

namespace nextquill::ui {

struct TimelineEntry;

/// Paints a review as a card: date, stars, item; how long it is; title; the text in full; its tags,
/// and whether it is excluded, in words and not by colour alone.
///
/// Heights depend on the view's width; they are kept until text, width or font change.
class TimelineDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// Also names the user: for lists over several.
    void setUserShown(bool shown) { m_userShown = shown; }
    [[nodiscard]] TextMarks& marks() { return m_marks; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;

private:
    struct Height
    {
        int width = 0;
        int lineHeight = 0;
        qsizetype characters = 0;
        size_t digest = 0; ///< of the text
        int text = 0;
    };

    [[nodiscard]] int textHeight(const QStyleOptionViewItem& option, const TimelineEntry& entry,
                                 int width) const;
    void paintHead(QPainter& painter, const QStyleOptionViewItem& option,
                   const TimelineEntry& entry, const QRect& line) const;
    void paintText(QPainter& painter, const QStyleOptionViewItem& option,
                   const TimelineEntry& entry, const QRect& area) const;
    static void paintBadges(QPainter& painter, const QStyleOptionViewItem& option,
                            const TimelineEntry& entry, QRect line);

    bool m_userShown = false;
    TextMarks m_marks;
    mutable QHash<qint64, Height> m_heights; ///< by review
};

} // namespace nextquill::ui
