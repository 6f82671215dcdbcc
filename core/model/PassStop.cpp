// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PassStop.h"

#include <utility>

namespace nextquill::model {

namespace {

thread_local const StopToken* stopOfThread = nullptr;

} // namespace

PassStop::PassStop(StopToken stop)
    : m_stop{std::move(stop)}
    , m_before{stopOfThread}
{
    stopOfThread = &m_stop;
}

PassStop::~PassStop()
{
    stopOfThread = m_before;
}

void passStopPoint()
{
    if (stopOfThread != nullptr) {
        stopPoint(*stopOfThread);
    }
}

} // namespace nextquill::model
