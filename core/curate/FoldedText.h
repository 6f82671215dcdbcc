// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::curate {

/// A text as it is compared: its words in lower case with one space between them, so that case,
/// punctuation and white space make no difference.
///
/// A word is a run of letters, marks and digits; a character of a script that is written without
/// spaces is a word of its own. A text without any word is one word: itself.
class FoldedText
{
public:
    explicit FoldedText(std::string_view text);

    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::size_t wordCount() const { return m_words.size(); }
    [[nodiscard]] std::string_view word(std::size_t index) const { return words(index, 1); }

    /// `count` words in a row, as they stand in text().
    [[nodiscard]] std::string_view words(std::size_t first, std::size_t count) const
    {
        const std::size_t begin = m_words[first].begin;
        return std::string_view{m_text}.substr(begin, m_words[first + count - 1].end - begin);
    }

    /// Digests of all runs of `words` words, sorted, each once; of a shorter text, that of the
    /// whole.
    [[nodiscard]] std::vector<std::uint64_t> shingles(std::size_t words) const;

private:
    void add(char32_t character, bool startsWord);

    std::string m_text;
    std::vector<ByteRange> m_words;
};

/// 64 bits of any text, the same on every machine; not for cryptography.
[[nodiscard]] std::uint64_t textHash(std::string_view text) noexcept;

/// Two numbers as one.
[[nodiscard]] std::uint64_t mixed(std::uint64_t first, std::uint64_t second) noexcept;

/// Share of what both have in what either has; 1 for two empty sets. Both sorted, each once.
[[nodiscard]] double jaccard(const std::vector<std::uint64_t>& first,
                             const std::vector<std::uint64_t>& second) noexcept;

} // namespace nextquill::curate
