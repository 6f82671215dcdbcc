// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/FigureView.h"
#include "core/workflow/TexText.h"
#include "core/workflow/TextBoundaries.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

/// A box in the text: a token, or those that joined letters keep together. Boxes cannot be broken
/// into lines, so that words and sentences are made of several in one colour.
struct TexBox
{
    ByteRange bytes;
    const ColoredUnit* colored = nullptr;
    bool isWeighted = false;
    bool beginsUnit = false;
    bool endsUnit = false;
};

std::vector<TexBox> boxesOf(const Inspection& inspection, const FigureView& view)
{
    std::vector<TexBox> boxes;
    auto unit = view.units.begin();
    for (const TextUnit& token : textUnits(inspection.text, inspection.effects)) {
        while (unit != view.units.end() && unit->unit.bytes.end <= token.bytes.begin) {
            ++unit;
        }
        const bool isWeighted = std::ranges::any_of(view.weighted, [&](const TextUnit& weighted) {
            return weighted.firstToken == token.firstToken;
        });
        if (!boxes.empty() && joinsBefore(inspection.text, token.bytes.begin)) {
            boxes.back().bytes.end = token.bytes.end;
            boxes.back().isWeighted = boxes.back().isWeighted || isWeighted;
            // Of several colours in joined letters the strongest is seen.
            if (std::abs(unit->value) > std::abs(boxes.back().colored->value)) {
                boxes.back().colored = &*unit;
            }
        } else {
            boxes.push_back({.bytes = token.bytes,
                             .colored = &*unit,
                             .isWeighted = isWeighted,
                             .beginsUnit = unit->unit.bytes.begin == token.bytes.begin});
        }
        boxes.back().endsUnit = unit->unit.bytes.end <= token.bytes.end;
    }
    return boxes;
}

std::string upperHex(const Rgb& color)
{
    return fmt::format("{:02X}{:02X}{:02X}", color.red, color.green, color.blue);
}

/// Writes the boxes of a text with the spaces between them, paragraph by paragraph.
class TexBody
{
public:
    TexBody(const Inspection& inspection, const FigureSettings& settings, const FigureView& view)
        : m_text{inspection.text}
        , m_settings{settings}
        , m_view{view}
        , m_breaks{textBoundaries(inspection.text, Boundary::Line)}
    {
        beginParagraph(0);
        for (const TexBox& box : boxesOf(inspection, view)) {
            add(box);
        }
        endParagraph();
    }

    [[nodiscard]] const std::string& tex() const { return m_tex; }

private:
    void add(const TexBox& box)
    {
        const std::string_view text = m_text.substr(box.bytes.begin, box.bytes.size());
        std::size_t start = 0;
        // A box may hold line breaks beside other characters: each line is a box.
        while (true) {
            const std::size_t end = std::min(text.find('\n', start), text.size());
            addPart(box, text.substr(start, end - start), box.bytes.begin + start);
            if (end == text.size()) {
                return;
            }
            endParagraph();
            beginParagraph(box.bytes.begin + end + 1);
            start = end + 1;
        }
    }

    void addPart(const TexBox& box, std::string_view text, std::size_t at)
    {
        const std::size_t first = std::min(text.find_first_not_of(" \t\r"), text.size());
        if (first == text.size()) {
            m_tex += text.empty() ? "" : " ";
            return;
        }
        turn(isRightToLeft(text, m_isRight), first > 0);
        if (first == 0 && m_breaks[at]) {
            m_tex += "\\nqbreak{}";
        }
        m_tex += boxed(box, escapedForTex(text.substr(first)));
    }

    [[nodiscard]] std::string boxed(const TexBox& box, std::string inner) const
    {
        const double value = box.colored->value;
        const Rgb cell = colorOf(*box.colored, m_view, m_settings, Ground::Light);
        if (box.colored->signs.isUncertain) {
            inner = fmt::format("\\nqhatch{{{}}}{{{}}}", upperHex(hatchColor(cell, Ground::Light)),
                                inner);
        }
        if (box.colored->signs.isOwn && box.beginsUnit) {
            inner.insert(0, "\\nqown{}");
        }
        if (m_settings.greyscale && std::abs(value) >= m_view.range / 100) {
            inner = (value > 0 ? "\\nqmore{" : "\\nqless{") + inner + "}";
        }
        if (box.isWeighted) {
            inner = "\\nqline{" + inner + "}";
        }
        if (box.colored->isClipped && box.endsUnit) {
            inner += "\\nqcorner{}";
        }
        return fmt::format("\\nq{{{}}}{{{}}}", upperHex(cell), inner);
    }

    /// Goes over to another direction of reading, with the space before it.
    void turn(bool right, bool space)
    {
        if (right != m_isRight && m_isRight != m_isParagraphRight) {
            m_tex += m_isParagraphRight ? "\\nqendL{}" : "\\nqendR{}";
        }
        m_tex += space ? " " : "";
        if (right != m_isRight && right != m_isParagraphRight) {
            m_tex += right ? "\\nqR{}" : "\\nqL{}";
        }
        m_isRight = right;
    }

    void beginParagraph(std::size_t at)
    {
        const std::size_t end = std::min(m_text.find('\n', at), m_text.size());
        m_isParagraphRight = isParagraphRightToLeft(m_text.substr(at, end - at));
        m_isRight = m_isParagraphRight;
        m_tex += m_isParagraphRight ? "{\\raggedleft\\leavevmode\\nqR{}" : "";
    }

    void endParagraph()
    {
        turn(m_isParagraphRight, false);
        m_tex += m_isParagraphRight ? "\\nqendR{}\\par}\n\n" : "\n\n";
    }

    std::string_view m_text;
    const FigureSettings& m_settings;
    const FigureView& m_view;
    std::vector<bool> m_breaks;
    std::string m_tex;
    bool m_isParagraphRight = false;
    bool m_isRight = false;
};

/// Swatches with their values, then the words.
std::string texLegend(const FigureSettings& settings, const FigureView& view)
{
    std::string tex = "{\\small ";
    for (const double value : legendValues(view)) {
        const bool isNegative = value < 0;
        tex += fmt::format("\\nq{{{}}}{{\\,${}{:g}$\\,}}",
                           upperHex(colorOf({.value = value}, view, settings, Ground::Light)),
                           isNegative                   ? "-"
                           : value > 0 && view.isSigned ? "+"
                                                        : "",
                           std::abs(value));
    }
    return tex + "\\quad " + escapedForTex(legendWords(settings)) + ".\\par}\n\\medskip\n";
}

} // namespace

std::string figureTex(const Inspection& inspection, const FigureSettings& settings)
{
    const FigureView view = figureView(inspection, settings);
    std::string about = caption(inspection, settings, view) + " " + legendSentences(view, settings);
    if (const std::string hidden = hiddenSentences(inspection, view); !hidden.empty()) {
        about += " " + hidden;
    }
    // A float cannot be longer than a page.
    constexpr std::size_t longestFloat = 2500;
    const bool isFloat = inspection.text.size() <= longestFloat;
    return texPreamble() + "\\begin{document}\n" +
           (isFloat ? "\\begin{figure}\n" : "\\begingroup\n") +
           "\\raggedright\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{.6ex}\n"
           "\\linespread{1.15}\\selectfont\n" +
           texLegend(settings, view) + TexBody{inspection, settings, view}.tex() +
           (isFloat ? "\\caption{" + escapedForTex(about) + "}\n\\end{figure}\n"
                    : "\\medskip{\\small " + escapedForTex(about) + "\\par}\n\\endgroup\n") +
           "\\end{document}\n";
}

} // namespace nextquill::workflow
