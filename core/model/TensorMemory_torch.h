// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <c10/core/Device.h>

#include <cstddef>
#include <cstdint>

namespace nextquill::model {

/// Memory of large tensors on the processor, kept for the next ones.
///
/// A training step asks for the same hundreds of megabytes again and again. The C library gives
/// them back to the system in between, and every new page costs a fault and its clearing: a tenth
/// of a step, measured. Here blocks of 256 KiB and more are kept when they are freed, and lie in
/// large pages where the system has them. When memory is short, what is kept is given back first.
///
/// Threads  any

/// From here on LibTorch's tensors on the processor come from here. Once a program is enough.
void keepTensorMemory();

/// Gives blocks that are not in use back to the system.
void releaseTensorMemory();

/// What tensors on a device can still take: what the system can give and what is kept here; on a
/// GPU what is free there.
[[nodiscard]] std::uint64_t memoryForTensors(c10::Device device);

/// Bytes in blocks, in use and kept.
struct TensorMemory
{
    std::size_t used = 0;
    std::size_t kept = 0;
    std::size_t mostUsed = 0; ///< since resetMostUsed()
};
[[nodiscard]] TensorMemory tensorMemory();
void resetMostUsed();

} // namespace nextquill::model
