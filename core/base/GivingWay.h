// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill {

/// Lets the thread that started this one go before it: on Linux, a nice value that is higher by 10
/// (19 at most) for this thread and those it starts from now on, as OpenMP's are. Once for a
/// thread: it cannot be taken back without privileges. Where it is refused, all goes on as it is.
///
/// Threads  the calling one
void giveWay() noexcept;

} // namespace nextquill
