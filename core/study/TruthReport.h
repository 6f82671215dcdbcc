// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/study/EffectScore.h"
#include "core/study/TruthFile.h"
#include "core/workflow/EffectsPlan.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>

namespace nextquill::study {

/// Measured effects held against the truth.
struct TruthReport
{
    EffectScore score;
    double threshold = 0;     ///< a true effect above it is raised
    std::int64_t unknown = 0; ///< measured texts without a truth, or changed since it was written
};

/// Scores the effects that a project keeps, text by text.
///
/// Stops   between texts
/// Throws  Error(BadInput) where no text has a truth: another project's file
[[nodiscard]] TruthReport holdAgainst(const std::map<ExampleId, TextTruth>& truth,
                                      std::span<const workflow::MeasuredText> texts,
                                      double threshold, std::uint64_t seed, const StopToken& stop);

/// For people: a line for each figure, with what it means.
[[nodiscard]] std::string toText(const TruthReport& report);
[[nodiscard]] OrderedJson toJson(const TruthReport& report);

} // namespace nextquill::study
