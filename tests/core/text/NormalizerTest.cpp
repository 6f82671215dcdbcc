// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Normalizer.h"

#include "core/base/Random.h"
#include "core/base/Utf8.h"

#include <gtest/gtest.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <string>

namespace nextquill::text {
namespace {

std::string withIcu(const std::string& text)
{
    UErrorCode status = U_ZERO_ERROR;
    std::string result;
    icu::Normalizer2::getNFCInstance(status)
        ->normalize(icu::UnicodeString::fromUTF8(text), status)
        .toUTF8String(result);
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

TEST(Normalizer, ComposesAsIcuDoes)
{
    const Random random{4, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 5000; ++i) {
        const std::string text = randomText(random, position);
        const NormalizedText result = composed(text);

        EXPECT_EQ(result.text, withIcu(text)) << escapedForDisplay(text);
        EXPECT_EQ(result.source.size(), result.text.size());
        EXPECT_EQ(isNormalized(NormalizerKind::Nfc, text), result.text == text);
    }
}

TEST(Normalizer, TextInNormalFormComesFromItself)
{
    const Random random{5, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 2000; ++i) {
        const std::string text = withIcu(randomText(random, position));
        const NormalizedText result = composed(text);

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
    const NormalizedText result = composed("xe\u0301y");

    EXPECT_EQ(result.text, "x\u00e9y");
    EXPECT_EQ(result.source, (std::vector<ByteRange>{{0, 1}, {1, 2}, {1, 2}, {4, 5}}));
}

TEST(Normalizer, BytesThatAreNoTextStay)
{
    EXPECT_EQ(composed("e\xff\u0301\xc3").text, "e\xff\u0301\xc3");
    EXPECT_EQ(composed("").text, "");
}

TEST(Normalizer, NothingIsDoneWhereNoneIsWanted)
{
    EXPECT_TRUE(isNormalized(NormalizerKind::None, "e\u0301"));
    EXPECT_FALSE(isNormalized(NormalizerKind::Nfc, "e\u0301"));
    EXPECT_TRUE(isNormalized(NormalizerKind::Nfc, "\u00e9"));
}

} // namespace
} // namespace nextquill::text
