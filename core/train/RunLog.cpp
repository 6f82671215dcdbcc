// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunLog.h"

#include <utility>

namespace nextquill::train {

void RunLog::add(OrderedJson event)
{
    m_kept.push_back(std::move(event));
    write();
}

void RunLog::write()
{
    for (; !m_kept.empty(); m_kept.pop_front()) {
        m_events.append(m_kept.front());
    }
}

} // namespace nextquill::train
