// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/text/TokenId.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::text {

/// What a WordPiece tokenizer does before it looks pieces up.
struct WordPieceSettings
{
    bool cleanText = true;       ///< control characters vanish, white space becomes a space
    bool splitIdeographs = true; ///< each Chinese character is a word
    bool lowercase = true;
    bool stripAccents = true;
    std::string unknown = "[UNK]";
    std::string beginning = "[CLS]";
    std::string end = "[SEP]";
    std::string continuing = "##"; ///< before a piece inside a word
    std::size_t longestWord = 100; ///< in characters; longer ones are unknown
};

/// The tokenizer of BERT and its kind: words and punctuation, each cut into the longest pieces from
/// its left that the vocabulary has.
///
/// Nothing in a text is a special token: "[SEP]" that somebody wrote is text.
///
/// Threads  immutable; any number of threads
/// Source   arXiv 1810.04805; checked against `tokenizers` 0.23 by tests/peers/compare_encoder.py
class WordPieceTokenizer
{
public:
    /// Throws Error(BadInput) when the vocabulary lacks one of the three special pieces.
    WordPieceTokenizer(const std::vector<std::string>& pieces, WordPieceSettings settings,
                       const std::string& where);

    /// tokenizer.json of the folder, or vocab.txt with tokenizer_config.json. Throws
    /// Error(BadInput) for a damaged file, Error(Unsupported) for a tokenizer of another kind,
    /// Error(Storage).
    [[nodiscard]] static WordPieceTokenizer read(const std::filesystem::path& folder);

    /// Ids of a text between the beginning's and the end's; of a longer text the first `most` ids,
    /// both included.
    [[nodiscard]] std::vector<TokenId> encode(std::string_view text, std::size_t most) const;

    /// Ids are in [0, size()).
    [[nodiscard]] std::size_t size() const { return m_size; }

private:
    [[nodiscard]] std::string normalized(std::string_view text) const;
    void appendWord(std::string_view word, std::vector<TokenId>& ids) const;
    [[nodiscard]] std::optional<TokenId> find(const std::string& piece) const;
    [[nodiscard]] TokenId required(const std::string& piece, const std::string& where) const;

    WordPieceSettings m_settings;
    std::unordered_map<std::string, TokenId> m_ids;
    std::size_t m_size = 0;
    std::size_t m_longestPiece = 0; ///< in bytes
    TokenId m_unknown{};
    TokenId m_beginning{};
    TokenId m_end{};
};

} // namespace nextquill::text
