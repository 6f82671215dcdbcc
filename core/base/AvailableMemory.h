// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill {

/// Bytes that the system can give without swapping, as the kernel estimates it; the largest number
/// where it does not say.
[[nodiscard]] std::uint64_t availableMemory();

} // namespace nextquill
