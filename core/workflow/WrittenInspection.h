// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/generate/Generation.h"
#include "core/workflow/Inspection.h"

namespace nextquill::workflow {

/// Lets the model write the example's text with the user's history, and inspects it while both
/// worlds advance together: the effects are those of its own tokens, with ten alternatives of each
/// world, and need no second pass. `sink` receives each token as it comes.
///
/// With `generation.beginning` the text is a branch: it begins with those tokens (of any inspection
/// by this model, and an alternative in place of the next one, say) and goes on from there.
///
/// Stops    within one token: throws Stopped
/// Throws   as inspect() and generate::generateTwin()
/// Source   METHOD.md, Steered generation
[[nodiscard]] Inspection inspectWritten(const store::ExampleData& data, model::Decoder& decoder,
                                        const std::string& modelName,
                                        const ExampleSettings& settings,
                                        const generate::GenerationSettings& generation,
                                        StopToken stop, const generate::EffectSink& sink = {});

/// The beginning of a branch: the inspection's tokens before `token`, then `instead`.
/// Throws std::out_of_range where there is no such token.
[[nodiscard]] std::vector<text::TokenId> branchOff(const Inspection& inspection, std::size_t token,
                                                   text::TokenId instead);

} // namespace nextquill::workflow
