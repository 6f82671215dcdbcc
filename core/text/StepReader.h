// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/JsonPlace.h"
#include "core/text/TokenizerDefinition.h"

#include <cstddef>
#include <functional>

namespace nextquill::text {

/// The steps of a tokenizer.json; what is missing or null is no step.
///
/// Throws Error(BadInput) for what is broken or over a limit, Error(Unsupported) for what is not
/// known, by name.
[[nodiscard]] std::vector<NormalizerStep> readNormalizers(const JsonPlace& normalizer);
[[nodiscard]] std::vector<PreTokenizerStep> readPreTokenizers(const JsonPlace& preTokenizer);
[[nodiscard]] std::vector<DecoderStep> readDecoders(const JsonPlace& decoder);

/// Sets what the post-processor says of tokens around a text and of places. `idOf` checks the range
/// of an id.
void readPostProcessor(const JsonPlace& processor, const std::function<TokenId(const Json&)>& idOf,
                       TokenizerDefinition& definition);

} // namespace nextquill::text
