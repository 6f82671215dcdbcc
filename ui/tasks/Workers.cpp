// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tasks/Workers.h"

#include "core/base/GivingWay.h"

#include <utility>

namespace nextquill::ui {

void Workers::start(std::function<void()> work)
{
    m_workers.remove_if([](const Worker& worker) { return worker.finished.load(); });

    Worker& worker = m_workers.emplace_back();
    worker.thread = std::jthread{[&worker, work = std::move(work)] {
        giveWay(); // the window's own thread is never to wait for a core
        work();
        worker.finished = true;
    }};
}

} // namespace nextquill::ui
