// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nextquill {

/// HMAC-SHA256 (RFC 2104), as lower-case hexadecimal digits: who has not the key can neither
/// compute it nor find out what it was computed from by trying.
[[nodiscard]] std::string hmacSha256(std::string_view key, std::string_view bytes);

/// So many bytes from the system's source of randomness, as hexadecimal digits: for keys.
///
/// Throws Error(Internal) when there is none.
[[nodiscard]] std::string randomKey(std::size_t bytes);

} // namespace nextquill
