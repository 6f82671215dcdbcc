// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/typeset/Shaping.h"

#include <cstddef>
#include <vector>

namespace nextquill::typeset {

/// The cells [begin, end) that stand on one line; those from `hanging` on are white space at which
/// it was broken.
struct Line
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t hanging = 0;
};

/// Fills lines of `width` thousandths of an em, one after the other. `breaks` are the places where
/// a line may end, by unit. There is always a line.
[[nodiscard]] std::vector<Line> filledLines(const std::vector<ShapedCell>& cells,
                                            const std::vector<bool>& breaks, double width);

} // namespace nextquill::typeset
