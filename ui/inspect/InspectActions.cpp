// SPDX-License-Identifier: GPL-3.0-or-later
//
// The inspector's acts, each a QAction with its key: the window lists them among its commands.
#include "ui/inspect/InspectView.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/ThresholdSlider.h"
#include "ui/widgets/TokenFindBar.h"
#include "ui/widgets/TokenView.h"

#include <QAction>
#include <QComboBox>
#include <QPushButton>
#include <QTabWidget>
#include <QToolButton>

namespace nextquill::ui {

QAction* InspectView::addAct(const QString& text, const QList<QKeySequence>& keys,
                             const std::function<void()>& act)
{
    auto* action = new QAction{text, this};
    action->setShortcuts(keys);
    // Single letters only while the focus is in the text: never while somebody types.
    const bool single = !keys.isEmpty() && keys.first()[0].keyboardModifiers() == Qt::NoModifier;
    action->setShortcutContext(single ? Qt::WidgetShortcut : Qt::WidgetWithChildrenShortcut);
    (single ? static_cast<QWidget*>(m_text) : this)->addAction(action);
    connect(action, &QAction::triggered, this, act);
    m_commands << action;
    return action;
}

void InspectView::createActions()
{
    addAct(tr("Inspect: Previous Text"), {Qt::Key_BracketLeft},
           [this] { m_picker->goToPrevious(); });
    addAct(tr("Inspect: Next Text"), {Qt::Key_BracketRight}, [this] { m_picker->goToNext(); });
    addAct(tr("Inspect: Next Measure"), {Qt::Key_M}, [this] {
        m_measure->setCurrentIndex((m_measure->currentIndex() + 1) % m_measure->count());
    });
    addAct(tr("Inspect: Tokens, Words or Sentences"), {Qt::Key_W},
           [this] { m_unit->setCurrentIndex((m_unit->currentIndex() + 1) % m_unit->count()); });
    addAct(tr("Inspect: User's Own or Generated Text"), {Qt::Key_G},
           [this] { m_source->setCurrentIndex(1 - m_source->currentIndex()); });
    addAct(tr("Inspect: Threshold"), {Qt::Key_T}, [this] { m_threshold->setFocus(); });
    addAct(tr("Inspect: Show or Hide What Stands Below the Text"), {Qt::Key_H},
           [this] { m_tabs->setVisible(m_tabs->isHidden()); });
    addAct(tr("Inspect: Show Invisible Tokens"), {Qt::Key_I}, [this] { m_invisibles->toggle(); });
    addAct(tr("Inspect: Lines in Place of Colours"), {Qt::Key_L},
           [this] { m_greyscale->toggle(); });
    createTokenActs();
    createReviewActs();
    createMenuActs();
    createPastTextActs();
    m_needText << addAct(tr("Inspect: Export Figure…"), {QKeySequence{Qt::CTRL | Qt::Key_E}},
                         [this] { exportFigure(); })
               << addAct(tr("Inspect: Export Again with Last Settings"),
                         {QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_E}},
                         [this] { exportAgain(); });
    m_export->setToolTip(tr("Figure or table as a file (Ctrl+E)"));
}

/// Keys that the text itself takes: listed, so that they are found.
void InspectView::createTokenActs()
{
    m_needText << addAct(tr("Inspect: Next Word Beyond the Threshold"), {Qt::Key_N},
                         [this] { m_text->goToNextBeyondThreshold(); })
               << addAct(tr("Inspect: Previous Word Beyond the Threshold"), {Qt::Key_P},
                         [this] { m_text->goToPreviousBeyondThreshold(); })
               << addAct(tr("Inspect: Find in the Text"), {Qt::Key_Slash},
                         [this] { m_find->open(); })
               << addAct(tr("Inspect: Pin the Token"), {Qt::Key_Space},
                         [this] {
                             const qsizetype token = m_text->currentToken();
                             m_text->setPinned(token, !m_text->pinnedTokens().contains(token));
                         })
               << addAct(tr("Inspect: Copy Tokens with Their Values"),
                         {QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_C}},
                         [this] { m_text->copyValues(); });
}

void InspectView::createReviewActs()
{
    m_needText << addAct(tr("Inspect: Effect of Each Past Text"), {Qt::Key_A},
                         [this] { attribute(); });
    createHistoryActs();
    constexpr int keys = 9;
    for (int review = 0; review < keys; ++review) {
        m_reviewActs << addAct(tr("Inspect: Shade the Text by Past Text %1").arg(review + 1),
                               {QKeySequence{Qt::Key_1 + review}},
                               [this, review] { openReview(review); });
    }
    m_needText << addAct(tr("Inspect: Shade the Text by the Whole History"),
                         {Qt::Key_0, Qt::Key_Escape}, [this] { shadeByReview(-1); });
}

void InspectView::renewActions()
{
    const workflow::Inspection* const shown = m_measured.inspection.get();
    for (QAction* const action : std::as_const(m_commands)) {
        action->setEnabled(m_session.isOpen());
    }
    for (QAction* const action : std::as_const(m_needText)) {
        action->setEnabled(shown != nullptr);
    }
    for (qsizetype review = 0; review < m_reviewActs.size(); ++review) {
        m_reviewActs[review]->setEnabled(shown != nullptr &&
                                         review < static_cast<qsizetype>(shown->history.size()));
    }
    m_export->setEnabled(shown != nullptr);
}

} // namespace nextquill::ui
