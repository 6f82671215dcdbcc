// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/JsonFields.h"
#include "core/store/import/SourceRecord.h"

namespace nextquill::store {

/// Amazon's release of 2023: the item is its parent, times are milliseconds.
[[nodiscard]] IncomingReview amazon2023(const JsonObject& line);

/// Those of 2014 and 2018: times are seconds, texts have HTML entities (they are taken out).
[[nodiscard]] IncomingReview amazon2018(const JsonObject& line);

/// Metadata of all releases, and of DPL.
[[nodiscard]] ItemLine amazonItem(const JsonObject& line);

/// Fills in `reason` when the review lacks something.
void checkReview(IncomingReview& review, std::optional<double> rating, std::optional<double> time,
                 double millisecondsPerUnit);

} // namespace nextquill::store
