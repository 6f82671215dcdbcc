// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <thread>

namespace nextquill::ui {

/// The threads that jobs run on: one per job, for jobs are few and long.
///
/// Standard threads rather than QThreadPool: the thread sanitizer then sees every hand-over, also
/// with a Qt that was not built for it.
///
/// Threads  one thread, the GUI's.
class Workers
{
public:
    Workers() = default;
    ~Workers() = default; ///< waits for running work; ask the jobs to stop first
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    void start(std::function<void()> work);

private:
    struct Worker
    {
        std::atomic<bool> finished{false};
        std::jthread thread; // last: joined before `finished` goes
    };

    std::list<Worker> m_workers;
};

} // namespace nextquill::ui
