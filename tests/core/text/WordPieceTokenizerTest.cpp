// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/WordPieceTokenizer.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::text {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> vocabularyOfTest{"[UNK]", "[CLS]",  "[SEP]", "play", "##ing", "##er",
                                                "un",    "##play", "!",     "cafe", "Cafe",  "東",
                                                "京",    "a",      "##b",   "##c"};

/// Pieces between the beginning's and the end's, by name.
std::string piecesOf(const WordPieceTokenizer& tokenizer, std::string_view text,
                     std::size_t most = 64)
{
    std::string pieces;
    for (const TokenId id : tokenizer.encode(text, most)) {
        pieces += (pieces.empty() ? "" : " ") +
                  vocabularyOfTest.at(static_cast<std::size_t>(static_cast<int>(id)));
    }
    return pieces;
}

WordPieceTokenizer tokenizerWith(WordPieceSettings settings = {})
{
    return {vocabularyOfTest, std::move(settings), "test"};
}

TEST(WordPieceTokenizer, WordsAreCutIntoTheLongestPiecesFromTheLeft)
{
    EXPECT_EQ(piecesOf(tokenizerWith(), "playing unplayer!"),
              "[CLS] play ##ing un ##play ##er ! [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith(), "abc"), "[CLS] a ##b ##c [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith(), ""), "[CLS] [SEP]");
}

TEST(WordPieceTokenizer, AWordThatIsKnownInPartIsUnknownAsAWhole)
{
    EXPECT_EQ(piecesOf(tokenizerWith(), "playzz play"), "[CLS] [UNK] play [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith({.longestWord = 3}), "play abc"),
              "[CLS] [UNK] a ##b ##c [SEP]");
}

TEST(WordPieceTokenizer, CaseAccentsControlsAndIdeographsAreAsTheSettingsSay)
{
    EXPECT_EQ(piecesOf(tokenizerWith(), "CAF\u00c9"), "[CLS] cafe [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith({.lowercase = false, .stripAccents = false}), "Cafe"),
              "[CLS] Cafe [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith({.stripAccents = false}), "CAF\u00c9"), "[CLS] [UNK] [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith(), "pl\u00aday\u200bing\t!"), "[CLS] play ##ing ! [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith(), "東京"), "[CLS] 東 京 [SEP]");
    EXPECT_EQ(piecesOf(tokenizerWith({.splitIdeographs = false}), "東京"), "[CLS] [UNK] [SEP]");
}

TEST(WordPieceTokenizer, NothingInATextIsASpecialToken)
{
    EXPECT_EQ(piecesOf(tokenizerWith(), "[SEP]").find("[SEP]"),
              piecesOf(tokenizerWith(), "[SEP]").size() - 5);
}

TEST(WordPieceTokenizer, ALongTextIsCutAndKeepsItsEnd)
{
    for (std::size_t most = 2; most < 8; ++most) {
        const auto ids = tokenizerWith().encode("abc abc abc abc", most);
        EXPECT_EQ(ids.size(), most);
        EXPECT_EQ(static_cast<int>(ids.back()), 2);
    }
}

class WordPieceFiles : public ::testing::Test
{
protected:
    std::string refusal()
    {
        try {
            static_cast<void>(WordPieceTokenizer::read(m_folder.path()));
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    static std::string tokenizerJson(const std::string& edits = "{}")
    {
        Json json = Json::parse(R"({"normalizer": {"type": "BertNormalizer", "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "max_input_chars_per_word": 100,
                      "continuing_subword_prefix": "##",
                      "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "play": 3}}})");
        json.merge_patch(Json::parse(edits));
        return json.dump();
    }

    nextquill::testing::TemporaryFolder m_folder;
};

TEST_F(WordPieceFiles, BothFormsAreRead)
{
    m_folder.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\nplay\n");
    EXPECT_EQ(WordPieceTokenizer::read(m_folder.path()).encode("Play", 9).size(), 3U);
    m_folder.write("tokenizer_config.json", R"({"do_lower_case": false})");
    EXPECT_EQ(static_cast<int>(WordPieceTokenizer::read(m_folder.path()).encode("Play", 9)[1]), 0);
    m_folder.write("tokenizer.json", tokenizerJson());
    EXPECT_EQ(static_cast<int>(WordPieceTokenizer::read(m_folder.path()).encode("Play", 9)[1]), 3);
}

TEST_F(WordPieceFiles, WhatCannotBeReadIsSaid)
{
    EXPECT_THAT(refusal(), HasSubstr("neither tokenizer.json nor vocab.txt"));
    const std::pair<const char*, const char*> cases[] = {
        {R"({"model": {"type": "BPE"}})", "no WordPiece"},
        {R"({"normalizer": {"type": "Lowercase"}})", "normalizer Lowercase"},
        {R"({"pre_tokenizer": {"type": "Whitespace"}})", "without BertPreTokenizer"},
        {R"({"pre_tokenizer": null})", "without BertPreTokenizer"},
        {R"({"model": {"vocab": {"[CLS]": null}}})", "has no id"},
        {R"({"model": {"vocab": {"[SEP]": 99}}})", "\"[SEP]\" has no id from 0 to 3"},
        {R"({"model": {"vocab": {"[SEP]": -1}}})", "has no id"},
        {R"({"model": {"vocab": 3}})", "no JSON object"},
        {R"({"model": {"unk_token": 3}})", "unk_token is no text"},
        {R"({"model": {"unk_token": "<unk>"}})", "no piece \"<unk>\""},
    };
    for (const auto& [edits, words] : cases) {
        m_folder.write("tokenizer.json", tokenizerJson(edits));
        EXPECT_THAT(refusal(), HasSubstr(words)) << edits;
    }
    const std::string whole = tokenizerJson();
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        m_folder.write("tokenizer.json", whole.substr(0, cut));
        EXPECT_FALSE(refusal().empty()) << cut;
    }
}

} // namespace
} // namespace nextquill::text
