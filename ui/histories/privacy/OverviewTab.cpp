// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/OverviewTab.h"

#include "ui/histories/privacy/DistributionsPane.h"
#include "ui/histories/privacy/ScreeningPane.h"
#include "ui/histories/privacy/StylePane.h"

#include <QAction>
#include <QTabWidget>
#include <QVBoxLayout>

namespace nextquill::ui {

OverviewTab::OverviewTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_pages{new QTabWidget{this}}
    , m_style{new StylePane{session, this}}
{
    auto* distributions = new DistributionsPane{session, this};
    auto* texts = new ScreeningPane{session, this};
    m_pages->setObjectName(QStringLiteral("overviewPages"));
    m_pages->setDocumentMode(true);
    m_pages->addTab(distributions, tr("Distributions"));
    m_pages->addTab(texts, tr("Texts"));
    m_pages->addTab(m_style, tr("Style"));
    for (int page = 0; page < m_pages->count(); ++page) {
        auto* action = new QAction{this};
        action->setShortcut(QKeySequence{Qt::ALT | static_cast<Qt::Key>(Qt::Key_1 + page)});
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, m_pages,
                [this, page] { m_pages->setCurrentIndex(page); });
        addAction(action);
        m_pages->setTabToolTip(page, action->shortcut().toString(QKeySequence::NativeText));
    }
    connect(distributions, &DistributionsPane::filterWanted, this, &OverviewTab::filterWanted);
    connect(texts, &ScreeningPane::filterWanted, this, &OverviewTab::filterWanted);
    connect(texts, &ScreeningPane::reviewWanted, this, &OverviewTab::reviewWanted);
    connect(m_style, &StylePane::userWanted, this, &OverviewTab::userWanted);
    connect(m_style, &StylePane::reviewWanted, this, &OverviewTab::reviewWanted);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
}

void OverviewTab::showStyle(qint64 userId)
{
    m_pages->setCurrentWidget(m_style);
    m_style->showUser(userId);
}

} // namespace nextquill::ui
