// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/JsonFields.h"
#include "core/store/import/SourceRecord.h"

namespace nextquill::store {

/// Amazon's release of 2023: the item is its parent.
[[nodiscard]] IncomingReview amazon2023(const JsonObject& line);

/// Those of 2014 and 2018: texts have HTML entities (they are taken out).
[[nodiscard]] IncomingReview amazon2018(const JsonObject& line);

/// Metadata of all releases, and of DPL.
[[nodiscard]] ItemLine amazonItem(const JsonObject& line);

/// The one unit of the store. Sources have seconds or milliseconds since 1970, and copies of a
/// release not always those of the release: numbers below 1e11 are seconds (of years up to 5138),
/// from there on milliseconds (of times since March 1973). No review is older than that.
[[nodiscard]] double millisecondsFrom(double time);
[[nodiscard]] std::optional<double> millisecondsFrom(std::optional<double> time);

/// Fills in rating and time, or `reason` when the review lacks something.
void checkReview(IncomingReview& review, std::optional<double> rating,
                 std::optional<double> milliseconds);

} // namespace nextquill::store
