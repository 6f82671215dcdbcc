// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/distributed/Launch.h"

#include <string>

namespace nextquill::train {

/// A listening TCP socket at the launch's host and port, bound to that one address: loopback for
/// ranks of one host. Handed over to who takes it. Throws Error(DeviceLost).
[[nodiscard]] int listeningSocket(const Launch& launch);

/// The address of this host by which it reaches the launch's host: 127.0.0.1 for ranks of one host.
///
/// Throws  Error(DeviceLost) where there is no way to the host, or where several hosts would meet
/// on
///         a loopback address
[[nodiscard]] std::string ownAddress(const Launch& launch);

[[nodiscard]] std::string hostName();

} // namespace nextquill::train
