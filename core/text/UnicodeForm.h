// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

namespace nextquill::text {

class AlignedText;

/// The normal forms of Unicode.
enum class UnicodeForm : std::uint8_t { Nfc, Nfd, Nfkc, Nfkd };

/// True when the text is in the form already.
[[nodiscard]] bool isInForm(UnicodeForm form, std::string_view text);

/// Brings the text into the form. Bytes that are no UTF-8 stay as they are.
///
/// A composed character is said to come from the first character of its sequence alone, as in the
/// reference library; what follows belongs to no token. As there, characters that are newer than
/// Unicode 9 have no normal form.
/// Source   unicode-normalization-alignments 0.1 (as `tokenizers` uses it), Unicode Annex 15
void bringIntoForm(UnicodeForm form, AlignedText& text);

} // namespace nextquill::text
