// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/tasks/Job.h"

#include <QObject>

#include <functional>

namespace nextquill::ui {

class ProgressLine;

/// The one job of a pane, shown in the pane's line of progress until it has ended. One whose answer
/// is not wanted any more is dropped: nothing is heard of it.
class PaneJob : public QObject
{
    Q_OBJECT

public:
    PaneJob(ProgressLine& line, QObject* parent);

    [[nodiscard]] bool isRunning() const { return m_job != nullptr; }

    /// Drops the one of before. `done` takes the job's value, `failed` its words; isRunning() is
    /// false by then. Behind each of them comes ended(). The job is deleted here.
    void watch(Job* job, const std::function<void()>& done,
               const std::function<void(const Failure&)>& failed,
               const std::function<void()>& stopped = {});
    void drop();

Q_SIGNALS:
    void ended();

private:
    void end(Job* job, const std::function<void()>& then);

    ProgressLine& m_line;
    Job* m_job = nullptr;
};

} // namespace nextquill::ui
