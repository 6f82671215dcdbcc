// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::text {

/// The words of a text: runs of letters, marks and digits, in lower case.
[[nodiscard]] std::vector<std::string> wordsOf(std::string_view text);

/// Texts as weighted words, to tell how alike they are without a model: term frequency (1 + ln tf)
/// times inverse document frequency (1 + ln((1 + n) / (1 + df))) over these texts, of length 1.
///
/// Threads  immutable; any number of threads
class WordVectors
{
public:
    explicit WordVectors(const std::vector<std::string>& texts);

    [[nodiscard]] std::size_t size() const { return m_vectors.size(); }

    /// Cosine of two texts, 0 to 1; 0 where one has no words.
    [[nodiscard]] double likeness(std::size_t left, std::size_t right) const;

private:
    struct Weight
    {
        std::uint32_t word = 0;
        float weight = 0;
    };

    std::vector<std::vector<Weight>> m_vectors; ///< by word
};

} // namespace nextquill::text
