// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nextquill::bench {

/// Texts of the built-in sample of reviews, in order.
[[nodiscard]] std::vector<std::string> sampleTexts();

/// Writes `rows` reviews as lines of Amazon's release of 2023, which are put together from the
/// sample's sentences: nine of a user, and items that have a dozen each. The same rows give the
/// same file. Returns its bytes.
///
/// Stops    Stopped; the file stays
/// Throws   Error(Storage)
std::uint64_t writeReviews(const std::filesystem::path& file, std::int64_t rows,
                           const StopToken& stop, Progress& progress);

} // namespace nextquill::bench
