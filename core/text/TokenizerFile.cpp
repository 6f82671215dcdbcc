// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/text/PreTokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include <algorithm>
#include <optional>
#include <set>

namespace nextquill::text {

namespace {

// docs/formats.md, tokenizer.json
constexpr std::size_t fileLimit = std::size_t{128} << 20;
constexpr int depthLimit = 64;
constexpr std::size_t pieceLimit = 2'097'152;
constexpr std::size_t mergeLimit = 4'194'304;
constexpr std::size_t addedLimit = 65'536;
constexpr std::size_t tokenBytesLimit = std::size_t{64} << 10;
constexpr std::size_t nestingLimit = 8;
constexpr std::size_t patternBytesLimit = std::size_t{4} << 10;
constexpr std::size_t shownPattern = 120;

/// Reads one file; every question about its shape is asked here, with the place in the answer.
class Reader
{
public:
    Reader(const Json& root, const std::string& where)
        : m_root{root}
        , m_where{where}
    {
    }

    [[nodiscard]] TokenizerDefinition read();

private:
    [[nodiscard]] Error bad(const std::string& problem, const std::string& place) const
    {
        return {ErrorKind::BadInput, problem, m_where + ", " + place,
                "download the tokenizer again or use another model"};
    }
    [[nodiscard]] Error unsupported(const std::string& problem, const std::string& place) const
    {
        return {ErrorKind::Unsupported, problem, m_where + ", " + place,
                "use a model with a byte-level BPE tokenizer of the GPT-2, SmolLM, Llama 3 or "
                "Qwen 2 kind"};
    }

    /// The member `key`, or null when it is missing.
    [[nodiscard]] const Json& member(const Json& object, const std::string& key) const;
    [[nodiscard]] std::string typeOf(const Json& object, const std::string& place) const;
    [[nodiscard]] bool flag(const Json& object, const char* key, bool otherwise,
                            const std::string& place) const;
    [[nodiscard]] std::string token(const Json& value, const std::string& place) const;
    void checkLength(const std::string& text, const std::string& place) const;
    [[nodiscard]] std::size_t idOf(const Json& value, const std::string& place) const;
    void checkCount(std::size_t count, std::size_t limit, const char* what,
                    const std::string& place) const;

    void readModel();
    void readVocabulary(const Json& vocabulary);
    void readMerges(const Json& merges);
    [[nodiscard]] bool readMerge(const Json& merge);
    void readAddedTokens();
    void readNormalizer(const Json& normalizer, std::size_t depth);
    void flattenPreTokenizers(const Json& preTokenizer, std::vector<const Json*>& steps,
                              std::size_t depth) const;
    void readPreTokenizer();
    [[nodiscard]] PreTokenizerKind splitKind(const Json& split) const;
    void readPostProcessor(const Json& processor, std::size_t depth);
    void readTemplate(const Json& processor);
    void checkDecoder(const Json& decoder) const;

