// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

namespace nextquill::model {

class GgufFile;

/// SentencePiece's byte pairs (tokenizer.ggml.model "llama"): merges follow from the scores.
[[nodiscard]] text::TokenizerDefinition readGgufScoredPairs(const GgufFile& file);

/// Unigram (tokenizer.ggml.model "t5").
[[nodiscard]] text::TokenizerDefinition readGgufUnigram(const GgufFile& file);

} // namespace nextquill::model
