// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <mutex>
#include <optional>
#include <utility>

namespace nextquill::ui {

/// The newest of the values that a worker makes on its way; the window takes it when the job says
/// that it progressed. What was not taken in time is replaced.
///
/// Threads  put() on one, take() on another; kept by both (std::shared_ptr)
template<typename T>
class LatestValue
{
public:
    void put(T value)
    {
        const std::scoped_lock lock{m_mutex};
        m_value = std::move(value);
    }

    [[nodiscard]] std::optional<T> take()
    {
        const std::scoped_lock lock{m_mutex};
        return std::exchange(m_value, std::nullopt);
    }

private:
    std::mutex m_mutex;
    std::optional<T> m_value;
};

} // namespace nextquill::ui
