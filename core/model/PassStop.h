// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

namespace nextquill::model {

/// While it lives, forward passes of this thread throw Stopped between two layers when `stop` asks
/// for it: a packed pass of thousands of rows takes seconds, a layer of it a fraction of one. A
/// pass that was stopped leaves its key-value caches as they were.
///
/// Threads  of the thread that makes it; of nested ones the innermost counts
class PassStop
{
public:
    explicit PassStop(StopToken stop);
    ~PassStop();
    PassStop(const PassStop&) = delete;
    PassStop& operator=(const PassStop&) = delete;
    PassStop(PassStop&&) = delete;
    PassStop& operator=(PassStop&&) = delete;

private:
    StopToken m_stop;
    const StopToken* m_before;
};

/// For Network, between layers: throws Stopped where this thread has a PassStop that asks for it.
void passStopPoint();

} // namespace nextquill::model
