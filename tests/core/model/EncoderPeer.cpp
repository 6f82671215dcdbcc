// SPDX-License-Identifier: GPL-3.0-or-later
//
// encoder_peer FOLDER: a JSON string a line in, its ids and embedding out. For
// tests/peers/compare_encoder.py.
#include "core/base/Json.h"
#include "core/model/TextEncoder.h"
#include "core/text/WordPieceTokenizer.h"

#include <exception>
#include <iostream>
#include <string>

int main(int argc, char** argv)
{
    using namespace nextquill;
    if (argc != 2) {
        std::cerr << "usage: encoder_peer FOLDER\n";
        return 2;
    }
    try {
        const auto encoder = model::TextEncoder::load(argv[1]);
        const auto tokenizer = text::WordPieceTokenizer::read(argv[1]);
        const auto longest = static_cast<std::size_t>(encoder->config().longestText);
        for (std::string line; std::getline(std::cin, line);) {
            const std::string text = Json::parse(line).get<std::string>();
            Json row{{"ids", Json::array()}, {"embedding", encoder->embed(text)}};
            for (const text::TokenId id : tokenizer.encode(text, longest)) {
                row["ids"].push_back(static_cast<int>(id));
            }
            std::cout << row.dump() << '\n';
        }
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
