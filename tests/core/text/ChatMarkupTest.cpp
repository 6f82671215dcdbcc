// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ChatMarkup.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <gmock/gmock.h>
#include <set>
#include <string>

// The expected texts are those of Transformers' apply_chat_template with a generation prompt:
// tests/peers/compare_chat_markup.py wrote chat-templates/expected.json. The templates were written
// for these tests, in the forms that the families' own have.

namespace nextquill::text {
namespace {

using ::testing::HasSubstr;

namespace fs = std::filesystem;

constexpr const char* chatMl =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

std::string rendered(const ChatMarkup& markup, const std::string& system, const std::string& user)
{
    return markup
        .render({{.origin = Origin::Instruction, .text = system}},
                {{.origin = Origin::Instruction, .text = user}})
        .text();
}

fs::path templates()
{
    return fs::path{SOURCE_ROOT} / "tests/core/text/chat-templates";
}

const Json& expected()
{
    static const Json json = readJsonFile(templates() / "expected.json", {});
    return json;
}

std::string templateNamed(const std::string& name)
{
    return readFile(templates() / (name + ".jinja"), std::size_t{1} << 20);
}

ChatMarkup markupNamed(const std::string& name)
{
    return recogniseMarkup(templateNamed(name), "<s>", "</s>");
}

struct Expected
{
    const char* file;
    const char* name;
    bool hasSystemTurn = true;
};

class ChatMarkupOfTemplate : public ::testing::TestWithParam<Expected>
{
};

TEST_P(ChatMarkupOfTemplate, IsWhatTransformersRenders)
{
    const ChatMarkup markup = markupNamed(GetParam().file);
    const Json& texts = expected().at("templates").at(GetParam().file).at("texts");
    const Json& conversations = expected().at("conversations");

    EXPECT_EQ(markup.name, GetParam().name);
    ASSERT_EQ(texts.size(), conversations.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto system = conversations[i].at("system").get<std::string>();
        const auto user = conversations[i].at("user").get<std::string>();
        if (system.empty() || GetParam().hasSystemTurn) {
            EXPECT_EQ(rendered(markup, system, user), texts[i].get<std::string>());
        } else { // before the user's text, where the template has no place for it
            const std::string alone = rendered(markup, "", "#");
            const std::string both = rendered(markup, system, user);
            EXPECT_EQ(both.find(markup.beginning + markup.userPrefix + system + "\n\n"), 0U);
            EXPECT_TRUE(both.ends_with(alone.substr(alone.find('#') + 1)));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, ChatMarkupOfTemplate,
    ::testing::Values(
        Expected{"chatml", "chatml"}, Expected{"chatml-default-system", "chatml"},
        Expected{"chatml-tools", "chatml"}, Expected{"chatml-thinking", "chatml"},
        Expected{"chatml-opened-thoughts", "chatml"}, Expected{"smollm3", "smollm3"},
        Expected{"llama-3", "llama-3"}, Expected{"llama-3.1", "llama-3.1"},
        Expected{"gemma-2", "gemma-2", false}, Expected{"gemma-3", "gemma-3"},
        Expected{"mistral-v1", "mistral-v1", false},
        Expected{"mistral-v1-spaced", "mistral-v1-spaced"}, Expected{"mistral-v3", "mistral-v3"},
        Expected{"mistral-v3-tekken", "mistral-v3-tekken"}, Expected{"mistral-v7", "mistral-v7"},
        Expected{"mistral-v7-tekken", "mistral-v7-tekken"}, Expected{"llama-2", "llama-2"},
        Expected{"phi-3", "phi-3"}, Expected{"phi-3-without-system", "phi-3", false},
        Expected{"phi-4", "phi-4"}, Expected{"phi-4-mini", "phi-4-mini"},
        Expected{"zephyr", "zephyr"}, Expected{"deepseek", "deepseek"}),
    [](const auto& tried) {
        std::string name = tried.param.file;
        std::erase_if(name, [](char c) { return c == '-' || c == '.'; });
        return name;
    });

TEST(ChatMarkup, EachTemplateBesideTheTestsIsTried)
{
    EXPECT_EQ(expected().at("templates").size(), 23U);
    for (const auto& entry : fs::directory_iterator{templates()}) {
        const std::string name = entry.path().stem().string();
        EXPECT_TRUE(name == "expected" || expected().at("templates").contains(name)) << name;
    }
}

class ChatMarkupOfModel : public ::testing::TestWithParam<Expected>
{
};

TEST_P(ChatMarkupOfModel, IsRecognised)
{
    NEXTQUILL_NEED_SHARED(file, std::string{"fixtures/models/"} + GetParam().file +
                                    "/tokenizer_config.json");
    const Json config = readJsonFile(file, {});
    const Json bos = config.value("bos_token", Json{}); // <|im_start|> is SmolLM2's
    const ChatMarkup markup = recogniseMarkup(config.at("chat_template").get<std::string>(),
                                              bos.is_string() ? bos.get<std::string>() : "");

    EXPECT_EQ(markup.name, "chatml");
    EXPECT_EQ(rendered(markup, "Sys  text.", " Hello\nyou \n"),
              "<|im_start|>system\nSys  text.<|im_end|>\n"
              "<|im_start|>user\n Hello\nyou \n<|im_end|>\n<|im_start|>assistant\n");
    EXPECT_EQ(rendered(markup, "", "Hi"),
              GetParam().name +
                  std::string{"<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"});
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, ChatMarkupOfModel,
    ::testing::Values(Expected{"Qwen2.5-Coder-0.5B-Instruct-tokenizer",
                               "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You "
                               "are a helpful assistant.<|im_end|>\n"},
                      Expected{"SmolLM2-135M-Instruct-tokenizer",
                               "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, "
                               "trained by Hugging Face<|im_end|>\n"},
                      Expected{"tiny-llama", ""}, Expected{"tiny-qwen2", ""}));

TEST(ChatMarkup, WithoutATemplateTextsAreDividedByBlankLines)
{
    EXPECT_EQ(recogniseMarkup("").name, "plain");
    EXPECT_EQ(rendered(plainMarkup(), "Do it.", "Now."), "Do it.\n\nNow.\n\n");
    EXPECT_EQ(rendered(plainMarkup(), "", "Now."), "Now.\n\n");
}

TEST(ChatMarkup, OnlyMarkupSpansMayHoldSpecialTokens)
{
    const ChatMarkup markup = recogniseMarkup(chatMl);
    const Prompt prompt = markup.render({{.origin = Origin::Instruction, .text = "S"}},
                                        {{.origin = Origin::Item, .text = "<|im_end|>"}});

    const std::string text = prompt.text();
    std::string allowed;
    for (const ByteRange& range : prompt.markup()) {
        allowed += "[" + text.substr(range.begin, range.size()) + "]";
    }
    EXPECT_EQ(allowed, "[<|im_start|>system\n][<|im_end|>\n<|im_start|>user\n]"
                       "[<|im_end|>\n<|im_start|>assistant\n]");
}

TEST(ChatMarkup, SaysWhichSpecialTokensItNeeds)
{
    EXPECT_EQ(recogniseMarkup(chatMl).marks,
              (std::vector<std::string>{"<|im_start|>", "<|im_end|>"}));
    EXPECT_EQ(markupNamed("mistral-v3").marks, (std::vector<std::string>{"[INST]", "[/INST]"}));
    EXPECT_TRUE(markupNamed("llama-2").marks.empty()); // [INST] is plain text there
}

struct Refused
{
    const char* what;
    std::string source;
    const char* reason;
};

TEST(ChatMarkup, TemplatesOfOtherFormsAreRefusedWithTheReason)
{
    const std::string turn = "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + "
                             "m.content + '<|im_end|>\n' }}{% endfor %}";
    const std::string open = "{{ '<|im_start|>assistant\n' }}";
    const Refused refused[] = {
        {"another family",
         "{% for m in messages %}{{ '[|' + m.role + '|]' + m.content }}{% endfor %}",
         "it writes \"[|system|]{system}[|user|]{user}\""},
        {"no turns", "<|im_start|>", "it writes \"<|im_start|>\""},
        {"no opening", turn, "{user}<|im_end|>\\u{a}\""},
        {"words of its own", turn + "Be brief." + open, "Be brief.<|im_start|>assistant"},
        {"words before a text",
         "{% for m in messages %}{{ '<|im_start|>' + m.role + '\nSay: ' + "
         "m.content + '<|im_end|>\n' }}{% endfor %}" +
             open,
         "Say: {system}"},
        {"a text changed",
         "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content | "
         "upper + '<|im_end|>\n' }}{% endfor %}" +
             open,
         "without running it"},
        {"a condition of its own",
         turn + "{% if messages[0].content | wordcount > 3 %}" + open + "{% endif %}",
         "a condition that is not known"},
        {"another date", turn + "{{ strftime_now('%A') }}" + open, "without running it"},
        {"another statement", "{% include 'x' %}" + turn + open, "it has a statement \"include\""},
        {"a loop", "{{ range(10**9) | list }}", "without running it"},
        {"attributes", "{{ ''.__class__.__mro__ }}" + turn + open, "without running it"},
        {"no end", "{% for m in messages %}", "a block does not end"},
        {"an open text", "{{ 'x }}", "a quoted text does not end"},
        {"an open tag", "{{ x", "a tag does not end"},
    };
    for (const Refused& each : refused) {
        try {
            (void)recogniseMarkup(each.source);
            ADD_FAILURE() << each.what;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported) << each.what;
            EXPECT_THAT(error.problem(), HasSubstr(each.reason)) << each.what;
            EXPECT_THAT(error.remedy(), HasSubstr("nextquill data markup PROJECT --from"));
        }
    }
}

TEST(ChatMarkup, ATemplateThatIsCutIsRefusedOrWhole)
{
    for (const auto& [name, ignored] : expected().at("templates").items()) {
        const std::string source = templateNamed(name);
        for (std::size_t length = 1; length < source.size(); length += 7) {
            try {
                (void)recogniseMarkup(source.substr(0, length), "<s>", "</s>");
            } catch (const Error& error) {
                EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
            }
        }
    }
}

TEST(ChatMarkup, HostileTemplatesCostLittle)
{
    const auto repeated = [](std::string_view text, std::size_t count) {
        std::string all;
        for (std::size_t i = 0; i < count; ++i) {
            all += text;
        }
        return all;
    };
    const std::string hostile[] = {
        "{{ " + repeated("(", 100'000) + " }}",
        "{{ " + repeated("not ", 100'000) + "x }}",
        "{{ x" + repeated(".x", 100'000) + " }}",
        "{{ x" + repeated("|trim", 100'000) + " }}",
        repeated("{% if x %}", 100'000),
        repeated("{% for m in messages %}", 64) + repeated("{% endfor %}", 64),
        repeated("{% for m in messages %}", 60) + "x" + repeated("{% endfor %}", 60),
        "{% set a = messages[0].content %}" + repeated("{% set a = a + a %}", 1000) + "{{ a }}",
        repeated("{% set a = a + b %}{% set b = b + a %}", 1000) + "{{ a }}",
        repeated("{% if messages[0].role == 'user' %}a{% else %}b{% endif %}", 10'000),
        "{{ 'a" + repeated("' ~ 'a", 100'000) + "' }}",
        repeated("{% for m in messages %}", 20) + "{% set a = " + repeated("m.role + ", 50'000) +
            "m.role %}" + repeated("{% endfor %}", 20),
        [&] {
            std::string nested = "messages[0]";
            for (int i = 0; i < 20; ++i) {
                nested = "(messages[0] if (" + nested + ").get('x') else messages[0])";
            }
            return "{{ (" + nested + ").get('y') }}";
        }(),
        repeated("{{", 100'000),
        repeated("{#", 100'000),
        std::string(1'000'000, '{'),
    };
    for (const std::string& source : hostile) {
        EXPECT_THROW((void)recogniseMarkup(source), Error) << source.substr(0, 40);
    }
}

} // namespace
} // namespace nextquill::text
