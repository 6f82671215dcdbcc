// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Interrupt.h"

#include "app/cli/ExitStatus.h"

#include <csignal>
#include <ctime>
#include <unistd.h>
#include <utility>

namespace nextquill::app {

namespace {

sigset_t watchedSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR1);
    sigaddset(&signals, SIGUSR2);
    return signals;
}

} // namespace

Interrupt::Interrupt()
{
    const sigset_t signals = watchedSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_thread = std::jthread{[this](const std::stop_token& ended) { wait(ended); }};
}

Interrupt::~Interrupt() = default;

void Interrupt::onCheckpoint(std::function<void()> action)
{
    const std::scoped_lock lock{m_mutex};
    m_checkpoint = std::move(action);
}

void Interrupt::wait(const std::stop_token& ended)
{
    const sigset_t signals = watchedSignals();
    constexpr std::timespec patience{.tv_sec = 0, .tv_nsec = 50'000'000};
    while (!ended.stop_requested()) {
        const int signal = sigtimedwait(&signals, nullptr, &patience);
        if (signal == SIGUSR1) {
            const std::scoped_lock lock{m_mutex};
            if (m_checkpoint) {
                m_checkpoint();
            }
        } else if (signal == SIGUSR2) {
            m_stop.request_stop();
        } else if (signal > 0 && !m_stop.request_stop()) {
            _exit(exitInterrupted); // the second time: at once
        }
    }
}

} // namespace nextquill::app
