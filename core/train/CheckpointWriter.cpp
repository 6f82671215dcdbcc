// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/CheckpointWriter.h"

#include "core/base/GivingWay.h"

#include <chrono>
#include <memory>
#include <pthread.h>
#include <system_error>
#include <utility>

namespace nextquill::train {

namespace {

/// Digests and copies take their time from where nothing is computed, as far as there is such.
void yieldToComputation()
{
    ::pthread_setname_np(::pthread_self(), "checkpoint");
    giveWay();
}

} // namespace

void CheckpointWriter::begin(std::function<void()> write)
{
    static_cast<void>(wait());
    const auto shared = std::make_shared<std::function<void()>>(std::move(write));
    // Gone at the end of the writing, not when somebody asks for its result: it holds a copy of the
    // state.
    const auto once = [shared] { std::exchange(*shared, nullptr)(); };
    try {
        m_underWay = std::async(std::launch::async, [once] {
            yieldToComputation();
            once();
        });
    } catch (const std::system_error&) { // no memory for a thread, or too many of them
        std::packaged_task<void()> here{once};
        m_underWay = here.get_future();
        here();
    }
}

bool CheckpointWriter::check()
{
    const bool ended = m_underWay.valid() &&
                       m_underWay.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
    return ended && wait();
}

bool CheckpointWriter::wait()
{
    if (!m_underWay.valid()) {
        return false;
    }
    m_underWay.get();
    return true;
}

} // namespace nextquill::train
