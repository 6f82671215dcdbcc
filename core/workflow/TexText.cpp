// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TexText.h"

#include "core/base/Utf8.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <array>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

enum class TexClass {
    Plain,     ///< in the fonts of pdfLaTeX (T1), too
    Ideograph, ///< Chinese, Japanese, Korean
    RightToLeft,
    Symbol, ///< emoji and signs
    Letter, ///< of all other scripts
    Invisible
};

struct TexFonts
{
    TexClass kind;
    std::string_view command;
    std::vector<std::string_view> fonts; ///< the first that is there is taken
};

const std::array<TexFonts, 4>& texFonts()
{
    static const std::array<TexFonts, 4> fonts{{
        {TexClass::Ideograph,
         "nqcjk",
         {"Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "FandolSong",
          "WenQuanYi Zen Hei", "Droid Sans Fallback"}},
        {TexClass::RightToLeft,
         "nqrtl",
         {"Amiri", "Scheherazade New", "Noto Naskh Arabic", "FreeSerif", "DejaVu Sans"}},
        {TexClass::Symbol, "nqsymbol", {"Symbola", "Noto Emoji", "DejaVu Sans"}},
        {TexClass::Letter, "nqletter", {"DejaVu Serif", "FreeSerif", "Noto Serif", "DejaVu Sans"}},
    }};
    return fonts;
}

/// Beyond Latin-1, what the encodings T1 and TS1 have.
constexpr std::u32string_view furtherPlain{
    U"ĂăĄąĆćČčĎďĐđĘęĚěĞğİıĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽž–—‘’‚“”„†‡•…‰‹›€™−"};

bool isRight(UCharDirection direction)
{
    return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

TexClass classOf(char32_t c)
{
    const auto point = static_cast<UChar32>(c);
    if ((c < 0x100 && c != 0xad) || furtherPlain.find(c) != std::u32string_view::npos) {
        return TexClass::Plain;
    }
    if (u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
        u_charType(point) == U_FORMAT_CHAR) {
        return TexClass::Invisible;
    }
    if (isRight(u_charDirection(point))) {
        return TexClass::RightToLeft;
    }
    const auto width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
    if (u_hasBinaryProperty(point, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
        u_charType(point) == U_OTHER_SYMBOL) {
        return TexClass::Symbol;
    }
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? TexClass::Ideograph : TexClass::Letter;
}

std::string plain(char32_t c)
{
    constexpr std::array<std::pair<char32_t, std::string_view>, 10> named{{
        {U'\\', "\\textbackslash{}"},
        {U'~', "\\textasciitilde{}"},
        {U'^', "\\textasciicircum{}"},
        {U'<', "\\textless{}"},
        {U'>', "\\textgreater{}"},
        {U'|', "\\textbar{}"},
        {U'"', "\\textquotedbl{}"},
        {U'\'', "\\textquotesingle{}"},
        {U'`', "\\textasciigrave{}"},
        {U'−', "\\ensuremath{-}"},
    }};
    for (const auto& [character, command] : named) {
        if (c == character) {
            return std::string{command};
        }
    }
    if (std::u32string_view{U"{}$&#%_"}.find(c) != std::u32string_view::npos) {
        return {'\\', static_cast<char>(c)};
    }
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
        return " ";
    }
    // Two hyphens would become a dash.
    std::string text;
    appendCodePoint(text, c);
    return c == U'-' ? "-{}" : text;
}

/// Characters of one class: a command with their numbers and themselves.
class ClassRun
{
public:
    void add(TexClass kind, char32_t c, std::string& out)
    {
        if (kind != m_kind) {
            flush(out);
            m_kind = kind;
        }
        m_names += fmt::format("{}U+{:04X}", m_names.empty() ? "" : " ", static_cast<unsigned>(c));
        appendCodePoint(m_text, c);
    }

    void flush(std::string& out)
    {
        for (const TexFonts& fonts : texFonts()) {
            if (!m_text.empty() && fonts.kind == m_kind) {
                out += fmt::format("\\{}{{{}}}{{{}}}", fonts.command, m_names, m_text);
            }
        }
        m_names.clear();
        m_text.clear();
    }

private:
    TexClass m_kind = TexClass::Plain;
    std::string m_names;
    std::string m_text;
};

/// Takes the first font of a list that is installed.
std::string fontChoice(const TexFonts& fonts)
{
    const char* const script = fonts.kind == TexClass::RightToLeft ? "[Script=Arabic]" : "";
    std::string choice;
    for (const std::string_view font : fonts.fonts) {
        choice +=
            fmt::format("\\IfFontExistsTF{{{0}}}{{\\newfontfamily\\{1}font{{{0}}}{2}}}{{%\n  ",
                        font, fonts.command, script);
    }
    return choice + fmt::format("\\let\\{}font\\relax", fonts.command) +
           std::string(fonts.fonts.size(), '}') + "\n";
}

} // namespace

std::string escapedForTex(std::string_view text)
{
    std::string escaped;
    ClassRun run;
    for (std::size_t i = 0; i < text.size();) {
        const char32_t c = nextCodePoint(text, i);
        const TexClass kind = classOf(c);
        if (kind == TexClass::Plain) {
            run.flush(escaped);
            escaped += plain(c);
        } else if (kind != TexClass::Invisible) {
            run.add(kind, c, escaped);
        }
    }
    run.flush(escaped);
    return escaped;
}

