// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/hub/HttpClient.h"

#include <string>

namespace nextquill::hub {

/// An answer that is no result, as the user is told of it: what was asked for (`what`, for example
/// "model OWNER/NAME"), what the hub said and what helps.
[[nodiscard]] Error hubError(const HttpAnswer& answer, const std::string& what, bool hasToken);

/// Bytes for a message: "12.3 MB".
[[nodiscard]] std::string shownBytes(std::uint64_t bytes);

} // namespace nextquill::hub
