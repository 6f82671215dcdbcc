// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is done to the steps: typed, moved, switched, taken out, shown.
#include "core/base/Error.h"
#include "core/store/Histories.h"

#include "ui/histories/splits/FunnelBar.h"
#include "ui/histories/splits/FunnelFilter.h"
#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <algorithm>

namespace nextquill::ui {

void FunnelBar::askStep()
{
    m_problem->hide();
    m_typed->show();
    m_typed->setFocus();
}

void FunnelBar::addTyped()
{
    try {
        store::FunnelStep step = store::funnelStep(stored(m_typed->text()));
        if (m_edited >= 0 && m_edited < static_cast<std::ptrdiff_t>(m_funnel.steps.size())) {
            step.isOn = m_funnel.steps[static_cast<std::size_t>(m_edited)].isOn;
            m_funnel.steps[static_cast<std::size_t>(m_edited)] = step;
        } else {
            m_funnel.steps.push_back(step);
        }
        requireSensible(m_funnel);
    } catch (const Error& error) {
        m_problem->setText(tr("%1: %2").arg(shown(error.problem()), shown(error.remedy())));
        m_problem->show();
        return;
    }
    m_edited = -1;
    m_typed->hide();
    changed();
    m_buttons.back()->setFocus();
}

void FunnelBar::addFilter(const QString& filter)
{
    if (const QString text = filter.trimmed(); !text.isEmpty()) {
        m_funnel.steps.push_back({.kind = store::FunnelStepKind::Where, .text = stored(text)});
        changed();
    }
}

void FunnelBar::moveStep(std::size_t step, int by)
{
    const auto to = static_cast<std::ptrdiff_t>(step) + by;
    if (to < 0 || to >= static_cast<std::ptrdiff_t>(m_funnel.steps.size())) {
        return;
    }
    std::swap(m_funnel.steps[step], m_funnel.steps[static_cast<std::size_t>(to)]);
    changed();
    m_buttons[static_cast<std::size_t>(to) + 1]->setFocus();
}

void FunnelBar::removeStep(std::size_t step)
{
    m_funnel.steps.erase(m_funnel.steps.begin() + static_cast<std::ptrdiff_t>(step));
    changed();
    m_buttons[std::min(step + 1, m_funnel.steps.size())]->setFocus();
}

void FunnelBar::editStep(std::size_t step)
{
    m_edited = static_cast<std::ptrdiff_t>(step);
    m_typed->setText(shown(store::text(m_funnel.steps[step])));
    askStep();
}

void FunnelBar::switchStep(std::size_t step)
{
    m_funnel.steps[step].isOn = !m_funnel.steps[step].isOn;
    changed();
    m_buttons[step + 1]->setFocus();
}

void FunnelBar::showBehind(std::size_t steps)
{
    const FunnelFilter made = filterBehind(m_funnel, steps);
    Q_EMIT filterWanted(made.filter);
    if (!made.missing.isEmpty()) {
        Q_EMIT m_session.noticed(tr("The table shows more than is left: it has no filter for %1.")
                                     .arg(made.missing.join(QStringLiteral(", "))),
                                 {}, {});
    }
}

void FunnelBar::excludeRest()
{
    auto* job = m_session.change(
        tr("Excluding what the funnel leaves out"), this,
        [funnel = m_funnel](store::Project& project, StopToken stop, Progress& progress) {
            return store::Funnels{project}.excludeRest(funnel, stop, progress);
        });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job] {
        const int count = forPlural(job->takeValue());
        m_session.announceData();
        Q_EMIT m_session.noticed(tr("%Ln review(s) excluded.", "", count), tr("Undo"), [this] {
            auto* undo = m_session.change(tr("Undo"), this,
                                          [](store::Project& project, StopToken, Progress&) {
                                              return store::Histories{project}.undo();
                                          });
            connect(undo, &Job::done, this, [this] { m_session.announceData(); });
        });
    });
}

bool FunnelBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const auto* const key = static_cast<QKeyEvent*>(event);
    if (watched == m_typed) {
        if (key->key() == Qt::Key_Escape) {
            m_typed->hide();
            m_problem->hide();
            m_buttons.back()->setFocus();
            return true;
        }
        return false;
    }
    const auto step = static_cast<std::size_t>(watched->property("step").toULongLong());
    const bool isMove = key->modifiers() & Qt::AltModifier;
    const int direction = key->key() == Qt::Key_Left ? -1 : key->key() == Qt::Key_Right ? 1 : 0;
    if (direction != 0 && !isMove) {
        const auto to = static_cast<std::ptrdiff_t>(step) + direction;
        if (to >= 0 && to < static_cast<std::ptrdiff_t>(m_buttons.size())) {
            m_buttons[static_cast<std::size_t>(to)]->setFocus();
        }
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        showBehind(step);
        return true;
    }
    if (step == 0) {
        return false;
    }
    switch (key->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        moveStep(step - 1, direction);
        return true;
    case Qt::Key_Space:
        switchStep(step - 1);
        return true;
    case Qt::Key_Delete:
        removeStep(step - 1);
        return true;
    case Qt::Key_F2:
        editStep(step - 1);
        return true;
    default:
        return false;
    }
}

} // namespace nextquill::ui
