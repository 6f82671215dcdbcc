// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::kernels {

/// Whether this processor multiplies bfloat16 matrices in tiles (AMX) and the system lets the
/// program use them, which it asks for.
[[nodiscard]] bool hasTiles();

/// Operations of one round of tileMultiplyAdds(): four products of 16 × 32 by 32 × 16.
inline constexpr std::int64_t tileOperationsPerRound = std::int64_t{4} * 2 * 16 * 16 * 32;

/// Nothing but products of tiles; only where hasTiles().
[[nodiscard]] float tileMultiplyAdds(std::int64_t rounds);

} // namespace nextquill::kernels
