// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/ImportRecord.h"

#include <cstdint>

namespace nextquill::store {

class Connection;

/// Takes out everything that an import brought, batches that were committed included, and the
/// import itself: one transaction. Metadata that completed older items stays; a full-text index
/// that was put off for it is built over what is left. Returns the reviews.
///
/// Not within a transaction.
///
/// Stops    Stopped, and nothing is changed
/// Throws   Error(BadInput) where reviews of it are used by something else (steps of curation,
///          splits), Error(Storage)
std::int64_t takeBack(Connection& connection, const ImportRecord& import, const StopToken& stop,
                      Progress& progress);

/// More of the full-text index is collected in memory and less of it merged while rows stream in.
/// Within a transaction. An import that dies leaves the settings for bulk; they cost a search
/// little.
void tuneIndexForBulk(Connection& connection, bool bulk);

} // namespace nextquill::store
