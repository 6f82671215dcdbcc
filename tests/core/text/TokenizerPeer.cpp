// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include <iostream>
#include <span>
#include <string>

// Our side of tests/peers/tokenizer_peer.py.
//
//   tokenizer_peer TOKENIZER.json            JSON texts in, one a line; {ids, bytes, decoded} out
//   tokenizer_peer TOKENIZER.json rewrite    the file as toTokenizerJson() writes it

namespace {

nextquill::Json tokensOf(const nextquill::text::Tokenizer& tokenizer, const std::string& text)
{
    const nextquill::text::Encoding encoding = tokenizer.encode(text);
    nextquill::Json ids = nextquill::Json::array();
    nextquill::Json bytes = nextquill::Json::array();
    for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
        ids.push_back(static_cast<int>(encoding.ids[i]));
        bytes.push_back({encoding.bytes[i].begin, encoding.bytes[i].end});
    }
    return {{"ids", ids}, {"bytes", bytes}, {"decoded", tokenizer.decode(encoding.ids)}};
}

int run(std::span<char*> arguments)
{
    if (arguments.size() < 2) {
        std::cerr << "usage: tokenizer_peer TOKENIZER.json [rewrite]\n";
        return 2;
    }
    const auto definition = nextquill::text::readTokenizerFile(arguments[1]);
    if (arguments.size() > 2) {
        std::cout << nextquill::text::toTokenizerJson(definition);
        return 0;
    }
    const nextquill::text::Tokenizer tokenizer(definition);
    for (std::string line; std::getline(std::cin, line);) {
        const auto text = nextquill::parseJson(line, {}, "standard input").get<std::string>();
        std::cout << tokensOf(tokenizer, text).dump() << '\n';
    }
    return 0;
}

} // namespace

int main(int count, char** arguments)
{
    try {
        return run(std::span{arguments, static_cast<std::size_t>(count)});
    } catch (const std::exception& error) {
        std::cerr << "tokenizer_peer: " << error.what() << '\n';
        return 1;
    }
}
