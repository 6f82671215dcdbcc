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
    const auto kindOf = [](const Json& preTokenizer) {
        Json file = smallFile();
        file["pre_tokenizer"] = preTokenizer;
        return parsed(file).preTokenizer;
    };
    const auto sequence = [](const Json& steps) {
        return Json{{"type", "Sequence"}, {"pretokenizers", steps}};
    };

    EXPECT_EQ(kindOf(bytes), PreTokenizerKind::Gpt2);
    EXPECT_EQ(kindOf(sequence(Json::array({bytes}))), PreTokenizerKind::Gpt2);
    EXPECT_EQ(kindOf(sequence({digits, bytes})), PreTokenizerKind::SmolLm);
    EXPECT_EQ(kindOf(sequence({sequence(Json::array({digits})),
                               sequence(Json::array({sequence(Json::array({bytes}))}))})),
              PreTokenizerKind::SmolLm);
    EXPECT_THROW((void)kindOf(sequence({bytes, digits})), Error);
    EXPECT_THROW((void)kindOf(sequence(Json::array())), Error);
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
    EXPECT_EQ(refused([](Json& f) { f["model"]["type"] = "Unigram"; }),
              "unsupported: the tokenizer's model is Unigram, not BPE");
    EXPECT_EQ(refused([](Json& f) { f["normalizer"] = {{"type", "Lowercase"}}; }),
              "unsupported: the normalizer Lowercase is not known");
    EXPECT_EQ(refused([](Json& f) { f["post_processor"] = {{"type", "BertProcessing"}}; }),
              "unsupported: the post-processor BertProcessing is not known");
    EXPECT_EQ(refused([](Json& f) { f["decoder"] = {{"type", "WordPiece"}}; }),
              "unsupported: the decoder is WordPiece, not ByteLevel");
    EXPECT_EQ(refused([](Json& f) { f["model"]["byte_fallback"] = true; }),
              "unsupported: byte_fallback is set");
    EXPECT_EQ(refused([](Json& f) { f["model"]["dropout"] = 0.1; }),
              "unsupported: dropout is set: ids would be random");
    EXPECT_EQ(refused([](Json& f) { f["model"]["end_of_word_suffix"] = "</w>"; }),
              "unsupported: end_of_word_suffix is set");
    EXPECT_EQ(refused([](Json& f) { f["pre_tokenizer"] = nullptr; }),
              "unsupported: there is no pre-tokenizer");
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
