// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/ActsBar.h"

#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/SelectionActs.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/ProgressLine.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

namespace nextquill::ui {

namespace {

constexpr int progressAfter = 500; // milliseconds: shorter work shows its end only

} // namespace

ActsBar::ActsBar(SelectionActs& acts, QWidget* parent)
    : QFrame{parent}
    , m_acts{acts}
    , m_what{new QLabel{this}}
    , m_buttons{new QWidget{this}}
    , m_progress{new ProgressLine{this}}
    , m_lasting{new QTimer{this}}
{
    setObjectName(QStringLiteral("actsBar"));
    setProperty("role", QStringLiteral("statusline"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // as wide as the table above
    m_what->setProperty("role", QStringLiteral("muted"));
    m_what->setTextFormat(Qt::PlainText);
    auto* row = new QHBoxLayout{m_buttons};
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_what, 1);
    // What is selected may be long; buttons are never pushed out of sight by it.
    m_what->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    using Kind = SelectionActs::Kind;
    for (const Kind kind : {Kind::Edit, Kind::Exclude, Kind::Include, Kind::Tag, Kind::Untag,
                            Kind::MergeUsers, Kind::Delete}) {
        auto* button = new QToolButton{m_buttons};
        button->setDefaultAction(m_acts.action(kind));
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::TabFocus);
        if (kind == Kind::Untag) {
            button->setPopupMode(QToolButton::InstantPopup);
        }
        row->addWidget(button);
        m_all.push_back(button);
    }
    auto* layout = new QHBoxLayout{this};
    layout->setContentsMargins(12, 4, 12, 4);
    layout->addWidget(m_buttons, 1);
    layout->addWidget(m_progress, 1);
    m_progress->hide();
    m_lasting->setSingleShot(true);
    m_lasting->setInterval(progressAfter);
    connect(&m_acts, &SelectionActs::changed, this, &ActsBar::showSelection);
    watchQueue();
    showSelection();
}

void ActsBar::watchQueue()
{
    ActQueue& queue = m_acts.queue();
    connect(&queue, &ActQueue::begun, this, [this](const QString& title) {
        m_progress->begin(title);
        m_lasting->start();
    });
    connect(m_lasting, &QTimer::timeout, this, [this] {
        m_buttons->hide();
        m_progress->show();
    });
    connect(&queue, &ActQueue::progressed, this, [this](const ProgressReport& report) {
        m_progress->setProgress(report.done, report.total, shown(report.stage));
    });
    connect(&queue, &ActQueue::ended, this, [this] {
        m_lasting->stop();
        m_progress->hide();
        m_buttons->show();
    });
    connect(m_progress, &ProgressLine::cancelRequested, &queue, &ActQueue::cancel);
}

void ActsBar::showSelection()
{
    const bool any = !m_acts.selection().isEmpty();
    m_what->setText(any ? tr("Selected: %1").arg(m_acts.whatAndHowMany())
                        : tr("Nothing is selected"));
    m_what->setToolTip(m_what->text());
    fitButtons();
}

void ActsBar::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    fitButtons();
}

void ActsBar::fitButtons()
{
    const QMargins margins = layout()->contentsMargins();
    int words =
        m_what->fontMetrics().horizontalAdvance(m_what->text()) + margins.left() + margins.right();
    for (QToolButton* const button : m_all) {
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        words += button->sizeHint().width() + m_buttons->layout()->spacing();
    }
    const bool areBrief = words > width();
    for (QToolButton* const button : m_all) {
        button->setToolButtonStyle(areBrief ? Qt::ToolButtonIconOnly
                                            : Qt::ToolButtonTextBesideIcon);
    }
}

} // namespace nextquill::ui
