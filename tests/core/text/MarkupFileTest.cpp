// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/MarkupFile.h"

#include "core/base/Error.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace nextquill::text {
namespace {

using ::testing::HasSubstr;

std::string textOf(const ChatMarkup& markup, const std::string& system, const std::string& user)
{
    return markup.render({{.text = system}}, {{.text = user}}).text();
}

Json form()
{
    return Json::parse(R"({
        "name": "tea", "beginning": "<s>",
        "system": {"prefix": "[S]", "suffix": "[/S]", "trim": "end", "default": "Be kind."},
        "user": {"prefix": "[U]", "suffix": "[/U]", "trim": "both"},
        "assistant": {"prefix": "[A]"}, "special_tokens": ["[U]"]})");
}

TEST(MarkupFile, GivesTheMarkupThatItDescribes)
{
    const ChatMarkup markup = readMarkup(form(), "file");

    EXPECT_EQ(textOf(markup, " a \n", " b "), "<s>[S] a[/S][U]b[/U][A]");
    EXPECT_EQ(textOf(markup, "", "b"), "<s>[S]Be kind.[/S][U]b[/U][A]");
    EXPECT_EQ(markup.name, "tea");
    EXPECT_EQ(markup.marks, std::vector<std::string>{"[U]"});
}

TEST(MarkupFile, WhatIsLeftOutIsEmpty)
{
    const ChatMarkup markup = readMarkup({{"user", {{"suffix", "\n"}}}}, "file");

    EXPECT_EQ(markup.name, "given");
    EXPECT_EQ(textOf(markup, "a", "b"), "ab\n");
}

TEST(MarkupFile, PutsTheSystemTextInTheUsersTurn)
{
    Json json = form();
    json["system"] = {{"suffix", "\n\n"}, {"in_user_turn", true}};

    EXPECT_EQ(textOf(readMarkup(json, "file"), "a", "b"), "<s>[U]a\n\nb[/U][A]");
    json["system"]["always"] = true;
    EXPECT_EQ(textOf(readMarkup(json, "file"), "", "b"), "<s>[U]\n\nb[/U][A]");
}

TEST(MarkupFile, EachMarkupComesBackAsItWas)
{
    for (const ChatMarkup& markup :
         {plainMarkup(), readMarkup(form(), "file"),
          recogniseMarkup("{% for m in messages %}{{ '[INST] ' + m.content.strip() + ' [/INST]' }}"
                          "{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
                          "{% endfor %}")}) {
        EXPECT_EQ(readMarkup(Json::parse(toJson(markup).dump()), "file"), markup) << markup.name;
    }
}

TEST(MarkupFile, ErrorsNameTheKey)
{
    const auto problem = [](const Json& json) {
        try {
            (void)readMarkup(json, "my.json");
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::BadInput);
            EXPECT_EQ(error.where(), "my.json");
            return error.problem();
        }
        return std::string{"none"};
    };
    const auto with = [](const char* pointer, const Json& value) {
        Json json = form();
        json[Json::json_pointer{pointer}] = value;
        return json;
    };
    EXPECT_EQ(problem(Json::array()), "the markup is no JSON object");
    EXPECT_EQ(problem(with("/system", 3)), "\"system\" is no JSON object");
    EXPECT_EQ(problem(with("/user/prefx", "x")), "\"user.prefx\" is not known");
    EXPECT_EQ(problem(with("/tool", "x")), "\"tool\" is not known");
    EXPECT_THAT(problem(with("/user/prefix", 3)), HasSubstr("\"user.prefix\" is no text"));
    EXPECT_THAT(problem(with("/user/trim", "left")), HasSubstr("\"user.trim\" is neither"));
    EXPECT_THAT(problem(with("/system/always", "yes")), HasSubstr("\"system.always\" is neither"));
    EXPECT_THAT(problem(with("/special_tokens", "x")), HasSubstr("\"special_tokens\" is no list"));
    EXPECT_EQ(problem(with("/user/prefix", std::string(1U << 16, 'x'))), "none");
    EXPECT_THAT(problem(with("/user/prefix", std::string((1U << 16) + 1, 'x'))),
                HasSubstr("64 KiB"));
    EXPECT_EQ(problem({{"user", {{"prefix", "x"}}}}),
              "nothing stands between the user's text and the assistant's");
}

} // namespace
} // namespace nextquill::text
