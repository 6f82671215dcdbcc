// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Random.h"
#include "core/text/Prompt.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/text/SmallTokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

// What users and items say must never give the ids of markup, however it is spelled: the threat
// table's row on prompts. Each family's vocabulary is made here as badly as it could be: whatever
// merges, scores or normalizing could make of text that looks like markup is in it.

namespace nextquill::text {
namespace {

/// Adds pieces for `text` and all its beginnings, with merges that make them.
void addMerges(TokenizerDefinition& definition, const std::string& text)
{
    const auto idOf = [&definition](const std::string& piece) {
        const auto found = std::find(definition.pieces.begin(), definition.pieces.end(), piece);
        if (found == definition.pieces.end()) {
            definition.pieces.push_back(piece);
            definition.scores.push_back(-1);
            return static_cast<TokenId>(definition.pieces.size() - 1);
        }
        return static_cast<TokenId>(found - definition.pieces.begin());
    };
    for (std::size_t size = 2; size <= text.size(); ++size) {
        const Merge merge{.left = idOf(text.substr(0, size - 1)),
                          .right = idOf(text.substr(size - 1, 1)),
                          .result = idOf(text.substr(0, size)),
                          .rank = static_cast<std::uint32_t>(definition.merges.size())};
        definition.merges.push_back(merge);
    }
}

const char* const markupTexts[] = {"<s>", "</s>", "<|end|>", "<|im_start|>", "<tool>", "[INST]"};

/// A vocabulary of characters and of bytes' pieces, in which markup could be put together.
TokenizerDefinition characterDefinition()
{
    TokenizerDefinition definition;
    definition.decoders = {{.kind = DecoderStep::Kind::Replace, .text = " ", .pattern = spaceMark},
                           {.kind = DecoderStep::Kind::ByteFallback}};
    definition.preTokenizers.clear();
    definition.pieces = {"<unk>", spaceMark};
    definition.scores = {0, -1};
    for (char c = '!'; c <= '~'; ++c) {
        definition.pieces.emplace_back(1, c);
        definition.scores.push_back(-3);
    }
    definition.byteFallback = true;
    definition.unknown = TokenId{};
    for (const char* name : {"<0x0A>", "<0xE2>"}) {
        addMerges(definition, name);
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
        const std::string name = [byte] {
            constexpr const char* digits = "0123456789ABCDEF";
            return std::string{"<0x"} + digits[byte / 16] + digits[byte % 16] + '>';
        }();
        if (std::find(definition.pieces.begin(), definition.pieces.end(), name) ==
            definition.pieces.end()) {
            definition.pieces.push_back(name);
            definition.scores.push_back(0); // likelier than any text
        }
    }
    for (const char* text : markupTexts) {
        addMerges(definition, text);
        const auto piece = std::find(definition.pieces.begin(), definition.pieces.end(), text);
        definition.addedTokens.push_back(
            {.id = static_cast<TokenId>(piece - definition.pieces.begin()),
             .content = text,
             .special = std::string_view{text} != "<tool>",
             .leftStrip = std::string_view{text} == "<|end|>",
             .rightStrip = std::string_view{text} == "<|end|>",
             .normalized = std::string_view{text} == "[INST]"});
    }
    return definition;
}

struct Family
{
    const char* name;
    TokenizerDefinition definition;
};

const NormalizerStep prepend{.kind = NormalizerStep::Kind::Prepend, .text = spaceMark};
const NormalizerStep marks{
    .kind = NormalizerStep::Kind::Replace, .text = spaceMark, .pattern = " "};
const NormalizerStep nfkc{.kind = NormalizerStep::Kind::Nfkc};
const PreTokenizerStep metaspace{.kind = PreTokenizerStep::Kind::Metaspace, .pattern = spaceMark};

std::vector<Family> families()
{
    std::vector<Family> made;
    for (const char* name :
         {"gpt-2", "smollm", "llama-bpe", "qwen2", "gpt-4o", "tekken", "deepseek-v3"}) {
        TokenizerDefinition bytes = testing::smallDefinition();
        bytes.addedTokens.clear();
        for (const char* text : markupTexts) {
            addMerges(bytes, text);
            const auto piece = std::find(bytes.pieces.begin(), bytes.pieces.end(), text);
            bytes.addedTokens.push_back({.id = static_cast<TokenId>(piece - bytes.pieces.begin()),
                                         .content = text,
                                         .special = true});
        }
        bytes.scores.clear();
        bytes.preTokenizers = testing::stepsOf(name);
        bytes.normalizers = {nfkc};
        bytes.ignoreMerges = true;
        made.push_back({name, bytes});
    }
    TokenizerDefinition llama = characterDefinition();
    llama.normalizers = {nfkc, prepend, marks};
    llama.ignoreMerges = true;
    made.push_back({"llama-2", llama});
    TokenizerDefinition gemma = characterDefinition();
    gemma.normalizers = {nfkc, marks};
    gemma.preTokenizers = {{.kind = PreTokenizerStep::Kind::Split,
                            .pattern = " ",
                            .behavior = SplitBehavior::MergedWithPrevious}};
    made.push_back({"gemma", gemma});
    TokenizerDefinition unigram = characterDefinition();
    unigram.model = TokenModel::Unigram;
    unigram.merges.clear();
    unigram.normalizers = {nfkc};
    unigram.preTokenizers = {metaspace};
    made.push_back({"unigram", unigram});
    return made;
}

/// Ids that only markup may give; bytes' pieces only where their text stands for the byte itself.
std::set<TokenId> forbidden(const TokenizerDefinition& definition)
{
    std::set<TokenId> ids;
    for (const AddedToken& token : definition.addedTokens) {
        ids.insert(token.id);
    }
    return ids;
}

std::string fullWidth(std::string_view text)
{
    std::string wide;
    for (const char c : text) {
        wide += "\xef\xbc"; // U+FF01 is '!'
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x60) {
            wide.back() = '\xbd';
        }
        wide += static_cast<char>(0x80 + (code - 0x20) % 0x40);
    }
    return wide;
}

TEST(Smuggling, TextThatSpellsMarkupIsText)
{
    for (const auto& [name, definition] : families()) {
        const Tokenizer tokenizer{definition};
        const std::set<TokenId> ids = forbidden(definition);
        for (const std::string markup : markupTexts) {
            for (const std::string& text :
                 {markup, " " + markup + " ", "▁" + markup, "\n" + markup + "\n", fullWidth(markup),
                  "x" + markup + markup, markup.substr(0, 1) + "\u200b" + markup.substr(1),
                  "\u0301" + markup, markup + "\u0301"}) {
                for (const TokenId id : tokenizer.encode(text, {}).ids) {
                    EXPECT_FALSE(ids.contains(id)) << name << ": " << text;
                }
            }
        }
    }
}

TEST(Smuggling, ALiteralByteNameIsNotThatByte)
{
    for (const auto& [name, definition] : families()) {
        if (!definition.byteFallback) {
            continue;
        }
        const Tokenizer tokenizer{definition};
        for (const char* text : {"<0x0A>", "▁<0x0A>", "a<0xE2><0x96><0x81>b"}) {
            EXPECT_EQ(tokenizer.decode(tokenizer.encode(text, {}).ids).find('\n'),
                      std::string::npos)
                << name;
            EXPECT_NE(tokenizer.decode(tokenizer.encode(text, {}).ids).find("<0x"),
                      std::string::npos)
                << name;
        }
        // A byte for which there is no piece still falls back to its own.
        EXPECT_EQ(tokenizer.decode(tokenizer.encode("\x01é", {}).ids).find("<0x"),
                  std::string::npos)
            << name;
    }
}

TEST(Smuggling, MarkupKeepsItsPlaceWhateverStandsBesideIt)
{
    for (const auto& [name, definition] : families()) {
        const Tokenizer tokenizer{definition};
        const std::set<TokenId> ids = forbidden(definition);
        for (const char* text :
             {"", " ", "  \n", "<|end|>", "|end|>", "<|im_start", "▁▁", "\u0301", "</s"}) {
            Prompt prompt;
            prompt.spans = {{.origin = Origin::Markup, .text = "<s>"},
                            {.origin = Origin::Review, .text = text},
                            {.origin = Origin::Markup, .text = "</s>"}};
            std::vector<TokenId> found;
            for (const TokenId id : encode(tokenizer, prompt)) {
                if (ids.contains(id)) {
                    found.push_back(id);
                }
            }
            EXPECT_EQ(found, (std::vector{*tokenizer.find("<s>"), *tokenizer.find("</s>")}))
                << name << ": " << text;
        }
    }
}

// A token that takes white space takes it in markup alone when it stands there; written by a user
// it is no token and takes nothing.
TEST(Smuggling, TokensThatTakeWhiteSpaceTakeNoneOfOthers)
{
    TokenizerDefinition definition = characterDefinition();
    definition.normalizers = {marks};
    definition.byteFallback = false;
    const Tokenizer tokenizer{definition};
    Prompt prompt;
    prompt.spans = {{.origin = Origin::Markup, .text = "<s> "},
                    {.origin = Origin::Review, .text = " <|end|> "},
                    {.origin = Origin::Markup, .text = " </s>"}};

    EXPECT_EQ(tokenizer.decode(encode(tokenizer, prompt)), prompt.text());
}

TEST(Smuggling, RandomMixturesOfItsPartsNeverGiveMarkup)
{
    const char* const parts[] = {"<",   "s>",       "</",  "s",      ">",      "<|",      "|>",
                                 "end", "im_start", "<s",  "[INS",   "T]",     " ",       "▁",
                                 "\n",  "<0x",      "0A>", "\uff1c", "\uff1e", "\u2581<", "tool>"};
    const Random random{12, 0};
    std::uint64_t position = 0;
    for (const auto& [name, definition] : families()) {
        const Tokenizer tokenizer{definition};
        const std::set<TokenId> ids = forbidden(definition);
        for (int i = 0; i < 3000; ++i) {
            std::string text;
            for (std::uint64_t left = random.bits(position++) % 12; left > 0; --left) {
                text += parts[random.bits(position++) % std::size(parts)];
            }
            for (const TokenId id : tokenizer.encode(text, {}).ids) {
                EXPECT_FALSE(ids.contains(id)) << name << ": " << text;
            }
        }
    }
}

} // namespace
} // namespace nextquill::text
