// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/store/import/RecordSource.h"
#include "core/store/import/SourceRecord.h"

#include <functional>
#include <string>

namespace nextquill::store {

class ImportBatch;

/// What an item file brought and what it did not.
using OnRejectedItem = std::function<void(const Reject&)>;

/// Completes the project's items from metadata. Items that no review is about are left out: a
/// category's metadata names millions of them. Throws Stopped when it was asked to stop.
void importItems(RecordSource& source, const std::string& name, ImportBatch& batch,
                 const OnRejectedItem& onRejected, const StopToken& stop,
                 const std::function<void()>& onLine);

constexpr std::size_t longestRejectText = 4'096;

/// The place and beginning of a record that cannot be taken.
[[nodiscard]] Reject rejectOf(const SourceText& record, const std::string& file,
                              const std::string& reason);

} // namespace nextquill::store
