// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of English, Chinese, Arabic and emoji, opened in other programs: librsvg's converter,
// poppler, LaTeX. Where one of them is not installed its test is skipped.
#include "core/workflow/Figure.h"

#include "tests/core/workflow/SampleInspection.h"
#include "tests/support/TemporaryFolder.h"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <sstream>

namespace nextquill::workflow {
namespace {

using ::testing::HasSubstr;

std::string bytesOf(const std::filesystem::path& file)
{
    std::ostringstream bytes;
    bytes << std::ifstream{file, std::ios::binary}.rdbuf();
    return bytes.str();
}

bool has(const std::string& program)
{
    return std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) == 0;
}

/// A big-endian number of a PNG file.
std::uint32_t numberAt(const std::string& png, std::size_t place)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<unsigned char>(png.at(place + i));
    }
    return value;
}

class FigureScripts : public ::testing::Test
{
protected:
    /// Where to look at them afterwards: NEXTQUILL_PICTURES, else nowhere.
    void keep(const std::string& name) const
    {
        if (const char* const folder = std::getenv("NEXTQUILL_PICTURES")) {
            std::filesystem::copy_file(m_folder / name, std::filesystem::path{folder} / name,
                                       std::filesystem::copy_options::overwrite_existing);
        }
    }

    void expectCompiles(const std::string& engine)
    {
        if (!has(engine)) {
            GTEST_SKIP() << engine << " is not installed";
        }
        Inspection inspection = manyScripts();
        inspection.userName = "\\input{x} $_^%#~{} & co";
        for (const FigureSettings& settings : std::initializer_list<FigureSettings>{
                 {}, {.unit = UnitKind::Sentence, .greyscale = true}}) {
            const std::string name = engine + (settings.greyscale ? "-grey" : "");
            writeFigure(inspection, m_folder / (name + ".tex"), settings);
            const std::string run = "cd '" + m_folder.path().string() + "' && " + engine +
                                    " -interaction=nonstopmode -halt-on-error -no-shell-escape " +
                                    name + ".tex > " + name + ".out 2>&1";
            EXPECT_EQ(std::system(run.c_str()), 0) << bytesOf(m_folder / (name + ".out"));
            ASSERT_TRUE(std::filesystem::exists(m_folder / (name + ".pdf")));
            keep(name + ".pdf");
        }
    }

    testing::TemporaryFolder m_folder;
};

TEST_F(FigureScripts, SvgIsDrawnTwiceAlike)
{
    writeFigure(manyScripts(), m_folder / "scripts.svg");
    writeFigure(manyScripts(), m_folder / "again.svg");
    EXPECT_EQ(bytesOf(m_folder / "scripts.svg"), bytesOf(m_folder / "again.svg"));
    keep("scripts.svg");
}

TEST_F(FigureScripts, PngHasTheResolutionThatWasAskedFor)
{
    if (!has("rsvg-convert")) {
        GTEST_SKIP() << "rsvg-convert is not installed";
    }
    writeFigure(manyScripts(), m_folder / "light.png", {.dpi = 300});
    writeFigure(manyScripts(), m_folder / "dark.png", {.ground = Ground::Dark});
    writeFigure(manyScripts(), m_folder / "grey.png", {.greyscale = true});
    writeFigure(manyScripts(), m_folder / "words.png",
                {.measure = EffectMeasure::LogRatio, .unit = UnitKind::Word, .width = 420});
    const std::string png = bytesOf(m_folder / "light.png");
    constexpr std::size_t widthPlace = 16;
    EXPECT_EQ(numberAt(png, widthPlace), 760 * 300 / 96);
    const std::size_t density = png.find("pHYs");
    ASSERT_NE(density, std::string::npos);
    EXPECT_NEAR(numberAt(png, density + 4), 300 / 0.0254, 1);
    EXPECT_EQ(numberAt(bytesOf(m_folder / "dark.png"), widthPlace), 1520U);
    for (const char* name : {"light.png", "dark.png", "grey.png", "words.png"}) {
        keep(name);
    }
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator{m_folder.path()}, {}), 4)
        << "nothing is left beside the figures";
}

TEST_F(FigureScripts, PdfNeedsNoFontAndIsOfNaturalSize)
{
    if (!has("rsvg-convert") || !has("pdffonts") || !has("pdfinfo")) {
        GTEST_SKIP() << "rsvg-convert or poppler's tools are not installed";
    }
    writeFigure(manyScripts(), m_folder / "scripts.pdf");
    keep("scripts.pdf");
    const std::string pdf = "'" + (m_folder / "scripts.pdf").string() + "'";
    const std::string out = (m_folder / "out").string();
    ASSERT_EQ(std::system(("pdfinfo " + pdf + " > '" + out + "'").c_str()), 0);
    EXPECT_THAT(bytesOf(out), HasSubstr("570 x ")) << "760 pixels in points";
    ASSERT_EQ(std::system(("pdffonts " + pdf + " | tail -n +3 > '" + out + "'").c_str()), 0);
    EXPECT_EQ(bytesOf(out), "") << "letters are outlines";
}

TEST_F(FigureScripts, CompilesWithXelatex)
{
    expectCompiles("xelatex");
}

TEST_F(FigureScripts, CompilesWithLualatex)
{
    if (std::system("kpsewhich luaotfload-main.lua > /dev/null 2>&1") != 0) {
        GTEST_SKIP() << "LuaLaTeX has no fonts (texlive-luatex is not installed)";
    }
    expectCompiles("lualatex");
}

TEST_F(FigureScripts, CompilesWithPdflatex)
{
    expectCompiles("pdflatex");
}

} // namespace
} // namespace nextquill::workflow
