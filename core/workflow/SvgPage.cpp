// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SvgPage.h"

#include "core/workflow/Markup.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

constexpr int noOutline = -1;

} // namespace

double SvgPage::draw(const typeset::SetText& text, double x, double y, const TextStyle& style)
{
    m_missing.insert(text.missing.begin(), text.missing.end());
    const double scale = style.size / typeset::unitsPerEm;
    const auto units = [scale](double pixels) { return std::lround(pixels / scale); };
    m_body += fmt::format("<g fill=\"{}\" pointer-events=\"none\" transform=\"translate({:.2f} "
                          "{:.2f}) scale({:g})\">\n",
                          hex(style.color), x, y, scale);
    for (const typeset::SetGlyph& glyph : text.glyphs) {
        const int outline = outlineOf(glyph);
        if (outline != noOutline) {
            m_body += fmt::format(
                "<use xlink:href=\"#g{}\" x=\"{}\" y=\"{}\"/>\n", outline, units(glyph.x),
                units(static_cast<double>(glyph.line) * style.lineHeight + glyph.y));
        }
    }
    m_body += "</g>\n";
    return y + static_cast<double>(text.lines) * style.lineHeight;
}

double SvgPage::write(std::string_view text, double x, double y, double width,
                      const TextStyle& style)
{
    return draw(set(text, style.size, width), x, y, style);
}

void SvgPage::rectangle(double x, double y, double width, double height, const Rgb& color)
{
    m_body += fmt::format(
        "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:g}\" fill=\"{}\"/>\n", x, y,
        width, height, hex(color));
}

void SvgPage::corner(double x, double y, const Rgb& color)
{
    m_body += fmt::format("<path d=\"M{:.2f} {:.2f}h-6l6 6z\" fill=\"{}\"/>\n", x, y, hex(color));
}

void SvgPage::hatch(double x, double y, double width, double height, const Rgb& color)
{
    constexpr double step = 5; // between the lines x + y = n · step of the page
    std::string path;
    for (double sum = std::ceil((x + y) / step) * step; sum <= x + width + y + height;
         sum += step) {
        const double from = std::max(x, sum - y - height);
        const double to = std::min(x + width, sum - y);
        if (to > from) {
            path += fmt::format("M{:.2f} {:.2f}L{:.2f} {:.2f}", from, sum - from, to, sum - to);
        }
    }
    if (!path.empty()) {
        m_body += fmt::format("<path d=\"{}\" stroke=\"{}\" fill=\"none\"/>\n", path, hex(color));
    }
}

void SvgPage::diamond(double x, double y, const Rgb& color)
{
    m_body += fmt::format("<path d=\"M{:.2f} {:.2f}l2.6 2.6l-2.6 2.6l-2.6 -2.6z\" fill=\"{}\"/>\n",
                          x, y - 2.6, hex(color));
}

void SvgPage::openGroup(std::string_view title)
{
    m_body += "<g><title>" + escapedForMarkup(title) + "</title>\n";
}

void SvgPage::closeGroup()
{
    m_body += "</g>\n";
}

int SvgPage::outlineOf(const typeset::SetGlyph& glyph)
{
    const auto [kept, isNew] = m_outlines.try_emplace({glyph.font, glyph.glyph}, noOutline);
    if (isNew) {
        const std::string path = m_fonts.outline(glyph.font, glyph.glyph);
        if (!path.empty()) {
            kept->second = static_cast<int>(m_outlines.size());
            m_definitions += fmt::format("<path id=\"g{}\" d=\"{}\"/>\n", kept->second, path);
        }
    }
    return kept->second;
}

std::string SvgPage::document(std::string_view title, std::string_view description, double height,
                              const Rgb& ground) const
{
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                       "xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" width=\"{0:g}\" "
                       "height=\"{1:.0f}\" viewBox=\"0 0 {0:g} {1:.0f}\">\n"
                       "<title>{2}</title>\n<desc>{3}</desc>\n<defs>\n{4}</defs>\n"
                       "<rect width=\"100%\" height=\"100%\" fill=\"{5}\"/>\n",
                       m_width, height, escapedForMarkup(title), escapedForMarkup(description),
                       m_definitions, hex(ground)) +
           m_body + "</svg>\n";
}

} // namespace nextquill::workflow
