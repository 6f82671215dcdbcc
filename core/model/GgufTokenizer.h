// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

namespace nextquill::model {

class GgufFile;

/// The tokenizer that a GGUF file's metadata describe: byte-level byte pairs (gpt2),
/// SentencePiece's byte pairs (llama) or Unigram (t5).
///
/// Throws Error(Unsupported) for other kinds of tokenizer and for pre-tokenizers that are not
/// known, by name; Error(BadInput) for lists that do not fit each other or our limits.
/// Source   ggml docs/gguf.md; llama.cpp src/llama-vocab.cpp, which says what metadata leave out
[[nodiscard]] text::TokenizerDefinition readGgufTokenizer(const GgufFile& file);

} // namespace nextquill::model
