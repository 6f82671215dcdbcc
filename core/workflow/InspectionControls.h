// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Json.h"
#include "core/base/Progress.h"
#include "core/causal/EffectSamples.h"
#include "core/causal/TargetProbabilities.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::model {
class Decoder;
}
namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

class HistoryVariants;
struct Inspection;

/// Which controls of an inspected text are wanted; 0: not that one.
struct ControlsWish
{
    int placebos = 0;  ///< other users' histories in the place of the user's own
    int resamples = 0; ///< the user's reviews drawn with replacement
    int shuffles = 0;  ///< the user's reviews in another order
    std::uint64_t seed = 42;

    [[nodiscard]] bool isEmpty() const { return placebos + resamples + shuffles == 0; }
};

/// Whose history stood in.
struct PlaceboHistory
{
    UserId user{};
    std::string userName;
    bool isLater = false; ///< the user wrote nothing before the text: reviews of any time
};

/// Is it this person, or would anybody's history have done it?
struct PlaceboControl
{
    std::vector<PlaceboHistory> histories; ///< [n]
    causal::EffectSamples effects;         ///< [T, n]: p(y_t | placebo j) - p(y_t | no history)
    std::vector<causal::PlaceboVerdict> verdicts; ///< [T]
};

/// Effects under histories made of the user's own reviews.
struct HistorySamples
{
    std::vector<std::vector<std::size_t>> histories; ///< [n] places in Inspection::history
    causal::EffectSamples effects;                   ///< [T, n]: p(y_t | them) - p(y_t | none)
    std::vector<causal::EffectRange> ranges;         ///< [T] 95 % range over them
};

/// What an inspected text was tested by.
struct InspectionControls
{
    std::uint64_t seed = 0;
    std::optional<PlaceboControl> placebo;
    /// How sure an effect is: where the range holds 0 it hangs on which reviews were there. The
    /// samples have fewer reviews than the history (RandomHistories.h).
    std::optional<HistorySamples> resampled;
    std::optional<HistorySamples> shuffled; ///< what the order alone does to an effect

    /// Tokens whose effect is the user's own (PlaceboVerdict); 0 without placebos.
    [[nodiscard]] std::size_t ownTokens() const;
};

/// Controls whose prompts are made and whose cost is known (causal::treeCost of `question`), but
/// which are not measured yet.
struct ControlsPlan
{
    ControlsWish wish;               ///< fewer placebos where the project has fewer other users
    causal::PromptedTarget question; ///< placebos, then resampled, then shuffled histories
    std::vector<PlaceboHistory> placebos;
    std::vector<std::vector<std::size_t>> resampled;
    std::vector<std::vector<std::size_t>> shuffled;
};

/// Draws histories, deterministically by the seed, and makes their prompts: under the same template
/// and budget, with at most as many reviews as the text's own prompt has.
///
/// Throws  Error(BadInput) when placebos are wanted and no other user of the project has a review
///         of another item, or orders of a single review; Error(Storage), Stopped
[[nodiscard]] ControlsPlan planControls(store::Project& project, const HistoryVariants& variants,
                                        const Inspection& inspection, const ControlsWish& wish,
                                        StopToken stop);

/// Measures planned controls of an inspected text, p(y_t | none) being that of the inspection.
///
/// Memory, stops, errors  those of causal::measureTarget
[[nodiscard]] InspectionControls measureControls(model::Decoder& decoder,
                                                 const Inspection& inspection,
                                                 const ControlsPlan& plan, StopToken stop,
                                                 Progress& progress);

/// {"seed", "placebo", "resampled", "shuffled"}; docs/formats.md has the fields.
[[nodiscard]] OrderedJson toJson(const InspectionControls& controls);

/// What the controls say, a sentence each, for someone who reads no tables.
[[nodiscard]] std::vector<std::string> sentencesOn(const InspectionControls& controls,
                                                   const Inspection& inspection);

} // namespace nextquill::workflow
