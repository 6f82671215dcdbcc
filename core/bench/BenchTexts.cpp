// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/LineReader.h"
#include "core/bench/SampleReviews.h"
#include "core/bench/TokenizerBench.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufTokenizer.h"

#include <fmt/format.h>

namespace nextquill::bench {

namespace fs = std::filesystem;

namespace {

std::string textOf(const Json& line, const std::string& where)
{
    for (const char* field : {"text", "reviewText"}) {
        if (line.is_object() && line.contains(field) && line.at(field).is_string()) {
            return line.at(field).get<std::string>();
        }
    }
    throw Error{ErrorKind::BadInput, "the line has no text", where,
                "give objects with a string `text` or `reviewText`"};
}

std::vector<std::string> textsOf(const fs::path& file)
{
    std::vector<std::string> texts;
    LineReader reader{file};
    while (const auto line = reader.next()) {
        const std::string where = fmt::format("{}, line {}", file.string(), line->number);
        texts.push_back(file.extension() == ".jsonl"
                            ? textOf(parseJson(line->text, {}, where), where)
                            : std::string{line->text});
    }
    return texts;
}

} // namespace

text::TokenizerDefinition readTokenizer(const fs::path& path)
{
    if (path.extension() == ".gguf") {
        return model::readGgufTokenizer(model::GgufFile{path});
    }
    return text::readTokenizerFile(fs::is_directory(path) ? path / "tokenizer.json" : path);
}

std::vector<std::string> benchTexts(const fs::path& file, std::size_t bytes)
{
    const std::vector<std::string> given = file.empty() ? sampleTexts() : textsOf(file);
    std::size_t size = 0;
    for (const std::string& text : given) {
        size += text.size();
    }
    if (size == 0) {
        throw Error{ErrorKind::BadInput, "there is no text", file.string(),
                    "name a file with a text on each line"};
    }
    std::vector<std::string> texts = given;
    for (std::size_t i = 0; size < bytes; i = (i + 1) % given.size()) {
        texts.push_back(given[i]);
        size += given[i].size();
    }
    return texts;
}

} // namespace nextquill::bench
