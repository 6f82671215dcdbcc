// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/PassStop.h"

#include <utility>

namespace nextquill::model {

namespace {

thread_local const PassStop* innermost = nullptr;

} // namespace

PassStop::PassStop(StopToken stop, AtLayer atLayer)
    : m_stop{std::move(stop)}
    , m_atLayer{std::move(atLayer)}
    , m_before{innermost}
{
    innermost = this;
}

PassStop::~PassStop()
{
    innermost = m_before;
}

void passStopPoint(std::size_t layer, std::size_t layers)
{
    if (innermost == nullptr) {
        return;
    }
    stopPoint(innermost->m_stop);
    if (innermost->m_atLayer) {
        innermost->m_atLayer(layer, layers);
    }
}

} // namespace nextquill::model
