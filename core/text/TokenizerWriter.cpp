// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/text/StepWriter.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace nextquill::text {

namespace {

std::string jsonText(const std::string& text)
{
    if (!isUtf8(text)) {
        throw Error{ErrorKind::BadInput, "a token is no UTF-8: " + escapedForDisplay(text, 40),
                    "tokenizer", "use another copy of the model"};
    }
    return toLine(text);
}

std::vector<Merge> byRank(std::vector<Merge> merges)
{
    std::stable_sort(merges.begin(), merges.end(),
                     [](const Merge& a, const Merge& b) { return a.rank < b.rank; });
    return merges;
}

/// The text of every id: pieces, and added tokens where there is no piece.
std::vector<std::string> textsById(const TokenizerDefinition& definition)
{
    const Vocabulary checked{definition};
    std::vector<std::string> texts = definition.pieces;
    for (const AddedToken& token : definition.addedTokens) {
        const auto id = static_cast<std::size_t>(token.id);
        if (texts.size() <= id) {
            texts.resize(id + 1);
        }
        texts[id] = token.content;
    }
    return texts;
}

const std::string& textOf(TokenId id, const std::vector<std::string>& texts)
{
    if (id < TokenId{} || static_cast<std::size_t>(id) >= texts.size()) {
        throw Error{ErrorKind::BadInput,
                    "token " + std::to_string(static_cast<int>(id)) + " is not in the vocabulary",
                    "tokenizer", "use another copy of the model"};
    }
    return texts[static_cast<std::size_t>(id)];
}

OrderedJson templateOf(const TokenizerDefinition& definition, const std::vector<std::string>& texts)
{
    OrderedJson specials = OrderedJson::object();
    OrderedJson single = OrderedJson::array();
    OrderedJson pair = OrderedJson::array();
    const auto appendTokens = [&](const std::vector<TokenId>& ids, OrderedJson& list, int type) {
        for (const TokenId id : ids) {
            const std::string& text = textOf(id, texts);
            specials[text] = {{"id", text},
                              {"ids", OrderedJson::array({static_cast<int>(id)})},
                              {"tokens", OrderedJson::array({text})}};
            list.push_back({{"SpecialToken", {{"id", text}, {"type_id", type}}}});
        }
    };
    const auto appendText = [](const char* name, OrderedJson& list, int type) {
        list.push_back({{"Sequence", {{"id", name}, {"type_id", type}}}});
    };
    appendTokens(definition.before, single, 0);
    appendText("A", single, 0);
    appendTokens(definition.after, single, 0);
    int type = 0;
    for (const char* name : {"A", "B"}) {
        appendTokens(definition.before, pair, type);
        appendText(name, pair, type);
        appendTokens(definition.after, pair, type);
        ++type;
    }
    return {{"type", "TemplateProcessing"},
            {"single", single},
            {"pair", pair},
            {"special_tokens", specials}};
}

OrderedJson postProcessorOf(const TokenizerDefinition& definition,
                            const std::vector<std::string>& texts)
{
    OrderedJson trim =
        definition.trimsOffsets || isByteLevel(definition)
            ? byteLevelJson(definition.keepsFirstSpace, definition.trimsOffsets, false)
            : OrderedJson{};
    if (definition.before.empty() && definition.after.empty()) {
        return trim;
    }
    OrderedJson around = templateOf(definition, texts);
    if (!definition.trimsOffsets) {
        return around;
    }
    return {{"type", "Sequence"}, {"processors", OrderedJson::array({trim, around})}};
}

OrderedJson addedTokensOf(const TokenizerDefinition& definition)
{
    OrderedJson list = OrderedJson::array();
    for (const AddedToken& token : definition.addedTokens) {
        list.push_back({{"id", static_cast<int>(token.id)},
                        {"content", token.content},
                        {"single_word", token.singleWord},
                        {"lstrip", token.leftStrip},
                        {"rstrip", token.rightStrip},
                        {"normalized", token.normalized},
                        {"special", token.special}});
    }
    return list;
}

std::string numberText(double number)
{
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} ? std::string{digits.data(), end} : std::string{"0"};
}

const char* booleanText(bool value)
{
    return value ? "true" : "false";
}

/// Written by hand, as the next one: an ordered JSON object takes quadratic time for so many keys.
std::string bytePairsOf(const TokenizerDefinition& definition,
                        const std::vector<std::string>& texts)
{
    std::string json = R"({"type":"BPE","dropout":null,"unk_token":)";
    json += definition.unknown ? jsonText(textOf(*definition.unknown, texts)) : "null";
    json += R"(,"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":)";
    json += booleanText(definition.fuseUnknown);
    json.append(R"(,"byte_fallback":)").append(booleanText(definition.byteFallback));
    json.append(R"(,"ignore_merges":)").append(booleanText(definition.ignoreMerges));
    json += ",\"vocab\":{";
    const char* separator = "\n";
    for (std::size_t id = 0; id < texts.size(); ++id) {
        if (!texts[id].empty()) {
            json.append(separator).append(jsonText(texts[id])).append(":");
            json.append(std::to_string(id));
            separator = ",\n";
        }
    }
    json += "},\"merges\":[";
    separator = "\n";
    for (const Merge& merge : byRank(definition.merges)) {
        json.append(separator).append("[").append(jsonText(textOf(merge.left, texts)));
        json.append(",").append(jsonText(textOf(merge.right, texts))).append("]");
        separator = ",\n";
    }
    return json + "]}";
}

std::string unigramOf(const TokenizerDefinition& definition)
{
    std::string json = R"({"type":"Unigram","unk_id":)";
    json += definition.unknown ? std::to_string(static_cast<int>(*definition.unknown)) : "null";
    json.append(R"(,"byte_fallback":)").append(booleanText(definition.byteFallback));
    json += ",\"vocab\":[";
    const char* separator = "\n";
    for (std::size_t id = 0; id < definition.pieces.size(); ++id) {
        const double score = id < definition.scores.size() ? definition.scores[id] : 0;
        json.append(separator).append("[").append(jsonText(definition.pieces[id]));
        json.append(",").append(numberText(score)).append("]");
        separator = ",\n";
    }
    return json + "]}";
}

} // namespace

std::string toTokenizerJson(const TokenizerDefinition& definition)
{
    for (const AddedToken& token : definition.addedTokens) {
        (void)jsonText(token.content);
    }
    const std::vector<std::string> texts = textsById(definition);
    std::string json = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\n";
    json += "\"added_tokens\":" + toLine(addedTokensOf(definition)) + ",\n";
    json += "\"normalizer\":" + toLine(toJson(definition.normalizers)) + ",\n";
    json += "\"pre_tokenizer\":" + toLine(toJson(definition.preTokenizers)) + ",\n";
    json += "\"post_processor\":" + toLine(postProcessorOf(definition, texts)) + ",\n";
    json += "\"decoder\":" + toLine(toJson(definition.decoders)) + ",\n";
    json += "\"model\":";
    json += definition.model == TokenModel::Unigram ? unigramOf(definition)
                                                    : bytePairsOf(definition, texts);
    json += "}\n";
    return json;
}

} // namespace nextquill::text
