// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/TokenDecoder.h"

#include "core/text/TokenizerDefinition.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

// Expected texts are those of tokenizers 0.23; tests/peers/tokenizer_peer.py compares with it.

namespace nextquill::text {
namespace {

using Kind = DecoderStep::Kind;

const std::vector<DecoderStep> llama{{.kind = Kind::Replace, .text = " ", .pattern = spaceMark},
                                     {.kind = Kind::ByteFallback},
                                     {.kind = Kind::Fuse},
                                     {.kind = Kind::Strip, .text = " ", .start = 1}};

std::string decoded(const std::vector<DecoderStep>& steps,
                    const std::vector<std::string_view>& tokens)
{
    return TokenDecoder{steps}.decoded(tokens);
}

TEST(TokenDecoder, MarksBecomeSpacesAndTheFirstOneGoes)
{
    EXPECT_EQ(decoded(llama, {"▁▁Hello", "▁you"}), " Hello you");
    EXPECT_EQ(decoded({{.kind = Kind::Metaspace, .pattern = spaceMark}}, {"▁▁Hello", "▁you"}),
              "Hello you");
    EXPECT_EQ(
        decoded({{.kind = Kind::Metaspace, .pattern = spaceMark, .prepend = PrependScheme::Never}},
                {"▁Hello"}),
        " Hello");
}

TEST(TokenDecoder, PiecesLikeBytesAreBytesAndABrokenRowIsAllReplaced)
{
    EXPECT_EQ(decoded(llama, {"a", "<0xC3>", "<0xA9>", "b"}), "aéb");
    EXPECT_EQ(decoded(llama, {"<0xC3>", "<0xA9>", "<0xC3>"}), "\ufffd\ufffd\ufffd");
    EXPECT_EQ(decoded(llama, {"<0xC3", "<0xZZ>"}), "<0xC3<0xZZ>");
}

TEST(TokenDecoder, EndsAreStrippedOfEachToken)
{
    EXPECT_EQ(decoded({{.kind = Kind::Strip, .text = "x", .start = 2, .stop = 1}}, {"xxxaxx", "x"}),
              "xax");
}

TEST(TokenDecoder, WithoutAnyStepTokensStandApart)
{
    EXPECT_EQ(decoded({}, {"a", "b"}), "a b");
}

TEST(TokenDecoder, OneTokensBytesAreWhatItAddsToAText)
{
    const TokenDecoder decoder{llama};

    EXPECT_EQ(decoder.bytesOf("▁▁a", true), " a");
    EXPECT_EQ(decoder.bytesOf("▁▁a", false), "  a");
    EXPECT_EQ(decoder.bytesOf("<0xC3>", false), "\xc3");
    EXPECT_EQ(TokenDecoder{{DecoderStep{}}}.bytesOf("Ġa", false), " a");
}

} // namespace
} // namespace nextquill::text
