// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <future>

namespace nextquill::train {

/// Writes checkpoints beside training: one at a time, each on a thread of its own.
///
/// An error of a writing is kept until somebody asks: begin(), check() and wait() throw it, once.
///
/// Threads  all calls on one thread; `write` runs on another, named "checkpoint", which yields to
///          the threads that compute
/// Owners   `write` owns all it needs, or what it borrows outlives this object
class CheckpointWriter
{
public:
    CheckpointWriter() = default;
    /// Waits for the writing under way; its error is lost.
    ~CheckpointWriter() = default;
    CheckpointWriter(const CheckpointWriter&) = delete;
    CheckpointWriter& operator=(const CheckpointWriter&) = delete;

    /// Waits for the writing under way, then lets `write` begin; where the system has no thread for
    /// it, it has ended when this returns. Throws what the one before threw; `write` is not begun
    /// then.
    void begin(std::function<void()> write);

    /// True when there was a writing and it has ended well since the last call; does not wait.
    bool check();

    /// The same at the writing's end.
    bool wait();

private:
    std::future<void> m_underWay;
};

} // namespace nextquill::train
