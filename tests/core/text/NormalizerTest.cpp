// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Normalizer.h"

#include "core/base/Random.h"
#include "core/base/Utf8.h"
#include "core/text/UnicodeForm.h"

#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/unistr.h>

#include <string>
#include <vector>

namespace nextquill::text {
namespace {

/// ICU's composition of the characters that Unicode 9 had; later ones stay as they are.
std::string withIcu(const std::string& text)
{
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeSet old{u"[:age=9.0:]", status};
    const icu::FilteredNormalizer2 filtered{*icu::Normalizer2::getNFCInstance(status), old};
    std::string result;
    icu::UnicodeString normal;
    filtered.normalize(icu::UnicodeString::fromUTF8(text), normal, status).toUTF8String(result);
    EXPECT_TRUE(U_SUCCESS(status));
    return result;
}

/// Text of characters that compose, decompose and reorder.
std::string randomText(const Random& random, std::uint64_t& position)
{
    struct Block
    {
        char32_t begin;
        char32_t end;
    };
    constexpr Block blocks[] = {{0x41, 0x7a},     {0xc0, 0x250},    {0x300, 0x370},
                                {0x900, 0xd80},   {0x1100, 0x11c3}, {0x1e00, 0x2000},
                                {0x3040, 0x3100}, {0xac00, 0xac80}, {0xf900, 0xfb4f}};
    std::string text;
    for (int i = 0; i < 12; ++i) {
        const std::uint64_t draw = random.bits(position++);
        const Block& block = blocks[draw % std::size(blocks)];
        appendCodePoint(text, block.begin +
                                  static_cast<char32_t>((draw >> 16U) % (block.end - block.begin)));
    }
    return text;
}

/// A text in a form, with the place that each byte came from.
struct Formed
{
    std::string text;
    std::vector<ByteRange> source;
};

Formed formed(const std::vector<NormalizerStep>& steps, const std::string& text)
{
    AlignedText aligned{text, 0};
    Normalizer{steps}.apply(aligned);
    Formed result{.text = std::string{aligned.text()}, .source = {}};
    for (std::size_t i = 0; i < result.text.size(); ++i) {
        result.source.push_back(aligned.given({i, i + 1}));
    }
    return result;
}

Formed composed(const std::string& text)
{
    return formed({{.kind = NormalizerStep::Kind::Nfc}}, text);
}

TEST(Normalizer, ComposesAsIcuDoes)
{
    const Random random{4, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::string text = randomText(random, position);
        const Formed result = composed(text);

        EXPECT_EQ(result.text, withIcu(text)) << escapedForDisplay(text);
        EXPECT_EQ(isInForm(UnicodeForm::Nfc, text), result.text == text);
    }
}

TEST(Normalizer, TextInNormalFormComesFromItself)
{
    const Random random{5, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 2000; ++i) {
        const std::string text = withIcu(randomText(random, position));
        const Formed result = composed(text);

        EXPECT_EQ(result.text, text);
        std::string pointedAt;
        for (std::size_t byte = 0; byte < result.source.size(); ++byte) {
            if (byte == 0 || result.source[byte] != result.source[byte - 1]) {
                const ByteRange& range = result.source[byte];
                pointedAt += text.substr(range.begin, range.size());
            }
        }
        EXPECT_EQ(pointedAt, text);
    }
}

TEST(Normalizer, AComposedCharacterComesFromTheFirstOfItsSequence)
{
    const Formed result = composed("xe\u0301y");

    EXPECT_EQ(result.text, "x\u00e9y");
    EXPECT_EQ(result.source, (std::vector<ByteRange>{{0, 1}, {1, 2}, {1, 2}, {4, 5}}));
}

TEST(Normalizer, BytesThatAreNoTextStay)
{
    EXPECT_EQ(composed("e\xff\u0301\xc3").text, "e\xff\u0301\xc3");
    EXPECT_EQ(composed("").text, "");
}

TEST(Normalizer, TheOtherFormsTakeCharactersApart)
{
    const auto in = [](NormalizerStep::Kind kind, const char* text) {
        return formed({{.kind = kind}}, text).text;
    };
    EXPECT_EQ(in(NormalizerStep::Kind::Nfd, "\u00e9\uff21"), "e\u0301\uff21");
    EXPECT_EQ(in(NormalizerStep::Kind::Nfkd, "\u00e9\uff21"), "e\u0301A");
    EXPECT_EQ(in(NormalizerStep::Kind::Nfkc, "e\u0301\uff21\ufb01"), "\u00e9Afi");
    EXPECT_TRUE(isInForm(UnicodeForm::Nfc, "\u00e9"));
    EXPECT_FALSE(isInForm(UnicodeForm::Nfd, "\u00e9"));
    EXPECT_FALSE(isInForm(UnicodeForm::Nfkc, "\u00a0"));
}

TEST(Normalizer, CharactersNewerThanTheReferenceLibrarysTablesHaveNoNormalForm)
{
    // U+1DFA is of Unicode 14 and would go before U+0301.
    EXPECT_EQ(composed("a\u0301\u1dfa").text, "\u00e1\u1dfa");
    EXPECT_EQ(formed({{.kind = NormalizerStep::Kind::Nfd}}, "a\u0301\u1dfa").text, "a\u0301\u1dfa");
}

TEST(Normalizer, SpacesBecomeMarksAndKeepTheirPlaces)
{
    const Formed result =
        formed({{.kind = NormalizerStep::Kind::Prepend, .text = spaceMark},
                {.kind = NormalizerStep::Kind::Replace, .text = spaceMark, .pattern = " "}},
               "ab c");

    EXPECT_EQ(result.text, "▁ab▁c");
    EXPECT_EQ(result.source, (std::vector<ByteRange>{{0, 1}, // of the first character
                                                     {0, 1},
                                                     {0, 1},
                                                     {0, 1},
                                                     {1, 2},
                                                     {2, 3},
                                                     {2, 3},
                                                     {2, 3},
                                                     {3, 4}}));
    EXPECT_EQ(formed({{.kind = NormalizerStep::Kind::Prepend, .text = "x"}}, "").text, "");
}

TEST(Normalizer, EndsAreStrippedRunsReplacedAndLettersMadeSmall)
{
    const NormalizerStep both{.kind = NormalizerStep::Kind::Strip};
    const NormalizerStep right{.kind = NormalizerStep::Kind::Strip, .left = false};
    const NormalizerStep runs{.kind = NormalizerStep::Kind::ReplaceRuns, .text = " "};
    const NormalizerStep lower{.kind = NormalizerStep::Kind::Lowercase};

    EXPECT_EQ(formed({both}, " \u3000a b\n").text, "a b");
    EXPECT_EQ(formed({both}, " \u3000a b\n").source.front(), (ByteRange{4, 5}));
    EXPECT_EQ(formed({right}, " a ").text, " a");
    EXPECT_EQ(formed({both}, " \n").text, "");
    EXPECT_EQ(formed({runs}, "a  b c    ").text, "a b c ");
    EXPECT_EQ(formed({lower}, "A\u0130\u00c9\xffZ").text, "ai\u0307\u00e9\xffz");
}

} // namespace
} // namespace nextquill::text
