// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace nextquill {

/// A process that other processes can tell from all others of this machine, also from a later one
/// that was given the same id, and from those before the machine was started again.
struct ProcessIdentity
{
    std::int64_t id = 0; ///< 0: none
    std::string start;   ///< boot, container and clock tick of its start
    std::string host;

    [[nodiscard]] bool operator==(const ProcessIdentity&) const = default;
};

enum class Liveness {
    Alive,
    Gone,    ///< ended, or never was
    Unknown, ///< on another host, or in another container
};

[[nodiscard]] ProcessIdentity thisProcess();

/// Whether that process goes on. One that has ended and was not waited for is gone.
[[nodiscard]] Liveness livenessOf(const ProcessIdentity& process);

/// "process 4711", "process 4711 on HOST" where that is another one.
[[nodiscard]] std::string nameOf(const ProcessIdentity& process);

} // namespace nextquill
