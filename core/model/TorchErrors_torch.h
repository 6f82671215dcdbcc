// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

namespace nextquill::model {

/// Throws what is being handled again as one of ours: Error(OutOfMemory), Error(DeviceLost),
/// Error(Unsupported) for what an accelerator cannot do, Error(Internal); an Error and Stopped go
/// on as they are. For `catch (...)` blocks only.
[[noreturn]] void translate(const std::string& where);

/// What `work` returns, with LibTorch's and the allocator's exceptions translated. The boundary of
/// each public function that computes:
///
///     return model::translated("measuring effects", [&] { return measureAll(…); });
template<typename Work>
auto translated(const std::string& where, Work&& work)
{
    try {
        return std::forward<Work>(work)();
    } catch (...) {
        translate(where);
    }
}

} // namespace nextquill::model
