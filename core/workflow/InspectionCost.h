// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/causal/TargetProbabilities.h"

#include <cstdint>
#include <optional>
#include <string>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

struct MeasuredPass;

/// What a heavy act of an inspection will take, known before it begins.
struct InspectionCost
{
    causal::TreeCost tree; ///< prompts, passes, rows
    /// By the rate of a pass that was measured on this text: an estimate, since longer prompts
    /// attend to more and other programs take their share. None where no pass was measured.
    std::optional<double> seconds;
    /// Above the model itself: the widest layer's values of the largest pass in the compute type,
    /// and the logits of a chunk. Counted, not measured; LibTorch's own buffers come on top.
    std::uint64_t bytes = 0;
};

/// The cost of a question under the usual limits.
[[nodiscard]] InspectionCost inspectionCost(const causal::PromptedTarget& question,
                                            const MeasuredPass& pass,
                                            const model::Decoder& decoder);

/// Of two acts, one after the other: what they need at once is not added up.
[[nodiscard]] InspectionCost inTurn(const InspectionCost& first, const InspectionCost& second);

/// "31 prompts in 5 passes of 36,400 rows, about 40 s, 210 MiB"
[[nodiscard]] std::string toText(const InspectionCost& cost);

/// {"prompts", "passes", "rows", "separate_rows", "seconds", "bytes"}
[[nodiscard]] OrderedJson toJson(const InspectionCost& cost);

} // namespace nextquill::workflow
