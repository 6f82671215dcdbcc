// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

struct TokenizerDefinition;

/// Tokens of a text.
struct Encoding
{
    std::vector<TokenId> ids;
    std::vector<ByteRange>
        bytes; ///< parallel: which bytes of the given text (before normalization)
};

/// Turns text into token ids and back: byte-pair encoding of bytes or of characters, or the
/// likeliest pieces (unigram).
///
/// Special tokens are matched only where the caller allows it: in markup and in ready prompts,
/// never in what users wrote.
///
/// Threads  immutable; any number of threads at once.
class Tokenizer
{
public:
    /// Throws Error(BadInput) when merges or ids contradict the vocabulary.
    explicit Tokenizer(const TokenizerDefinition& definition);
    ~Tokenizer();
    Tokenizer(const Tokenizer&) = delete;
    Tokenizer& operator=(const Tokenizer&) = delete;

    /// Special and added tokens in the text are recognised everywhere; nothing is added.
    [[nodiscard]] Encoding encode(std::string_view text) const;

    /// Added tokens are recognised only where they lie wholly in one of `markup` (sorted,
    /// disjoint), and where they are text like any other (isOrdinary()); the text between
    /// recognised ones is tokenized as one piece, across the ranges' borders. No other text gives
    /// their ids, nor those of single bytes (<0x0A>), whatever it says.
    [[nodiscard]] Encoding encode(std::string_view text, std::span<const ByteRange> markup) const;

    /// encode() with what the tokenizer's own post-processor adds.
    [[nodiscard]] Encoding encodeWithSpecial(std::string_view text) const;

    /// Bytes that are no UTF-8 become U+FFFD, as the reference library has it.
    [[nodiscard]] std::string decode(std::span<const TokenId> ids, bool skipSpecial = false) const;

    /// The raw bytes of one token (a part of a character, perhaps); empty for unknown ids. Where
    /// decoding drops a space at a text's begin, the first token is without.
    [[nodiscard]] std::string bytesOf(TokenId id, bool isFirst = false) const;

    /// The id of a piece or added token by its text ("<|im_end|>").
    [[nodiscard]] std::optional<TokenId> find(std::string_view token) const;
    /// A token's text as the vocabulary spells it ("Ġthe", "▁the"); empty for unknown ids.
    [[nodiscard]] std::string_view spelling(TokenId id) const;

    [[nodiscard]] bool isSpecial(TokenId id) const;

    /// Ids are in [0, size()); the model's vocabulary may be larger.
    [[nodiscard]] std::size_t size() const;

private:
    struct State;
    std::unique_ptr<const State> m_state;
};

/// Gives the text of a growing sequence of tokens without ever showing half a character. It is that
/// of decode(), but where bytes are no UTF-8 it may have fewer U+FFFD.
class StreamDecoder
{
public:
    explicit StreamDecoder(const Tokenizer& tokenizer)
        : m_tokenizer{tokenizer}
    {
    }

    /// Text that is complete now and was not returned before.
    [[nodiscard]] std::string push(TokenId id);
    /// What is left, with U+FFFD for a broken end.
    [[nodiscard]] std::string finish();

private:
    const Tokenizer& m_tokenizer;
    std::string m_pending;
    bool m_isFirst = true; ///< no token had text yet
};

} // namespace nextquill::text
