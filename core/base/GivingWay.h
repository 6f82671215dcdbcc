// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace nextquill {

/// Lets threads that somebody waits for go before the calling one: on Linux, a nice value of 10 for
/// this thread and those it starts from now on, as OpenMP's are. It cannot be taken back without
/// privileges. Where it is refused, all goes on as it is.
///
/// Threads  the calling one
void giveWay() noexcept;

} // namespace nextquill
