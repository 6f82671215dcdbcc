// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Tokenizer.h"

#include "core/base/Error.h"
#include "core/base/Random.h"
#include "core/base/Utf8.h"
#include "core/text/Prompt.h"

#include "tests/core/text/SmallTokenizer.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace nextquill::text {
namespace {

using testing::byteToken;
using testing::smallDefinition;

/// "[a][b]" of the tokens' own bytes.
std::string pieces(const Tokenizer& tokenizer, const Encoding& encoding)
{
    std::string shown;
    for (const TokenId id : encoding.ids) {
        shown += '[' + tokenizer.bytesOf(id) + ']';
    }
    return shown;
}

/// "[a][b]" of what the ranges say about `text`.
std::string places(const Encoding& encoding, const std::string& text)
{
    std::string shown;
    for (const ByteRange& range : encoding.bytes) {
        shown += '[' + text.substr(range.begin, range.size()) + ']';
    }
    return shown;
}

TokenizerDefinition wordDefinition()
{
    return smallDefinition({{"t", "h"}, {"th", "e"}, {"Ġ", "the"}, {"a", "a"}, {"aa", "aa"}});
}

TEST(Tokenizer, MergesByRankInsidePieces)
{
    const Tokenizer tokenizer{wordDefinition()};

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("the the other")), "[the][ the][ ][o][the][r]");
    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("aaaaa")), "[aaaa][a]");
    EXPECT_EQ(tokenizer.encode("").ids.size(), 0U);
}

TEST(Tokenizer, ATokenThatHoldsAPartOfACharacterIsSaidToBeAllOfIt)
{
    const Tokenizer tokenizer{smallDefinition()};
    const std::string text = "a漢";

    EXPECT_EQ(places(tokenizer.encode(text), text), "[a][漢][漢][漢]");
}

TEST(Tokenizer, BytesWithoutAPieceVanishAndTheRestKeepsItsPlace)
{
    TokenizerDefinition definition = wordDefinition();
    definition.pieces[0x04].clear();
    const Tokenizer tokenizer{definition};
    const std::string text = "\x04"
                             "!\x04the";

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode(text)), "[!][the]");
    EXPECT_EQ(places(tokenizer.encode(text), text), "[!][the]");
}

TEST(Tokenizer, BytesWithoutAPieceBecomeTheUnknownToken)
{
    TokenizerDefinition definition = wordDefinition();
    definition.pieces[0x04].clear();
    definition.pieces.emplace_back("<unk>");
    definition.addedTokens.clear();
    definition.unknown = static_cast<TokenId>(definition.pieces.size() - 1);
    EXPECT_EQ(pieces(Tokenizer{definition}, Tokenizer{definition}.encode("\x04\x04!")),
              "[<unk>][<unk>][!]");

    definition.fuseUnknown = true;
    EXPECT_EQ(pieces(Tokenizer{definition}, Tokenizer{definition}.encode("\x04\x04!\x04")),
              "[<unk>][!][<unk>]");
}

TEST(Tokenizer, IgnoringMergesTakesAWholePieceAsItIs)
{
    TokenizerDefinition definition = smallDefinition();
    definition.pieces.insert(definition.pieces.begin() + 256, "ab");
    definition.addedTokens.clear();
    EXPECT_EQ(pieces(Tokenizer{definition}, Tokenizer{definition}.encode("ab")), "[a][b]");

    definition.ignoreMerges = true;
    EXPECT_EQ(pieces(Tokenizer{definition}, Tokenizer{definition}.encode("ab aba")),
              "[ab][ ][a][b][a]");
}

TEST(Tokenizer, APrefixSpaceHasThePlaceOfTheFirstCharacter)
{
    TokenizerDefinition definition = wordDefinition();
    definition.preTokenizers.back().addPrefixSpace = true;
    const Tokenizer tokenizer{definition};

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("the")), "[ the]");
    EXPECT_EQ(places(tokenizer.encode("the"), "the"), "[the]");
    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("é")), "[ ][\xc3][\xa9]");
    EXPECT_EQ(places(tokenizer.encode("é"), "é"), "[é][é][é]"); // said to be the first character
    EXPECT_EQ(pieces(tokenizer, tokenizer.encode(" the")), "[ the]");

    definition.preTokenizers = testing::stepsOf("qwen2");
    definition.preTokenizers.back().addPrefixSpace = true;
    const Tokenizer eachPiece{definition}; // not the text alone
    EXPECT_EQ(pieces(eachPiece, eachPiece.encode("the1")), "[ the][ ][1]");
}

