// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/study/ReviewGrammar.h"

#include <cstddef>
#include <span>
#include <vector>

namespace nextquill::study {

/// How probable each type is for a writer, after what was read of him.
///
/// Numbers  float64, in logarithms: a thousand texts do not underflow
class TypeBelief
{
public:
    /// Equal for all types: nothing was read.
    explicit TypeBelief(std::size_t types = typeCount);
    /// Of types that are not equally frequent; the sum is 1.
    explicit TypeBelief(std::span<const double> prior);

    /// Bayes' rule: after one more word, or all words of a text. A word that no type can write
    /// changes nothing.
    void read(const DrawnWord& word);
    void read(std::span<const DrawnWord> words);

    /// P(type | what was read).
    [[nodiscard]] std::vector<double> probabilities() const;
    /// P(word | what was read): the mean over the types.
    [[nodiscard]] double probabilityOf(const DrawnWord& word) const;

private:
    std::vector<double> m_logs; ///< not normalised
};

/// What a history truly does to a word.
struct TrueWord
{
    ByteRange bytes;         ///< in the text
    double p_h = 1;          ///< P(word | history, subject, words before)
    double p_0 = 1;          ///< P(word | subject, words before): over all writers
    bool preference = false; ///< DrawnWord::preference

    [[nodiscard]] double effect() const noexcept { return p_h - p_0; }
    bool operator==(const TrueWord&) const = default;
};

/// The true effects of a history on a text: in both worlds the text's own words so far have been
/// read, too, so that a manner that shows in the first words is no surprise in the last ones.
///
/// `history` is the belief after the past texts, `prior` the belief before them.
[[nodiscard]] std::vector<TrueWord> trueEffects(TypeBelief history, TypeBelief prior,
                                                std::span<const DrawnWord> text);

} // namespace nextquill::study
