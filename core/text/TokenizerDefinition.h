// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nextquill::text {

/// How text is cut before byte pairs are merged. Known patterns only, each a hand-written matcher;
/// an unknown pattern in a file is refused, never run.
enum class PreTokenizerKind {
    Gpt2,   ///< the GPT-2 pattern (ByteLevel with use_regex)
    SmolLm, ///< every numeric character alone (Digits individual), then the GPT-2 pattern
    Llama3, ///< case-insensitive contractions, digits by up to three
    Qwen2,  ///< as Llama3, every digit alone
};

enum class NormalizerKind { None, Nfc };

struct AddedToken
{
    TokenId id{};
    std::string content;
    bool special = false;
    bool leftStrip = false;  ///< takes white space before it
    bool rightStrip = false; ///< takes white space behind it
    bool singleWord = false; ///< matches only between non-word characters
    bool normalized = false; ///< matched in the normalized text
};

/// All that makes a byte-level BPE tokenizer, from tokenizer.json or from GGUF metadata.
///
/// Pieces are in the byte-to-character spelling of GPT-2 ("Ġthe"), as both formats store them.
struct TokenizerDefinition
{
    std::vector<std::string> pieces; ///< by id, [V]; empty where an id has no piece
    std::vector<std::pair<std::string, std::string>> merges; ///< by rank
    std::vector<AddedToken> addedTokens;
    PreTokenizerKind preTokenizer = PreTokenizerKind::Gpt2;
    NormalizerKind normalizer = NormalizerKind::None;
    bool addPrefixSpace = false;
    bool ignoreMerges = false;      ///< a whole pre-token that is a piece is taken as it is
    std::optional<TokenId> unknown; ///< for characters without a piece; none: they vanish
    bool fuseUnknown = false;       ///< a run of them is one token
    std::vector<TokenId> before;    ///< what the post-processor puts before a text (--special)
    std::vector<TokenId> after;     ///< and behind it
};

/// Reads a Hugging Face tokenizer.json.
///
/// Throws Error(BadInput) for a broken file or one over the limits of docs/formats.md,
/// Error(Unsupported) with the name of a model, normalizer or pattern that is not known.
/// Source   tokenizers 0.23, its serialisation; checked against shared/fixtures/tokenizer
[[nodiscard]] TokenizerDefinition readTokenizerFile(const std::filesystem::path& tokenizerJson);

/// The same from the file's bytes; `where` names them in errors.
[[nodiscard]] TokenizerDefinition parseTokenizer(std::string_view json, const std::string& where);

/// Writes a tokenizer.json that readTokenizerFile() and the `tokenizers` package read, with which
/// both give the ids that Tokenizer gives for `definition`. Added tokens stand in the vocabulary
/// too, so that no reader numbers them anew.
///
/// Throws Error(BadInput) when a piece or token is no UTF-8.
[[nodiscard]] std::string toTokenizerJson(const TokenizerDefinition& definition);

/// The kind that GGUF metadata name under tokenizer.ggml.pre ("smollm", "qwen2", "llama-bpe",
/// "gpt-2"); none for a name that is not known, and for "default", which stands for a file whose
/// writer did not know either.
[[nodiscard]] std::optional<PreTokenizerKind> preTokenizerNamed(std::string_view ggufName);

} // namespace nextquill::text
