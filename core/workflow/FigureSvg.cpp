// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layout without a font engine: from the advances of one common font. `textLength` makes each word
// as wide as its box in programs that know it.
#include "core/base/Utf8.h"
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/Markup.h"
#include "core/workflow/TextUnits.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace nextquill::workflow {

namespace {

constexpr double pageWidth = 760;
constexpr double margin = 28;
constexpr double fontSize = 16;
constexpr double lineHeight = 27;
constexpr double boxHeight = 22;
constexpr std::string_view fontFamily = "'DejaVu Sans', Verdana, Symbola, sans-serif";

/// Advances of U+0020 to U+007E in DejaVu Sans, thousandths of an em. The font is a wide one: where
/// another draws the text and knows no `textLength`, words keep clear of each other.
constexpr std::array<int, 95> asciiAdvances{
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};

/// Advance of a character in ems: wide scripts a full one, marks none.
double advance(char32_t c)
{
    if (c >= U' ' && c <= U'~') {
        return asciiAdvances[c - U' '] / 1000.0;
    }
    if ((c >= 0x300 && c < 0x370) || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f)) {
        return 0;
    }
    const bool fullWidth = (c >= 0x1100 && c < 0x1200) || (c >= 0x2e80 && c < 0xa4d0) ||
                           (c >= 0xac00 && c < 0xd7b0) || (c >= 0xf900 && c < 0xfb00) ||
                           (c >= 0xff00 && c < 0xff61) || c >= 0x1f000;
    return fullWidth ? 1.0 : 0.64;
}

double widthOf(std::string_view text, double size)
{
    double ems = 0;
    for (std::size_t i = 0; i < text.size();) {
        ems += advance(nextCodePoint(text, i));
    }
    return ems * size;
}

struct Placed
{
    std::string text; ///< without line breaks
    double value = 0;
    bool above = false; ///< beyond the threshold: underlined, so that hue is not the only sign
    double x = 0;
    double y = 0; ///< baseline
    double width = 0;
};

/// Sets units into lines: a unit that starts with white space may begin a new line.
class LineSetter
{
public:
    LineSetter(double left, double right, double top)
        : m_left{left}
        , m_right{right}
        , m_x{left}
        , m_y{top}
    {
    }

    void add(std::string_view text, double value, bool above)
    {
        // A unit may hold line breaks ("\n\n") beside other characters: each line is a part.
        std::size_t start = 0;
        while (true) {
            const std::size_t end = text.find('\n', start);
            addPart(text.substr(start, end == std::string_view::npos ? end : end - start), value,
                    above);
            if (end == std::string_view::npos) {
                return;
            }
            newLine();
            start = end + 1;
        }
    }

    /// Moves what has been collected of the last word to its lines; returns all that was placed.
    std::vector<Placed> finish()
    {
        flushWord();
        return std::move(m_placed);
    }

    [[nodiscard]] double bottom() const { return m_y; }

private:
    void addPart(std::string_view text, double value, bool above)
    {
        if (text.empty()) {
            return;
        }
        if (text.front() == ' ' || text.front() == '\t') {
            flushWord();
        }
        m_word.push_back({.text = std::string{text},
                          .value = value,
                          .above = above,
                          .width = widthOf(text, fontSize)});
    }

    void newLine()
    {
        flushWord();
        m_x = m_left;
        m_y += lineHeight;
    }

    void flushWord()
    {
        double width = 0;
        for (const Placed& part : m_word) {
            width += part.width;
        }
        if (m_x + width > m_right && m_x > m_left) {
            m_x = m_left;
            m_y += lineHeight;
        }
        for (Placed& part : m_word) {
            part.x = m_x;
            part.y = m_y;
            m_x += part.width;
            m_placed.push_back(std::move(part));
        }
        m_word.clear();
    }

    double m_left;
    double m_right;
    double m_x;
    double m_y;
    std::vector<Placed> m_word;
    std::vector<Placed> m_placed;
};

std::string textElement(double x, double y, double size, std::string_view color,
                        std::string_view text)
{
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" fill=\"{}\">{}</text>\n",
                       x, y, size, color, escapedForMarkup(text));
}

