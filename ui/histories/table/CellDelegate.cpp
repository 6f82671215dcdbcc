// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/CellDelegate.h"

#include "ui/histories/table/HistoryTableModel.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QAbstractItemView>
#include <QPainter>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int cellPadding = 8; // as the style sheet has it

/// The text as it fits, beginning where the first hit is seen, and the hits in it, in bytes.
struct MarkedText
{
    std::string text;
    std::vector<ByteRange> hits;
};

MarkedText aroundFirstHit(const store::SearchHits& search, const std::string& text,
                          const QFontMetrics& metrics, int width)
{
    MarkedText marked{.text = text, .hits = search.in(text)};
    if (marked.hits.empty()) {
        return marked;
    }
    const ByteRange first = marked.hits.front();
    if (metrics.horizontalAdvance(shown(std::string_view{text}.substr(0, first.end))) < width) {
        return marked;
    }
    // Some words before it, from the beginning of one.
    constexpr std::size_t before = 24;
    std::size_t start = first.begin > before ? first.begin - before : 0;
    start = text.find(' ', start);
    if (start == std::string::npos || start >= first.begin) {
        start = first.begin;
    } else {
        ++start;
    }
    static const std::string cut = "… ";
    marked.text = cut + text.substr(start);
    for (ByteRange& hit : marked.hits) {
        hit.begin = hit.begin - start + cut.size();
        hit.end = hit.end - start + cut.size();
    }
    return marked;
}

} // namespace

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    option->textElideMode = Qt::ElideRight;
    const ThemeColors& colors = themeColors(option->palette);
    if (!index.data(HistoryTableModel::LoadedRole).toBool()) {
        option->text = QStringLiteral("…");
        option->palette.setColor(QPalette::Text, colors.muted);
        return;
    }
    if (index.data(HistoryTableModel::ExcludedRole).toBool()) {
        option->font.setStrikeOut(true);
        option->palette.setColor(QPalette::Text, colors.muted);
        option->palette.setColor(QPalette::HighlightedText, colors.muted);
    }
    const auto* view = qobject_cast<const QAbstractItemView*>(option->widget);
    const bool chosen = option->state.testFlag(QStyle::State_Selected);
    if (view != nullptr && !chosen && view->currentIndex().row() == index.row()) {
        option->backgroundBrush = colors.accentSoft.lighter(104); // the row that is read
    }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const
{
    if (!m_hits || !m_marked.contains(index.column())) {
        QStyledItemDelegate::paint(painter, option, index);
        return;
    }
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    const int width = cell.rect.width() - 2 * cellPadding;
    const MarkedText marked =
        aroundFirstHit(*m_hits, stored(cell.text), QFontMetrics{cell.font}, width);
    cell.text = shown(marked.text);
    const QStyle* style = cell.widget->style();
    if (marked.hits.empty()) {
        style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
        return;
    }
    const QString text = cell.text;
    cell.text.clear(); // the ground alone
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
    painter->save();
    painter->setClipRect(cell.rect);
    painter->setFont(cell.font);
    const QFontMetrics metrics{cell.font};
    const QString fits = metrics.elidedText(text, Qt::ElideRight, width);
    const QRect line = cell.rect.adjusted(cellPadding, 0, -cellPadding, 0);
    QColor ground = themeColors(cell.palette).warning;
    ground.setAlphaF(0.30F);
    const int room = static_cast<int>(fits.size()) - (fits == text ? 0 : 1);
    for (const ByteRange& hit : marked.hits) {
        const auto from = shown(std::string_view{marked.text}.substr(0, hit.begin)).size();
        const auto length =
            shown(std::string_view{marked.text}.substr(hit.begin, hit.size())).size();
        if (from >= room) {
            break;
        }
        const int left = metrics.horizontalAdvance(fits, static_cast<int>(from));
        const int right = metrics.horizontalAdvance(
            fits, static_cast<int>(std::min<qsizetype>(from + length, room)));
        painter->fillRect(
            QRect{line.left() + left - 1, line.top() + 3, right - left + 2, line.height() - 6},
            ground);
    }
    painter->setPen(cell.palette.color(QPalette::Text));
    painter->drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, fits);
    painter->restore();
}

} // namespace nextquill::ui
