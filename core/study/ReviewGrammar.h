// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::study {

/// What an item can be praised or blamed for.
inline constexpr std::size_t aspectCount = 5;
/// Manners of writing.
inline constexpr std::size_t voiceCount = 4;
/// A writer's type is one voice and one favourite aspect; all are equally frequent.
inline constexpr std::size_t typeCount = voiceCount * aspectCount;

/// Who writes: what his history tells about him and nothing else does.
struct WriterType
{
    std::size_t voice = 0;
    std::size_t aspect = 0; ///< that he speaks of most

    [[nodiscard]] std::size_t index() const noexcept { return voice * aspectCount + aspect; }
    [[nodiscard]] static WriterType of(std::size_t index) noexcept
    {
        return {.voice = index / aspectCount, .aspect = index % aspectCount};
    }
    bool operator==(const WriterType&) const = default;
};

[[nodiscard]] std::string_view voiceName(std::size_t voice);   ///< "frank" and its like
[[nodiscard]] std::string_view aspectName(std::size_t aspect); ///< "price" and its like

/// What a review is about: stands in the prompt of both worlds.
struct ReviewSubject
{
    std::string kind;                     ///< "kettle"
    std::array<bool, aspectCount> good{}; ///< of each aspect, whether the item does well there
    int rating = 3;                       ///< 1 to 5
};

/// A word that may come next, and how probable it is for a writer of each type.
struct NextWord
{
    std::string word; ///< with its punctuation, without the space before it
    std::array<double, typeCount> byType{};
};

/// A word of a text as the grammar drew it.
struct DrawnWord
{
    ByteRange bytes;            ///< in the text, without the space before it
    std::vector<double> byType; ///< its probability for each type, after the words before it
    /// The choice that it was drawn from differs between types: the word bears preference, whether
    /// or not it is the one that its writer prefers.
    bool preference = false;
};

/// The grammar that synthetic users write by: reviews of 23 words with known probabilities,
/// P(word | type, subject, words before). docs/synthetic.md has it as a table.
///
/// All probabilities are quotients of small whole numbers, so that the same draws give the same
/// text on every machine.
///
/// Threads  any
/// Speed    some 20 µs a review
class ReviewGrammar
{
public:
    /// Words that may follow, no two of them equal; none behind the last one.
    ///
    /// Throws Error(BadInput) when the grammar cannot have written the words before.
    [[nodiscard]] static std::vector<NextWord> nextWords(const ReviewSubject& subject,
                                                         std::span<const std::string_view> before);

    /// A text by a writer of this type; `uniform` gives numbers in [0, 1), one a choice.
    [[nodiscard]] static std::string write(const ReviewSubject& subject, WriterType type,
                                           const std::function<double()>& uniform);

    /// The probabilities of a text's words. Throws Error(BadInput) when the grammar cannot have
    /// written it.
    [[nodiscard]] static std::vector<DrawnWord> read(const ReviewSubject& subject,
                                                     std::string_view text);
};

} // namespace nextquill::study