std::string texPreamble()
{
    std::string named;
    std::string set;
    for (const TexFonts& fonts : texFonts()) {
        named += fmt::format("\\newcommand{{\\{}}}[2]{{\\texttt{{#1}}}}\n", fonts.command);
        const bool turns = fonts.kind == TexClass::RightToLeft;
        set += fontChoice(fonts) +
               fmt::format("\\newcommand{{\\{0}}}[2]{{{{\\{0}font{1}#2{2}}}}}\n", fonts.command,
                           turns ? "\\nqR " : " ", turns ? "\\nqendR" : "");
    }
    return "% pdfLaTeX sets Latin letters and names all others; XeLaTeX and LuaLaTeX set them "
           "all.\n"
           "\\documentclass{article}\n"
           "\\usepackage{iftex}\n"
           "\\usepackage{xcolor}\n"
           "\\ifPDFTeX\n"
           "\\usepackage[T1]{fontenc}\n"
           "\\usepackage[utf8]{inputenc}\n"
           "\\usepackage{textcomp}\n"
           "\\newcommand{\\nqbox}{\\leavevmode\\hbox}\n"
           "\\newcommand{\\nqR}{}\\newcommand{\\nqendR}{}\n"
           "\\newcommand{\\nqL}{}\\newcommand{\\nqendL}{}\n" +
           named +
           "\\else\n"
           "\\usepackage{fontspec}\n"
           "\\ifXeTeX\n"
           "\\TeXXeTstate=1\n"
           "\\newcommand{\\nqbox}[1]{\\leavevmode\\hbox{\\beginL#1\\endL}}\n"
           "\\newcommand{\\nqR}{\\beginR}\\newcommand{\\nqendR}{\\endR}\n"
           "\\newcommand{\\nqL}{\\beginL}\\newcommand{\\nqendL}{\\endL}\n"
           "\\else\n"
           "\\newcommand{\\nqbox}{\\leavevmode\\hbox dir TLT}\n"
           "\\newcommand{\\nqR}{\\bgroup\\textdir TRT}\\newcommand{\\nqendR}{\\egroup}\n"
           "\\newcommand{\\nqL}{\\bgroup\\textdir TLT}\\newcommand{\\nqendL}{\\egroup}\n"
           "\\fi\n" +
           set +
           "\\fi\n"
           "% A box of one colour; lines below (above the threshold: training weights the token),\n"
           "% thin lines below and above for the sign without hue; a corner beyond the range;\n"
           "% hatching where an effect is uncertain; a diamond where it is the user's own.\n"
           "% \\nqbox: where words go from right to left, a box's own colours do not.\n"
           "\\newcommand{\\nq}[2]{\\nqbox{\\fboxsep0pt\\colorbox[HTML]{#1}{\\strut #2}}}\n"
           "\\newcommand{\\nqline}[1]{\\setbox0\\hbox{#1}\\rlap{\\rule[-.55ex]{\\wd0}{.8pt}}"
           "\\box0}\n"
           "\\newcommand{\\nqmore}[1]{\\setbox0\\hbox{#1}\\rlap{\\rule[-.4ex]{\\wd0}{.25pt}}"
           "\\box0}\n"
           "\\newcommand{\\nqless}[1]{\\setbox0\\hbox{#1}\\rlap{\\rule[1.9ex]{\\wd0}{.25pt}}"
           "\\box0}\n"
           "\\newcommand{\\nqcorner}{\\llap{\\rule[1.5ex]{.4ex}{.4ex}}}\n"
           "\\newcommand{\\nqhatch}[2]{\\setbox0\\hbox{#2}\\rlap{\\color[HTML]{#1}\\hbox "
           "to\\wd0{%\n"
           "\\leaders\\hbox to2.5pt{\\vrule width.3pt height1.9ex depth.6ex\\hss}\\hfill}}\\box0}\n"
           "\\newcommand{\\nqown}{\\rlap{\\raisebox{1.25ex}{\\fontsize{5}{5}\\selectfont$\\diamond$"
           "}}}\n"
           "\\newcommand{\\nqbreak}{\\hskip0pt plus .3pt\\relax}\n";
}

bool isParagraphRightToLeft(std::string_view paragraph)
{
    for (std::size_t i = 0; i < paragraph.size();) {
        const auto direction = u_charDirection(static_cast<UChar32>(nextCodePoint(paragraph, i)));
        if (isRight(direction) || direction == U_LEFT_TO_RIGHT) {
            return isRight(direction);
        }
    }
    return false;
}

bool isRightToLeft(std::string_view text, bool otherwise)
{
    for (std::size_t i = 0; i < text.size();) {
        const auto direction = u_charDirection(static_cast<UChar32>(nextCodePoint(text, i)));
        // Numbers go from left to right within Arabic, too.
        if (isRight(direction) || direction == U_LEFT_TO_RIGHT || direction == U_EUROPEAN_NUMBER ||
            direction == U_ARABIC_NUMBER) {
            return isRight(direction);
        }
    }
    return otherwise;
}

bool joinsBefore(std::string_view text, std::size_t at)
{
    std::size_t before = at;
    do {
        if (before == 0) {
            return false;
        }
        --before;
    } while ((static_cast<unsigned char>(text[before]) & 0xc0U) == 0x80U);
    if (at >= text.size()) {
        return false;
    }
    const auto isJoined = [&](std::size_t byte) {
        const auto point = static_cast<UChar32>(nextCodePoint(text, byte));
        return u_getIntPropertyValue(point, UCHAR_JOINING_TYPE) != U_JT_NON_JOINING;
    };
    return isJoined(before) && isJoined(at);
}

} // namespace nextquill::workflow