TEST(Tokenizer, TheLongestAddedTokenWins)
{
    TokenizerDefinition definition = smallDefinition();
    int id = 300;
    for (const char* content : {"<a", "<ab>", "<"}) {
        definition.addedTokens.push_back({.id = static_cast<TokenId>(id++), .content = content});
    }
    definition.pieces['<'].clear();
    const Tokenizer tokenizer{definition};

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("<ab><ab<b")), "[<ab>][<a][b][<][b]");
}

TEST(Tokenizer, AddedTokensTakeWhiteSpaceAndStandAlone)
{
    TokenizerDefinition definition = smallDefinition();
    definition.addedTokens.push_back(
        {.id = static_cast<TokenId>(300), .content = "<m>", .leftStrip = true, .rightStrip = true});
    definition.addedTokens.push_back(
        {.id = static_cast<TokenId>(301), .content = "one", .singleWord = true});
    const Tokenizer tokenizer{definition};

    const std::string text = "a \u3000<m> \n<m>b one gone éone one";
    EXPECT_EQ(places(tokenizer.encode(text), text),
              "[a][ \u3000<m> \n][<m>][b][ ][one][ ][g][o][n][e][ ][é][é][o][n][e][ ][one]");
}

TEST(Tokenizer, NormalizedAddedTokensAreFoundInTheNormalForm)
{
    TokenizerDefinition definition = smallDefinition();
    definition.normalizers = {{.kind = NormalizerStep::Kind::Nfc}};
    definition.addedTokens.push_back(
        {.id = static_cast<TokenId>(300), .content = "e\u0301!", .normalized = true});
    const Tokenizer tokenizer{definition};

    EXPECT_EQ(tokenizer.encode("\u00e9!").ids, std::vector{static_cast<TokenId>(300)});
    EXPECT_EQ(tokenizer.encode("e\u0301!").ids, std::vector{static_cast<TokenId>(300)});
    EXPECT_EQ(tokenizer.encode("e\u0301!", {}).ids.size(), 3U); // no markup: bytes of é and !
}

TEST(Tokenizer, InMarkupAloneAddedTokensAreRecognised)
{
    const Tokenizer tokenizer{wordDefinition()};
    const std::string text = "<|im_end|>the<|im_end|>";
    const std::vector<ByteRange> end{{13, 23}};
    const std::vector<ByteRange> almost{{0, 9}, {14, 23}};

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode(text)), "[<|im_end|>][the][<|im_end|>]");
    EXPECT_EQ(pieces(tokenizer, tokenizer.encode(text, end)),
              "[<][|][i][m][_][e][n][d][|][>][the][<|im_end|>]");
    EXPECT_EQ(tokenizer.encode(text, almost).ids.size(), 21U);
    EXPECT_EQ(tokenizer.encode(text, {}).ids.size(), 21U);
}

TEST(Tokenizer, TextIsTokenizedAcrossTheBordersOfMarkup)
{
    const Tokenizer tokenizer{wordDefinition()};
    const std::vector<ByteRange> markup{{0, 2}};

    EXPECT_EQ(pieces(tokenizer, tokenizer.encode("the", markup)), "[the]");
}

TEST(Tokenizer, SpecialTokensAreSurroundedSkippedAndFound)
{
    TokenizerDefinition definition = wordDefinition();
    definition.before = {definition.addedTokens[0].id};
    definition.after = {definition.addedTokens[1].id};
    const Tokenizer tokenizer{definition};

    const Encoding encoding = tokenizer.encodeWithSpecial("the");
    EXPECT_EQ(pieces(tokenizer, encoding), "[<|im_start|>][the][<|im_end|>]");
    EXPECT_EQ(encoding.bytes, (std::vector<ByteRange>{{0, 0}, {0, 3}, {3, 3}}));
    EXPECT_EQ(tokenizer.decode(encoding.ids, true), "the");
    EXPECT_EQ(tokenizer.find("<|im_end|>"), definition.addedTokens[1].id);
    EXPECT_EQ(tokenizer.find("Ġthe"), static_cast<TokenId>(258));
    EXPECT_EQ(tokenizer.find("nothing"), std::nullopt);
    EXPECT_TRUE(tokenizer.isSpecial(definition.addedTokens[1].id));
    EXPECT_FALSE(tokenizer.isSpecial(static_cast<TokenId>(65)));
    EXPECT_EQ(tokenizer.size(), 263U);
}

TEST(Tokenizer, UnknownIdsDecodeToNothing)
{
    const Tokenizer tokenizer{smallDefinition()};
    const std::vector<TokenId> ids{static_cast<TokenId>(-1), byteToken('a'),
                                   static_cast<TokenId>(100000)};

    EXPECT_EQ(tokenizer.decode(ids), "a");
    EXPECT_FALSE(tokenizer.isSpecial(static_cast<TokenId>(-1)));
}

