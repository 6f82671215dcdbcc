// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <cstddef>
#include <span>

namespace nextquill::workflow {

constexpr int shownAlternatives = 10;

/// The example with the reviews that the prompt has, in its order: leaving one out lets no older
/// one slip in.
[[nodiscard]] store::ExampleData onlyUsed(const store::ExampleData& data,
                                          std::span<const std::size_t> usedReviews);

/// Throws Error(BadInput) for an example without a past text.
void requireHistory(const store::ExampleData& used);

/// What an inspection says of its example and prompt: no text and no effects yet. Throws
/// Error(BadInput) when the prompt has no history.
[[nodiscard]] Inspection inspectionFor(const store::ExampleData& data,
                                       const text::TwinPrompt& prompt,
                                       const store::ExampleData& used,
                                       const std::string& modelName);

/// Where its numbers come from, for captions: its text is there already.
void noteSource(Inspection& inspection, const store::ExampleData& data,
                const model::ModelFiles& files, const ExampleSettings& settings,
                const text::TwinPrompt& prompt, const StopToken& stop);

/// The texts of its tokens and of their alternatives.
void describeTokens(Inspection& inspection, const text::Tokenizer& tokenizer);

} // namespace nextquill::workflow
