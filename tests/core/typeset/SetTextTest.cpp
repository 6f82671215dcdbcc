// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/SetText.h"

#include "core/typeset/FontSet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

namespace nextquill::typeset {
namespace {

constexpr double size = 16;

const std::string arabic = "كتاب جميل جدا";
const std::string chinese = "这本书非常好看我很喜欢它的故事和人物";

class SetTextTest : public ::testing::Test
{
protected:
    SetText set(std::string_view text, double width = 600)
    {
        return setText(text, m_fonts, size, width);
    }

    /// Skips where this machine cannot draw a text.
    bool canDraw(std::string_view text) { return set(text).missing.empty(); }

    FontSet m_fonts;
};

/// Every byte is in one cell, in order; cells are on lines that exist and within the column.
void expectCover(std::string_view text, const SetText& set, double width)
{
    std::size_t at = 0;
    std::size_t line = 0;
    for (const Cell& cell : set.cells) {
        if (at < text.size() && text[at] == '\n') {
            ++at;
        }
        while (at < cell.bytes.begin && text[at] == '\n') {
            ++at; // empty lines have no cells
        }
        EXPECT_EQ(cell.bytes.begin, at);
        EXPECT_GT(cell.bytes.end, cell.bytes.begin);
        at = cell.bytes.end;
        EXPECT_GE(cell.line, line);
        line = cell.line;
        EXPECT_LT(cell.line, set.lines);
        if (!cell.hanging) {
            EXPECT_GE(cell.x, -0.01);
            EXPECT_LE(cell.x + cell.width, width + 0.01);
        }
    }
    while (at < text.size() && text[at] == '\n') {
        ++at;
    }
    EXPECT_EQ(at, text.size());
}

std::vector<std::string> linesOf(std::string_view text, const SetText& set)
{
    std::vector<std::string> lines(set.lines);
    for (const Cell& cell : set.cells) {
        lines[cell.line] += text.substr(cell.bytes.begin, cell.bytes.size());
    }
    return lines;
}

TEST_F(SetTextTest, CoversEveryTextInItsColumn)
{
    for (const std::string& text :
         {std::string{}, std::string{"\n\n"}, std::string{"a"}, std::string{" two  words \n"},
          arabic, chinese, "Mixed " + arabic + " and " + chinese + ", 3 of 5.",
          std::string{
              "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 ok"},
          std::string(300, 'w'), std::string{"\xff\x01\xe2\x80\xae broken"}}) {
        for (const double width : {60.0, 120.0, 600.0}) {
            SCOPED_TRACE(text + " in " + std::to_string(width));
            expectCover(text, set(text, width), width);
        }
    }
    EXPECT_EQ(set("").lines, 1U);
    EXPECT_EQ(set("a\n\nb").lines, 3U);
}

TEST_F(SetTextTest, BreaksLinesAtWords)
{
    const std::string text = "one two three four five six seven eight nine ten";
    const SetText narrow = set(text, 90);
    EXPECT_GT(narrow.lines, 3U);
    for (const std::string& line : linesOf(text, narrow)) {
        EXPECT_NE(line.front(), ' ');
    }
    EXPECT_EQ(linesOf(text, narrow).front(), "one two ");
}

TEST_F(SetTextTest, LetsTheSpaceAtALinesEndHang)
{
    const std::string text = "one two three";
    const SetText narrow = set(text, set("one two").width + 0.1);
    EXPECT_EQ(linesOf(text, narrow), (std::vector<std::string>{"one two ", "three"}));
    EXPECT_TRUE(narrow.cells[7].hanging);
    EXPECT_FALSE(narrow.cells[3].hanging);
    // It belongs to the token of the next word, whose box is on the next line alone.
    const auto box = stretchesOf(narrow, {7, text.size()});
    ASSERT_EQ(box.size(), 1U);
    EXPECT_EQ(box[0].line, 1U);
    EXPECT_EQ(box[0].x, 0);
}

TEST_F(SetTextTest, BreaksChineseBetweenCharacters)
{
    const SetText narrow = set(chinese, 100);
    EXPECT_GE(narrow.lines, 3U);
    for (const std::string& line : linesOf(chinese, narrow)) {
        EXPECT_EQ(line.size() % 3, 0U) << "a character was cut: " << line;
    }
}

TEST_F(SetTextTest, SetsArabicFromTheRight)
{
    const SetText text = set(arabic, 400);
    ASSERT_EQ(text.lines, 1U);
    EXPECT_NEAR(text.cells.front().x + text.cells.front().width, 400, 0.01);
    for (std::size_t i = 1; i < text.cells.size(); ++i) {
        EXPECT_LT(text.cells[i].x, text.cells[i - 1].x);
        EXPECT_TRUE(text.cells[i].rightToLeft);
    }
}

TEST_F(SetTextTest, JoinsTheLettersOfArabic)
{
    if (!canDraw(arabic)) {
        GTEST_SKIP() << "no font for Arabic on this machine";
    }
    // In the middle of a word a letter has another shape than alone.
    const std::string middle = "ببب";
    const SetText word = set(middle);
    const SetText alone = set("ب");
    ASSERT_EQ(word.cells.size(), 3U);
    EXPECT_TRUE(std::ranges::none_of(
        word.glyphs, [&](const SetGlyph& g) { return g.glyph == alone.glyphs[0].glyph; }));
}

TEST_F(SetTextTest, KeepsNumbersInArabicFromLeftToRight)
{
    const std::string text = "كتاب 123";
    const SetText line = set(text);
    const auto cellAt = [&](std::size_t byte) {
        return *std::ranges::find(line.cells, byte, [](const Cell& c) { return c.bytes.begin; });
    };
    const std::size_t digits = text.find("123");
    EXPECT_LT(cellAt(digits).x, cellAt(digits + 2).x);
    EXPECT_LT(cellAt(digits + 2).x, cellAt(0).x);
}

TEST_F(SetTextTest, GivesAnEmojiOfSeveralCharactersOneStretch)
{
    const std::string family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
    const SetText line = set("a" + family + "b");
    const auto whole = stretchesOf(line, {1, 1 + family.size()});
    ASSERT_EQ(whole.size(), 1U);
    const auto after = stretchesOf(line, {1 + family.size(), 2 + family.size()});
    ASSERT_EQ(after.size(), 1U);
    EXPECT_NEAR(whole[0].x + whole[0].width, after[0].x, 0.01);
}

TEST_F(SetTextTest, StretchesOfAllPartsCoverALine)
{
    for (const std::string& text : {std::string{"a finer word"}, arabic, "ab " + arabic + " cd"}) {
        const SetText line = set(text);
        const double total =
            std::accumulate(line.cells.begin(), line.cells.end(), 0.0,
                            [](double sum, const Cell& cell) { return sum + cell.width; });
        double sum = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            for (const Stretch& stretch : stretchesOf(line, {i, i + 1})) {
                sum += stretch.width;
            }
        }
        EXPECT_NEAR(sum, total, 0.1) << text;
        EXPECT_NEAR(line.width, total, 0.1);
    }
}

TEST_F(SetTextTest, PartsARangeAtTheTurnOfDirection)
{
    const std::string text = "ab " + arabic;
    // From the middle of the English on to the first Arabic word: apart on the line.
    const auto stretches = stretchesOf(set(text), {1, 3 + 8});
    EXPECT_EQ(stretches.size(), 2U);
}

TEST_F(SetTextTest, SharesACellFromTheSideItIsReadFrom)
{
    for (const std::string& text : {std::string{"لا"}, std::string{"ب"}}) {
        const SetText line = set(text);
        const auto first = stretchesOf(line, {0, text.size() / 2});
        const auto second = stretchesOf(line, {text.size() / 2, text.size()});
        ASSERT_EQ(first.size(), 1U);
        ASSERT_EQ(second.size(), 1U);
        EXPECT_GT(first[0].x, second[0].x) << text;
    }
    const SetText latin = set("é");
    EXPECT_LT(stretchesOf(latin, {0, 1})[0].x, stretchesOf(latin, {1, 2})[0].x);
}

TEST_F(SetTextTest, NamesWhatNoFontHas)
{
    const SetText text = set("a\xf3\xb0\x80\x80"); // private use, plane 15
    ASSERT_EQ(text.missing.size(), 1U);
    EXPECT_EQ(text.missing[0], U'\xF0000');
    EXPECT_EQ(text.glyphs.size(), 2U);
}

TEST_F(SetTextTest, OutlinesAreOfWholeUnitsAboveTheBaseline)
{
    const SetText text = set("l ");
    const std::string l = m_fonts.outline(text.glyphs[0].font, text.glyphs[0].glyph);
    EXPECT_EQ(l.front(), 'M');
    EXPECT_EQ(l.back(), 'Z');
    EXPECT_NE(l.find('-'), std::string::npos) << "y goes down";
    EXPECT_EQ(l.find('.'), std::string::npos);
    EXPECT_EQ(m_fonts.outline(text.glyphs[1].font, text.glyphs[1].glyph), "");
}

TEST_F(SetTextTest, IsTheSameEachTime)
{
    const std::string text = "Mixed " + arabic + " and " + chinese;
    FontSet others;
    const SetText a = set(text, 200);
    const SetText b = setText(text, others, size, 200);
    ASSERT_EQ(a.glyphs.size(), b.glyphs.size());
    for (std::size_t i = 0; i < a.glyphs.size(); ++i) {
        EXPECT_EQ(a.glyphs[i].x, b.glyphs[i].x);
        EXPECT_EQ(m_fonts.outline(a.glyphs[i].font, a.glyphs[i].glyph),
                  others.outline(b.glyphs[i].font, b.glyphs[i].glyph));
    }
}

} // namespace
} // namespace nextquill::typeset