    const Json& m_root;
    const std::string& m_where;
    TokenizerDefinition m_definition;
    std::size_t m_idLimit = 0;
};

const Json& Reader::member(const Json& object, const std::string& key) const
{
    static const Json absent;
    if (!object.is_object()) {
        return absent;
    }
    const auto found = object.find(key);
    return found == object.end() ? absent : *found;
}

std::string Reader::typeOf(const Json& object, const std::string& place) const
{
    const Json& type = member(object, "type");
    if (!type.is_string()) {
        throw bad("no type is given", place);
    }
    return type.get<std::string>();
}

bool Reader::flag(const Json& object, const char* key, bool otherwise,
                  const std::string& place) const
{
    const Json& value = member(object, key);
    if (value.is_null()) {
        return otherwise;
    }
    if (!value.is_boolean()) {
        throw bad(std::string{key} + " is neither true nor false", place);
    }
    return value.get<bool>();
}

std::string Reader::token(const Json& value, const std::string& place) const
{
    if (!value.is_string()) {
        throw bad("a token is no text", place);
    }
    const auto& text = value.get_ref<const std::string&>();
    checkLength(text, place);
    return text;
}

void Reader::checkLength(const std::string& text, const std::string& place) const
{
    if (text.size() > tokenBytesLimit) {
        throw bad("a token has " + std::to_string(text.size()) + " bytes, at most " +
                      std::to_string(tokenBytesLimit) + " are read",
                  place);
    }
}

std::size_t Reader::idOf(const Json& value, const std::string& place) const
{
    if (!value.is_number_integer() || value < 0) {
        throw bad("a token's id is no whole number from 0", place);
    }
    const auto id = value.get<std::uint64_t>();
    if (id >= m_idLimit) {
        throw bad("a token has the id " + std::to_string(id) + ", the largest that is read is " +
                      std::to_string(m_idLimit - 1),
                  place);
    }
    return static_cast<std::size_t>(id);
}

void Reader::checkCount(std::size_t count, std::size_t limit, const char* what,
                        const std::string& place) const
{
    if (count > limit) {
        throw bad("there are " + std::to_string(count) + ' ' + what + ", at most " +
                      std::to_string(limit) + " are read",
                  place);
    }
}

TokenizerDefinition Reader::read()
{
    if (!m_root.is_object()) {
        throw bad("this is no tokenizer: not a JSON object", "first character");
    }
    readModel();
    readAddedTokens();
    readNormalizer(member(m_root, "normalizer"), 0);
    readPreTokenizer();
    readPostProcessor(member(m_root, "post_processor"), 0);
    checkDecoder(member(m_root, "decoder"));
    return std::move(m_definition);
}

void Reader::readModel()
{
    const Json& model = member(m_root, "model");
    if (!model.is_object()) {
        throw bad("there is no model", "model");
    }
    const Json& type = member(model, "type"); // old files leave it out
    if (!type.is_null() && type != "BPE") {
        throw unsupported("the tokenizer's model is " +
                              (type.is_string() ? escapedForDisplay(type.get<std::string>(), 40)
                                                : std::string{"unnamed"}) +
                              ", not BPE",
                          "model.type");
    }
    const Json& vocabulary = member(model, "vocab");
    const Json& merges = member(model, "merges");
    if (!vocabulary.is_object() || !merges.is_array()) {
        throw bad("vocab is no object or merges no list", "model");
    }
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
        const Json& value = member(model, key);
        if (!value.is_null() && value != "") {
            throw unsupported(std::string{key} + " is set", "model");
        }
    }
    const Json& dropout = member(model, "dropout");
    if (!dropout.is_null() && dropout != 0) {
        throw unsupported("dropout is set: ids would be random", "model");
    }
    if (flag(model, "byte_fallback", false, "model")) {
        throw unsupported("byte_fallback is set", "model");
    }
    readVocabulary(vocabulary);
    readMerges(merges);
    m_definition.ignoreMerges = flag(model, "ignore_merges", false, "model");
    m_definition.fuseUnknown = flag(model, "fuse_unk", false, "model");
    if (const Json& unknown = member(model, "unk_token"); !unknown.is_null()) {
        const std::string text = token(unknown, "model.unk_token");
        const Json& id = member(vocabulary, text);
        if (id.is_null()) {
            throw bad("unk_token is not in the vocabulary", "model.unk_token");
        }
        m_definition.unknown = static_cast<TokenId>(idOf(id, "model.unk_token"));
    }
}

void Reader::readVocabulary(const Json& vocabulary)
{
    checkCount(vocabulary.size(), pieceLimit, "pieces", "model.vocab");
    m_idLimit = 4 * std::max<std::size_t>(vocabulary.size(), 1);
    for (const auto& [text, value] : vocabulary.items()) {
        if (text.empty()) {
            throw bad("a piece is empty", "model.vocab");
        }
        checkLength(text, "model.vocab");
        const std::size_t id = idOf(value, "model.vocab");
        if (id >= m_definition.pieces.size()) {
            m_definition.pieces.resize(id + 1);
        }
        if (!m_definition.pieces[id].empty()) {
            throw bad("two pieces have the id " + std::to_string(id), "model.vocab");
        }
        m_definition.pieces[id] = text;
    }
}

void Reader::readMerges(const Json& merges)
{
    checkCount(merges.size(), mergeLimit, "merges", "model.merges");
    m_definition.merges.reserve(merges.size());
    for (const Json& merge : merges) {
        if (!readMerge(merge)) {
            throw bad("merge " + std::to_string(m_definition.merges.size()) +
                          " is not two pieces, in a list or with one space between",
                      "model.merges");
        }
    }
}

bool Reader::readMerge(const Json& merge)
{
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        m_definition.merges.emplace_back(token(merge[0], "model.merges"),
                                         token(merge[1], "model.merges"));
        return true;
    }
    if (!merge.is_string()) {
        return false;
    }
    const std::string both = token(merge, "model.merges");
    const std::size_t space = both.find(' ');
    if (space == std::string::npos || both.find(' ', space + 1) != std::string::npos) {
        return false;
    }
    m_definition.merges.emplace_back(both.substr(0, space), both.substr(space + 1));
    return true;
}

