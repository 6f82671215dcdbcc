// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufTokenizer.h"

#include "core/model/GgufFile.h"
#include "core/model/GgufTokenizerWriter.h"
#include "core/model/GgufWriter.h"
#include "core/model/MappedFile.h"
#include "core/text/Tokenizer.h"

#include "tests/core/model/ExpectError.h"
#include "tests/core/model/GgufBuilder.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <span>

// Tokenizers of SentencePiece's kind in metadata; tests/peers/compare_gguf_tokenizers.py compares
// those of all families with the reference package.

namespace nextquill::model {
namespace {

using nextquill::testing::GgufBuilder;
using text::TokenId;

std::string asBytes(const std::vector<double>& scores)
{
    std::string bytes =
        GgufBuilder::raw(GgufBuilder::f32) + GgufBuilder::raw(std::uint64_t{scores.size()});
    for (const double score : scores) {
        bytes += GgufBuilder::raw(static_cast<float>(score));
    }
    return bytes;
}

/// The metadata of one tokenizer, in pieces that a test can leave out or change.
struct Scored
{
    std::string kind = "llama";
    std::vector<std::string> pieces{"<unk>",   "<s>",      "</s>",  "<0x0A>", "<0xC3>",
                                    "<0xA9>",  "\u2581",   "a",     "b",      "ab",
                                    "\u2581a", "\u2581ab", "<tag>", "??"};
    std::vector<std::int32_t> types{2, 3, 3, 6, 6, 6, 1, 1, 1, 1, 1, 1, 4, 5};
    std::vector<double> scores{0, 0, 0, 0, 0, 0, -9, -9, -9, -1, -2, -3, 0, 0};

