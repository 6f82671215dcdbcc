// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EventLog.h"

#include <deque>

namespace nextquill::train {

/// The event log as a trainer writes it: an event that the disk does not take is kept, and comes
/// before the next one. What has happened is told once the disk has room again.
///
/// Threads  one thread; the log behind it may be written by others too
/// Borrows  events
class RunLog
{
public:
    explicit RunLog(EventLog& events)
        : m_events{events}
    {
    }

    /// Throws Error(Storage); the event is kept then.
    void add(OrderedJson event);

    /// What was kept, in its order. Throws Error(Storage); the rest is kept then.
    void write();

private:
    EventLog& m_events;
    std::deque<OrderedJson> m_kept;
};

} // namespace nextquill::train
