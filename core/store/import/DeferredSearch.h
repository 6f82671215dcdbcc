// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>

namespace nextquill::store {

class Connection;

// The full-text index is taken out and built within the transactions in which an import begins and
// ends: whenever the process dies, an import that is under way is what stands for an index that is
// still to be built.

/// Takes the full-text index out for an import of so many bytes, where it is faster to build it
/// afterwards, and notes that it is to be built; with `forGood`, that it is not. In a transaction.
void deferSearch(Connection& connection, std::int64_t bytes, bool forGood);

/// Builds the index that was taken out for an import. In a transaction, under a StopGuard.
///
/// Stops    Stopped: the transaction is to be rolled back
void buildDeferredSearch(Connection& connection, const StopToken& stop, Progress& progress);

} // namespace nextquill::store
