// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <string_view>
#include <vector>

namespace nextquill::text {

/// The sentences of a text in any language, each with the white space behind it: together they are
/// the whole text, and without one of them it reads on. What is white space alone belongs to the
/// sentence before it. None for an empty text.
///
/// Bytes that are no UTF-8 count as letters.
///
/// Source  Unicode Standard Annex #29, sentence boundaries, by ICU's root locale
[[nodiscard]] std::vector<ByteRange> sentencesOf(std::string_view text);

} // namespace nextquill::text
