// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/text/JsonPlace.h"
#include "core/text/ModelReader.h"
#include "core/text/StepReader.h"
#include "core/text/TokenizerDefinition.h"

#include <cmath>
#include <simdjson.h>

namespace nextquill::text {

namespace {

using simdjson::dom::element;

// docs/formats.md, tokenizer.json
constexpr std::size_t fileLimit = std::size_t{128} << 20;
constexpr int depthLimit = 64;
constexpr std::size_t addedLimit = 65'536;
constexpr std::size_t addedBytesLimit = std::size_t{4} << 20;

/// Parses the whole file; what is said about one that is no JSON comes from the parser that counts
/// lines.
element parsed(simdjson::dom::parser& parser, const simdjson::padded_string& json,
               const std::string& where)
{
    element root;
    auto error = parser.allocate(json.size(), depthLimit + 1);
    if (error == simdjson::SUCCESS) {
        error = parser.parse(json).get(root);
    }
    if (error == simdjson::SUCCESS) {
        return root;
    }
    if (error == simdjson::MEMALLOC) {
        throw Error{ErrorKind::OutOfMemory, "there is no memory for the tokenizer", where,
                    "close other programs"};
    }
    (void)parseJson(json, {.bytes = fileLimit, .depth = depthLimit}, where);
    throw badTokenizer("a number in the JSON is too large", where);
}

/// A small part of the file as the JSON that steps are read from.
Json smallPart(const element& value)
{
    return Json::parse(simdjson::minify(value));
}

/// Reads one file; every question about its shape is asked here, with the place in the answer.
class FileReader
{
public:
    FileReader(const element& root, const std::string& where)
        : m_root{root}
        , m_where{where}
    {
    }

    [[nodiscard]] TokenizerDefinition read()
    {
        if (!m_root.is_object()) {
            throw badTokenizer("this is no tokenizer: not a JSON object",
                               m_where + ", first character");
        }
        const auto model = lastOf(m_root, "model");
        if (!model || !model->is_object()) {
            throw badTokenizer("there is no model", m_where + ", model");
        }
        m_idLimit = readModel(*model, m_where, m_definition);
        readAddedTokens();
        readSteps();
        return std::move(m_definition);
    }

private:
    [[nodiscard]] TokenId idOf(const Json& value, const JsonPlace& place) const
    {
        if (!value.is_number_unsigned()) {
            throw place.bad("a token's id is no whole number from 0");
        }
        const auto id = value.get<std::uint64_t>();
        if (id >= m_idLimit) {
            throw place.bad("a token has the id " + std::to_string(id) +
                            ", the largest that is read is " + std::to_string(m_idLimit - 1));
        }
        return static_cast<TokenId>(id);
    }

    void readAddedTokens()
    {
        const auto found = lastOf(m_root, "added_tokens");
        if (!found || found->is_null()) {
            return;
        }
        const std::string place = "added_tokens";
        simdjson::dom::array tokens;
        if (found->get(tokens) != simdjson::SUCCESS) {
            throw badTokenizer("added_tokens is no list", m_where + ", " + place);
        }
        if (tokens.size() > addedLimit) {
            throw badTokenizer("there are " + std::to_string(tokens.size()) +
                                   " added tokens, at most " + std::to_string(addedLimit) +
                                   " are read",
                               m_where + ", " + place);
        }
        m_idLimit += 4 * tokens.size();
        std::size_t bytes = 0;
        for (const element entry : tokens) {
            const Json value = smallPart(entry);
            readAddedToken({value, m_where,
                            place + "[" + std::to_string(m_definition.addedTokens.size()) + "]"});
            bytes += m_definition.addedTokens.back().content.size();
        }
        if (bytes > addedBytesLimit) {
            throw badTokenizer("the added tokens have " + std::to_string(bytes) +
                                   " bytes together, at most " + std::to_string(addedBytesLimit) +
                                   " are read",
                               m_where + ", " + place);
        }
    }

    void readAddedToken(const JsonPlace& place)
    {
        AddedToken added;
        added.id = idOf(place.member("id").value(), place);
        const JsonPlace content = place.member("content");
        if (!content.value().is_string()) {
            throw place.bad("a token is no text");
        }
        added.content = content.value().get<std::string>();
        if (added.content.size() > tokenBytesLimit) {
            throw place.bad(tooLong(added.content.size()));
        }
        added.special = place.flag("special", false);
        added.leftStrip = place.flag("lstrip", false);
        added.rightStrip = place.flag("rstrip", false);
        added.singleWord = place.flag("single_word", false);
        added.normalized = place.flag("normalized", !added.special);
        m_definition.addedTokens.push_back(std::move(added));
    }

    void readSteps()
    {
        const auto part = [this](const char* key) {
            const auto found = lastOf(m_root, key);
            return found ? smallPart(*found) : Json{};
        };
        const Json normalizer = part("normalizer");
        m_definition.normalizers = readNormalizers({normalizer, m_where, "normalizer"});
        const Json preTokenizer = part("pre_tokenizer");
        m_definition.preTokenizers = readPreTokenizers({preTokenizer, m_where, "pre_tokenizer"});
        const Json decoder = part("decoder");
        m_definition.decoders = readDecoders({decoder, m_where, "decoder"});
        const Json processor = part("post_processor");
        const JsonPlace place{processor, m_where, "post_processor"};
        readPostProcessor(place, [&](const Json& id) { return idOf(id, place); }, m_definition);
        if (m_definition.model == TokenModel::Unigram && isByteLevel(m_definition)) {
            throw unsupportedTokenizer("a Unigram model works on bytes (ByteLevel)",
                                       m_where + ", pre_tokenizer");
        }
    }

    const element& m_root;
    const std::string& m_where;
    TokenizerDefinition m_definition;
    std::size_t m_idLimit = 0;
};

} // namespace

TokenizerDefinition parseTokenizer(std::string_view json, const std::string& where)
{
    if (json.size() > fileLimit) {
        throw badTokenizer("JSON has " + std::to_string(json.size()) + " bytes, at most " +
                               std::to_string(fileLimit) + " are read",
                           where);
    }
    simdjson::dom::parser parser;
    const simdjson::padded_string padded{json};
    const element root = parsed(parser, padded, where);
    return FileReader{root, where}.read();
}

TokenizerDefinition readTokenizerFile(const std::filesystem::path& tokenizerJson)
{
    return parseTokenizer(readFile(tokenizerJson, fileLimit), tokenizerJson.string());
}

} // namespace nextquill::text
