// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/TokenizerDefinition.h"

#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// Text in normal form that knows where its characters came from.
struct NormalizedText
{
    std::string text;
    std::vector<ByteRange> source; ///< by byte of `text`: the character it came from
};

/// True when `normalizer` leaves the text as it is.
[[nodiscard]] bool isNormalized(NormalizerKind normalizer, std::string_view text);

/// Canonical composition (NFC). Bytes that are no UTF-8 stay as they are.
///
/// A composed character is said to come from the first character of its sequence alone, as in the
/// reference library; what follows belongs to no token.
/// The reference library's tables are of Unicode 9: with 29 marks whose combining class is newer it
/// may leave another order, and so give other tokens, than we do.
/// Source   unicode-normalization-alignments 0.1 (as `tokenizers` uses it), Unicode Annex 15
[[nodiscard]] NormalizedText composed(std::string_view text);

} // namespace nextquill::text
