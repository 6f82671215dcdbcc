// SPDX-License-Identifier: GPL-3.0-or-later
//
// How DuplicatesTab is laid out.
#include "ui/histories/quality/DuplicatesTab.h"
#include "ui/histories/quality/QualityForm.h"
#include "ui/histories/quality/TextPair.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace nextquill::ui {

void DuplicatesTab::createForm()
{
    m_search->setObjectName(QStringLiteral("duplicateSearch"));
    m_search->addItem(tr("by what they say"), static_cast<int>(curate::DuplicateSearch::Text));
    m_search->addItem(tr("by user and item"), static_cast<int>(curate::DuplicateSearch::UserItem));
    m_scope->setObjectName(QStringLiteral("duplicateScope"));
    m_scope->addItem(tr("all reviews"), static_cast<int>(curate::DuplicateScope::All));
    m_scope->addItem(tr("one user"), static_cast<int>(curate::DuplicateScope::SameUser));
    m_scope->addItem(tr("one item"), static_cast<int>(curate::DuplicateScope::SameItem));
    m_threshold->setObjectName(QStringLiteral("duplicateThreshold"));
    m_threshold->setRange(10, 100);
    m_threshold->setValue(80);
    m_threshold->setSuffix(tr(" %"));
    m_threshold->setToolTip(
        tr("Least share of runs of three words that two texts have in common; 100 %: the same "
           "words only. Case and punctuation make no difference."));
    m_rule->setObjectName(QStringLiteral("duplicateRule"));
    m_rule->addItem(tr("earliest"), static_cast<int>(curate::KeepRule::Earliest));
    m_rule->addItem(tr("longest"), static_cast<int>(curate::KeepRule::Longest));
    m_rule->setToolTip(tr("Which review of a group is kept, unless you choose by hand"));
    m_look->setObjectName(QStringLiteral("findDuplicates"));
    m_look->setProperty("role", QStringLiteral("primary"));
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(qualityLabel(tr("&Alike"), m_search));
    row->addWidget(m_search);
    row->addWidget(qualityLabel(tr("&Within"), m_scope));
    row->addWidget(m_scope);
    row->addWidget(qualityLabel(tr("&From"), m_threshold));
    row->addWidget(m_threshold);
    row->addWidget(qualityLabel(tr("&Keep"), m_rule));
    row->addWidget(m_rule);
    row->addWidget(m_progress, 1);
    row->addStretch(0);
    row->addWidget(m_look);
    m_progress->hide();
    layout()->addWidget(bar);
    layout()->addWidget(m_message);
}

void DuplicatesTab::createResults()
{
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setObjectName(QStringLiteral("duplicateSummary"));
    m_list->setObjectName(QStringLiteral("duplicateGroups"));
    m_list->setAccessibleName(tr("Groups of duplicates"));
    prepareQualityTable(*m_list);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setModel(m_model);
    m_reviews->setObjectName(QStringLiteral("duplicateReviews"));
    m_reviews->setAccessibleName(tr("Reviews of the group; checked ones are kept"));
    prepareQualityTable(*m_reviews);
    m_reviews->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_reviews->setColumnCount(5);
    m_reviews->setHorizontalHeaderLabels(
        {tr("Keep"), tr("Alike"), tr("User"), tr("Item"), tr("Date")});
    for (int column = 0; column < m_reviews->columnCount(); ++column) {
        m_reviews->horizontalHeaderItem(column)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }
    m_excludeAll->setObjectName(QStringLiteral("excludeAllCopies"));
    m_excludeOne->setObjectName(QStringLiteral("excludeGroupCopies"));

    auto* head = new QHBoxLayout;
    head->addWidget(m_summary, 1);
    head->addWidget(m_excludeAll);
    auto* left = new QWidget{this};
    auto* leftLayout = new QVBoxLayout{left};
    leftLayout->addLayout(head);
    leftLayout->addWidget(m_list, 1);
    auto* right = new QSplitter{Qt::Vertical, this};
    auto* reviews = new QWidget{this};
    auto* reviewsLayout = new QVBoxLayout{reviews};
    reviewsLayout->addWidget(m_reviews, 1);
    auto* ones = new QHBoxLayout;
    ones->addStretch(1);
    ones->addWidget(m_excludeOne);
    reviewsLayout->addLayout(ones);
    auto* pair = new QWidget{this};
    auto* pairLayout = new QVBoxLayout{pair};
    pairLayout->addWidget(m_pair);
    right->addWidget(reviews);
    right->addWidget(pair);
    right->setChildrenCollapsible(false);
    right->setStretchFactor(0, 2);
    right->setStretchFactor(1, 3);
    auto* panes = new QSplitter{this};
    panes->addWidget(left);
    panes->addWidget(right);
    panes->setChildrenCollapsible(false);
    panes->setSizes({560, 720});
    m_pages->addWidget(panes);
    m_pages->addWidget(m_empty);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(m_pages, 1);

    createActions();
}

void DuplicatesTab::createActions()
{
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QString& text, const QList<QKeySequence>& keys, auto slot) {
        auto* action = new QAction{text, m_list};
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_list->addAction(action);
    };
    add(tr("E&xclude the copies of this group"), {Qt::Key_X}, [this] { exclude(false); });
    add(tr("&Show the first review in its timeline"), {Qt::Key_Return, Qt::Key_Enter}, [this] {
        if (!m_members.empty()) {
            Q_EMIT reviewWanted(number(m_members.front().review.review.id));
        }
    });
}

} // namespace nextquill::ui
