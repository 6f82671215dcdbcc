// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/workflow/EffectSummary.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace nextquill::workflow {

/// Each group with figures and the first `places` of the places behind it ("places_left_out": how
/// many more there are).
[[nodiscard]] OrderedJson toJson(const EffectSummary& summary, std::size_t places);

/// Aligned columns for a terminal: all, by position, by class of words, and the first `rows` of
/// users, tokens and phrases; what is left out is counted.
[[nodiscard]] std::string toTable(const EffectSummary& summary, std::size_t rows);

/// A line for each group: kind, name, texts, tokens, mean PCE with its interval, share above the
/// threshold, bits, ids of the texts. Cells that a spreadsheet would run as a formula are quoted
/// away.
[[nodiscard]] std::string toCsv(const EffectSummary& summary);

/// As CSV, or as JSON with all places, by the file's name; written atomically. Throws
/// Error(BadInput) for another name, Error(Storage).
void writeSummary(const EffectSummary& summary, const std::filesystem::path& file);

/// Throws Error(BadInput) for a name that writeSummary() does not take.
void requireSummaryFile(const std::filesystem::path& file);

} // namespace nextquill::workflow