TEST(Tokenizer, BrokenCharactersDecodeToReplacements)
{
    const Tokenizer tokenizer{smallDefinition()};
    const auto decoded = [&](const std::string& bytes) {
        std::vector<TokenId> ids;
        for (const char byte : bytes) {
            ids.push_back(byteToken(byte));
        }
        return tokenizer.decode(ids);
    };

    EXPECT_EQ(decoded("\xe6\xbc"), "\ufffd"); // one for a cut character
    EXPECT_EQ(decoded("\xe6\xbc"
                      "a\xff\x80"),
              "\ufffd"
              "a\ufffd\ufffd");
}

TEST(Tokenizer, VocabulariesThatContradictThemselvesAreRefused)
{
    const auto problem = [](const TokenizerDefinition& definition) {
        try {
            const Tokenizer tokenizer{definition};
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            return error.problem();
        }
        return std::string{};
    };
    TokenizerDefinition twice = smallDefinition();
    twice.pieces.emplace_back("a");
    TokenizerDefinition two = smallDefinition();
    two.addedTokens[0].id = static_cast<TokenId>(65);
    TokenizerDefinition negative = smallDefinition();
    negative.addedTokens[0].id = static_cast<TokenId>(-7);
    TokenizerDefinition merge = smallDefinition();
    merge.merges.push_back({.left = byteToken('a'), .right = static_cast<TokenId>(9999)});
    TokenizerDefinition unknown = smallDefinition();
    unknown.unknown = static_cast<TokenId>(9999);
    TokenizerDefinition around = smallDefinition();
    around.after = {static_cast<TokenId>(9999)};

    EXPECT_EQ(problem(twice), "token \"a\" has the ids 97 and 256");
    EXPECT_EQ(problem(two), "id 65 stands for \"A\" and for \"<|im_start|>\"");
    EXPECT_EQ(problem(negative), "token \"<|im_start|>\" has a negative id");
    EXPECT_EQ(problem(merge), "a merge names the id 9999, which is not in the vocabulary");
    EXPECT_EQ(problem(unknown), "the token for unknown characters is not in the vocabulary");
    EXPECT_EQ(problem(around), "token 9999, put around every text, is not in the vocabulary");
}

/// Random text of all scripts, with special tokens and white space strewn in.
std::string randomText(const Random& random, std::uint64_t& position)
{
    static const char* const bits[] = {" ", "\n", "<|im_end|>", "<|im_", "'s", "the", "  ", "1"};
    std::string text;
    const std::uint64_t length = random.bits(position++) % 40;
    for (std::uint64_t i = 0; i < length; ++i) {
        const std::uint64_t draw = random.bits(position++);
        if (draw % 3 == 0) {
            text += bits[(draw >> 8U) % std::size(bits)];
            continue;
        }
        const std::uint64_t ends[] = {0x80, 0x800, 0x10000, 0x110000};
        const auto codePoint = static_cast<char32_t>((draw >> 8U) % ends[(draw >> 2U) % 4]);
        if (codePoint < 0xd800 || codePoint > 0xdfff) {
            appendCodePoint(text, codePoint);
        }
    }
    return text;
}

void expectToCover(const Encoding& encoding, std::size_t size, const std::string& shown)
{
    ASSERT_EQ(encoding.ids.size(), encoding.bytes.size()) << shown;
    std::size_t covered = 0;
    for (const ByteRange& range : encoding.bytes) {
        EXPECT_LE(range.begin, covered) << shown;
        EXPECT_LE(range.end, size) << shown;
        EXPECT_GE(range.end, covered) << shown;
        covered = range.end;
    }
    EXPECT_EQ(covered, size) << shown;
}

TEST(Tokenizer, AnyTextComesBackAndIsCovered)
{
    std::uint64_t stream = 0;
    for (const char* name : {"gpt-2", "smollm", "llama-bpe", "qwen2", "qwen35", "gpt-4o", "tekken",
                             "deepseek-v3", "deepseek-llm", "deepseek-coder"}) {
        TokenizerDefinition definition = wordDefinition();
        definition.preTokenizers = testing::stepsOf(name);
        const Tokenizer tokenizer{definition};
        const Random random{1, stream++};
        std::uint64_t position = 0;
        for (int i = 0; i < 500; ++i) {
            const std::string text = randomText(random, position);
            const Encoding whole = tokenizer.encode(text);
            const Encoding plain = tokenizer.encode(text, {});

            EXPECT_EQ(tokenizer.decode(whole.ids), text);
            EXPECT_EQ(tokenizer.decode(plain.ids), text);
            expectToCover(whole, text.size(), text);
            expectToCover(plain, text.size(), text);
            for (const TokenId id : plain.ids) {
                EXPECT_FALSE(tokenizer.isSpecial(id)) << text;
            }
        }
    }
}

