// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/typeset/FontSet.h"
#include "core/typeset/SetText.h"
#include "core/workflow/EffectColor.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace nextquill::workflow {

/// How a text is set on a page; lengths in pixels.
struct TextStyle
{
    double size = 12;
    double lineHeight = 17;
    Rgb color;
};

/// An SVG page that grows from above: each letter's outline is kept once and used where it stands.
/// Letters let the pointer through, so that what lies below them is pointed at.
class SvgPage
{
public:
    explicit SvgPage(double width)
        : m_width{width}
    {
    }

    [[nodiscard]] typeset::SetText set(std::string_view text, double size, double width)
    {
        return typeset::setText(text, m_fonts, size, width);
    }

    /// Draws a text that was set, its first baseline at `y`; returns the baseline of a next line.
    double draw(const typeset::SetText& text, double x, double y, const TextStyle& style);

    /// Sets and draws.
    double write(std::string_view text, double x, double y, double width, const TextStyle& style);

    void rectangle(double x, double y, double width, double height, const Rgb& color);
    /// A mark in the corner whose right upper end is at (x, y).
    void corner(double x, double y, const Rgb& color);

    /// Thin lines across a rectangle. They meet those of rectangles beside, below and above it.
    void hatch(double x, double y, double width, double height, const Rgb& color);
    /// A mark whose middle is at (x, y).
    void diamond(double x, double y, const Rgb& color);

    /// What is drawn until closeGroup() shows `title` to who points at it.
    void openGroup(std::string_view title);
    void closeGroup();

    /// Characters that were drawn as boxes for want of a font.
    [[nodiscard]] const std::set<char32_t>& missing() const { return m_missing; }

    /// The whole document. `title` and `description` are what a screen reader says of it.
    [[nodiscard]] std::string document(std::string_view title, std::string_view description,
                                       double height, const Rgb& ground) const;

private:
    /// The number under which an outline is kept, none for glyphs without one.
    int outlineOf(const typeset::SetGlyph& glyph);

    double m_width;
    typeset::FontSet m_fonts;
    std::map<std::pair<std::size_t, std::uint32_t>, int> m_outlines;
    std::string m_definitions;
    std::string m_body;
    std::set<char32_t> m_missing;
};

} // namespace nextquill::workflow
