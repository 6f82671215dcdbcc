// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

#include <functional>
#include <vector>

class QLabel;

namespace nextquill::ui {

class Job;
class ProgressLine;

/// The bottom line: the job that was started last with its progress, how many others there are, and
/// what machine this is.
class ActivityLine : public QFrame
{
    Q_OBJECT

public:
    explicit ActivityLine(QWidget* parent = nullptr);

    void addJob(Job* job, std::function<void(bool)> pause);
    [[nodiscard]] int runningJobs() const { return static_cast<int>(m_jobs.size()); }
    void setProject(const QString& text);

Q_SIGNALS:
    void jobsChanged();

private:
    struct Entry
    {
        Job* job = nullptr;
        std::function<void(bool)> pause;
        bool paused = false;
    };

    void showTop();
    void remove(const Job* job);

    std::vector<Entry> m_jobs; ///< the newest last
    ProgressLine* m_line;
    QLabel* m_others;
    QLabel* m_project;
    QLabel* m_machine;
};

} // namespace nextquill::ui
