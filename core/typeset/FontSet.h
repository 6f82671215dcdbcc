// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct hb_font_t;

namespace nextquill::typeset {

/// Lengths in fonts are in thousandths of an em, the font's size.
inline constexpr int unitsPerEm = 1000;

/// The fonts of this machine with outlines, in the order in which they stand in for one another.
///
/// The same fonts give the same order, whatever the user's language. Bitmap and colour fonts are
/// left out: they have no outlines.
///
/// Threads  one at a time per object; objects of several threads share nothing
/// Throws   Error(Unsupported) where the machine has no font at all
/// Source   fontconfig finds and orders, HarfBuzz reads
class FontSet
{
public:
    /// `family` is the first choice for every character that it has.
    explicit FontSet(const std::string& family = "DejaVu Sans");
    ~FontSet();
    FontSet(const FontSet&) = delete;
    FontSet& operator=(const FontSet&) = delete;

    /// The first font that has all characters of a cluster, invisible ones aside; else none.
    [[nodiscard]] std::optional<std::size_t> fontFor(std::u32string_view cluster);

    /// "DejaVu Sans"
    [[nodiscard]] const std::string& familyOf(std::size_t font) const;

    /// For shaping; its scale is unitsPerEm. Loaded when first asked for, the set's own.
    [[nodiscard]] hb_font_t* shaper(std::size_t font);

    /// A glyph's outline as SVG path data in whole units, y downwards, the origin on the baseline;
    /// empty for a space.
    [[nodiscard]] std::string outline(std::size_t font, std::uint32_t glyph);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::typeset
