// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace nextquill {

/// Bytes that this process can still get without swapping: what the system can give, as the kernel
/// estimates it, or less where a control group (container, Slurm, systemd) or a limit of the
/// process (ulimit -v, -d) gives less. The largest number where nothing says.
///
/// `root`  below which /proc and /sys are looked for
/// Speed   reads a dozen of the kernel's files
[[nodiscard]] std::uint64_t availableMemory(const std::filesystem::path& root = "/");

} // namespace nextquill