void Reader::readAddedTokens()
{
    const Json& tokens = member(m_root, "added_tokens");
    if (tokens.is_null()) {
        return;
    }
    if (!tokens.is_array()) {
        throw bad("added_tokens is no list", "added_tokens");
    }
    checkCount(tokens.size(), addedLimit, "added tokens", "added_tokens");
    m_idLimit += 4 * tokens.size();
    for (const Json& entry : tokens) {
        const std::string place =
            "added_tokens[" + std::to_string(m_definition.addedTokens.size()) + "]";
        AddedToken added;
        added.id = static_cast<TokenId>(idOf(member(entry, "id"), place));
        added.content = token(member(entry, "content"), place);
        added.special = flag(entry, "special", false, place);
        added.leftStrip = flag(entry, "lstrip", false, place);
        added.rightStrip = flag(entry, "rstrip", false, place);
        added.singleWord = flag(entry, "single_word", false, place);
        added.normalized = flag(entry, "normalized", !added.special, place);
        m_definition.addedTokens.push_back(std::move(added));
    }
}

void Reader::readNormalizer(const Json& normalizer, std::size_t depth)
{
    if (normalizer.is_null()) {
        return;
    }
    const std::string type = typeOf(normalizer, "normalizer");
    if (depth > nestingLimit) {
        throw bad("steps are nested deeper than " + std::to_string(nestingLimit) + " levels",
                  "normalizer");
    }
    if (type == "NFC") {
        m_definition.normalizer = NormalizerKind::Nfc;
    } else if (type == "Sequence") {
        for (const Json& step : member(normalizer, "normalizers")) {
            readNormalizer(step, depth + 1);
        }
    } else {
        throw unsupported("the normalizer " + escapedForDisplay(type, 40) + " is not known",
                          "normalizer");
    }
}

void Reader::flattenPreTokenizers(const Json& preTokenizer, std::vector<const Json*>& steps,
                                  std::size_t depth) const
{
    if (depth > nestingLimit) {
        throw bad("steps are nested deeper than " + std::to_string(nestingLimit) + " levels",
                  "pre_tokenizer");
    }
    if (typeOf(preTokenizer, "pre_tokenizer") != "Sequence") {
        steps.push_back(&preTokenizer);
        return;
    }
    for (const Json& step : member(preTokenizer, "pretokenizers")) {
        flattenPreTokenizers(step, steps, depth + 1);
    }
}

void Reader::readPreTokenizer()
{
    const Json& preTokenizer = member(m_root, "pre_tokenizer");
    if (preTokenizer.is_null()) {
        throw unsupported("there is no pre-tokenizer", "pre_tokenizer");
    }
    std::vector<const Json*> steps;
    flattenPreTokenizers(preTokenizer, steps, 0);
    std::string order;
    for (const Json* step : steps) {
        order +=
            (order.empty() ? "" : ", ") + escapedForDisplay(typeOf(*step, "pre_tokenizer"), 40);
    }
    const Json& last = steps.empty() ? preTokenizer : *steps.back();
    const bool usesRegex = flag(last, "use_regex", true, "pre_tokenizer");
    m_definition.addPrefixSpace = flag(last, "add_prefix_space", true, "pre_tokenizer");
    if (order == "ByteLevel" && usesRegex) {
        m_definition.preTokenizer = PreTokenizerKind::Gpt2;
    } else if (order == "Digits, ByteLevel" && usesRegex &&
               flag(*steps.front(), "individual_digits", false, "pre_tokenizer")) {
        m_definition.preTokenizer = PreTokenizerKind::SmolLm;
    } else if (order == "Split, ByteLevel" && !usesRegex) {
        m_definition.preTokenizer = splitKind(*steps.front());
    } else {
        throw unsupported("the pre-tokenizer is a sequence that is not known: " + order,
                          "pre_tokenizer");
    }
}

