// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/TokenizerDefinition.h"

#include <string_view>
#include <vector>

namespace nextquill::text {

/// Cuts text into the pieces inside which byte pairs are merged; they cover it without gaps. Bytes
/// that are no UTF-8 count as punctuation.
///
/// Speed    linear in the text
[[nodiscard]] std::vector<ByteRange> splitPieces(PreTokenizerKind kind, std::string_view text);

/// The regular expressions of PreTokenizerKind, as tokenizer.json has them.
struct SplitPattern
{
    PreTokenizerKind kind;
    std::string_view regex;
};
[[nodiscard]] const std::vector<SplitPattern>& splitPatterns();

} // namespace nextquill::text
