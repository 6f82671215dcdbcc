// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace nextquill {

/// Random numbers as a function of (seed, stream, position): no state, so that anything drawn
/// with them can be drawn again after a restart, on any thread, in any order.
///
/// Numbers  SplitMix64 finaliser over the mixed triple; not for cryptography.
class Random
{
public:
    Random(std::uint64_t seed, std::uint64_t stream) noexcept;

    /// 64 random bits for `position`.
    [[nodiscard]] std::uint64_t bits(std::uint64_t position) const noexcept;

    /// Uniform in [0, 1), 53 bits.
    [[nodiscard]] double uniform(std::uint64_t position) const noexcept;

private:
    std::uint64_t m_key;
};

/// A permutation of [0, size) that depends on (seed, epoch) alone (Fisher-Yates over Random).
[[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t size, std::uint64_t seed,
                                                    std::uint64_t epoch);

} // namespace nextquill
