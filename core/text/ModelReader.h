// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <cstddef>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace nextquill::text {

inline constexpr std::size_t tokenBytesLimit = std::size_t{64} << 10; ///< docs/formats.md

/// "a token has … bytes, at most … are read"
[[nodiscard]] std::string tooLong(std::size_t bytes);

/// The member `key`; of a key that stands twice the last counts, as in the reference library.
[[nodiscard]] std::optional<simdjson::dom::element> lastOf(const simdjson::dom::element& object,
                                                           std::string_view key);

/// Reads the model of a tokenizer.json, which is an object: pieces with scores or merges, and what
/// becomes of unknown characters. Returns the smallest id that is too large for a piece.
///
/// Speed    three questions to a table for each merge, two where pieces stand in the order of the
///          merges that make them
[[nodiscard]] std::size_t readModel(const simdjson::dom::element& model, const std::string& where,
                                    TokenizerDefinition& definition);

} // namespace nextquill::text
