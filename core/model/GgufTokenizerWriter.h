// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/CompanionFiles.h"
#include "core/text/TokenizerDefinition.h"

#include <cstdint>
#include <vector>

namespace nextquill::model {

class GgufPairs;

/// Appends what GGUF says of a tokenizer: kind, pre-tokenizer, pieces and their types, merges or
/// scores, the tokens with a meaning. `stops` end a text, the first one as eos. `rows` is how many
/// tokens the embedding has; ids without a piece are named [PAD…]. `pairs` hold the model's name
/// and architecture already.
///
/// Of a tokenizer that puts a space at a text's begin alone, and only where none stands there
/// (Mistral's), GGUF can say only that one is put there always and behind each special token, too,
/// or nowhere: nowhere where `beginsWithMarkup`.
///
/// Throws Error(Unsupported) for a tokenizer of which GGUF cannot say all, naming what: what is
/// written is read again and compared.
void appendTokenizer(GgufPairs& pairs, const text::TokenizerDefinition& definition,
                     const NamedTokens& tokens, const std::vector<text::TokenId>& stops,
                     std::int64_t rows, bool beginsWithMarkup);

} // namespace nextquill::model
