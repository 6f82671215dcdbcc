// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/BranchTree.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/project/ShownText.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr std::size_t tokensOfContext = 4;

constexpr int wordRole = Qt::UserRole; // the token where a branch leaves the text above

enum Column { Text, Tokens, Mean, Bits };

/// "… this is a → great": what stands before the token, and what came in its place.
QString placeOf(const workflow::Inspection& branch, std::size_t token)
{
    QString before;
    const std::size_t first = token > tokensOfContext ? token - tokensOfContext : 0;
    for (std::size_t i = first; i < token; ++i) {
        before += shown(branch.tokenTexts.at(i));
    }
    return QStringLiteral("%1%2 \u2192 %3")
        .arg(first > 0 ? QStringLiteral("\u2026") : QString{}, before.simplified(),
             shown(branch.tokenTexts.at(token)).trimmed());
}

} // namespace

BranchTree::BranchTree(QWidget* parent)
    : QTreeWidget{parent}
{
    setHeaderLabels({tr("Text"), tr("Tokens"), tr("Mean PCE"), tr("Bits")});
    setRootIsDecorated(true);
    setUniformRowHeights(true);
    setAccessibleName(tr("Branches of the text"));
    header()->setSectionResizeMode(Text, QHeaderView::Stretch);
    header()->setStretchLastSection(false);
    for (const int column : {Tokens, Mean, Bits}) {
        header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
    connect(this, &QTreeWidget::currentItemChanged, this, [this](QTreeWidgetItem* item) {
        if (const InspectionPtr inspection = m_texts.value(item)) {
            Q_EMIT chosen(inspection);
        }
    });
}

void BranchTree::setTrunk(const InspectionPtr& trunk)
{
    const QSignalBlocker quiet{this};
    m_texts.clear();
    clear();
    if (trunk) {
        auto* item = new QTreeWidgetItem{this};
        put(item, trunk,
            trunk->generated ? tr("Written by the model") : tr("The user\u2019s own text"));
        setCurrentItem(item);
    }
}

void BranchTree::addBranch(const InspectionPtr& from, std::size_t token,
                           const InspectionPtr& branch)
{
    QTreeWidgetItem* const parent = itemOf(from);
    if (parent == nullptr) {
        return; // its text is not shown any more
    }
    auto* item = new QTreeWidgetItem{parent};
    put(item, branch, placeOf(*branch, token));
    item->setData(Text, wordRole, shown(branch->tokenTexts.at(token)).trimmed());
    parent->setExpanded(true);
    setCurrentItem(item);
}

void BranchTree::replace(const InspectionPtr& text, const InspectionPtr& further)
{
    if (QTreeWidgetItem* const item = itemOf(text)) {
        m_texts.insert(item, further);
    }
}

bool BranchTree::has(const InspectionPtr& inspection) const
{
    return itemOf(inspection) != nullptr;
}

qsizetype BranchTree::branches() const
{
    return std::max<qsizetype>(m_texts.size() - 1, 0);
}

QTreeWidgetItem* BranchTree::itemOf(const InspectionPtr& inspection) const
{
    return inspection ? m_texts.key(inspection) : nullptr;
}

void BranchTree::put(QTreeWidgetItem* item, const InspectionPtr& inspection, const QString& where)
{
    double bits = 0;
    for (const causal::TokenEffect& token : inspection->effects.tokens) {
        bits += static_cast<double>(bitsOf(token));
    }
    item->setText(Text, where);
    item->setToolTip(Text, shown(inspection->text));
    item->setText(Tokens, QString::number(inspection->effects.tokens.size()));
    item->setText(Mean, QString::number(inspection->effects.meanPce(), 'f', 3));
    item->setText(Bits, QString::number(bits, 'f', 1));
    for (const int column : {Tokens, Mean, Bits}) {
        item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
    }
    m_texts.insert(item, inspection);
}

void BranchTree::forget(QTreeWidgetItem* item)
{
    for (int i = 0; i < item->childCount(); ++i) {
        forget(item->child(i));
    }
    m_texts.remove(item);
}

bool BranchTree::isBranch(const QTreeWidgetItem* item) const
{
    return item != nullptr && item->parent() != nullptr;
}

void BranchTree::compareCurrent()
{
    QTreeWidgetItem* const item = currentItem();
    if (isBranch(item)) {
        Q_EMIT compareWanted(m_texts.value(item->parent()), m_texts.value(item),
                             item->data(Text, wordRole).toString());
    }
}

void BranchTree::removeCurrent()
{
    QTreeWidgetItem* const item = currentItem();
    if (!isBranch(item)) {
        return;
    }
    QTreeWidgetItem* const parent = item->parent();
    forget(item);
    setCurrentItem(parent);
    delete item;
}

void BranchTree::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu{this};
    QAction* const compare =
        menu.addAction(tr("&Compare with the text above\tC"), this, &BranchTree::compareCurrent);
    QAction* const remove =
        menu.addAction(tr("&Take away\tDelete"), this, &BranchTree::removeCurrent);
    for (QAction* const action : {compare, remove}) {
        action->setEnabled(isBranch(currentItem()));
    }
    menu.exec(event->globalPos());
}

void BranchTree::keyPressEvent(QKeyEvent* event)
{
    const bool isPlain = event->modifiers() == Qt::NoModifier;
    if (isBranch(currentItem()) && event->key() == Qt::Key_Delete) {
        removeCurrent();
    } else if (isBranch(currentItem()) && event->key() == Qt::Key_C && isPlain) {
        compareCurrent();
    } else {
        QTreeWidget::keyPressEvent(event);
    }
}

} // namespace nextquill::ui
