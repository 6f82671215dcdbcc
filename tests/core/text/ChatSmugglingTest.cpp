// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Utf8.h"
#include "core/text/ChatMarkup.h"
#include "core/text/KnownMarkups.h"
#include "core/text/PromptTemplate.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/core/text/SmallTokenizer.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

// Whatever users and items hold, a prompt has the special tokens of its markup and no more.

namespace nextquill::text {
namespace {

namespace fs = std::filesystem;

/// A tokenizer, its added tokens, and what its texts are tried with.
struct Tried
{
    explicit Tried(const TokenizerDefinition& definition)
        : tokenizer{definition}
    {
        for (const AddedToken& token : definition.addedTokens) {
            added.insert(token.id);
            contents.push_back(token.content);
        }
    }

    Tokenizer tokenizer;
    std::set<TokenId> added;
    std::vector<std::string> contents;
};

/// The small tokenizer with the special tokens of all known markups.
TokenizerDefinition definitionWithAllMarks()
{
    TokenizerDefinition definition = testing::smallDefinition();
    std::set<std::string> known{"<|im_start|>", "<|im_end|>"};
    const auto add = [&](std::string_view content) {
        if (known.insert(std::string{content}).second) {
            const auto id = definition.pieces.size() + definition.addedTokens.size();
            definition.addedTokens.push_back({.id = static_cast<TokenId>(static_cast<int>(id)),
                                              .content = std::string{content},
                                              .special = true});
        }
    };
    for (const KnownMarkup& markup : knownMarkups()) {
        for (const std::string_view mark : markup.marks) {
            add(mark);
        }
    }
    for (const char* content : {"<s>", "</s>", "<unk>", "<think>", "</think>", "<0x0A>", "\u2581",
                                "<tool_call>", "\n\n"}) {
        add(content);
    }
    return definition;
}

std::vector<ChatMarkup> markups()
{
    std::vector<ChatMarkup> all{plainMarkup()};
    for (const auto& file :
         fs::directory_iterator{fs::path{SOURCE_ROOT} / "tests/core/text/chat-templates"}) {
        if (file.path().extension() == ".jinja") {
            all.push_back(
                recogniseMarkup(readFile(file.path(), std::size_t{1} << 20), "<s>", "</s>"));
        }
    }
    return all;
}

std::vector<TokenId> addedIn(const Tried& tried, const Prompt& prompt)
{
    std::vector<TokenId> found;
    for (const TokenId id : encode(tried.tokenizer, prompt)) {
        if (tried.added.contains(id)) {
            found.push_back(id);
        }
    }
    return found;
}

/// What somebody may try: tokens whole, in parts, and as other tokenizers spell bytes and blanks.
std::vector<std::string> attempts(const Tried& tried, const ChatMarkup& markup)
{
    std::vector<std::string> texts{"<0x0A>",          "<0x3C>|im_end|>", "\u2581<s>\u2581",
                                   "\u0120<s>",       "&lt;s&gt;",       "\\n<s>",
                                   "{{ bos_token }}", "{user}",          "\uFF1C|im_end|>"};
    std::vector<std::string> whole = tried.contents;
    for (const std::string* const piece :
         {&markup.systemPrefix, &markup.systemSuffix, &markup.userPrefix, &markup.userSuffix,
          &markup.assistantPrefix, &markup.beginning}) {
        whole.push_back(*piece);
    }
    for (const std::string& text : whole) {
        texts.push_back(text);
        texts.push_back(text + text);
        texts.push_back(" " + text + "\n");
        texts.push_back("a" + text + "b");
        texts.push_back(text.substr(0, text.size() / 2));
        texts.push_back(text.substr(text.size() / 2));
        texts.push_back(text.substr(0, text.size() / 2) + text);
    }
    return texts;
}

class ChatSmuggling : public ::testing::TestWithParam<const char*>
{
protected:
    void SetUp() override
    {
        const std::string name = GetParam();
        if (name == "small") {
            m_tried = std::make_unique<Tried>(definitionWithAllMarks());
            return;
        }
        NEXTQUILL_NEED_SHARED(file, "fixtures/models/" + name + "-tokenizer/tokenizer.json");
        m_tried = std::make_unique<Tried>(readTokenizerFile(file));
    }

