// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/JsonFields.h"
#include "core/store/import/SourceRecord.h"

#include <vector>

namespace nextquill::store {

/// One user of the authors' or DPL's records: {user_id, profile: [review…], data: review}. The
/// item's key is `asin` or `item_id`; times are milliseconds, or seconds where they are too small;
/// a `time` in ISO 8601 counts before them.
[[nodiscard]] std::vector<IncomingReview> nextQuillRecord(const JsonObject& record);

} // namespace nextquill::store
