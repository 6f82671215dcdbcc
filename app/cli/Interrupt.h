// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace nextquill::app {

/// Signals as a command sees them. Construct before any other thread starts: they are blocked in
/// all threads and waited for in one.
///
/// The first SIGINT or SIGTERM asks the running work to stop and keep what it has; a second one
/// ends the program at once (status 130). SIGUSR2 asks to stop, however often it comes: a
/// launcher's end (endWithLauncher()). SIGUSR1 calls onCheckpoint.
class Interrupt
{
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] StopToken token() const { return m_stop.get_token(); }
    void onCheckpoint(std::function<void()> action);

private:
    void wait(const std::stop_token& ended);

    std::stop_source m_stop;
    std::mutex m_mutex;
    std::function<void()> m_checkpoint; // guarded by m_mutex
    std::jthread m_thread;
};

} // namespace nextquill::app
