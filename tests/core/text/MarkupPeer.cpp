// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/text/ChatMarkup.h"

#include <iostream>
#include <string>

// Our side of tests/peers/compare_chat_markup.py: {"template", "bos", "eos", "conversations":
// [{"system", "user"}]} in, one a line; {"name", "texts"} or {"error"} out.

namespace {

nextquill::Json answer(const nextquill::Json& question)
{
    using namespace nextquill::text;
    try {
        const ChatMarkup markup = recogniseMarkup(question.at("template").get<std::string>(),
                                                  question.at("bos").get<std::string>(),
                                                  question.at("eos").get<std::string>());
        nextquill::Json texts = nextquill::Json::array();
        for (const nextquill::Json& turns : question.at("conversations")) {
            const auto spans = [&turns](const char* role) {
                return std::vector<PromptSpan>{
                    {.origin = Origin::Review, .text = turns.at(role).get<std::string>()}};
            };
            texts.push_back(markup.render(spans("system"), spans("user")).text());
        }
        return {{"name", markup.name}, {"texts", texts}};
    } catch (const nextquill::Error& error) {
        return {{"error", error.problem()}};
    }
}

} // namespace

int main()
{
    try {
        for (std::string line; std::getline(std::cin, line);) {
            std::cout << answer(nextquill::parseJson(line, {}, "standard input")).dump() << '\n';
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "markup_peer: " << error.what() << '\n';
        return 1;
    }
}