    [[nodiscard]] text::TokenizerDefinition read(const std::function<void(GgufBuilder&)>& change =
                                                     [](GgufBuilder&) {}) const
    {
        GgufBuilder file;
        file.words("tokenizer.ggml.model", kind);
        file.list("tokenizer.ggml.tokens", pieces);
        file.list("tokenizer.ggml.token_type", types);
        if (!scores.empty()) {
            file.key("tokenizer.ggml.scores", GgufBuilder::array, asBytes(scores));
        }
        file.number("tokenizer.ggml.bos_token_id", 1);
        file.number("tokenizer.ggml.eos_token_id", 2);
        change(file);
        const std::string bytes = file.bytes();
        return readGgufTokenizer(GgufFile{
            MappedFile::around(std::as_bytes(std::span{bytes.data(), bytes.size()}), "tokenizer")});
    }
};

std::vector<int> idsOf(const text::TokenizerDefinition& definition, const std::string& text)
{
    std::vector<int> ids;
    for (const TokenId id : text::Tokenizer{definition}.encode(text).ids) {
        ids.push_back(static_cast<int>(id));
    }
    return ids;
}

using Ids = std::vector<int>;

TEST(GgufTokenizer, ScoresSayWhichPiecesJoin)
{
    const auto definition = Scored{}.read();

    EXPECT_EQ(idsOf(definition, "ab a"), (Ids{11, 10})); // "▁" and "ab", then "▁ab"
    EXPECT_EQ(idsOf(definition, "a\né"), (Ids{10, 3, 4, 5}));
    EXPECT_EQ(idsOf(definition, "<s>a<tag>b"), (Ids{1, 10, 12, 6, 8}));
    EXPECT_EQ(idsOf(definition, "c??"), (Ids{6, 0})); // neither bytes nor pieces
    EXPECT_EQ(definition.before, std::vector{TokenId{1}});
    EXPECT_TRUE(definition.after.empty());
    EXPECT_EQ(text::Tokenizer{definition}.decode(std::vector{TokenId{11}, TokenId{10}}), "ab a");
}

TEST(GgufTokenizer, TheFirstSpaceIsThereUnlessTheFileSaysNo)
{
    const auto without = Scored{}.read([](GgufBuilder& file) {
        file.flag("tokenizer.ggml.add_space_prefix", false);
        file.flag("tokenizer.ggml.add_bos_token", false);
        file.flag("tokenizer.ggml.add_eos_token", true);
    });

    EXPECT_EQ(idsOf(without, "ab a"), (Ids{9, 10}));
    EXPECT_EQ(text::Tokenizer{without}.decode(std::vector{TokenId{11}}), " ab");
    EXPECT_TRUE(without.before.empty());
    EXPECT_EQ(without.after, std::vector{TokenId{2}});
}

TEST(GgufTokenizer, MarksOfPhi3TakeTheSpaceBehindThem)
{
    Scored phi;
    phi.pieces[12] = "<|user|>";
    phi.types[12] = 3;
    const auto definition =
        phi.read([](GgufBuilder& file) { file.words("general.architecture", "phi3"); });

    EXPECT_EQ(idsOf(definition, "<|user|>\n a<s> a"), (Ids{12, 10, 1, 6, 10}));
    EXPECT_EQ(idsOf(phi.read(), "<|user|>\na"), (Ids{12, 6, 3, 7}));
}

TEST(GgufTokenizer, UnigramTakesTheLikeliestPieces)
{
    Scored t5;
    t5.kind = "t5";
    t5.types = {2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 5};
    const auto definition = t5.read(
        [](GgufBuilder& file) { file.flag("tokenizer.ggml.remove_extra_whitespaces", true); });

    EXPECT_EQ(definition.model, text::TokenModel::Unigram);
    EXPECT_EQ(idsOf(definition, "  ab   a "), (Ids{11, 10}));
    EXPECT_EQ(definition.after, std::vector{TokenId{2}});
    const auto broken = t5.read([](GgufBuilder& file) {
        file.key("tokenizer.ggml.precompiled_charsmap", GgufBuilder::array,
                 GgufBuilder::raw(std::uint32_t{0}) + GgufBuilder::raw(std::uint64_t{4}) +
                     std::string(4, '\xff'));
    });
    EXPECT_ERROR((void)text::Tokenizer{broken}, BadInput, "4294967295 bytes");
}

TEST(GgufTokenizer, ScoresThatDoNotFitAreRefused)
{
    Scored broken;
    broken.scores.pop_back();
    EXPECT_ERROR((void)broken.read(), BadInput, "tokenizer.ggml.scores has 13 items for 14");
    broken.scores.clear();
    EXPECT_ERROR((void)broken.read(), BadInput, "tokenizer.ggml.scores is missing");
    broken = Scored{};
    broken.scores[9] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_ERROR((void)broken.read(), BadInput, "the score of token 9");
    EXPECT_ERROR((void)Scored{}.read(
                     [](GgufBuilder& file) { file.number("tokenizer.ggml.unknown_token_id", 14); }),
                 BadInput, "unknown_token_id is no token");
    broken.kind = "plamo2";
    EXPECT_ERROR((void)broken.read(), Unsupported, "kind \"plamo2\"");
}

/// What appendTokenizer() writes, read again.
text::TokenizerDefinition again(const text::TokenizerDefinition& definition, bool beginsWithMarkup)
{
    GgufPairs pairs;
    appendTokenizer(pairs, definition, {.beginning = "<s>"}, {TokenId{2}}, 14, beginsWithMarkup);
    const std::string head = ggufHead(pairs, {});
    return readGgufTokenizer(GgufFile{
        MappedFile::around(std::as_bytes(std::span{head.data(), head.size()}), "tokenizer")});
}

TEST(GgufTokenizer, ScoredPairsAreWrittenAsTheyAre)
{
    const auto definition = Scored{}.read();
    const auto read = again(definition, false);

    for (const char* text : {"ab a", "a\né", "<s>a<tag>b", "c??", "", "abab aab"}) {
        EXPECT_EQ(idsOf(read, text), idsOf(definition, text)) << text;
    }
    EXPECT_EQ(read.before, definition.before);
}

TEST(GgufTokenizer, ASpaceAtTheBeginAloneIsWrittenForWhatPromptsBeginWith)
{
    auto definition = Scored{}.read();
    definition.normalizers.clear();
    definition.preTokenizers = {{.kind = text::PreTokenizerStep::Kind::Metaspace,
                                 .pattern = text::spaceMark,
                                 .prepend = text::PrependScheme::First,
                                 .split = false}};

    EXPECT_EQ(idsOf(again(definition, true), "<s>a"), idsOf(definition, "<s>a"));
    EXPECT_EQ(idsOf(again(definition, false), "a"), idsOf(definition, "a"));
}

TEST(GgufTokenizer, WhatScoresCannotSayIsRefused)
{
    auto definition = Scored{}.read();
    std::swap(definition.merges.front().rank, definition.merges.back().rank);
    definition.merges.pop_back();
    EXPECT_ERROR((void)again(definition, false), Unsupported, "its merges follow no scores");

    definition = Scored{}.read();
    definition.addedTokens[0].normalized = true;
    EXPECT_ERROR((void)again(definition, false), Unsupported, "in the normalized text");

    definition = Scored{}.read();
    definition.normalizers.push_back({.kind = text::NormalizerStep::Kind::Lowercase});
    EXPECT_ERROR((void)again(definition, false), Unsupported, "in a way of its own");
}

} // namespace
} // namespace nextquill::model
