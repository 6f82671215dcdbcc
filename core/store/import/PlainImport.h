// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <filesystem>

namespace nextquill::store {

/// Reviews of Amazon's release of 2023 into one table of a new file, in the shortest way there is:
/// an ordinary JSON parser, a prepared INSERT a row, one transaction. None of importReviews()'
/// checks, digests, rejects, users, items, indices. For benchmarks, which compare with it.
///
/// Returns the rows. The table is `reviews (user, item, time, rating, title, text)`.
///
/// Stops    within a row: throws Stopped, the file stays
/// Throws   Error(BadInput) for a line without these fields, Error(Storage)
[[nodiscard]] std::int64_t importPlainly(const std::filesystem::path& reviews,
                                         const std::filesystem::path& database,
                                         const StopToken& stop);

} // namespace nextquill::store
