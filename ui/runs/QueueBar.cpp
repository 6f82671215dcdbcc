// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/QueueBar.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace nextquill::ui {

QueueBar::QueueBar(QWidget* parent)
    : QWidget{parent}
    , m_text{new QLabel{this}}
    , m_on{new QPushButton{this}}
    , m_skip{new QCheckBox{tr("Skip fai&led"), this}}
    , m_up{new QPushButton{tr("&Up"), this}}
    , m_down{new QPushButton{tr("&Down"), this}}
    , m_first{new QPushButton{tr("Run ne&xt"), this}}
    , m_out{new QPushButton{tr("&Take out"), this}}
{
    m_text->setObjectName(QStringLiteral("queueState"));
    m_text->setWordWrap(true);
    m_on->setObjectName(QStringLiteral("queueOn"));
    m_skip->setObjectName(QStringLiteral("skipFailed"));
    m_skip->setChecked(true);
    m_skip->setToolTip(tr("The queue goes on after a run that fails"));
    m_up->setToolTip(tr("One place towards the front (Alt+Up)"));
    m_down->setToolTip(tr("One place towards the end (Alt+Down)"));
    m_first->setToolTip(tr("It is the next one (Alt+Home)"));
    m_out->setToolTip(tr("Out of the queue; it can be resumed (Del)"));
    auto* upper = new QHBoxLayout;
    upper->addWidget(m_text, 1);
    upper->addWidget(m_skip);
    upper->addWidget(m_on);
    auto* lower = new QHBoxLayout;
    for (QPushButton* button : {m_up, m_down, m_first, m_out}) {
        lower->addWidget(button);
    }
    lower->addStretch(1);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(upper);
    layout->addLayout(lower);
    connect(m_on, &QPushButton::clicked, this, [this] { Q_EMIT onRequested(!m_isOn); });
    connect(m_skip, &QCheckBox::toggled, this, &QueueBar::skipRequested);
    connect(m_up, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { Q_EMIT moveRequested(1); });
    connect(m_first, &QPushButton::clicked, this, &QueueBar::firstRequested);
    connect(m_out, &QPushButton::clicked, this, &QueueBar::takeOutRequested);
    setState({});
}

void QueueBar::setState(const State& state)
{
    m_isOn = state.on;
    const QString waiting =
        state.waiting > 0 ? tr("%n run(s) wait", nullptr, state.waiting) : tr("none waits");
    if (!state.running.isEmpty()) {
        m_text->setText(state.on ? tr("Queue on: %1 has its turn, %2").arg(state.running, waiting)
                                 : tr("Queue off after %1, %2").arg(state.running, waiting));
    } else {
        m_text->setText(state.on ? tr("Queue on, %1").arg(waiting)
                                 : tr("Queue off, %1").arg(waiting));
    }
    m_on->setText(state.on ? tr("Hold &queue") : tr("Start &queue"));
    m_on->setEnabled(state.mayChange);
    m_up->setEnabled(state.mayChange && state.place > 1);
    m_down->setEnabled(state.mayChange && state.place > 0 && state.place < state.waiting);
    m_first->setEnabled(state.mayChange && state.place > 1);
    m_out->setEnabled(state.mayChange && state.place > 0);
}

} // namespace nextquill::ui
