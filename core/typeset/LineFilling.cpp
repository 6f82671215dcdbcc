// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/LineFilling.h"

#include <algorithm>

namespace nextquill::typeset {

namespace {

std::size_t firstHanging(const std::vector<ShapedCell>& cells, const Line& line)
{
    std::size_t first = line.end;
    while (first > line.begin && cells[first - 1].isSpace) {
        --first;
    }
    return first;
}

/// Where the line that begins at `begin` ends: at the last break that it reaches; where a word
/// alone is too wide, within it.
std::size_t lineEnd(const std::vector<ShapedCell>& cells, const std::vector<bool>& breaks,
                    std::size_t begin, double width)
{
    double x = 0;
    std::size_t lastBreak = begin;
    for (std::size_t i = begin; i < cells.size(); ++i) {
        if (i > begin && breaks[cells[i].begin]) {
            lastBreak = i;
        }
        x += cells[i].width;
        if (x > width && !cells[i].isSpace) {
            return lastBreak > begin ? lastBreak : std::max(i, begin + 1);
        }
    }
    return cells.size();
}

} // namespace

std::vector<Line> filledLines(const std::vector<ShapedCell>& cells, const std::vector<bool>& breaks,
                              double width)
{
    std::vector<Line> lines;
    std::size_t begin = 0;
    do {
        Line line{.begin = begin, .end = lineEnd(cells, breaks, begin, width)};
        line.hanging = line.end < cells.size() ? firstHanging(cells, line) : line.end;
        lines.push_back(line);
        begin = line.end;
    } while (begin < cells.size());
    return lines;
}

} // namespace nextquill::typeset
