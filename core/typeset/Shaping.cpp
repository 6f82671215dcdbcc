// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/Shaping.h"

#include "core/typeset/FontSet.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <harfbuzz/hb.h>
#include <memory>
#include <span>

namespace nextquill::typeset {

namespace {

/// A stretch of one font, script and direction: what is shaped at once.
struct Run
{
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t font = 0;
    UScriptCode script = USCRIPT_COMMON;
    std::uint8_t level = 0;

    [[nodiscard]] bool goesOnWith(const Run& next) const
    {
        return font == next.font && script == next.script && level == next.level;
    }
};

/// The script of a cluster; that of the text before it for punctuation, digits and spaces.
UScriptCode scriptOf(std::u32string_view cluster, UScriptCode before)
{
    for (const char32_t c : cluster) {
        UErrorCode status = U_ZERO_ERROR;
        const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &status);
        if (script != USCRIPT_COMMON && script != USCRIPT_INHERITED) {
            return script;
        }
    }
    return before;
}

std::vector<Run> runsOf(const Utf16Text& text, const Directions& directions, FontSet& fonts,
                        std::set<char32_t>& missing)
{
    const std::vector<bool> boundaries = boundariesOf(text, Boundary::Character);
    std::vector<Run> runs;
    for (std::size_t begin = 0; begin < text.units.size();) {
        std::size_t end = begin + 1;
        while (!boundaries[end]) {
            ++end;
        }
        const std::u32string cluster = codePoints(text, begin, end);
        const auto font = fonts.fontFor(cluster);
        if (!font) {
            missing.insert(cluster.begin(), cluster.end());
        }
        const Run run{begin, end, font.value_or(0),
                      scriptOf(cluster, runs.empty() ? USCRIPT_COMMON : runs.back().script),
                      directions.levels[begin]};
        if (!runs.empty() && runs.back().goesOnWith(run)) {
            runs.back().end = end;
        } else {
            runs.push_back(run);
        }
        begin = end;
    }
    return runs;
}

/// Fonts may draw "fi" as one. Tokens end anywhere, and their boxes with them, so that only joins
/// that a script needs are made.
constexpr std::array<hb_feature_t, 2> features{{
    {HB_TAG('l', 'i', 'g', 'a'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
    {HB_TAG('c', 'l', 'i', 'g'), 0, HB_FEATURE_GLOBAL_START, HB_FEATURE_GLOBAL_END},
}};

using Buffer = std::unique_ptr<hb_buffer_t, decltype(&hb_buffer_destroy)>;

Buffer shapedRun(const Utf16Text& text, const Run& run, FontSet& fonts)
{
    Buffer buffer{hb_buffer_create(), &hb_buffer_destroy};
    // The whole paragraph goes along, so that letters join over the ends of a run.
    hb_buffer_add_utf16(buffer.get(), reinterpret_cast<const std::uint16_t*>(text.units.data()),
                        static_cast<int>(text.units.size()), static_cast<unsigned>(run.begin),
                        static_cast<int>(run.end - run.begin));
    hb_buffer_set_direction(buffer.get(), run.level % 2 != 0 ? HB_DIRECTION_RTL : HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer.get(), hb_script_from_string(uscript_getShortName(run.script), 4));
    hb_buffer_set_language(buffer.get(), hb_language_from_string("en", 2));
    hb_shape(fonts.shaper(run.font), buffer.get(), features.data(), features.size());
    return buffer;
}

/// The cells of a run in the order of its glyphs, which is from left to right.
std::vector<ShapedCell> cellsOf(const Utf16Text& text, const Run& run, hb_buffer_t* buffer)
{
    unsigned count = 0;
    const std::span glyphs{hb_buffer_get_glyph_infos(buffer, &count), count};
    const std::span places{hb_buffer_get_glyph_positions(buffer, &count), count};
    std::vector<ShapedCell> cells;
    for (std::size_t i = 0; i < glyphs.size(); ++i) {
        if (cells.empty() || cells.back().begin != glyphs[i].cluster) {
            cells.push_back({.begin = glyphs[i].cluster, .level = run.level});
        }
        ShapedCell& cell = cells.back();
        cell.glyphs.push_back({.font = run.font,
                               .glyph = glyphs[i].codepoint,
                               .x = cell.width + places[i].x_offset,
                               .y = -places[i].y_offset});
        cell.width += places[i].x_advance;
    }
    std::ranges::sort(cells, {}, &ShapedCell::begin);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i].end = i + 1 < cells.size() ? cells[i + 1].begin : run.end;
        cells[i].isSpace = u_isUWhiteSpace(text.units[cells[i].begin]) != 0;
    }
    return cells;
}

} // namespace

std::vector<ShapedCell> shaped(const Utf16Text& text, const Directions& directions, FontSet& fonts,
                               std::set<char32_t>& missing)
{
    std::vector<ShapedCell> cells;
    for (const Run& run : runsOf(text, directions, fonts, missing)) {
        const Buffer buffer = shapedRun(text, run, fonts);
        std::ranges::move(cellsOf(text, run, buffer.get()), std::back_inserter(cells));
    }
    return cells;
}

} // namespace nextquill::typeset
