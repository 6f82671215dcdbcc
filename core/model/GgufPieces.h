// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenizerDefinition.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::model {

/// What tokenizer.ggml.token_type says of a token.
namespace ggufToken {
inline constexpr std::int32_t normal = 1;
inline constexpr std::int32_t unknown = 2;
inline constexpr std::int32_t control = 3;
inline constexpr std::int32_t userDefined = 4;
inline constexpr std::int32_t unused = 5;
inline constexpr std::int32_t byte = 6;
} // namespace ggufToken

class GgufFile;

/// The tokens of a GGUF file as it lists them, one entry an id, [V].
struct GgufPieces
{
    std::vector<std::string> texts;
    std::vector<std::int32_t> types;
    std::vector<double> scores; ///< empty where the file has none

    [[nodiscard]] bool is(std::size_t id, std::int32_t type) const { return types[id] == type; }
};

/// Throws Error(BadInput) for lists that do not fit each other or our limits.
[[nodiscard]] GgufPieces readGgufPieces(const GgufFile& file);

/// The beginning and end that the file wants around a text; `isBeginningUsual` and `isEndUsual` are
/// what its kind of tokenizer does where the file does not say.
void readTokensAround(const GgufFile& file, bool isBeginningUsual, bool isEndUsual,
                      text::TokenizerDefinition& definition);

} // namespace nextquill::model
