// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Transfer_torch.h"

#include <ATen/record_function.h>

#include <array>
#include <atomic>
#include <memory>
#include <string_view>

namespace nextquill::model::testing {

/// Counts, for as long as it lives, how often a number of a tensor is read on the host, on any
/// thread: on a GPU each of these waits for the device. Operations count by their names, whatever
/// device they run on, so that a processor's pass tells what a GPU's would do. One at a time.
class HostReads
{
public:
    HostReads()
        : m_handle{at::addGlobalCallback(at::RecordFunctionCallback{&onCall}.scopes(
              {at::RecordScope::FUNCTION, at::RecordScope::BACKWARD_FUNCTION,
               at::RecordScope::USER_SCOPE}))}
    {
        reads = 0;
    }
    ~HostReads() { at::removeCallback(m_handle); }
    HostReads(const HostReads&) = delete;
    HostReads& operator=(const HostReads&) = delete;

    [[nodiscard]] int count() const { return reads; }

private:
    static std::unique_ptr<at::ObserverContext> onCall(const at::RecordFunction& call)
    {
        static constexpr std::array<std::string_view, 8> names{
            "aten::_local_scalar_dense", // what item() and is_nonzero() come to
            "aten::nonzero",
            "aten::nonzero_numpy",
            "aten::masked_select",
            "aten::equal",
            "aten::_unique2",
            "aten::bincount",
            downloadScope};
        for (const std::string_view name : names) {
            reads += name == call.name() ? 1 : 0;
        }
        return nullptr;
    }

    static inline std::atomic<int> reads{0};
    at::CallbackHandle m_handle;
};

} // namespace nextquill::model::testing