PreTokenizerKind Reader::splitKind(const Json& split) const
{
    const Json& regex = member(member(split, "pattern"), "Regex");
    if (!regex.is_string()) {
        throw unsupported("text is split at a fixed string", "pre_tokenizer");
    }
    const auto& pattern = regex.get_ref<const std::string&>();
    if (pattern.size() > patternBytesLimit) {
        throw bad("the split pattern has " + std::to_string(pattern.size()) + " bytes, at most " +
                      std::to_string(patternBytesLimit) + " are read",
                  "pre_tokenizer");
    }
    if (member(split, "behavior") != "Isolated" || flag(split, "invert", false, "pre_tokenizer")) {
        throw unsupported("matches of the split pattern are not isolated", "pre_tokenizer");
    }
    for (const SplitPattern& known : splitPatterns()) {
        if (known.regex == pattern) {
            return known.kind;
        }
    }
    throw unsupported("the split pattern is not known: " + escapedForDisplay(pattern, shownPattern),
                      "pre_tokenizer");
}

void Reader::readPostProcessor(const Json& processor, std::size_t depth)
{
    if (processor.is_null()) {
        return;
    }
    if (depth > nestingLimit) {
        throw bad("steps are nested deeper than " + std::to_string(nestingLimit) + " levels",
                  "post_processor");
    }
    const std::string type = typeOf(processor, "post_processor");
    if (type == "TemplateProcessing") {
        readTemplate(processor);
    } else if (type == "Sequence") {
        for (const Json& step : member(processor, "processors")) {
            readPostProcessor(step, depth + 1);
        }
    } else if (type != "ByteLevel") { // which trims offsets alone; ours always cover the token
        throw unsupported("the post-processor " + escapedForDisplay(type, 40) + " is not known",
                          "post_processor");
    }
}

void Reader::readTemplate(const Json& processor)
{
    const std::string place = "post_processor";
    const Json& single = member(processor, "single");
    const Json& specials = member(processor, "special_tokens");
    if (!single.is_array()) {
        throw bad("the template for one text is no list", place);
    }
    std::vector<TokenId>* side = &m_definition.before;
    for (const Json& part : single) {
        if (!member(part, "Sequence").is_null()) {
            side = &m_definition.after;
            continue;
        }
        const Json& name = member(member(part, "SpecialToken"), "id");
        if (!name.is_string()) {
            throw bad("the template has a part that is neither text nor token", place);
        }
        const Json& ids = member(member(specials, name.get<std::string>()), "ids");
        if (!ids.is_array()) {
            throw bad("the template names a token without ids", place);
        }
        for (const Json& id : ids) {
            side->push_back(static_cast<TokenId>(idOf(id, place)));
        }
    }
    checkCount(m_definition.before.size() + m_definition.after.size(), addedLimit,
               "tokens in the template", place);
}

void Reader::checkDecoder(const Json& decoder) const
{
    if (!decoder.is_null() && typeOf(decoder, "decoder") != "ByteLevel") {
        throw unsupported("the decoder is " + escapedForDisplay(typeOf(decoder, "decoder"), 40) +
                              ", not ByteLevel",
                          "decoder");
    }
}

} // namespace

TokenizerDefinition parseTokenizer(std::string_view json, const std::string& where)
{
    // Of a key that stands twice the last counts, as in the reference library; having the parser
    // refuse it takes quadratic time for a long list of objects.
    const Json root = parseJson(json, {.bytes = fileLimit, .depth = depthLimit}, where);
    return Reader{root, where}.read();
}

TokenizerDefinition readTokenizerFile(const std::filesystem::path& tokenizerJson)
{
    return parseTokenizer(readFile(tokenizerJson, fileLimit), tokenizerJson.string());
}

} // namespace nextquill::text
