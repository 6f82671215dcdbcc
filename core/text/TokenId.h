// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace nextquill::text {

/// Index into a tokenizer's vocabulary, [0, V).
enum class TokenId : std::int32_t {};

} // namespace nextquill::text
