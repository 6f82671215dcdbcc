// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/SearchHits.h"

#include <QList>
#include <QStyledItemDelegate>

#include <optional>
#include <utility>

namespace nextquill::ui {

/// Paints a cell of a table of histories: what a search found with its ground, rows that are
/// excluded struck through, rows that are not read yet as a dash.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    /// What to mark in the columns `title` and `text`; none: nothing.
    void setHits(std::optional<store::SearchHits> hits) { m_hits = std::move(hits); }
    void setMarkedColumns(QList<int> columns) { m_marked = std::move(columns); }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;

private:
    std::optional<store::SearchHits> m_hits;
    QList<int> m_marked;
};

} // namespace nextquill::ui
