// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/causal/PreferenceEffects.h"

#include <cstdint>
#include <memory>

namespace nextquill::model {
class Decoder;
}

namespace nextquill::causal {

struct TwinExample;

/// What was computed of one text in both worlds, kept for the next question about it: keys and
/// values of the world with the history, hidden states [T, D] of the world without.
///
/// A history that begins as the last one did is computed from where it differs; the world without
/// it is not computed again while prompt and target stay. Another decoder, or another text, begins
/// anew.
///
/// Memory   keys and values of the last sequence that was asked for, on the decoder's device
/// Threads  as the decoder: one at a time
class TwinMemory
{
public:
    /// Rows of the decoder that a measurement took.
    struct Rows
    {
        std::int64_t computed = 0;
        std::int64_t remembered = 0; ///< would have been computed without a memory
    };

    TwinMemory();
    ~TwinMemory();
    TwinMemory(const TwinMemory&) = delete;
    TwinMemory& operator=(const TwinMemory&) = delete;

    /// What measurePreferenceEffects() gives of this one example: equal to 1e-5 in float32.
    ///
    /// Stops    between layers of a pass and between chunks of logits; what was kept stays right
    /// Throws   Error(BadInput) as there, Error(OutOfMemory), Stopped
    [[nodiscard]] PreferenceEffects measure(model::Decoder& decoder, const TwinExample& example,
                                            int alternatives, StopToken stop, Progress& progress);

    [[nodiscard]] Rows rowsOfLast() const; ///< none before the first measurement
    void clear();

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace nextquill::causal
