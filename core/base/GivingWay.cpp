// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/GivingWay.h"

#include <sys/resource.h>
#include <unistd.h>

namespace nextquill {

void giveWay() noexcept
{
    constexpr int step = 10;
    const auto thread = static_cast<id_t>(::gettid()); // on Linux these are of a thread alone
    const int nice = ::getpriority(PRIO_PROCESS, thread);
    static_cast<void>(::setpriority(PRIO_PROCESS, thread, nice + step)); // at most 19
}

} // namespace nextquill
