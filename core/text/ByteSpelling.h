// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::text {

/// GPT-2's spelling of bytes as printable characters, in which tokenizer files store pieces: bytes
/// that print in Latin-1 stand for themselves, the other 68 are U+0100 and up ("Ġ" is a space).

/// One byte's spelling.
[[nodiscard]] std::string_view spellingOf(unsigned char byte) noexcept;

/// Spells all of `bytes`.
void spell(std::string_view bytes, std::string& spelled);

/// The bytes that `piece` spells; none when one of its characters spells no byte.
[[nodiscard]] std::optional<std::string> bytesSpelled(std::string_view piece);

} // namespace nextquill::text
