// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <vector>

class QTimer;

namespace nextquill::ui {

class ProjectSession;

/// Follows the event log of a run, whoever writes it and wherever it lies: first all that is there,
/// then what comes. It is read off the GUI thread.
class RunFollower : public QObject
{
    Q_OBJECT

public:
    explicit RunFollower(ProjectSession& session, QObject* parent = nullptr);

    /// From now on this run's folder; an empty path: none.
    void follow(const std::filesystem::path& folder);

Q_SIGNALS:
    void restarted(); ///< forget what was shown
    void arrived(const std::vector<nextquill::Json>& events);

private:
    void read(const std::shared_ptr<EventReader>& reader);
    void poll();

    ProjectSession& m_session;
    QTimer* m_timer;
    std::shared_ptr<EventReader> m_reader;
    quint64 m_era = 0;
};

} // namespace nextquill::ui
