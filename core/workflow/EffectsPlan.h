// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/EffectStore.h"
#include "core/workflow/ModelChoice.h"
#include "core/workflow/ProjectExamples.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::workflow {

/// Which texts are measured, and how their prompts are made.
struct EffectsRequest
{
    std::string split;               ///< empty: the newest
    std::string part = "test";       ///< train, validation, test
    std::vector<ExampleId> examples; ///< where not empty: these instead of a split's
    std::int64_t limit = 0;          ///< the first ones alone; 0: all
    ExampleSettings settings;        ///< as the model's run had them (followRunOf)
    std::string dtype = "auto";      ///< as the decoder was asked for it: part of the series' name
};

/// A text that is to be measured.
struct DueText
{
    ExampleId example{};
    std::string content; ///< digest of what is measured
};

/// A text that cannot be measured, and why.
struct UnusableText
{
    ExampleId example{};
    std::string reason; ///< a clause
};

/// What of a request the project has, and what is to be measured.
struct EffectsPlan
{
    std::string split; ///< empty where examples were given
    std::string part;
    std::string modelName;
    std::string modelDigest;
    std::string settingsDigest;
    ExampleSettings settings;
    std::vector<ExampleId> kept; ///< measured, and unchanged since
    std::vector<DueText> due;    ///< in the order of ids
    std::vector<UnusableText> unusable;
    std::int64_t stale = 0; ///< of those due: measured before the text or its history changed

    [[nodiscard]] std::int64_t examples() const
    {
        return static_cast<std::int64_t>(kept.size() + due.size() + unusable.size());
    }
};

/// Compares a request with what is kept. What a text was measured on counts, not its id: text,
/// title and rating, item, and the whole history before it. So an edited, excluded or moved review
/// makes the effects stale of all texts that had it in their history.
///
/// Reads no weights but for the model's digest, and runs nothing; a read-only project will do.
///
/// Threads  as the project
/// Speed    about a millisecond a text; the model's digest once a process
/// Stops    between texts
/// Throws   Error(BadInput) for a split or part that is not there or has no examples; what
///          ModelFiles::open throws; Stopped
[[nodiscard]] EffectsPlan planEffects(store::Project& project, const ModelChoice& choice,
                                      const EffectsRequest& request, const StopToken& stop,
                                      Progress& progress);

/// SHA-256 (bytes) of what a text's effects are measured on.
[[nodiscard]] std::string contentDigest(const store::ExampleData& data);

/// A text with the effects that are kept of it.
struct MeasuredText
{
    ExampleId example{};
    UserId user{};
    std::string userName;
    std::string itemTitle;
    std::string text; ///< that the tokens' bytes count in
    std::vector<store::KeptToken> tokens;
};

/// The kept texts of a plan, in the order of ids.
///
/// Speed    some 100 µs a text; 100 bytes of memory a token
/// Stops    between texts
[[nodiscard]] std::vector<MeasuredText> keptTexts(store::Project& project, const EffectsPlan& plan,
                                                  const StopToken& stop, Progress& progress);

} // namespace nextquill::workflow
