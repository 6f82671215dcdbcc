// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/project/ProjectWatch.h"
#include "ui/widgets/MessageBar.h"

#include <QString>

#include <filesystem>

namespace nextquill::ui {

class ProjectSession;

/// What keeps the open project from being written, for as long as it does: another program that
/// holds it, a file that is not where it was, a disk that is full. Says what to do, and that
/// nothing is lost; goes when the fault is gone.
class ProjectStateBar : public MessageBar
{
    Q_OBJECT

public:
    ProjectStateBar(ProjectSession& session, ProjectWatch& watch, QWidget* parent = nullptr);

    /// Why the project was opened to read only.
    void setReason(const QString& reason);

Q_SIGNALS:
    /// The same project again, to write if that goes.
    void openAgainWanted(const std::filesystem::path& file);
    /// A person looks for it.
    void openElsewhereWanted();

private:
    void renew();

    ProjectSession& m_session;
    ProjectWatch& m_watch;
    QString m_reason;
};

} // namespace nextquill::ui
