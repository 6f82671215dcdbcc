// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufTokenizer.h"
#include "core/model/GgufTokenizerWriter.h"
#include "core/model/GgufWriter.h"
#include "core/text/Tokenizer.h"

#include <fstream>
#include <iostream>

// Our side of tests/peers/compare_gguf_tokenizers.py.
//
//   gguf_tokenizer_peer read FILE.gguf      JSON texts in, one a line; {ids, decoded} out
//   gguf_tokenizer_peer write TOKENIZER.json FILE.gguf ARCHITECTURE [markup]
//                                           the head of a GGUF file, with that tokenizer

namespace {

using nextquill::Json;

void read(const std::string& path)
{
    const nextquill::text::Tokenizer tokenizer{
        nextquill::model::readGgufTokenizer(nextquill::model::GgufFile{path})};
    for (std::string line; std::getline(std::cin, line);) {
        const auto text = nextquill::parseJson(line, {}, "standard input").get<std::string>();
        Json ids = Json::array();
        const auto encoding = tokenizer.encode(text);
        for (const nextquill::text::TokenId id : encoding.ids) {
            ids.push_back(static_cast<int>(id));
        }
        std::cout << Json{{"ids", ids}, {"decoded", tokenizer.decode(encoding.ids)}}.dump() << '\n';
    }
}

void write(const std::string& json, const std::string& to, const std::string& architecture,
           bool beginsWithMarkup)
{
    const auto definition = nextquill::text::readTokenizerFile(json);
    nextquill::model::GgufPairs pairs;
    pairs.text("general.architecture", architecture);
    nextquill::model::NamedTokens tokens;
    if (!definition.before.empty()) {
        for (const auto& token : definition.addedTokens) {
            if (token.id == definition.before[0]) {
                tokens.beginning = token.content;
            }
        }
    }
    const auto size = static_cast<std::int64_t>(nextquill::text::Tokenizer{definition}.size());
    nextquill::model::appendTokenizer(pairs, definition, tokens, {}, size, beginsWithMarkup);
    std::ofstream{to, std::ios::binary} << nextquill::model::ggufHead(pairs, {});
}

int run(const std::vector<std::string>& arguments)
{
    if (arguments.size() == 2 && arguments[0] == "read") {
        read(arguments[1]);
        return 0;
    }
    if (arguments.size() >= 4 && arguments[0] == "write") {
        write(arguments[1], arguments[2], arguments[3], arguments.size() > 4);
        return 0;
    }
    std::cerr << "usage: gguf_tokenizer_peer read|write, see the head of the source\n";
    return 2;
}

} // namespace

int main(int count, char** values)
{
    try {
        return run({values + 1, values + count});
    } catch (const std::exception& error) {
        std::cerr << "gguf_tokenizer_peer: " << error.what() << '\n';
        return 1;
    }
}
