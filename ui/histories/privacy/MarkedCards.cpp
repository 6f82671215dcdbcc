// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/MarkedCards.h"

#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QAbstractListModel>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTextLayout>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int cardPadding = 12;
constexpr int cardGap = 4;
constexpr int cardSpacing = 8;

QString plainText(const MarkedCard& card)
{
    QStringList texts;
    for (const MarkedLine& line : card.lines) {
        texts.append(line.text);
    }
    return texts.join(QLatin1Char('\n'));
}

} // namespace

MarkedLine::Mark markOf(std::string_view text, std::size_t begin, std::size_t end)
{
    const auto first = static_cast<int>(shown(text.substr(0, begin)).size());
    return {.begin = first,
            .length = static_cast<int>(shown(text.substr(begin, end - begin)).size())};
}

class MarkedCardList::Model final : public QAbstractListModel
{
public:
    using QAbstractListModel::QAbstractListModel;

    void setCards(QList<MarkedCard> cards)
    {
        beginResetModel();
        m_cards = std::move(cards);
        endResetModel();
    }
    [[nodiscard]] const QList<MarkedCard>& cards() const { return m_cards; }

    [[nodiscard]] int rowCount(const QModelIndex& parent) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_cards.size());
    }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid) ||
            (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)) {
            return {};
        }
        const MarkedCard& card = m_cards[index.row()];
        return QString(card.headline % QLatin1Char('\n') % plainText(card));
    }

private:
    QList<MarkedCard> m_cards;
};

class MarkedCardList::Painter final : public QStyledItemDelegate
{
public:
    Painter(const Model& model, MarkedCardList& list)
        : QStyledItemDelegate{&list}
        , m_model{model}
        , m_list{list}
    {
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override
    {
        const MarkedCard& card = m_model.cards()[index.row()];
        const int width = cardWidth();
        int height = option.fontMetrics.height() + 2 * cardPadding + cardSpacing;
        for (const MarkedLine& line : card.lines) {
            QTextLayout layout;
            height += lay(layout, line, option, width - 2 * cardPadding) + cardGap;
        }
        return {width, height};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const MarkedCard& card = m_model.cards()[index.row()];
        const ThemeColors& colors = themeColors(option.palette);
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        const QRect frame{option.rect.left() + cardSpacing, option.rect.top() + cardSpacing / 2,
                          cardWidth(), option.rect.height() - cardSpacing};
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(chosen ? colors.accent : colors.line);
        painter->setBrush(chosen ? colors.accentSoft : colors.surface);
        painter->drawRoundedRect(QRectF{frame}.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
        QPoint at = frame.topLeft() + QPoint{cardPadding, cardPadding};
        const int width = frame.width() - 2 * cardPadding;
        painter->setPen(colors.muted);
        painter->setFont(option.font);
        painter->drawText(at.x(), at.y() + option.fontMetrics.ascent(),
                          option.fontMetrics.elidedText(card.headline, Qt::ElideRight, width));
        at.ry() += option.fontMetrics.height() + cardGap;
        for (const MarkedLine& line : card.lines) {
            QTextLayout layout;
            const int height = lay(layout, line, option, width);
            painter->setPen(line.isMuted ? colors.muted : option.palette.text().color());
            layout.draw(painter, at);
            at.ry() += height + cardGap;
        }
        painter->restore();
    }

private:
    [[nodiscard]] int cardWidth() const { return m_list.viewport()->width() - 2 * cardSpacing; }

    /// Breaks a line into those of the card; returns their height.
    static int lay(QTextLayout& layout, const MarkedLine& line, const QStyleOptionViewItem& option,
                   int width)
    {
        layout.setText(QString{line.text}.replace(QLatin1Char('\n'), QChar::LineSeparator));
        layout.setFont(option.font);
        QTextOption wrap;
        wrap.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        layout.setTextOption(wrap);
        QList<QTextLayout::FormatRange> formats;
        for (const MarkedLine::Mark& mark : line.marks) {
            QTextCharFormat format;
            format.setFontWeight(QFont::DemiBold);
            format.setFontUnderline(true);
            format.setBackground(themeColors(option.palette).accentSoft);
            format.setForeground(option.palette.text());
            formats.append({mark.begin, mark.length, format});
        }
        layout.setFormats(formats);
        layout.beginLayout();
        qreal height = 0;
        for (QTextLine each = layout.createLine(); each.isValid(); each = layout.createLine()) {
            each.setLineWidth(width);
            each.setPosition({0, height});
            height += each.height();
        }
        layout.endLayout();
        return static_cast<int>(std::ceil(height));
    }

    const Model& m_model;
    MarkedCardList& m_list;
};

MarkedCardList::MarkedCardList(QWidget* parent)
    : QListView{parent}
    , m_model{new Model{this}}
{
    setModel(m_model);
    setItemDelegate(new Painter{*m_model, *this});
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(QListView::Adjust);
    connect(this, &QListView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT reviewWanted(m_model->cards()[index.row()].review);
    });
}

void MarkedCardList::setCards(QList<MarkedCard> cards)
{
    m_model->setCards(std::move(cards));
    scrollToTop();
}

const QList<MarkedCard>& MarkedCardList::cards() const
{
    return m_model->cards();
}

void MarkedCardList::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy) && currentIndex().isValid()) {
        QGuiApplication::clipboard()->setText(plainText(cards()[currentIndex().row()]));
        return;
    }
    QListView::keyPressEvent(event);
}

void MarkedCardList::resizeEvent(QResizeEvent* event)
{
    QListView::resizeEvent(event);
    scheduleDelayedItemsLayout(); // heights depend on the width
}

} // namespace nextquill::ui
