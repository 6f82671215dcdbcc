// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/text/SmallTokenizer.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <string>

// That the `tokenizers` package reads these files alike is tests/peers/tokenizer_peer.py.

namespace nextquill::text {
namespace {

constexpr const char* sample =
    "It's 12 cafe\u0301s,  the\n\nbest!<|im_end|>\n<|im_start|>user\n漢字 🙂";

class TokenizerWriterOfModel : public ::testing::TestWithParam<const char*>
{
};

TEST_P(TokenizerWriterOfModel, WhatIsWrittenGivesTheSameTokens)
{
    const auto file = nextquill::testing::shared(std::string{"fixtures/models/"} + GetParam() +
                                                 "/tokenizer.json");
    if (!file) {
        GTEST_SKIP() << "reference fixtures are not beside the checkout";
    }
    const TokenizerDefinition definition = readTokenizerFile(*file);
    const std::string written = toTokenizerJson(definition);
    const TokenizerDefinition again = parseTokenizer(written, "written");
    const Tokenizer before{definition};
    const Tokenizer after{again};

    EXPECT_EQ(before.encodeWithSpecial(sample).ids, after.encodeWithSpecial(sample).ids);
    EXPECT_EQ(before.size(), after.size());
    EXPECT_EQ(definition.preTokenizers, again.preTokenizers);
    EXPECT_EQ(definition.normalizers, again.normalizers);
    EXPECT_EQ(definition.decoders, again.decoders);
    EXPECT_EQ(definition.ignoreMerges, again.ignoreMerges);
    EXPECT_EQ(definition.merges, again.merges);
    EXPECT_EQ(toTokenizerJson(again), written);
}

INSTANTIATE_TEST_SUITE_P(Fixtures, TokenizerWriterOfModel,
                         ::testing::Values("SmolLM2-135M-Instruct-tokenizer",
                                           "Qwen2.5-Coder-0.5B-Instruct-tokenizer", "tiny-llama",
                                           "tiny-qwen2"));

TEST(TokenizerWriter, KeepsWhatADefinitionSays)
{
    TokenizerDefinition definition = testing::smallDefinition({{"a", "b"}});
    definition.preTokenizers.back().addPrefixSpace = true;
    definition.trimsOffsets = true;
    definition.keepsFirstSpace = true;
    definition.fuseUnknown = true;
    definition.ignoreMerges = true;
    definition.unknown = testing::byteToken('?');
    definition.before = {definition.addedTokens[0].id, testing::byteToken('a')};
    definition.after = {definition.addedTokens[1].id};
    definition.addedTokens.push_back({.id = static_cast<TokenId>(400), // behind a gap
                                      .content = "<\"\n>",
                                      .leftStrip = true,
                                      .rightStrip = true,
                                      .singleWord = true,
                                      .normalized = true});

    const TokenizerDefinition again = parseTokenizer(toTokenizerJson(definition), "written");

    EXPECT_TRUE(again.preTokenizers.back().addPrefixSpace);
    EXPECT_TRUE(again.fuseUnknown && again.ignoreMerges);
    EXPECT_TRUE(again.trimsOffsets && again.keepsFirstSpace);
    EXPECT_EQ(again.unknown, definition.unknown);
    EXPECT_EQ(again.before, definition.before);
    EXPECT_EQ(again.after, definition.after);
    ASSERT_EQ(again.addedTokens.size(), 3U);
    const AddedToken& token = again.addedTokens.back();
    EXPECT_EQ(token.content, "<\"\n>");
    EXPECT_EQ(token.id, static_cast<TokenId>(400));
    EXPECT_TRUE(token.leftStrip && token.rightStrip && token.singleWord && token.normalized);
    EXPECT_FALSE(token.special);
}

TEST(TokenizerWriter, RefusesWhatNoReaderCouldRead)
{
    TokenizerDefinition piece = testing::smallDefinition();
    piece.pieces.emplace_back("\xff");
    piece.addedTokens.clear();
    TokenizerDefinition token = testing::smallDefinition();
    token.addedTokens[0].content = "\xff";
    TokenizerDefinition around = testing::smallDefinition();
    around.before = {static_cast<TokenId>(70'000)};

    for (const TokenizerDefinition& definition : {piece, token, around}) {
        EXPECT_THROW((void)toTokenizerJson(definition), Error);
    }
}

} // namespace
} // namespace nextquill::text
