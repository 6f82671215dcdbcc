// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <filesystem>

namespace nextquill::bench {

/// Writes `rows` reviews as lines of Amazon's release of 2023, spread as such sets are: most users
/// have few reviews and some have hundreds, most ratings are 5, texts are from one sentence to
/// forty, and the times of nineteen years come in no order. One review of 50,000 has the word
/// "petrichor", one user has exactly 90. The same rows give the same file.
///
/// Stops    Stopped; the file stays
/// Throws   Error(Storage)
void writeHistories(const std::filesystem::path& file, std::int64_t rows, const StopToken& stop,
                    Progress& progress);

/// The user with 90 reviews.
inline constexpr const char* steadyUser = "U-STEADY";

} // namespace nextquill::bench
