// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <cstddef>

namespace nextquill::text {

/// A token of a piece of text.
struct PieceToken
{
    TokenId id{};
    std::size_t begin = 0; ///< bytes of the piece
    std::size_t end = 0;
};

} // namespace nextquill::text
