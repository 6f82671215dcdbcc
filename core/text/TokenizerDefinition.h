// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TokenId.h"
#include "core/text/TokenizerSteps.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

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

/// True for a token that is text like any other and no markup: not special, takes no white space,
/// and is one character or has nothing but letters, digits and white space (or its mark). Such
/// tokens are recognised in any text; nobody can smuggle markup in with them.
[[nodiscard]] bool isOrdinary(const AddedToken& token);

/// Two neighbouring tokens that become one.
struct Merge
{
    TokenId left{};
    TokenId right{};
    TokenId result{};
    std::uint32_t rank = 0; ///< the lowest is merged first; equal ones from left to right

    friend bool operator==(const Merge&, const Merge&) = default;
};

enum class TokenModel {
    BytePairs, ///< pairs merged by rank
    Unigram,   ///< the likeliest pieces by their scores
};

/// All that makes a tokenizer, from tokenizer.json or from GGUF metadata.
///
/// The last of `preTokenizers` says what pieces are spelled in: after ByteLevel in the
/// byte-to-character spelling of GPT-2 ("Ġthe"), else as themselves ("▁the"), as both formats
/// store them. What is not set makes GPT-2's kind.
struct TokenizerDefinition
{
    TokenModel model = TokenModel::BytePairs;
    std::vector<std::string> pieces; ///< by id, [V]; empty where an id has no piece
    std::vector<double> scores;      ///< parallel, of Unigram: logarithms of probabilities
    std::vector<Merge> merges;       ///< of BytePairs, by rank
    std::vector<AddedToken> addedTokens;
    std::vector<NormalizerStep> normalizers;
    std::vector<PreTokenizerStep> preTokenizers{PreTokenizerStep{}};
    std::vector<DecoderStep> decoders{DecoderStep{}};
    bool byteFallback = false;      ///< a character without a piece becomes pieces like <0x0A>
    bool ignoreMerges = false;      ///< a whole pre-token that is a piece is taken as it is
    std::optional<TokenId> unknown; ///< for characters without a piece; none: they vanish
    bool fuseUnknown = false;       ///< a run of them is one token; Unigram always does
    std::vector<TokenId> before;    ///< what the post-processor puts before a text (--special)
    std::vector<TokenId> after;     ///< and behind it
    bool trimsOffsets = false;      ///< white space at a token's ends is left out of its place
    bool keepsFirstSpace = false;   ///< but for one space at the text's begin
};

/// True when pieces are in GPT-2's spelling of bytes.
[[nodiscard]] bool isByteLevel(const TokenizerDefinition& definition);

/// The byte that a piece like <0x0A> stands for.
[[nodiscard]] std::optional<unsigned char> byteNamed(std::string_view piece);

/// The piece that stands for a byte where characters fall back to bytes: <0x0A>.
[[nodiscard]] std::string byteName(unsigned char byte);

/// Reads a Hugging Face tokenizer.json.
///
/// Throws Error(BadInput) for a broken file or one over the limits of docs/formats.md,
/// Error(Unsupported) with the name of a model, step or pattern that is not known.
/// Source   tokenizers 0.23, its serialisation; checked against shared/fixtures/tokenizer
[[nodiscard]] TokenizerDefinition readTokenizerFile(const std::filesystem::path& tokenizerJson);

/// The same from the file's bytes; `where` names them in errors.
[[nodiscard]] TokenizerDefinition parseTokenizer(std::string_view json, const std::string& where);

/// Writes a tokenizer.json that readTokenizerFile() and the `tokenizers` package read, with which
/// both give the ids that Tokenizer gives for `definition` (merges of equal rank come in an order
/// of their own there). Added tokens stand in the vocabulary too, so that no reader numbers them
/// anew.
///
/// Throws Error(BadInput) when a piece or token is no UTF-8.
[[nodiscard]] std::string toTokenizerJson(const TokenizerDefinition& definition);

/// The steps that GGUF metadata name under tokenizer.ggml.pre ("smollm", "qwen2", "llama-bpe",
/// "tekken"), as the families' tokenizer.json has them; none for a name that is not known, and for
/// "default", which stands for a file whose writer did not know either.
[[nodiscard]] std::optional<std::vector<PreTokenizerStep>>
preTokenizerNamed(std::string_view ggufName);

} // namespace nextquill::text
