// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/text/PreTokenizer.h"
#include "core/text/TokenizerDefinition.h"
#include "core/text/Vocabulary.h"

#include <algorithm>

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

OrderedJson byteLevel(bool addPrefixSpace, bool useRegex)
{
    return {{"type", "ByteLevel"},
            {"add_prefix_space", addPrefixSpace},
            {"trim_offsets", false},
            {"use_regex", useRegex}};
}

OrderedJson preTokenizerOf(const TokenizerDefinition& definition)
{
    if (definition.preTokenizer == PreTokenizerKind::Gpt2) {
        return byteLevel(definition.addPrefixSpace, true);
    }
    if (definition.preTokenizer == PreTokenizerKind::SmolLm) {
        return {
            {"type", "Sequence"},
            {"pretokenizers", OrderedJson::array({{{"type", "Digits"}, {"individual_digits", true}},
                                                  byteLevel(definition.addPrefixSpace, true)})}};
    }
    const auto known =
        std::find_if(splitPatterns().begin(), splitPatterns().end(),
                     [&](const SplitPattern& p) { return p.kind == definition.preTokenizer; });
    const OrderedJson split{{"type", "Split"},
                            {"pattern", {{"Regex", std::string{known->regex}}}},
                            {"behavior", "Isolated"},
                            {"invert", false}};
    return {{"type", "Sequence"},
            {"pretokenizers",
             OrderedJson::array({split, byteLevel(definition.addPrefixSpace, false)})}};
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

OrderedJson postProcessorOf(const TokenizerDefinition& definition,
                            const std::vector<std::string>& texts)
{
    if (definition.before.empty() && definition.after.empty()) {
        return byteLevel(definition.addPrefixSpace, false);
    }
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

/// Written by hand: an ordered JSON object takes quadratic time for so many keys.
std::string modelOf(const TokenizerDefinition& definition, const std::vector<std::string>& texts)
{
    const auto boolean = [](bool value) { return value ? "true" : "false"; };
    std::string json = R"({"type":"BPE","dropout":null,"unk_token":)";
    json += definition.unknown ? jsonText(textOf(*definition.unknown, texts)) : "null";
    json += R"(,"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":)";
    json += boolean(definition.fuseUnknown);
    json += R"(,"byte_fallback":false,"ignore_merges":)";
    json += boolean(definition.ignoreMerges);
    json += ",\"vocab\":{";
    const char* separator = "\n";
    for (std::size_t id = 0; id < texts.size(); ++id) {
        if (!texts[id].empty()) {
            json.append(separator)
                .append(jsonText(texts[id]))
                .append(":")
                .append(std::to_string(id));
            separator = ",\n";
        }
    }
    json += "},\"merges\":[";
    separator = "\n";
    for (const auto& [left, right] : definition.merges) {
        json.append(separator).append("[").append(jsonText(left)).append(",");
        json.append(jsonText(right)).append("]");
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
    const OrderedJson normalizer =
        definition.normalizer == NormalizerKind::Nfc ? OrderedJson{{"type", "NFC"}} : OrderedJson{};
    std::string json = "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\n";
    json += "\"added_tokens\":" + toLine(addedTokensOf(definition)) + ",\n";
    json += "\"normalizer\":" + toLine(normalizer) + ",\n";
    json += "\"pre_tokenizer\":" + toLine(preTokenizerOf(definition)) + ",\n";
    json += "\"post_processor\":" + toLine(postProcessorOf(definition, texts)) + ",\n";
    json += "\"decoder\":" + toLine(byteLevel(false, false)) + ",\n";
    json += "\"model\":" + modelOf(definition, texts) + "}\n";
    return json;
}

} // namespace nextquill::text
