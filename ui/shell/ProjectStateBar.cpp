// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/ProjectStateBar.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

namespace nextquill::ui {

ProjectStateBar::ProjectStateBar(ProjectSession& session, ProjectWatch& watch, QWidget* parent)
    : MessageBar{parent}
    , m_session{session}
    , m_watch{watch}
{
    setObjectName(QStringLiteral("projectState"));
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_reason.clear();
        renew();
    });
    connect(&m_watch, &ProjectWatch::changed, this, &ProjectStateBar::renew);
}

void ProjectStateBar::setReason(const QString& reason)
{
    m_reason = reason;
    renew();
}

/// The gravest fault alone.
void ProjectStateBar::renew()
{
    const ProjectCondition& condition = m_watch.condition();
    const QString place = shownPath(m_session.file());
    if (!m_session.isOpen()) {
        closeMessage();
    } else if (condition.place == ProjectCondition::Place::Gone) {
        showMessage({.kind = Kind::Error,
                     .text = tr("The project's file is no longer at %1: it was moved, renamed or "
                                "removed, or its disk is gone. All that was saved is in it. Put it "
                                "back, or open it where it is now.")
                                 .arg(place),
                     .actionText = tr("Open it elsewhere…"),
                     .action = [this] { Q_EMIT openElsewhereWanted(); }});
    } else if (condition.place == ProjectCondition::Place::Replaced) {
        showMessage({.kind = Kind::Error,
                     .text = tr("Another file is at %1 now. What was saved is in the one that was "
                                "moved away; what is shown here may be of either.")
                                 .arg(place),
                     .actionText = tr("Open what is there"),
                     .action = [this] { Q_EMIT openAgainWanted(m_session.file()); }});
    } else if (condition.isDiskFull) {
        showMessage({.kind = Kind::Error,
                     .text = tr("The disk of %1 is full: %2 are free. What was saved is safe; what "
                                "is changed now cannot be. Free some space, then do it again.")
                                 .arg(m_session.name(), shownBytes(condition.freeBytes)),
                     .actionText = tr("Look again"),
                     .action = [this] {
                         m_watch.look();
                         renew();
                     }});
    } else if (m_session.isReadOnly()) {
        showMessage({.kind = Kind::Warning,
                     .text = m_reason.isEmpty() ? tr("Opened to read only.")
                                                : tr("Opened to read only: %1.").arg(m_reason),
                     .actionText = tr("Try to write"),
                     .action = [this] { Q_EMIT openAgainWanted(m_session.file()); }});
    } else {
        closeMessage();
    }
}

} // namespace nextquill::ui
