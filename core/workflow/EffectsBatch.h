// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/workflow/EffectsPlan.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::workflow {

/// Calls what it is given with the plan's model, loaded: once for each pass, so that others may
/// have the model between two passes.
using DecoderUse = std::function<void(const std::function<void(model::Decoder&)>&)>;

/// What a batch did.
struct EffectsBatchResult
{
    std::int64_t kept = 0;              ///< were there before
    std::int64_t measured = 0;          ///< now, and kept from now on
    std::vector<UnusableText> unusable; ///< of the plan, and found so now
    bool stopped = false;               ///< what was measured is kept; the rest can go on
};

/// Measures what is due in a plan and keeps it in the project. Texts go through the model several
/// at a time; each group of them is on the disk before the next one begins, so that a program that
/// ends loses one group at most and the next run goes on behind it. When nothing is due the model
/// is not asked for.
///
/// `tokensPerPass`: packed tokens of one group; 0: 2,048 on a CPU, where more is not faster and a
/// stop waits longer, 16,384 elsewhere.
///
/// Numbers  as measurePreferenceEffects; the same for any grouping but for rounding
/// Threads  one at a time per decoder; has the project open for writing meanwhile
/// Stops    within a pass; returns what was kept
/// Throws   Error(Storage); what the model throws but for texts that are unusable (BadInput)
EffectsBatchResult measureEffects(const std::filesystem::path& project, const EffectsPlan& plan,
                                  const DecoderUse& withDecoder, std::size_t tokensPerPass,
                                  const StopToken& stop, Progress& progress);

} // namespace nextquill::workflow
