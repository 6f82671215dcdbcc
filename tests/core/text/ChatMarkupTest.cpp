// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/ChatMarkup.h"

#include "core/base/Error.h"
#include "core/base/Json.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <string>

// The expected texts are those of Transformers 5.23, apply_chat_template with a generation prompt;
// for Llama 3 of Jinja on a template of that form.

namespace nextquill::text {
namespace {

std::string rendered(const ChatMarkup& markup, const std::string& system, const std::string& user)
{
    return markup
        .render({{.origin = Origin::Instruction, .text = system}},
                {{.origin = Origin::Instruction, .text = user}})
        .text();
}

struct Expected
{
    const char* model;
    const char* withoutSystem;
};

class ChatMarkupOfModel : public ::testing::TestWithParam<Expected>
{
};

TEST_P(ChatMarkupOfModel, IsWhatTransformersRenders)
{
    NEXTQUILL_NEED_SHARED(file, std::string{"fixtures/models/"} + GetParam().model +
                                    "/tokenizer_config.json");
    const Json config = readJsonFile(file, {});
    const ChatMarkup markup = recogniseMarkup(config.at("chat_template").get<std::string>());

    EXPECT_EQ(markup.name, "chatml");
    EXPECT_EQ(rendered(markup, "Sys  text.", " Hello\nyou \n"),
              "<|im_start|>system\nSys  text.<|im_end|>\n"
              "<|im_start|>user\n Hello\nyou \n<|im_end|>\n<|im_start|>assistant\n");
    EXPECT_EQ(rendered(markup, "", "Hi"), GetParam().withoutSystem);
}

INSTANTIATE_TEST_SUITE_P(
    Fixtures, ChatMarkupOfModel,
    ::testing::Values(
        Expected{"Qwen2.5-Coder-0.5B-Instruct-tokenizer",
                 "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful "
                 "assistant.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
        Expected{"SmolLM2-135M-Instruct-tokenizer",
                 "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by "
                 "Hugging Face<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
                 "<|im_start|>assistant\n"},
        Expected{"tiny-llama", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"},
        Expected{"tiny-qwen2", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"}));

constexpr const char* llama3Template =
    "{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + "
    "'<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' %}"
    "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
    "{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}";

TEST(ChatMarkup, Llama3TrimsTurnsAndBeginsWithItsToken)
{
    const ChatMarkup markup = recogniseMarkup(llama3Template, "<|begin_of_text|>");

    EXPECT_EQ(markup.name, "llama-3");
    EXPECT_EQ(rendered(markup, "Sys  text.", " Hello\nyou \n"),
              "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nSys  text.<|eot_id|>"
              "<|start_header_id|>user<|end_header_id|>\n\nHello\nyou<|eot_id|>"
              "<|start_header_id|>assistant<|end_header_id|>\n\n");
    EXPECT_EQ(rendered(markup, "", "Hi"),
              "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
              "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(ChatMarkup, LaterLlamasAlwaysHaveASystemTurnWithTheTemplatesOwnDate)
{
    const std::string later = std::string{"{{- \"Cutting Knowledge Date: December 2023\\n\" }}"
                                          "{{- \"Today Date: \" + date_string + \"\\n\\n\" }}"} +
                              llama3Template;
    const ChatMarkup markup = recogniseMarkup(later, "<|begin_of_text|>");

    EXPECT_EQ(rendered(markup, "", "Hi"),
              "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n"
              "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n<|eot_id|>"
              "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
              "<|start_header_id|>assistant<|end_header_id|>\n\n");
}

TEST(ChatMarkup, WithoutATemplateTextsAreDividedByBlankLines)
{
    EXPECT_EQ(recogniseMarkup("").name, "plain");
    EXPECT_EQ(rendered(plainMarkup(), "Do it.", "Now."), "Do it.\n\nNow.\n\n");
    EXPECT_EQ(rendered(plainMarkup(), "", "Now."), "Now.\n\n");
}

TEST(ChatMarkup, OnlyMarkupSpansMayHoldSpecialTokens)
{
    const ChatMarkup markup = recogniseMarkup("{{'<|im_start|>' + role + '\\n' + content + "
                                              "'<|im_end|>\\n'}}{{'<|im_start|>assistant\\n'}}");
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

TEST(ChatMarkup, TemplatesOfOtherFormsAreRefused)
{
    const char* const refused[] = {
        "{{ '[INST] ' + messages[0]['content'] + ' [/INST]' }}",
        "<|im_start|>", // marks alone are not enough
        "{{'<|im_start|>assistant<|im_sep|>'}}{{'<|im_end|>'}}",
        "{{'<|im_start|>system\\n## Metadata\\n\\nKnowledge Cutoff Date: June 2025\\n'}}"
        "{{'<|im_end|>\\n'}}{{'<|im_start|>assistant\\n'}}",
        "{{ range(10**9) | list }}",
    };
    for (const char* chatTemplate : refused) {
        try {
            (void)recogniseMarkup(chatTemplate);
            ADD_FAILURE() << chatTemplate;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
            EXPECT_FALSE(error.remedy().empty());
        }
    }
}

TEST(ChatMarkup, ATemplateThatOpensTheThoughtsIsFollowed)
{
    const ChatMarkup markup =
        recogniseMarkup("{{'<|im_start|>user\\n' + content + '<|im_end|>' + '\\n'}}"
                        "{{'<|im_start|>assistant\\n<think>\\n'}}");

    EXPECT_EQ(rendered(markup, "", "Hi"),
              "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n");
}

} // namespace
} // namespace nextquill::text
