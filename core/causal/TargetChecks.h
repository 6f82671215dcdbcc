// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <cstddef>
#include <span>
#include <string>

namespace nextquill::model {
struct ModelConfig;
}

namespace nextquill::causal {

struct TwinExample;

// What a question about a target needs before a model is asked. `id` names it in errors.

/// Throws Error(BadInput) for a target token that the model has not: the last one is no input, so
/// that nobody else would look.
void requireInVocabulary(std::span<const text::TokenId> target, const model::ModelConfig& config,
                         const std::string& id);

/// Throws Error(BadInput) where prompt and text, `tokens` together, exceed the model's context.
void requireInContext(std::size_t tokens, const model::ModelConfig& config, const std::string& id);

/// Both for a twin example; and Error(BadInput) for an empty target.
void requireUsable(const TwinExample& example, const model::ModelConfig& config);

} // namespace nextquill::causal
