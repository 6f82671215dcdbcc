// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/FieldMap.h"
#include "core/store/import/JsonFields.h"
#include "core/store/import/SourceRecord.h"

#include <cstdint>

namespace nextquill::store {

/// A review from the fields of a free record. `position` counts the records of a file; it is the
/// time where the map has none. A field `excluded` that is true says that the review is.
[[nodiscard]] IncomingReview mappedReview(const JsonObject& record, const FieldMap& map,
                                          std::int64_t position);

/// Times of records that stand in their order and have no other: a minute apart from 1970 on.
[[nodiscard]] double timeOfPosition(std::int64_t position);

/// A key made from a text, for what has none of its own.
[[nodiscard]] std::string keyOfText(std::string_view text);

} // namespace nextquill::store