std::string boxes(const std::vector<Placed>& placed)
{
    std::string svg;
    for (const Placed& part : placed) {
        svg += fmt::format(
            "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{}\" fill=\"{}\"/>\n",
            part.x, part.y - 16.5, part.width, boxHeight,
            hex(effectColor(part.value, defaultRange, Ground::Light)));
        if (part.above) {
            svg += fmt::format("<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"1.6\" "
                               "fill=\"#7a3a00\"/>\n",
                               part.x + 1, part.y + 3.6, std::max(part.width - 2, 1.0));
        }
    }
    return svg;
}

std::string words(const std::vector<Placed>& placed)
{
    std::string svg;
    for (const Placed& part : placed) {
        const std::size_t first = part.text.find_first_not_of(" \t");
        if (first == std::string::npos) {
            continue;
        }
        const double indent = widthOf(part.text.substr(0, first), fontSize);
        svg += fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" font-size=\"{}\" textLength=\"{:.2f}\" "
                           "lengthAdjust=\"spacingAndGlyphs\" fill=\"#000000\">{}</text>\n",
                           part.x + indent, part.y, fontSize, std::max(part.width - indent, 1.0),
                           escapedForMarkup(part.text.substr(first)));
    }
    return svg;
}

std::string legend(double y)
{
    constexpr int steps = 41;
    constexpr double cell = 4;
    double x = margin;
    std::string svg = textElement(x, y + 10, 11, "#444444", "less likely with the history");
    x += 160;
    for (int i = 0; i < steps; ++i) {
        const double value = defaultRange * (2.0 * i / (steps - 1) - 1);
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"12\" fill=\"{}\"/>\n",
            x + i * cell, y, cell + 0.2, hex(effectColor(value, defaultRange, Ground::Light)));
    }
    svg += textElement(x - 2, y + 24, 10, "#444444", "−0.5");
    svg += textElement(x + steps * cell / 2 - 3, y + 24, 10, "#444444", "0");
    svg += textElement(x + steps * cell - 18, y + 24, 10, "#444444", "+0.5");
    return svg + textElement(x + steps * cell + 10, y + 10, 11, "#444444",
                             "more likely because of the history; underlined: above the threshold");
}

/// Long words of a caption broken at spaces into lines that fit the page.
std::vector<std::string> wrapped(const std::string& text, double size)
{
    std::vector<std::string> lines{""};
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find(' ', start), text.size());
        const std::string word = text.substr(start, end - start);
        if (widthOf(lines.back() + " " + word, size) > pageWidth - 2 * margin) {
            lines.emplace_back();
        }
        lines.back() += (lines.back().empty() ? "" : " ") + word;
        start = end + 1;
    }
    return lines;
}

} // namespace

std::string figureSvg(const Inspection& inspection)
{
    std::string head;
    double y = 40;
    for (const std::string& line :
         wrapped(inspection.userName + " on " + inspection.itemTitle, 18)) {
        head += textElement(margin, y, 18, "#111111", line);
        y += 24;
    }
    head += legend(y - 6);
    LineSetter setter{margin, pageWidth - margin, y + 56};
    for (const TextUnit& unit : textUnits(inspection.text, inspection.effects)) {
        const double value = meanPce(unit, inspection.effects);
        setter.add(std::string_view{inspection.text}.substr(unit.bytes.begin, unit.bytes.size()),
                   value, value > inspection.threshold);
    }
    const std::vector<Placed> placed = setter.finish();
    y = setter.bottom() + 40;
    std::string foot;
    for (const std::string& line : wrapped(caption(inspection), 12)) {
        foot += textElement(margin, y, 12, "#444444", line);
        y += 17;
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1:.0f}\" "
                       "viewBox=\"0 0 {0} {1:.0f}\" font-family=\"{2}\" xml:space=\"preserve\">\n"
                       "<title>{3}</title>\n"
                       "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
                       pageWidth, y + 10, fontFamily,
                       escapedForMarkup("Preference causal effect: " + inspection.userName + ", " +
                                        inspection.itemTitle)) +
           head + boxes(placed) + words(placed) + foot + "</svg>\n";
}

} // namespace nextquill::workflow
