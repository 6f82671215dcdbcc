// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Splits.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// A SHA-256 as it is, in half the memory of its digits.
using DigestBytes = std::array<std::uint8_t, 32>;

/// Throws nothing: digits that are none count as 0.
[[nodiscard]] DigestBytes bytesOfDigits(std::string_view hexadecimal);
[[nodiscard]] std::string digitsOf(const DigestBytes& bytes);

/// The first 64 bits of a digest in digits: what a draw is keyed by.
[[nodiscard]] std::uint64_t drawKey(std::string_view hexadecimal);

/// A review that a split may ask for.
struct SplitTarget
{
    std::int64_t review = 0;
    std::int64_t user = 0;
    std::int64_t item = 0;
    std::int64_t time = 0;
    std::uint64_t userKey = 0; ///< of the user's name
    std::uint64_t key = 0;     ///< of what was imported: the same whatever was edited since
    std::int32_t stratum = 0;
    SplitPart part = SplitPart::Train;
    DigestBytes digest{}; ///< of its user, its history and itself
};

/// Decides for each target what it is for. Targets come by user and, within a user, by time.
///
/// What is drawn depends on the seed and on the targets' keys: neither on row ids nor on the order
/// of import; and a target more or less moves few of the others.
void assignParts(std::vector<SplitTarget>& targets, const SplitSettings& settings);

/// Takes out what is held out and has an item that the settings do not allow there; returns how
/// many.
std::int64_t dropByItem(std::vector<SplitTarget>& targets, SplitItems allowed);

/// One digest of all targets and their parts: the same data gives the same one, whatever its row
/// ids are.
[[nodiscard]] std::string splitDigest(const std::vector<SplitTarget>& targets);

} // namespace nextquill::store
