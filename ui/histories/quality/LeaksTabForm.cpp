// SPDX-License-Identifier: GPL-3.0-or-later
//
// How LeaksTab is laid out.
#include "ui/histories/quality/LeaksTab.h"
#include "ui/histories/quality/QualityForm.h"
#include "ui/histories/quality/TextPair.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/ThemedIcon.h"

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

void LeaksTab::createForm()
{
    m_split->setObjectName(QStringLiteral("leakSplit"));
    m_split->setToolTip(tr("Whose targets are looked at"));
    m_split->setMinimumContentsLength(18);
    m_threshold->setObjectName(QStringLiteral("leakThreshold"));
    m_threshold->setRange(0, 99);
    m_threshold->setValue(50);
    m_threshold->setSuffix(tr(" %"));
    m_threshold->setToolTip(tr("A target leaks when more than this share of its runs of five words "
                               "stands in the history"));
    m_look->setObjectName(QStringLiteral("lookForLeaks"));
    m_look->setProperty("role", QStringLiteral("primary"));
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    auto* row = new QHBoxLayout{bar};
    row->addWidget(qualityLabel(tr("&Split"), m_split));
    row->addWidget(m_split);
    row->addWidget(qualityLabel(tr("Shared &runs above"), m_threshold));
    row->addWidget(m_threshold);
    row->addWidget(m_progress, 1);
    row->addStretch(0);
    row->addWidget(m_look);
    m_progress->hide();
    layout()->addWidget(bar);
    layout()->addWidget(m_message);
}

void LeaksTab::createResults()
{
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setObjectName(QStringLiteral("leakSummary"));
    m_kinds->setObjectName(QStringLiteral("leakKinds"));
    m_kinds->setAccessibleName(tr("Kinds of leaks; checked ones are fixed"));
    prepareQualityTable(*m_kinds);
    m_kinds->setColumnCount(6);
    m_kinds->setHorizontalHeaderLabels({tr("Leaks, by kind"), tr("All"), tr("Test"),
                                        tr("Validation"), tr("Train"), tr("Same moment")});
    for (int column = 0; column < m_kinds->columnCount(); ++column) {
        m_kinds->horizontalHeaderItem(column)->setTextAlignment(
            (column == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    }
    m_kinds->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_kinds->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    m_list->setObjectName(QStringLiteral("leaks"));
    m_list->setAccessibleName(tr("Leaks"));
    prepareQualityTable(*m_list);
    m_list->setModel(m_model);
    m_list->horizontalHeader()->setSectionResizeMode(4, QHeaderView::Stretch); // the item
    m_others->setTextFormat(Qt::PlainText);
    m_others->setProperty("role", QStringLiteral("muted"));
    m_next->setObjectName(QStringLiteral("nextLeakReview"));

    auto* upper = new QWidget{this};
    auto* upperLayout = new QVBoxLayout{upper};
    upperLayout->addWidget(m_summary);
    upperLayout->addWidget(m_kinds);
    createFixBar(upperLayout);
    upperLayout->addWidget(m_list, 1);
    auto* lower = new QWidget{this};
    auto* lowerLayout = new QVBoxLayout{lower};
    auto* othersRow = new QHBoxLayout;
    othersRow->addWidget(m_others, 1);
    othersRow->addWidget(m_next);
    lowerLayout->addLayout(othersRow);
    lowerLayout->addWidget(m_pair, 1);
    auto* panes = new QSplitter{Qt::Vertical, this};
    panes->setChildrenCollapsible(false);
    panes->addWidget(upper);
    panes->addWidget(lower);
    panes->setStretchFactor(0, 3);
    panes->setStretchFactor(1, 2);
    m_pages->addWidget(panes);
    m_pages->addWidget(m_empty);
    qobject_cast<QVBoxLayout*>(layout())->addWidget(m_pages, 1);
}

void LeaksTab::createFixBar(QLayout* into)
{
    m_side->setObjectName(QStringLiteral("leakSide"));
    m_side->addItem(tr("reviews that give targets away"),
                    QVariant::fromValue(static_cast<int>(curate::LeakFix::Reviews)));
    m_side->addItem(tr("targets that are given away"),
                    QVariant::fromValue(static_cast<int>(curate::LeakFix::Targets)));
    m_fix->setObjectName(QStringLiteral("fixLeaks"));
    auto* row = new QHBoxLayout;
    row->addWidget(qualityLabel(tr("&Exclude"), m_side));
    row->addWidget(m_side);
    row->addWidget(m_fix);
    row->addStretch(1);
    qobject_cast<QVBoxLayout*>(into)->addLayout(row);
}

void LeaksTab::createActions()
{
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    const auto add = [this](const QString& text, const QList<QKeySequence>& keys, auto slot) {
        auto* action = new QAction{text, m_list};
        action->setShortcuts(keys);
        action->setShortcutContext(Qt::WidgetShortcut);
        connect(action, &QAction::triggered, this, slot);
        m_list->addAction(action);
    };
    const auto target = [this]() -> std::optional<qint64> {
        const QModelIndex row = m_list->currentIndex();
        return row.isValid() ? std::optional{qint64{number(m_model->row(row.row()).leak.target)}}
                             : std::nullopt;
    };
    add(tr("&Show the target in its timeline"), {Qt::Key_Return, Qt::Key_Enter}, [this, target] {
        if (const auto id = target()) {
            Q_EMIT reviewWanted(*id);
        }
    });
    add(tr("&Inspect the target"), {Qt::Key_E}, [this, target] {
        if (const auto id = target()) {
            Q_EMIT inspectWanted(*id);
        }
    });
    add(tr("&Next review that gives it away"), {Qt::Key_N}, [this] { showNextOther(); });
}

} // namespace nextquill::ui
