// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/SetText.h"

#include "core/typeset/Bidirectional.h"
#include "core/typeset/FontSet.h"
#include "core/typeset/LineFilling.h"
#include "core/typeset/Shaping.h"
#include "core/typeset/Utf16Text.h"

#include <algorithm>
#include <set>

namespace nextquill::typeset {

namespace {

/// Gives the cells of one paragraph their places below the lines that are there.
class ParagraphPlacer
{
public:
    ParagraphPlacer(SetText& out, const Utf16Text& text, const Directions& directions, double size,
                    double width)
        : m_out{out}
        , m_text{text}
        , m_directions{directions}
        , m_scale{size / unitsPerEm}
        , m_width{width}
    {
    }

    void place(const std::vector<ShapedCell>& cells, const Line& line)
    {
        const std::vector<std::size_t> order = orderOf(cells, line);
        double total = 0;
        for (std::size_t i = line.begin; i < line.hanging; ++i) {
            total += cells[i].width * m_scale;
        }
        m_out.width = std::max(m_out.width, total);
        // White space at a break stands outside: on the left of a line that is read from the right.
        double x =
            m_directions.paragraph % 2 != 0 ? m_width - total - hangingWidth(cells, line) : 0;
        const std::size_t first = m_out.cells.size();
        m_out.cells.resize(first + order.size());
        for (const std::size_t index : order) {
            const ShapedCell& cell = cells[line.begin + index];
            m_out.cells[first + index] = placed(cell, x, line.begin + index >= line.hanging);
            x += cell.width * m_scale;
        }
        ++m_out.lines;
    }

private:
    [[nodiscard]] std::vector<std::size_t> orderOf(const std::vector<ShapedCell>& cells,
                                                   const Line& line) const
    {
        std::vector<std::uint8_t> levels;
        for (std::size_t i = line.begin; i < line.end; ++i) {
            // Annex 9, L1: white space at a line's end goes with the paragraph.
            levels.push_back(i >= line.hanging ? m_directions.paragraph : cells[i].level);
        }
        return visualOrder(levels);
    }

    [[nodiscard]] double hangingWidth(const std::vector<ShapedCell>& cells, const Line& line) const
    {
        double width = 0;
        for (std::size_t i = line.hanging; i < line.end; ++i) {
            width += cells[i].width * m_scale;
        }
        return width;
    }

    Cell placed(const ShapedCell& cell, double x, bool hanging)
    {
        for (const ShapedGlyph& glyph : cell.glyphs) {
            m_out.glyphs.push_back({.font = glyph.font,
                                    .glyph = glyph.glyph,
                                    .line = m_out.lines,
                                    .x = x + glyph.x * m_scale,
                                    .y = glyph.y * m_scale});
        }
        return {.bytes = {m_text.bytes[cell.begin], m_text.bytes[cell.end]},
                .line = m_out.lines,
                .x = x,
                .width = cell.width * m_scale,
                .rightToLeft = cell.level % 2 != 0,
                .hanging = hanging};
    }

    SetText& m_out;
    const Utf16Text& m_text;
    const Directions& m_directions;
    double m_scale;
    double m_width;
};

/// The part of a cell that a range covers, as its readers see it: from its right edge where it is
/// read from there.
Stretch shareOf(const Cell& cell, ByteRange bytes)
{
    const auto size = static_cast<double>(std::max<std::size_t>(cell.bytes.size(), 1));
    const std::size_t begin = std::max(bytes.begin, cell.bytes.begin) - cell.bytes.begin;
    const std::size_t end = std::min(bytes.end, cell.bytes.end) - cell.bytes.begin;
    const double from = static_cast<double>(begin) / size;
    const double to = static_cast<double>(end) / size;
    return {.line = cell.line,
            .x = cell.x + cell.width * (cell.rightToLeft ? 1 - to : from),
            .width = cell.width * (to - from)};
}

/// Joins stretches that touch.
std::vector<Stretch> joined(std::vector<Stretch> parts)
{
    std::ranges::sort(parts, [](const Stretch& a, const Stretch& b) {
        return a.line != b.line ? a.line < b.line : a.x < b.x;
    });
    std::vector<Stretch> whole;
    for (const Stretch& part : parts) {
        constexpr double hair = 0.01;
        if (!whole.empty() && whole.back().line == part.line &&
            part.x <= whole.back().x + whole.back().width + hair) {
            const double right = std::max(whole.back().x + whole.back().width, part.x + part.width);
            whole.back().width = right - whole.back().x;
        } else {
            whole.push_back(part);
        }
    }
    return whole;
}

} // namespace

SetText setText(std::string_view text, FontSet& fonts, double size, double width)
{
    SetText out;
    std::set<char32_t> missing;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const Utf16Text paragraph = utf16Of(text.substr(begin, end - begin), begin);
        const Directions directions = directionsOf(paragraph);
        const std::vector<ShapedCell> cells = shaped(paragraph, directions, fonts, missing);
        ParagraphPlacer placer{out, paragraph, directions, size, width};
        for (const Line& line : filledLines(cells, boundariesOf(paragraph, Boundary::Line),
                                            width / size * unitsPerEm)) {
            placer.place(cells, line);
        }
        begin = end + 1;
    }
    out.missing.assign(missing.begin(), missing.end());
    return out;
}

std::vector<Stretch> stretchesOf(const SetText& text, ByteRange bytes)
{
    std::vector<Stretch> seen;
    std::vector<Stretch> hanging;
    auto cell = std::ranges::partition_point(
        text.cells, [&](const Cell& c) { return c.bytes.end <= bytes.begin; });
    for (; cell != text.cells.end() && cell->bytes.begin < bytes.end; ++cell) {
        (cell->hanging ? hanging : seen).push_back(shareOf(*cell, bytes));
    }
    // A token of white space alone keeps its box even where the line was broken at it.
    return joined(seen.empty() ? std::move(hanging) : std::move(seen));
}

} // namespace nextquill::typeset
