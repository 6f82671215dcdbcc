// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/PastTextsPane.h"

#include "core/causal/Attribution.h"

#include "ui/inspect/EffectCellDelegate.h"
#include "ui/inspect/HistoryEffectsModel.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

PastTextsPane::PastTextsPane(QWidget* parent)
    : QWidget{parent}
    , m_model{new HistoryEffectsModel{this}}
    , m_table{new QTableView{this}}
    , m_text{new QPlainTextEdit{this}}
    , m_attribute{new QPushButton{tr("Effect of each past &text"), this}}
{
    m_attribute->setObjectName(QStringLiteral("attribute"));
    m_attribute->setToolTip(tr("Leaves out one past text after the other (A)"));
    createTable();
    m_text->setObjectName(QStringLiteral("pastText"));
    m_text->setAccessibleName(tr("The chosen past text"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(tr("Choose a past text to read it and to see what it did."));
    m_text->setFont(readingFont(font().pointSizeF()));
    auto* panes = new QSplitter{this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(m_table);
    panes->addWidget(m_text);
    panes->setStretchFactor(0, 3);
    panes->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_attribute, 0, Qt::AlignLeft);
    layout->addWidget(panes, 1);
    connect(m_attribute, &QPushButton::clicked, this, &PastTextsPane::attributionWanted);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        showText(chosenReview());
        Q_EMIT reviewChosen(chosenReview());
    });
    setInspection(nullptr);
}

void PastTextsPane::createTable()
{
    m_table->setObjectName(QStringLiteral("pastTexts"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(HistoryEffectsModel::Effect, new EffectCellDelegate{m_table});
    m_table->setAccessibleName(tr("Past texts and their effects"));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
    auto* key = new QShortcut{QKeySequence{Qt::SHIFT | Qt::Key_F10}, m_table};
    key->setContext(Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &PastTextsPane::requestMenu);
    QHeaderView& header = *m_table->horizontalHeader();
    header.setStretchLastSection(true);
    for (const int column : {HistoryEffectsModel::Effect, HistoryEffectsModel::Date}) {
        header.setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    header.setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header.setHighlightSections(false);
}

void PastTextsPane::setInspection(std::shared_ptr<const workflow::Inspection> inspection)
{
    m_inspection = std::move(inspection);
    m_model->setInspection(m_inspection);
    m_attribute->setEnabled(m_inspection && !m_inspection->attribution);
    m_table->setColumnWidth(HistoryEffectsModel::Item, 180);
    showText(-1);
}

void PastTextsPane::setToken(qsizetype token)
{
    m_model->setToken(token);
}

void PastTextsPane::chooseReview(int review)
{
    if (review < 0 || review >= m_model->rowCount()) {
        m_table->clearSelection();
        m_table->selectionModel()->clearCurrentIndex();
    } else {
        m_table->selectRow(review);
    }
}

int PastTextsPane::chosenReview() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : rows.first().row();
}

/// Of the chosen past text, below its row.
void PastTextsPane::requestMenu()
{
    if (chosenReview() >= 0) {
        const QRect row = m_table->visualRect(m_model->index(chosenReview(), 0));
        Q_EMIT menuRequested(chosenReview(), m_table->viewport()->mapToGlobal(row.bottomLeft()));
    }
}

bool PastTextsPane::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ContextMenu) {
        return QWidget::eventFilter(watched, event);
    }
    const auto& menu = *static_cast<QContextMenuEvent*>(event);
    if (menu.reason() == QContextMenuEvent::Keyboard) {
        requestMenu();
    } else if (const QModelIndex index = m_table->indexAt(menu.pos()); index.isValid()) {
        Q_EMIT menuRequested(index.row(), menu.globalPos());
    }
    return true;
}

void PastTextsPane::showText(int review)
{
    if (!m_inspection || review < 0) {
        m_text->clear();
        return;
    }
    const store::ReviewRow& row = m_inspection->history[static_cast<std::size_t>(review)];
    QStringList lines{
        tr("%1 · %2 %3")
            .arg(shownDate(row.review.time), shown(row.itemTitle), shownStars(row.review.rating))};
    if (!row.review.title.empty()) {
        lines << shown(row.review.title);
    }
    m_text->setPlainText((lines << QString{} << shown(row.review.text)).join(QLatin1Char('\n')));
}

} // namespace nextquill::ui
