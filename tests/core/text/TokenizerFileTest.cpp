// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/text/SmallTokenizer.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace nextquill::text {
namespace {

Json smallFile()
{
    return parseJson(toTokenizerJson(testing::smallDefinition({{"a", "b"}, {"ab", "c"}})), {},
                     "small file");
}

TokenizerDefinition parsed(const Json& file)
{
    return parseTokenizer(file.dump(), "tokenizer.json");
}

/// "kind: problem" of the error that `change` leads to; empty when the file is still read.
std::string refused(const std::function<void(Json&)>& change)
{
    Json file = smallFile();
    change(file);
    try {
        (void)Tokenizer{parsed(file)};
    } catch (const Error& error) {
        EXPECT_FALSE(error.remedy().empty());
        const std::string kind = error.kind() == ErrorKind::BadInput      ? "bad: "
                                 : error.kind() == ErrorKind::Unsupported ? "unsupported: "
                                                                          : "other: ";
        return kind + error.problem();
    }
    return {};
}

TEST(TokenizerFile, IsReadFromAFile)
{
    const nextquill::testing::TemporaryFolder folder;
    const auto file = folder.write("tokenizer.json", smallFile().dump());

    const Tokenizer tokenizer(readTokenizerFile(file));

    EXPECT_EQ(tokenizer.size(), 260U);
    EXPECT_THROW((void)readTokenizerFile(folder / "absent.json"), Error);
}

TEST(TokenizerFile, MergesMayBeTextsOrPairs)
{
    Json file = smallFile();
    file["model"]["merges"] = {"a b", Json::array({"ab", "c"})};

    EXPECT_EQ(parsed(file).merges, parsed(smallFile()).merges);
}

TEST(TokenizerFile, PreTokenizersAreRecognisedByTheirExactForm)
{
    const Json bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
    const Json digits{{"type", "Digits"}, {"individual_digits", true}};
    const auto stepsOf = [](const Json& preTokenizer) {
        Json file = smallFile();
        file["pre_tokenizer"] = preTokenizer;
        return parsed(file).preTokenizers;
    };
    const auto sequence = [](const Json& steps) {
        return Json{{"type", "Sequence"}, {"pretokenizers", steps}};
    };

    EXPECT_EQ(stepsOf(bytes), testing::stepsOf("gpt-2"));
    EXPECT_EQ(stepsOf(sequence(Json::array({bytes}))), testing::stepsOf("gpt-2"));
    EXPECT_EQ(stepsOf(sequence({digits, bytes})), testing::stepsOf("smollm"));
    EXPECT_EQ(stepsOf(sequence({sequence(Json::array({digits})),
                                sequence(Json::array({sequence(Json::array({bytes}))}))})),
              testing::stepsOf("smollm"));
    EXPECT_TRUE(stepsOf(sequence(Json::array())).empty());
    EXPECT_THROW((void)stepsOf(sequence({bytes, digits})), Error);
    EXPECT_THROW((void)stepsOf(sequence(3)), Error);
}

TEST(TokenizerFile, AllStepsAreReadAsTheyAreWritten)
{
    TokenizerDefinition definition = testing::smallDefinition();
    using Normal = NormalizerStep::Kind;
    definition.normalizers = {
        {.kind = Normal::Nfc},
        {.kind = Normal::Nfd},
        {.kind = Normal::Nfkc},
        {.kind = Normal::Nfkd},
        {.kind = Normal::Lowercase},
        {.kind = Normal::Strip, .left = false},
        {.kind = Normal::Prepend, .text = spaceMark},
        {.kind = Normal::Replace, .text = spaceMark, .pattern = " "},
        {.kind = Normal::ReplaceRuns, .text = " "},
        {.kind = Normal::Charsmap, .text = std::string("\4\0\0\0\1\2\3\4a", 9)}};
    using Cut = PreTokenizerStep::Kind;
    definition.preTokenizers = {
        {.kind = Cut::Split, .pattern = " ", .behavior = SplitBehavior::MergedWithPrevious},
        {.kind = Cut::Split, .pattern = "[a-c]+", .isRegex = true, .invert = true},
        {.kind = Cut::Digits, .individual = false},
        {.kind = Cut::Whitespace},
        {.kind = Cut::Metaspace,
         .pattern = spaceMark,
         .prepend = PrependScheme::First,
         .split = false}};
    using Decode = DecoderStep::Kind;
    definition.decoders = {
        {.kind = Decode::Replace, .text = " ", .pattern = spaceMark},
        {.kind = Decode::ByteFallback},
        {.kind = Decode::Fuse},
        {.kind = Decode::Strip, .text = " ", .start = 1, .stop = 2},
        {.kind = Decode::Metaspace, .pattern = spaceMark, .prepend = PrependScheme::Never}};
    definition.byteFallback = true;

    const TokenizerDefinition again = parseTokenizer(toTokenizerJson(definition), "written");

    EXPECT_EQ(again.normalizers, definition.normalizers);
    EXPECT_EQ(again.preTokenizers, definition.preTokenizers);
    EXPECT_EQ(again.decoders, definition.decoders);
    EXPECT_TRUE(again.byteFallback);
}

TEST(TokenizerFile, PiecesOfAUnigramModelHaveScores)
{
    Json file = smallFile();
    const Json vocabulary = Json::array(
        {Json::array({"<unk>", 0.0}), Json::array({"▁a", -1.5}), Json::array({"b", -2})});
    file["model"] = {{"type", "Unigram"}, {"unk_id", 0}, {"vocab", vocabulary}};
    file["pre_tokenizer"] = nullptr;
    file["added_tokens"] = Json::array();
    const TokenizerDefinition definition = parsed(file);

    EXPECT_EQ(definition.model, TokenModel::Unigram);
    EXPECT_EQ(definition.scores, (std::vector<double>{0, -1.5, -2}));
    EXPECT_EQ(parseTokenizer(toTokenizerJson(definition), "written").scores, definition.scores);

    const auto refusedWith = [&](const std::function<void(Json&)>& change) {
        return refused([&](Json& changed) {
            changed = file;
            change(changed);
        });
    };
    EXPECT_EQ(refusedWith([](Json&) {}), "");
    EXPECT_EQ(refusedWith([](Json& f) { f["model"]["vocab"][1] = Json::array({"a"}); }),
              "bad: piece 1 is not a text and its score");
    EXPECT_EQ(refusedWith([](Json& f) { f["model"]["vocab"][1] = Json::array({"a", "b"}); }),
              "bad: piece 1 is not a text and its score");
    EXPECT_EQ(refusedWith([](Json& f) { f["model"]["vocab"] = "x"; }), "bad: vocab is no list");
    EXPECT_EQ(refusedWith([](Json& f) { f["model"]["unk_id"] = 3; }),
              "bad: unk_id is missing or no piece");
    EXPECT_EQ(refusedWith([](Json& f) { f["model"]["unk_id"] = nullptr; }),
              "bad: unk_id is missing or no piece");
    EXPECT_EQ(refusedWith([](Json& f) { f["pre_tokenizer"] = smallFile()["pre_tokenizer"]; }),
              "unsupported: a Unigram model works on bytes (ByteLevel)");
    const auto pieceOf = [&](std::size_t bytes) {
        return refusedWith(
            [bytes](Json& f) { f["model"]["vocab"][1][0] = std::string(bytes, 'x'); });
    };
    EXPECT_EQ(pieceOf(512), "");
    EXPECT_EQ(pieceOf(513), "bad: a piece has 513 bytes, at most 512 are read");
}

TEST(TokenizerFile, AllFlagsOfAddedTokensAreRead)
{
    Json file = smallFile();
    file["added_tokens"].push_back({{"id", 300},
                                    {"content", "<m>"},
                                    {"special", false},
                                    {"lstrip", true},
                                    {"rstrip", true},
                                    {"single_word", true},
                                    {"normalized", true}});
    const AddedToken token = parsed(file).addedTokens.back();

    EXPECT_EQ(token.id, static_cast<TokenId>(300));
    EXPECT_EQ(token.content, "<m>");
    EXPECT_FALSE(token.special);
    EXPECT_TRUE(token.leftStrip && token.rightStrip && token.singleWord && token.normalized);
}

TEST(TokenizerFile, WhatIsNotKnownIsRefusedByName)
{
    const Json byteLevel = smallFile()["pre_tokenizer"];
    const auto split = [&](const std::string& pattern) {
        return [pattern, byteLevel](Json& file) {
            Json bytes = byteLevel;
            bytes["use_regex"] = false;
            file["pre_tokenizer"] = {
                {"type", "Sequence"},
                {"pretokenizers", Json::array({{{"type", "Split"},
                                                {"pattern", {{"Regex", pattern}}},
                                                {"behavior", "Isolated"},
                                                {"invert", false}},
                                               bytes})}};
        };
    };
    EXPECT_EQ(refused(split("(a+)+$")), "unsupported: the split pattern is not known: (a+)+$");
    EXPECT_EQ(refused(split(std::string(4096, 'x'))),
              "unsupported: the split pattern is not known: " + std::string(120, 'x') + "…");
    EXPECT_EQ(refused(split(std::string(4097, 'x'))),
              "bad: the split pattern has 4097 bytes, at most 4096 are read");
    EXPECT_EQ(refused([](Json& f) { f["model"]["type"] = "WordPiece"; }),
              "unsupported: the tokenizer's model is WordPiece, neither BPE nor Unigram");
    EXPECT_EQ(refused([](Json& f) { f["normalizer"] = {{"type", "BertNormalizer"}}; }),
              "unsupported: the normalizer BertNormalizer is not known");
    EXPECT_EQ(refused([](Json& f) {
                  f["normalizer"] = {
                      {"type", "Replace"}, {"pattern", {{"Regex", "a|b"}}}, {"content", ""}};
              }),
              "unsupported: the pattern that is replaced is not known: a|b");
    EXPECT_EQ(refused([](Json& f) { f["pre_tokenizer"] = {{"type", "Punctuation"}}; }),
              "unsupported: the pre-tokenizer Punctuation is not known");
    EXPECT_EQ(refused([](Json& f) {
                  f["pre_tokenizer"] = {
                      {"type", "Split"}, {"pattern", {{"String", "a"}}}, {"behavior", "Kept"}};
              }),
              "unsupported: the split behavior Kept is not known");
    EXPECT_EQ(refused([](Json& f) { f["post_processor"] = {{"type", "BertProcessing"}}; }),
              "unsupported: the post-processor BertProcessing is not known");
    EXPECT_EQ(refused([](Json& f) { f["decoder"] = {{"type", "WordPiece"}}; }),
              "unsupported: the decoder WordPiece is not known");
    EXPECT_EQ(refused([](Json& f) { f["model"]["dropout"] = 0.1; }),
              "unsupported: dropout is set: ids would be random");
    EXPECT_EQ(refused([](Json& f) { f["model"]["end_of_word_suffix"] = "</w>"; }),
              "unsupported: end_of_word_suffix is set");
}

TEST(TokenizerFile, BrokenPartsAreRefusedWithTheirPlace)
{
    EXPECT_EQ(refused([](Json& f) { f = Json::array(); }),
              "bad: this is no tokenizer: not a JSON object");
    EXPECT_EQ(refused([](Json& f) { f.erase("model"); }), "bad: there is no model");
    EXPECT_EQ(refused([](Json& f) { f["model"]["vocab"] = 3; }),
              "bad: vocab is no object or merges no list");
    EXPECT_EQ(refused([](Json& f) { f["model"]["vocab"]["a"] = -1; }),
              "bad: a token's id is no whole number from 0");
    EXPECT_EQ(refused([](Json& f) { f["model"]["vocab"]["a"] = 1.5; }),
              "bad: a token's id is no whole number from 0");
    EXPECT_EQ(refused([](Json& f) { f["model"]["vocab"]["a"] = 98; }),
              "bad: two pieces have the id 98");
    EXPECT_EQ(refused([](Json& f) { f["model"]["vocab"][""] = 260; }), "bad: a piece is empty");
    EXPECT_EQ(refused([](Json& f) { f["model"]["merges"][0] = "a b c"; }),
              "bad: merge 0 is not two pieces, in a list or with one space between");
    EXPECT_EQ(refused([](Json& f) { f["model"]["merges"][1] = {"ab", 7}; }),
              "bad: merge 1 is not two pieces, in a list or with one space between");
    EXPECT_EQ(refused([](Json& f) { f["model"]["merges"][1] = "a z"; }),
              "bad: merge 1, \"a\" and \"z\", names a piece that is not in the vocabulary");
    EXPECT_EQ(refused([](Json& f) { f["model"]["unk_token"] = "<unk>"; }),
              "bad: unk_token is not in the vocabulary");
    EXPECT_EQ(refused([](Json& f) { f["added_tokens"][0]["id"] = 5; }),
              "bad: id 5 stands for \"ą\" and for \"<|im_start|>\"");
    EXPECT_EQ(refused([](Json& f) { f["added_tokens"][0]["special"] = "yes"; }),
              "bad: special is neither true nor false");
    EXPECT_EQ(refused([](Json& f) { f["added_tokens"] = {{"id", 1}}; }),
              "bad: added_tokens is no list");
    EXPECT_EQ(refused([](Json& f) {
                  f["post_processor"] = {
                      {"type", "TemplateProcessing"},
                      {"single", {{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}}}},
                      {"special_tokens", Json::object()}};
              }),
              "bad: the template names a token without ids");
    const auto around = [](const Json& single) {
        return refused([&](Json& f) {
            f["post_processor"] = {{"type", "TemplateProcessing"},
                                   {"single", single},
                                   {"special_tokens", Json::object()}};
        });
    };
    const Json text{{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
    EXPECT_EQ(around(Json::array({text})), "");
    EXPECT_EQ(around(Json::array({text, text})), "unsupported: the template has the text twice");
    EXPECT_EQ(around(Json::array()), "unsupported: the template leaves the text out");
    EXPECT_EQ(refused([](Json& f) {
                  f["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "A=AA"}};
              }),
              "bad: precompiled_charsmap is no Base64");
    EXPECT_EQ(refused([](Json& f) {
                  f["normalizer"] = {{"type", "Precompiled"}, {"precompiled_charsmap", "/////w=="}};
              }),
              "bad: its head says 4294967295 bytes, it has 0");
    EXPECT_EQ(refused([](Json& f) {
                  f["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "ab"}};
              }),
              "bad: replacement is not one character");
    EXPECT_EQ(refused([](Json& f) {
                  f["decoder"] = {{"type", "Strip"}, {"content", " "}, {"start", -1}, {"stop", 0}};
              }),
              "bad: start is no whole number from 0");
}

// Every limit one below, at and one above.
TEST(TokenizerFile, LimitsHold)
{
    const auto tokenOf = [](std::size_t bytes) {
        return refused([bytes](Json& f) {
            f["added_tokens"][0]["content"] = std::string(bytes, 'x');
            f["model"]["vocab"].erase("<|im_start|>");
        });
    };
    EXPECT_EQ(tokenOf(65'535), "");
    EXPECT_EQ(tokenOf(65'536), "");
    EXPECT_EQ(tokenOf(65'537), "bad: a token has 65537 bytes, at most 65536 are read");

    const auto idOf = [](int id) { // 260 pieces in the vocabulary
        return refused([id](Json& f) {
            f["model"]["vocab"].erase("z");
            f["model"]["vocab"]["z"] = id;
        });
    };
    EXPECT_EQ(idOf(4 * 260 - 1), "");
    EXPECT_EQ(idOf(4 * 260), "bad: a token has the id 1040, the largest that is read is 1039");

    const auto nested = [](int levels) {
        return refused([levels](Json& f) {
            for (int i = 0; i < levels; ++i) {
                f["pre_tokenizer"] = {{"type", "Sequence"},
                                      {"pretokenizers", Json::array({f["pre_tokenizer"]})}};
                f["post_processor"] = {{"type", "Sequence"},
                                       {"processors", Json::array({f["post_processor"]})}};
            }
        });
    };
    EXPECT_EQ(nested(7), "");
    EXPECT_EQ(nested(8), "");
    EXPECT_EQ(nested(9), "bad: steps are nested deeper than 8 levels");

    const auto added = [](int count) {
        return refused([count](Json& f) {
            for (int i = 2; i < count; ++i) {
                f["added_tokens"].push_back(
                    {{"id", 1000 + i}, {"content", "<" + std::to_string(i) + ">"}});
            }
        });
    };
    EXPECT_EQ(added(65'536), "");
    EXPECT_EQ(added(65'537), "bad: there are 65537 added tokens, at most 65536 are read");

    const auto together = [](std::size_t last) { // 63 of 65,536 bytes, two of ChatML and one more
        return refused([last](Json& f) {
            for (int i = 0; i < 64; ++i) {
                f["added_tokens"].push_back({{"id", 400 + i},
                                             {"content", std::string(i < 63 ? 65'535 : last, '<') +
                                                             static_cast<char>('0' + i)}});
            }
        });
    };
    const std::size_t rest = 4'194'304 - 63 * 65'536 - 22 - 1;
    EXPECT_EQ(together(rest - 1), "");
    EXPECT_EQ(together(rest), "");
    EXPECT_EQ(together(rest + 1),
              "bad: the added tokens have 4194305 bytes together, at most 4194304 are read");
}

TEST(TokenizerFile, DeepNestingIsRefusedBeforeItIsParsed)
{
    EXPECT_THROW((void)parseTokenizer(std::string(100'000, '['), "x"), Error);
    EXPECT_THROW((void)parseTokenizer(std::string(65, '[') + std::string(65, ']'), "x"), Error);
}

TEST(TokenizerFile, OfAKeyThatStandsTwiceTheLastCounts)
{
    std::string file = smallFile().dump();
    const std::string entry = "\"vocab\":{";
    file.insert(file.find(entry) + entry.size(), "\"a\":3,");

    EXPECT_EQ(parseTokenizer(file, "tokenizer.json").pieces, parsed(smallFile()).pieces);
}

TEST(TokenizerFile, AFileCutAnywhereIsAnErrorAndNothingElse)
{
    const std::string file = smallFile().dump();
    for (std::size_t size = 0; size < file.size(); size += 7) {
        EXPECT_THROW((void)parseTokenizer(std::string_view{file}.substr(0, size), "cut"), Error)
            << size;
    }
}

TEST(TokenizerFile, AFileWithAByteChangedIsReadOrRefused)
{
    const std::string file = smallFile().dump();
    for (std::size_t i = 0; i < file.size(); i += 3) {
        for (const char byte : {'"', '9', '\0', '\xff', '}'}) {
            std::string changed = file;
            changed[i] = byte;
            try {
                const Tokenizer tokenizer(parseTokenizer(changed, "changed"));
                (void)tokenizer.encode("abc <|im_end|>");
            } catch (const Error& error) {
                EXPECT_NE(error.kind(), ErrorKind::Internal) << error.what();
            }
        }
    }
}

} // namespace
} // namespace nextquill::text
