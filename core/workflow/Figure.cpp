// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Figure.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/workflow/PngDensity.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

extern char** environ; // POSIX: for posix_spawnp

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

/// A text as a cell of a comma-separated file. A leading = + - @ or tab would be run by
/// spreadsheets, so such a text gets an apostrophe in front (OWASP, CSV injection).
std::string csvText(std::string text)
{
    if (!text.empty() &&
        std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos) {
        text.insert(0, 1, '\'');
    }
    std::string cell = "\"";
    for (const char c : text) {
        cell += c == '"' ? "\"\"" : std::string(1, c);
    }
    return cell + "\"";
}

/// Draws an SVG file by librsvg's converter, `zoom` times its size at 96 dpi.
void convertSvg(const fs::path& svg, const fs::path& out, const std::string& format, double zoom)
{
    std::array<std::string, 6> words{"rsvg-convert",
                                     "--format=" + format,
                                     fmt::format("--zoom={:g}", zoom),
                                     "--output=" + out.string(),
                                     "--",
                                     svg.string()};
    std::array<char*, 7> arguments{};
    std::ranges::transform(words, arguments.begin(), [](std::string& word) { return word.data(); });
    pid_t child = 0;
    int status = 0;
    const bool started =
        ::posix_spawnp(&child, "rsvg-convert", nullptr, nullptr, arguments.data(), environ) == 0;
    if (!started || ::waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) == 127) {
        throw Error{ErrorKind::Unsupported,
                    "a " + format + " needs the program rsvg-convert, which did not run",
                    out.string(), "install librsvg2-bin, or choose .svg or .html"};
    }
    if (WEXITSTATUS(status) != 0) {
        throw Error{ErrorKind::Unsupported, "the figure could not be drawn as " + format,
                    out.string(), "choose a lower resolution, or .svg"};
    }
}

/// PDF and PNG, by way of files beside the one that is asked for.
void writeDrawn(const Inspection& inspection, const FigureSettings& settings, const fs::path& file,
                bool isPng)
{
    const fs::path svg = file.string() + ".svg.tmp";
    const fs::path part = file.string() + ".part";
    const auto removeBoth = [&] {
        std::error_code ignored;
        fs::remove(svg, ignored);
        fs::remove(part, ignored);
    };
    try {
        writeFileAtomically(svg, figureSvg(inspection, settings));
        convertSvg(svg, part, isPng ? "png" : "pdf", isPng ? settings.dpi / 96 : 1);
        const std::string drawn = readFile(part);
        writeFileAtomically(file, isPng ? withDensity(drawn, settings.dpi) : drawn);
    } catch (...) {
        removeBoth();
        throw;
    }
    removeBoth();
}

} // namespace

std::string figureCsv(const Inspection& inspection)
{
    std::string table = "index,token,id,start,end,p_h,p_0,pce,logp_h,logp_0,js,rank_h,rank_0";
    const int reviews = inspection.attribution ? inspection.attribution->reviews : 0;
    for (int i = 0; i < reviews; ++i) {
        table += fmt::format(",effect_of_review_{}", i + 1);
    }
    table += "\n";
    for (std::size_t t = 0; t < inspection.effects.tokens.size(); ++t) {
        const causal::TokenEffect& token = inspection.effects.tokens[t];
        table += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{},{},{}", t, csvText(inspection.tokenTexts[t]),
            static_cast<std::int64_t>(token.token),
            token.bytes ? std::to_string(token.bytes->begin) : "",
            token.bytes ? std::to_string(token.bytes->end) : "", token.p_h, token.p_0, token.pce(),
            token.logp_h, token.logp_0, token.js, token.rank_h, token.rank_0);
        for (int i = 0; i < reviews; ++i) {
            table += fmt::format(",{}", inspection.attribution->at(t, i));
        }
        table += "\n";
    }
    return table;
}

std::optional<FigureFormat> figureFormat(const fs::path& file)
{
    std::string extension = file.extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<std::pair<std::string_view, FigureFormat>, 8> known{{
        {".html", FigureFormat::Html},
        {".htm", FigureFormat::Html},
        {".svg", FigureFormat::Svg},
        {".pdf", FigureFormat::Pdf},
        {".png", FigureFormat::Png},
        {".tex", FigureFormat::Tex},
        {".csv", FigureFormat::Csv},
        {".json", FigureFormat::Json},
    }};
    for (const auto& [name, format] : known) {
        if (extension == name) {
            return format;
        }
    }
    return std::nullopt;
}

void writeFigure(const Inspection& inspection, const fs::path& file, const FigureSettings& settings)
{
    const auto format = figureFormat(file);
    if (!format) {
        throw Error{ErrorKind::BadInput, "the figure's format is not known", file.string(),
                    "end the name in .html, .svg, .pdf, .png, .tex, .csv or .json"};
    }
    validate(settings);
    switch (*format) {
    case FigureFormat::Html:
        return writeFileAtomically(file, figureHtml(inspection, settings));
    case FigureFormat::Svg:
        return writeFileAtomically(file, figureSvg(inspection, settings));
    case FigureFormat::Tex:
        return writeFileAtomically(file, figureTex(inspection, settings));
    case FigureFormat::Csv:
        return writeFileAtomically(file, figureCsv(inspection));
    case FigureFormat::Json:
        return writeFileAtomically(file, toJson(inspection).dump(1) + "\n");
    case FigureFormat::Pdf:
    case FigureFormat::Png:
        return writeDrawn(inspection, settings, file, *format == FigureFormat::Png);
    }
}

void writeFigure(const Inspection& inspection, const fs::path& file)
{
    writeFigure(inspection, file, FigureSettings{});
}

} // namespace nextquill::workflow
