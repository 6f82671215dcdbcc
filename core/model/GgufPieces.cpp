// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufPieces.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/ModelLimits.h"

namespace nextquill::model {

namespace {

/// A list beside the tokens must be as long as theirs.
void checkParallel(const char* key, std::size_t items, std::size_t tokens, const GgufFile& file)
{
    if (items != tokens) {
        throw damaged(std::string{key} + " has " + std::to_string(items) + " items for " +
                          std::to_string(tokens) + " tokens",
                      file.where());
    }
}

} // namespace

GgufPieces readGgufPieces(const GgufFile& file)
{
    const auto tokens = file.metadata().texts("tokenizer.ggml.tokens");
    if (!tokens || tokens->empty()) {
        throw damaged("the metadata key tokenizer.ggml.tokens is missing or empty", file.where());
    }
    if (tokens->size() > static_cast<std::size_t>(limits::vocabulary)) {
        throw overLimit("the number of tokens", tokens->size(),
                        static_cast<std::uint64_t>(limits::vocabulary), file.where());
    }
    GgufPieces pieces;
    pieces.texts.reserve(tokens->size());
    for (const std::string_view token : *tokens) {
        if (token.size() > limits::tokenBytes) {
            throw overLimit("the length of token " + std::to_string(pieces.texts.size()),
                            token.size(), limits::tokenBytes, file.where());
        }
        pieces.texts.emplace_back(token);
    }
    pieces.types = file.metadata()
                       .integers("tokenizer.ggml.token_type")
                       .value_or(std::vector<std::int32_t>(tokens->size(), ggufToken::normal));
    checkParallel("tokenizer.ggml.token_type", pieces.types.size(), tokens->size(), file);
    if (auto scores = file.metadata().reals("tokenizer.ggml.scores")) {
        checkParallel("tokenizer.ggml.scores", scores->size(), tokens->size(), file);
        pieces.scores = std::move(*scores);
    }
    return pieces;
}

void readTokensAround(const GgufFile& file, bool isBeginningUsual, bool isEndUsual,
                      text::TokenizerDefinition& definition)
{
    const GgufMetadata& metadata = file.metadata();
    const auto append = [&](const char* key, std::vector<text::TokenId>& list) {
        const auto id = metadata.whole(key);
        if (!id || *id >= definition.pieces.size()) {
            throw damaged(std::string{key} + " is missing or no token", file.where());
        }
        list.push_back(static_cast<text::TokenId>(*id));
    };
    if (metadata.flag("tokenizer.ggml.add_bos_token").value_or(isBeginningUsual)) {
        append("tokenizer.ggml.bos_token_id", definition.before);
    }
    if (metadata.flag("tokenizer.ggml.add_eos_token").value_or(isEndUsual)) {
        append("tokenizer.ggml.eos_token_id", definition.after);
    }
}

} // namespace nextquill::model
