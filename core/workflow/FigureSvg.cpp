// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/FigureView.h"
#include "core/workflow/SvgLegend.h"
#include "core/workflow/SvgPage.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

constexpr double margin = 28;
constexpr double fontSize = 16;
constexpr double lineHeight = 27;
constexpr double boxTop = 16.5; ///< above the baseline
constexpr double boxHeight = 22;
constexpr double underline = 3.6; ///< below the baseline
constexpr double thinLine = 1.6;
constexpr double thickLine = 3;

/// "killer: +0.312", and what it is made of where that is one token.
std::string tip(const Inspection& inspection, const FigureSettings& settings,
                const ColoredUnit& colored)
{
    const TextUnit& unit = colored.unit;
    const std::string_view text =
        std::string_view{inspection.text}.substr(unit.bytes.begin, unit.bytes.size());
    std::string words =
        fmt::format("{}: {} {}", escapedForDisplay(text, 60), measureInfo(settings.measure).name,
                    shownValue(colored.value, settings.measure));
    if (unit.tokens == 1) {
        const causal::TokenEffect& token = inspection.effects.tokens[unit.firstToken];
        words += fmt::format("; p {:.3f} with the history, {:.3f} without", token.p_h, token.p_0);
    }
    if (const std::string signs = signWords(colored.signs); !signs.empty()) {
        words += "; PCE " + signs;
    }
    return words;
}

/// Draws a text's boxes and lines, then the text over them.
class HeatmapDrawing
{
public:
    HeatmapDrawing(SvgPage& page, const Inspection& inspection, const FigureSettings& settings,
                   const FigureView& view, double top)
        : m_page{page}
        , m_inspection{inspection}
        , m_settings{settings}
        , m_view{view}
        , m_text{page.set(inspection.text, fontSize, settings.width - 2 * margin)}
        , m_top{top}
    {
    }

    /// Returns the baseline of a line below the text.
    double draw()
    {
        for (const ColoredUnit& unit : m_view.units) {
            drawUnit(unit);
        }
        for (const ColoredUnit& unit : m_view.units) {
            if (unit.signs.isOwn) {
                markOwn(unit); // over the boxes on both sides
            }
        }
        for (const TextUnit& token : m_view.weighted) {
            underlineWeighted(token);
        }
        return m_page.draw(
            m_text, margin, m_top,
            {.size = fontSize, .lineHeight = lineHeight, .color = inkColor(m_settings.ground)});
    }

private:
    void drawUnit(const ColoredUnit& colored)
    {
        const auto stretches = typeset::stretchesOf(m_text, colored.unit.bytes);
        if (stretches.empty()) {
            return; // a line feed alone
        }
        m_page.openGroup(tip(m_inspection, m_settings, colored));
        for (const typeset::Stretch& stretch : stretches) {
            const double y = baseline(stretch);
            m_page.rectangle(margin + stretch.x, y - boxTop, stretch.width, boxHeight,
                             colorOf(colored, m_view, m_settings, m_settings.ground));
            if (colored.signs.isUncertain) {
                hatch(colored, stretch);
            }
            if (m_settings.greyscale) {
                lineOfSign(colored, stretch);
            }
        }
        if (colored.isClipped) {
            const typeset::Stretch& last = stretches.back();
            m_page.corner(margin + last.x + last.width, baseline(last) - boxTop,
                          inkColor(m_settings.ground));
        }
        m_page.closeGroup();
    }

    void hatch(const ColoredUnit& colored, const typeset::Stretch& stretch)
    {
        const Rgb cell = colorOf(colored, m_view, m_settings, m_settings.ground);
        m_page.hatch(margin + stretch.x, baseline(stretch) - boxTop, stretch.width, boxHeight,
                     hatchColor(cell, m_settings.ground));
    }

    /// Before the first letter, in the space that ascenders leave free.
    void markOwn(const ColoredUnit& colored)
    {
        const ByteRange bytes = colored.unit.bytes;
        const std::size_t letter = m_inspection.text.find_first_not_of(" \t\r\n", bytes.begin);
        const auto stretches = typeset::stretchesOf(
            m_text, {.begin = letter < bytes.end ? letter : bytes.begin, .end = bytes.end});
        if (!stretches.empty()) {
            const typeset::Stretch& first = stretches.front();
            m_page.diamond(margin + first.x - 2.6, baseline(first) - boxTop + 3,
                           inkColor(m_settings.ground));
        }
    }

    /// In place of the hue: below for more, above for less. Effects too small to see have none.
    void lineOfSign(const ColoredUnit& colored, const typeset::Stretch& stretch)
    {
        if (std::abs(colored.value) < m_view.range / 100) {
            return;
        }
        const double y = baseline(stretch);
        m_page.rectangle(
            margin + stretch.x + 1, colored.value > 0 ? y + underline : y - boxTop + 0.4,
            std::max(stretch.width - 2, 1.0), thinLine / 2, inkColor(m_settings.ground));
    }

    void underlineWeighted(const TextUnit& token)
    {
        const Rgb color = m_settings.greyscale                 ? inkColor(m_settings.ground)
                          : m_settings.ground == Ground::Light ? Rgb{0x7a, 0x3a, 0x00}
                                                               : Rgb{0xff, 0xc0, 0x80};
        for (const typeset::Stretch& stretch : typeset::stretchesOf(m_text, token.bytes)) {
            m_page.rectangle(margin + stretch.x + 1, baseline(stretch) + underline,
                             std::max(stretch.width - 2, 1.0),
                             m_settings.greyscale ? thickLine : thinLine, color);
        }
    }

    [[nodiscard]] double baseline(const typeset::Stretch& stretch) const
    {
        return m_top + static_cast<double>(stretch.line) * lineHeight;
    }

    SvgPage& m_page;
    const Inspection& m_inspection;
    const FigureSettings& m_settings;
    const FigureView& m_view;
    typeset::SetText m_text;
    double m_top;
};

std::string missingSentence(const std::set<char32_t>& missing)
{
    if (missing.empty()) {
        return {};
    }
    std::string names;
    int named = 0;
    for (const char32_t c : missing) {
        if (++named > 8) {
            names += fmt::format(" and {} more", missing.size() - 8);
            break;
        }
        names += fmt::format("{}U+{:04X}", named > 1 ? ", " : "", static_cast<unsigned>(c));
    }
    return "No font of this machine has " + names + ": drawn as boxes.";
}

} // namespace

std::string figureSvg(const Inspection& inspection, const FigureSettings& settings)
{
    const FigureView view = figureView(inspection, settings);
    const double column = settings.width - 2 * margin;
    const Rgb ink = inkColor(settings.ground);
    const TextStyle small{.size = 12, .lineHeight = 17, .color = softInk(settings.ground)};
    const std::string title = inspection.userName + " on " + inspection.itemTitle;
    SvgPage page{settings.width};
    double y = page.write(title, margin, 40, column, {.size = 18, .lineHeight = 24, .color = ink});
    y = drawLegend(page, view, settings, margin, y - 12, column);
    y = HeatmapDrawing{page, inspection, settings, view, y + 22}.draw();
    y = page.write(caption(inspection, settings, view), margin, y + 6, column, small);
    for (const std::string& note :
         {hiddenSentences(inspection, view), missingSentence(page.missing())}) {
        if (!note.empty()) {
            y = page.write(note, margin, y, column, small);
        }
    }
    return page.document(std::string{measureInfo(settings.measure).name} + ": " + title,
                         inspection.text, y, groundColor(settings.ground));
}

} // namespace nextquill::workflow
