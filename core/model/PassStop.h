// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstddef>
#include <functional>

namespace nextquill::model {

/// While it lives, forward passes of this thread throw Stopped between two layers when `stop` asks
/// for it: a packed pass of thousands of rows takes seconds, a layer of it a fraction of one. A
/// pass that was stopped leaves its key-value caches as they were. Where `atLayer` is given it is
/// called before each layer, so that progress can be told within a pass.
///
/// Threads  of the thread that makes it; of nested ones the innermost counts
class PassStop
{
public:
    using AtLayer = std::function<void(std::size_t layer, std::size_t layers)>;

    explicit PassStop(StopToken stop, AtLayer atLayer = {});
    ~PassStop();
    PassStop(const PassStop&) = delete;
    PassStop& operator=(const PassStop&) = delete;
    PassStop(PassStop&&) = delete;
    PassStop& operator=(PassStop&&) = delete;

private:
    friend void passStopPoint(std::size_t layer, std::size_t layers);

    StopToken m_stop;
    AtLayer m_atLayer;
    const PassStop* m_before;
};

/// For Network, before each layer: throws Stopped where this thread has a PassStop that asks for
/// it.
void passStopPoint(std::size_t layer, std::size_t layers);

} // namespace nextquill::model
