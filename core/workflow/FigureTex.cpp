// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Utf8.h"
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/TextUnits.h"

#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

std::string escapedForTex(std::string_view text)
{
    std::string escaped;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        switch (c) {
        case U'\\':
            escaped += "\\textbackslash{}";
            break;
        case U'~':
            escaped += "\\textasciitilde{}";
            break;
        case U'^':
            escaped += "\\textasciicircum{}";
            break;
        case U'<':
            escaped += "\\textless{}";
            break;
        case U'>':
            escaped += "\\textgreater{}";
            break;
        case U'|':
            escaped += "\\textbar{}";
            break;
        case U'"':
            escaped += "\\textquotedbl{}";
            break;
        case U'{':
        case U'}':
        case U'$':
        case U'&':
        case U'#':
        case U'%':
        case U'_':
            escaped += '\\';
            escaped += static_cast<char>(c);
            break;
        default:
            // pdfLaTeX knows no character beyond its fonts: those are named, not lost.
            if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                escaped += ' ';
            } else if (c < 0x250 || (c >= 0x2010 && c <= 0x2026)) {
                appendCodePoint(escaped, c);
            } else {
                escaped += fmt::format("\\texttt{{U+{:04X}}}", static_cast<unsigned>(c));
            }
        }
    }
    return escaped;
}

std::string box(std::string_view text, double value)
{
    const std::size_t first = text.find_first_not_of(" \t\n");
    std::string tex;
    for (const char c : text.substr(0, first == std::string_view::npos ? text.size() : first)) {
        tex += c == '\n' ? "\n\n" : " ";
    }
    if (first == std::string_view::npos) {
        return tex;
    }
    const std::string color = hex(effectColor(value, defaultRange, Ground::Light)).substr(1);
    std::string upper;
    for (const char c : color) {
        upper += c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return tex + fmt::format("\\nq{{{}}}{{{}}}", upper, escapedForTex(text.substr(first)));
}

} // namespace

std::string figureTex(const Inspection& inspection)
{
    std::string body;
    for (const TextUnit& unit : textUnits(inspection.text, inspection.effects)) {
        body += box(std::string_view{inspection.text}.substr(unit.bytes.begin, unit.bytes.size()),
                    meanPce(unit, inspection.effects));
    }
    return "\\documentclass{article}\n"
           "\\usepackage[T1]{fontenc}\n"
           "\\usepackage[utf8]{inputenc}\n"
           "\\usepackage{textcomp}\n"
           "\\usepackage{xcolor}\n"
           "\\newcommand{\\nq}[2]{\\begingroup\\fboxsep0pt\\colorbox[HTML]{#1}{\\strut "
           "#2}\\endgroup}\n"
           "\\begin{document}\n"
           "\\begin{figure}\n\\raggedright\n" +
           body + "\n\\caption{" + escapedForTex(caption(inspection)) +
           "}\n\\end{figure}\n\\end{document}\n";
}

} // namespace nextquill::workflow
