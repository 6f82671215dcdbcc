// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <cstdint>

namespace nextquill::model {

/// What tokenizer.ggml.token_type says of a token.
namespace ggufToken {
inline constexpr std::int32_t normal = 1;
inline constexpr std::int32_t control = 3;
inline constexpr std::int32_t userDefined = 4;
inline constexpr std::int32_t unused = 5;
} // namespace ggufToken

class GgufFile;

/// The byte-level BPE tokenizer that a GGUF file's metadata describe.
///
/// Throws Error(Unsupported) for other kinds of tokenizer and for pre-tokenizers that are not
/// known, by name; Error(BadInput) for lists that do not fit each other or our limits.
[[nodiscard]] text::TokenizerDefinition readGgufTokenizer(const GgufFile& file);

} // namespace nextquill::model
