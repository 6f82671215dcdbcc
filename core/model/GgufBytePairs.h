// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <optional>
#include <string_view>

namespace nextquill::model {

class GgufFile;

/// A byte-level tokenizer (tokenizer.ggml.model "gpt2").
[[nodiscard]] text::TokenizerDefinition readGgufBytePairs(const GgufFile& file);

/// The value of tokenizer.ggml.pre that stands for the definition's steps; none where no name does.
[[nodiscard]] std::optional<std::string_view>
ggufPreTokenizer(const text::TokenizerDefinition& definition);

} // namespace nextquill::model
