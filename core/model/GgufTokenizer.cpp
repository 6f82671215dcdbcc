// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufTokenizer.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/ModelLimits.h"

#include <string_view>

namespace nextquill::model {

namespace {

/// Old Qwen files do not name their pre-tokenizer; the architecture tells.
text::PreTokenizerKind preTokenizerOf(const GgufFile& file)
{
    const std::string_view named = file.metadata().text("tokenizer.ggml.pre").value_or("default");
    const std::string_view architecture = file.metadata().text("general.architecture").value_or("");
    if (const auto known = text::preTokenizerNamed(named)) {
        return *known;
    }
    if (named == "default" && architecture.starts_with("qwen")) {
        return text::PreTokenizerKind::Qwen2;
    }
    throw Error{ErrorKind::Unsupported,
                "the pre-tokenizer " + inQuotes(named) + " (tokenizer.ggml.pre) is not known",
                file.where(), "use the model's Hugging Face folder instead of the GGUF file"};
}

void readPieces(const GgufFile& file, text::TokenizerDefinition& definition)
{
    const auto tokens = file.metadata().texts("tokenizer.ggml.tokens");
    const auto types = file.metadata().integers("tokenizer.ggml.token_type");
    if (!tokens || tokens->empty()) {
        throw damaged("the metadata key tokenizer.ggml.tokens is missing or empty", file.where());
    }
    if (tokens->size() > static_cast<std::size_t>(limits::vocabulary)) {
        throw overLimit("the number of tokens", tokens->size(),
                        static_cast<std::uint64_t>(limits::vocabulary), file.where());
    }
    if (types && types->size() != tokens->size()) {
        throw damaged("tokenizer.ggml.token_type has " + std::to_string(types->size()) +
                          " items for " + std::to_string(tokens->size()) + " tokens",
                      file.where());
    }
    definition.pieces.resize(tokens->size());
    for (std::size_t id = 0; id < tokens->size(); ++id) {
        const std::string_view token = (*tokens)[id];
        if (token.size() > limits::tokenBytes) {
            throw overLimit("the length of token " + std::to_string(id), token.size(),
                            limits::tokenBytes, file.where());
        }
        const std::int32_t type = types ? (*types)[id] : 1;
        if (type == ggufToken::control || type == ggufToken::userDefined) {
            definition.addedTokens.push_back({.id = static_cast<text::TokenId>(id),
                                              .content = std::string{token},
                                              .special = type == ggufToken::control});
        } else if (type != ggufToken::unused) { // fills up the embedding's rows, stands for no text
            definition.pieces[id] = token;
        }
    }
}

void readMerges(const GgufFile& file, text::TokenizerDefinition& definition)
{
    const auto merges = file.metadata().texts("tokenizer.ggml.merges");
    if (!merges) {
        throw damaged("the metadata key tokenizer.ggml.merges is missing", file.where());
    }
    if (merges->size() > limits::merges) {
        throw overLimit("the number of merges", merges->size(), limits::merges, file.where());
    }
    definition.merges.reserve(merges->size());
    for (const std::string_view merge : *merges) {
        const std::size_t space = merge.find(' ');
        if (space == 0 || space == std::string_view::npos || space + 1 == merge.size() ||
            merge.find(' ', space + 1) != std::string_view::npos) {
            throw damaged("the merge " + inQuotes(merge) + " is not two pieces", file.where());
        }
        definition.merges.emplace_back(merge.substr(0, space), merge.substr(space + 1));
    }
}

void readAddedByDefault(const GgufFile& file, text::TokenizerDefinition& definition)
{
    const GgufMetadata& metadata = file.metadata();
    const bool isLlama3 = definition.preTokenizer == text::PreTokenizerKind::Llama3;
    const auto append = [&](const char* key, std::vector<text::TokenId>& list) {
        const auto id = metadata.whole(key);
        if (!id || *id >= definition.pieces.size()) {
            throw damaged(std::string{key} + " is missing or no token", file.where());
        }
        list.push_back(static_cast<text::TokenId>(*id));
    };
    if (metadata.flag("tokenizer.ggml.add_bos_token").value_or(isLlama3)) {
        append("tokenizer.ggml.bos_token_id", definition.before);
    }
    if (metadata.flag("tokenizer.ggml.add_eos_token").value_or(false)) {
        append("tokenizer.ggml.eos_token_id", definition.after);
    }
}

} // namespace

text::TokenizerDefinition readGgufTokenizer(const GgufFile& file)
{
    const std::string_view kind = file.metadata().text("tokenizer.ggml.model").value_or("");
    if (kind != "gpt2") {
        throw Error{ErrorKind::Unsupported,
                    "the tokenizer is of the kind " + inQuotes(kind) + " (tokenizer.ggml.model)",
                    file.where(), "use a model with a byte-level BPE tokenizer (kind gpt2)"};
    }
    text::TokenizerDefinition definition;
    definition.preTokenizer = preTokenizerOf(file);
    // Metadata do not say so, but Qwen's own tokenizer brings text into the form NFC first, and
    // Llama 3's takes whole pieces without merging.
    if (definition.preTokenizer == text::PreTokenizerKind::Qwen2) {
        definition.normalizer = text::NormalizerKind::Nfc;
    }
    definition.ignoreMerges = definition.preTokenizer == text::PreTokenizerKind::Llama3;
    readPieces(file, definition);
    readMerges(file, definition);
    readAddedByDefault(file, definition);
    return definition;
}

} // namespace nextquill::model
