// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Utf8.h"
#include "core/text/JsonPlace.h"
#include "core/text/WordPieceTokenizer.h"

#include <algorithm>

namespace nextquill::text {

namespace {

namespace fs = std::filesystem;

// docs/formats.md, tokenizer.json
constexpr std::size_t wordPieceFileBytes = std::size_t{64} << 20;
constexpr std::size_t mostWordPieces = 2'097'152;

std::vector<std::string> piecesOf(const JsonPlace& vocabulary)
{
    if (!vocabulary.value().is_object()) {
        throw vocabulary.bad("the vocabulary is no JSON object");
    }
    const std::size_t count = vocabulary.value().size();
    if (count > mostWordPieces) {
        throw vocabulary.bad("there are " + std::to_string(count) + " pieces, at most " +
                             std::to_string(mostWordPieces) + " are read");
    }
    std::vector<std::string> pieces(count);
    for (const auto& [piece, id] : vocabulary.value().items()) {
        if (!id.is_number_unsigned() || id.get<std::uint64_t>() >= count) {
            throw vocabulary.bad("the piece \"" + escapedForDisplay(piece, 40) +
                                 "\" has no id from 0 to " + std::to_string(count - 1));
        }
        pieces[id.get<std::size_t>()] = piece;
    }
    return pieces;
}

void readBertNormalizer(const JsonPlace& place, WordPieceSettings& settings)
{
    if (place.isMissing()) {
        settings.cleanText = settings.splitIdeographs = false;
        settings.lowercase = settings.stripAccents = false;
        return;
    }
    if (place.type() != "BertNormalizer") {
        throw place.unsupported("WordPiece with the normalizer " + place.type());
    }
    settings.cleanText = place.flag("clean_text", true);
    settings.splitIdeographs = place.flag("handle_chinese_chars", true);
    settings.lowercase = place.flag("lowercase", true);
    settings.stripAccents = place.flag("strip_accents", settings.lowercase);
}

WordPieceTokenizer fromTokenizerJson(const fs::path& file)
{
    const std::string where = file.string();
    const Json root = readJsonFile(file, {.bytes = wordPieceFileBytes, .depth = 32});
    const JsonPlace whole{root, where, "tokenizer"};
    if (!root.is_object()) {
        throw whole.bad("this is no tokenizer: not a JSON object");
    }
    const JsonPlace model = whole.member("model");
    // Old files leave the type out; what only WordPiece has tells it.
    const bool isWordPiece =
        model.value().is_object() &&
        (model.member("type").isMissing() ? !model.member("max_input_chars_per_word").isMissing()
                                          : model.type() == "WordPiece");
    if (!isWordPiece) {
        throw whole.unsupported("an encoder whose tokenizer is no WordPiece");
    }
    WordPieceSettings settings;
    const Json absent;
    const auto found = root.find("normalizer");
    readBertNormalizer({found == root.end() ? absent : *found, where, "normalizer"}, settings);
    if (const JsonPlace cutter = whole.member("pre_tokenizer");
        cutter.isMissing() || cutter.type() != "BertPreTokenizer") {
        throw whole.unsupported("WordPiece without BertPreTokenizer");
    }
    settings.unknown = model.text("unk_token");
    settings.continuing = model.text("continuing_subword_prefix");
    settings.longestWord = model.count("max_input_chars_per_word");
    return {piecesOf(model.member("vocab")), settings, where};
}

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = std::min(text.find('\n', i), text.size());
        std::string line = text.substr(i, end - i);
        if (line.ends_with('\r')) {
            line.pop_back();
        }
        lines.push_back(std::move(line));
        i = end + 1;
    }
    return lines;
}

WordPieceTokenizer fromVocabulary(const fs::path& folder)
{
    const fs::path file = folder / "vocab.txt";
    std::vector<std::string> pieces = linesOf(readFile(file, wordPieceFileBytes));
    WordPieceSettings settings;
    if (const fs::path config = folder / "tokenizer_config.json"; fs::exists(config)) {
        const Json root = readJsonFile(config, {});
        const std::string where = config.string();
        const JsonPlace place{root, where, "tokenizer_config"};
        settings.lowercase = place.flag("do_lower_case", true);
        settings.stripAccents = place.flag("strip_accents", settings.lowercase);
        settings.splitIdeographs = place.flag("tokenize_chinese_chars", true);
    }
    if (pieces.size() > mostWordPieces) {
        throw badTokenizer("there are " + std::to_string(pieces.size()) + " pieces, at most " +
                               std::to_string(mostWordPieces) + " are read",
                           file.string());
    }
    return {pieces, settings, file.string()};
}

} // namespace

WordPieceTokenizer WordPieceTokenizer::read(const fs::path& folder)
{
    if (const fs::path file = folder / "tokenizer.json"; fs::exists(file)) {
        return fromTokenizerJson(file);
    }
    if (fs::exists(folder / "vocab.txt")) {
        return fromVocabulary(folder);
    }
    throw unsupportedTokenizer("there is neither tokenizer.json nor vocab.txt", folder.string());
}

} // namespace nextquill::text
