// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufTokenizerWriter.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufTokenizer.h"
#include "core/model/GgufWriter.h"
#include "core/model/MappedFile.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

namespace nextquill::model {

namespace {

using text::AddedToken;
using text::TokenizerDefinition;

Error unsayableTokenizer(const std::string& what)
{
    return {ErrorKind::Unsupported, what + ", which GGUF files do not say", "tokenizer",
            "export as a Hugging Face folder (--format hf)"};
}

/// A kind of byte-level tokenizer is one row here.
constexpr std::array<std::pair<text::PreTokenizerKind, std::string_view>, 4> preTokenizers{
    {{text::PreTokenizerKind::Gpt2, "gpt-2"},
     {text::PreTokenizerKind::SmolLm, "smollm"},
     {text::PreTokenizerKind::Llama3, "llama-bpe"},
     {text::PreTokenizerKind::Qwen2, "qwen2"}}};

std::string_view preTokenizerOf(const TokenizerDefinition& definition)
{
    const auto* const found =
        std::ranges::find(preTokenizers, definition.preTokenizer,
                          &std::pair<text::PreTokenizerKind, std::string_view>::first);
    if (found == preTokenizers.end()) {
        throw unsayableTokenizer("the text is cut up by a pre-tokenizer of another kind");
    }
    return found->second;
}

void appendPieces(GgufPairs& pairs, const TokenizerDefinition& definition, std::size_t rows)
{
    std::vector<std::string> texts(rows);
    std::vector<std::int32_t> types(rows, ggufToken::normal);
    std::ranges::copy(definition.pieces, texts.begin());
    for (const AddedToken& token : definition.addedTokens) {
        const auto id = static_cast<std::size_t>(token.id);
        if (id >= rows) {
            throw damaged("the tokenizer has more tokens than the embedding rows", "tokenizer");
        }
        texts[id] = token.content;
        types[id] = token.special ? ggufToken::control : ggufToken::userDefined;
    }
    for (std::size_t id = 0; id < rows; ++id) {
        if (texts[id].empty()) {
            texts[id] = "[PAD" + std::to_string(id) + "]";
            types[id] = ggufToken::unused;
        }
    }
    pairs.texts("tokenizer.ggml.tokens", texts);
    pairs.integers("tokenizer.ggml.token_type", types);
}

void appendNamed(GgufPairs& pairs, const TokenizerDefinition& definition, const NamedTokens& tokens)
{
    const auto put = [&](const char* key, const std::optional<std::string>& content) {
        if (!content) {
            return;
        }
        const auto added =
            std::ranges::find(definition.addedTokens, *content, &AddedToken::content);
        const auto piece = std::ranges::find(definition.pieces, *content);
        if (added != definition.addedTokens.end()) {
            pairs.whole(key, static_cast<std::uint32_t>(added->id));
        } else if (piece != definition.pieces.end()) {
            pairs.whole(key, static_cast<std::uint32_t>(piece - definition.pieces.begin()));
        }
    };
    put("tokenizer.ggml.bos_token_id", tokens.beginning);
    put("tokenizer.ggml.padding_token_id", tokens.padding);
    put("tokenizer.ggml.unknown_token_id", tokens.unknown);
    pairs.flag("tokenizer.ggml.add_bos_token", !definition.before.empty());
    pairs.flag("tokenizer.ggml.add_eos_token", !definition.after.empty());
}

/// In what the two differ that would change ids; empty where nothing does.
std::string difference(const TokenizerDefinition& a, const TokenizerDefinition& b)
{
    const auto flags = [](const AddedToken& t) {
        return std::tuple{t.id, t.content, t.special, t.leftStrip, t.rightStrip, t.singleWord};
    };
    const auto pieces = [](const TokenizerDefinition& d) {
        std::vector<std::string> all = d.pieces;
        for (const AddedToken& token : d.addedTokens) { // may stand among the pieces or not
            all.resize(std::max(all.size(), static_cast<std::size_t>(token.id) + 1));
            all[static_cast<std::size_t>(token.id)] = token.content;
        }
        while (!all.empty() && all.back().empty()) {
            all.pop_back();
        }
        return all;
    };
    const auto sorted = [](std::vector<AddedToken> tokens) {
        std::ranges::sort(tokens, {}, &AddedToken::id);
        return tokens;
    };
    if (a.normalizer != b.normalizer) {
        return "the text is normalized in another way than by files of this kind";
    }
    if (a.ignoreMerges != b.ignoreMerges) {
        return "whole pieces are merged in another way than by files of this kind";
    }
    if (a.addPrefixSpace != b.addPrefixSpace) {
        return "a space is put before a text";
    }
    if (a.before != b.before || a.after != b.after) {
        return "other tokens than the beginning and end are put around a text";
    }
    if (!std::ranges::equal(sorted(a.addedTokens), sorted(b.addedTokens), {}, flags, flags)) {
        return "added tokens have flags (lstrip, rstrip, single_word)";
    }
    return pieces(a) != pieces(b) || a.merges != b.merges ? "its pieces or merges are unusual" : "";
}

} // namespace

void appendTokenizer(GgufPairs& pairs, const TokenizerDefinition& definition,
                     const NamedTokens& tokens, const std::vector<text::TokenId>& stops,
                     std::int64_t rows)
{
    GgufPairs own;
    own.text("tokenizer.ggml.model", "gpt2");
    own.text("tokenizer.ggml.pre", preTokenizerOf(definition));
    appendPieces(own, definition, static_cast<std::size_t>(rows));
    std::vector<std::string> merges;
    for (const auto& [left, right] : definition.merges) {
        merges.push_back(left + ' ' + right);
    }
    own.texts("tokenizer.ggml.merges", merges);
    appendNamed(own, definition, tokens);
    constexpr std::array<const char*, 3> stopKeys{"tokenizer.ggml.eos_token_id",
                                                  "tokenizer.ggml.eot_token_id",
                                                  "tokenizer.ggml.eom_token_id"};
    for (std::size_t i = 0; i < std::min(stops.size(), stopKeys.size()); ++i) {
        own.whole(stopKeys[i], static_cast<std::uint32_t>(stops[i]));
    }

    const std::string head = ggufHead(own, {});
    const GgufFile again{
        MappedFile::around(std::as_bytes(std::span{head.data(), head.size()}), "tokenizer")};
    const std::string differs = difference(definition, readGgufTokenizer(again));
    if (!differs.empty()) {
        throw unsayableTokenizer(differs);
    }
    pairs.append(own);
}

} // namespace nextquill::model