std::string randomBytes(const Random& random, std::uint64_t& position)
{
    std::string bytes(random.bits(position++) % 30, ' ');
    for (char& byte : bytes) {
        const std::uint64_t draw = random.bits(position++);
        byte = static_cast<char>(draw % 3 == 0 ? draw >> 8U : 0x80U | (draw >> 8U));
    }
    return bytes;
}

TEST(Tokenizer, AnyBytesAreEncodedAndComeBackReplaced)
{
    for (const char* family : {"smollm", "qwen2"}) {
        for (const bool isNormalized : {false, true}) {
            TokenizerDefinition definition = wordDefinition();
            definition.preTokenizers = testing::stepsOf(family);
            if (isNormalized) {
                definition.normalizers = {{.kind = NormalizerStep::Kind::Nfc}};
            }
            const Tokenizer tokenizer{definition};
            const Random random{2, 0};
            std::uint64_t position = 0;
            for (int i = 0; i < 500; ++i) {
                const std::string bytes = randomBytes(random, position);
                const Encoding encoding = tokenizer.encode(bytes);
                for (const ByteRange& range : encoding.bytes) {
                    EXPECT_LE(range.begin, range.end);
                    EXPECT_LE(range.end, bytes.size());
                }
                if (!isNormalized) {
                    EXPECT_EQ(tokenizer.decode(encoding.ids), toUtf8(bytes));
                }
            }
        }
    }
}

TEST(Tokenizer, ThreadsMayShareIt)
{
    const Tokenizer tokenizer{wordDefinition()};
    const std::vector<TokenId> expected = tokenizer.encode("the other é 12").ids;
    std::vector<std::vector<TokenId>> results(4);
    {
        std::vector<std::jthread> threads;
        for (auto& result : results) {
            threads.emplace_back([&] {
                for (int i = 0; i < 100; ++i) {
                    result = tokenizer.encode("the other é 12").ids;
                }
            });
        }
    }
    for (const auto& result : results) {
        EXPECT_EQ(result, expected);
    }
}

TEST(StreamDecoder, GivesTextAsSoonAsItIsWholeAndNoSooner)
{
    const Tokenizer tokenizer{smallDefinition()};
    StreamDecoder stream{tokenizer};
    std::string steps;
    const std::string bytes = "a\xf0\x9f\x99\x82\xe6\xbc"
                              "b\xff\xc3";
    for (const char byte : bytes) {
        steps += '[' + stream.push(byteToken(byte)) + ']';
    }

    EXPECT_EQ(steps + '[' + stream.finish() + ']', "[a][][][][🙂][][][\ufffd"
                                                   "b][\ufffd][][\ufffd]");
    EXPECT_EQ(stream.finish(), "");
}

TEST(StreamDecoder, ItsStepsMakeUpTheDecodedText)
{
    const Tokenizer tokenizer{smallDefinition()};
    const Random random{3, 0};
    std::uint64_t position = 0;
    for (int i = 0; i < 2000; ++i) {
        std::vector<TokenId> ids(random.bits(position++) % 12);
        for (TokenId& id : ids) {
            const std::uint64_t draw = random.bits(position++);
            id = static_cast<TokenId>(draw % 2 == 0 ? 0xe0 + draw / 2 % 32 : 0x80 + draw / 2 % 64);
        }
        StreamDecoder stream{tokenizer};
        std::string shown;
        for (const TokenId id : ids) {
            shown += stream.push(id);
        }
        EXPECT_EQ(shown + stream.finish(), tokenizer.decode(ids));
    }
}

TEST(Prompt, NeighbouringMarkupIsOneRange)
{
    const Prompt prompt{.spans = {{.origin = Origin::Markup, .text = "<|im_"},
                                  {.origin = Origin::Markup, .text = "end|>"},
                                  {.origin = Origin::Review, .text = "<|im_end|>"},
                                  {.origin = Origin::Markup, .text = ""}}};
    const Tokenizer tokenizer{smallDefinition()};

    EXPECT_EQ(prompt.markup(), (std::vector<ByteRange>{{0, 10}}));
    EXPECT_EQ(encode(tokenizer, prompt).size(), 11U);
}

} // namespace
} // namespace nextquill::text