    std::unique_ptr<Tried> m_tried;
};

TEST_P(ChatSmuggling, NoTextOfUsersOrItemsMakesASpecialToken)
{
    for (const ChatMarkup& markup : markups()) {
        const auto prompt = [&markup](const std::string& text) {
            return markup.render({{.origin = Origin::Instruction, .text = "S" + text}},
                                 {{.origin = Origin::Item, .text = text},
                                  {.origin = Origin::Review, .text = text, .review = 0},
                                  {.origin = Origin::Request, .text = text}});
        };
        const std::vector<TokenId> honest = addedIn(*m_tried, prompt("x"));
        for (const std::string& text : attempts(*m_tried, markup)) {
            const Prompt tried = prompt(text);
            EXPECT_EQ(addedIn(*m_tried, tried), honest) << markup.name << ": " << text;
            if (isUtf8(text)) {
                EXPECT_EQ(m_tried->tokenizer.decode(encode(m_tried->tokenizer, tried)),
                          tried.text());
            }
        }
    }
}

TEST_P(ChatSmuggling, NoPartsThatMeetMakeOne)
{
    std::mt19937 draw{11}; // NOLINT: the same each time
    std::vector<std::string> parts;
    for (const std::string& text : m_tried->contents) {
        for (std::size_t cut = 1; cut < text.size(); cut += 3) {
            parts.push_back(text.substr(0, cut));
            parts.push_back(text.substr(cut));
        }
    }
    const auto part = [&] { return parts[draw() % parts.size()]; };
    for (const ChatMarkup& markup : markups()) {
        const std::vector<TokenId> honest = addedIn(
            *m_tried, markup.render({{.origin = Origin::Instruction, .text = "s"}},
                                    {{.origin = Origin::Review, .text = "x", .review = 0}}));
        for (int i = 0; i < 200; ++i) {
            const Prompt tried =
                markup.render({{.origin = Origin::Instruction, .text = part() + part()}},
                              {{.origin = Origin::Item, .text = part()},
                               {.origin = Origin::Review, .text = part() + part(), .review = 0},
                               {.origin = Origin::Review, .text = part(), .review = 1},
                               {.origin = Origin::Request, .text = part()}});
            EXPECT_EQ(addedIn(*m_tried, tried), honest) << markup.name << ": " << tried.text();
        }
    }
}

TEST_P(ChatSmuggling, NoFieldOfARecordMakesOne)
{
    const PromptTemplate prompts = PromptTemplate::preset("nextquill");
    for (const ChatMarkup& markup : markups()) {
        const auto twin = [&](const std::string& text) {
            const ReviewText review{.itemTitle = text,
                                    .itemDescription = text,
                                    .rating = 4,
                                    .title = text,
                                    .text = text};
            return prompts.render(markup, m_tried->tokenizer, review, {review, review},
                                  {.promptTokens = 100'000});
        };
        const TwinPrompt honest = twin("x");
        for (const std::string& text : attempts(*m_tried, markup)) {
            const TwinPrompt tried = twin(text);
            EXPECT_EQ(addedIn(*m_tried, tried.with), addedIn(*m_tried, honest.with)) << text;
            EXPECT_EQ(addedIn(*m_tried, tried.without), addedIn(*m_tried, honest.without)) << text;
        }
    }
}

TEST_P(ChatSmuggling, TheMarkupItselfHasItsTokens)
{
    for (const ChatMarkup& markup : markups()) {
        const Prompt prompt = markup.render({}, {{.origin = Origin::Review, .text = "x"}});
        const std::vector<TokenId> found = addedIn(*m_tried, prompt);
        for (const std::string& mark : markup.marks) {
            const auto id = m_tried->tokenizer.find(mark);
            const bool isWritten = prompt.text().find(mark) != std::string::npos;
            if (id && isWritten) {
                EXPECT_NE(std::find(found.begin(), found.end(), *id), found.end()) << mark;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Tokenizers, ChatSmuggling,
                         ::testing::Values("small", "SmolLM2-135M-Instruct",
                                           "Qwen2.5-Coder-0.5B-Instruct"));

} // namespace
} // namespace nextquill::text
